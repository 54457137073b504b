import type { Loop } from "@reef/supervision";
import type { Logger } from "@reef/telemetry";
import type { LocalJournal } from "./journal.ts";
import { replay } from "./replay.ts";
import type { Ship } from "./ship.ts";

export interface ShipperDependencies {
  journal: LocalJournal;
  ship: Ship;
  logger: Logger;
}

/** Calls in one transaction: writing out more would hold up the event loop for longer than 5 ms. */
const GROUP = 1_000;
const PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Brings the journal's ended calls into the database in groups, within half a second; at once where many wait. While the
 * database is away it tries again after 0.4, 0.8 … 15 seconds, and what it cannot bring stays on the disk.
 */
export function shipperLoop({ journal, ship, logger }: ShipperDependencies): Loop {
  const { processId, bell } = journal;

  /**
   * Brings what waits: a group, and more of them as long as they are full. While calls come some more have always ended meanwhile,
   * and a transaction for a few of them costs nearly as much as one for a thousand. With `toTheEnd` it brings those as well.
   */
  async function shipWaiting(beat: () => void, toTheEnd: boolean): Promise<void> {
    do {
      const records = journal.peek(GROUP);
      if (records.length === 0) return;
      await ship(processId, records, true);
      journal.shipped(records.length);
      journal.tend();
      beat();
    } while (toTheEnd || journal.counts().waiting >= GROUP);
  }

  /** Brings what waits on the disk alone, and is read back for it. */
  async function shipSpilled(beat: () => void): Promise<void> {
    const spilled = journal.spilled();
    if (spilled === undefined) return;
    await replay(spilled.paths, async (records) => {
      await ship(processId, records);
      beat();
    });
    spilled.shipped();
    journal.tend();
  }

  return {
    name: "gateway.shipper",
    stallSeconds: 120,
    async run({ beat, signal, sleep }) {
      signal.addEventListener("abort", () => bell.ring(), { once: true });
      let pauseMs = PAUSE_MS;
      for (;;) {
        // What ended before the process was told to stop is brought once more, and then the loop ends.
        const isLast = signal.aborted;
        bell.clear();
        try {
          await shipWaiting(beat, isLast);
          if (!isLast) await shipSpilled(beat);
          journal.tend();
          pauseMs = PAUSE_MS;
        } catch (error) {
          logger.error({ err: error, pauseMs }, "Usage could not be stored; it waits in the gateway's journal.");
          pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
        }
        beat();
        if (isLast) return;
        if (pauseMs === PAUSE_MS) await bell.rest(pauseMs);
        else await sleep(pauseMs);
      }
    },
  };
}
