import type { DatabaseHandle } from "@reef/db";
import type { Loop } from "@reef/supervision";
import type { Clock } from "./clock.ts";
import type { Ledger } from "./service/ledger.ts";
import { deleteUnproved } from "./store/requests.ts";

export interface LoopDependencies {
  database: DatabaseHandle;
  clock: Clock;
  ledger: Pick<Ledger, "checkpointAll">;
}

const PAUSE_MS = 60_000;
const DAY_MS = 86_400_000;
/** How long a request is kept that nobody answered, or answered wrongly. Those answered rightly are proofs, and stay. */
const KEEP_DAYS = 30;
const DELETE_BATCH = 1_000;

/** What any process may run, in any number of them. */
export const signingLoops = ({ database, clock, ledger }: LoopDependencies): Loop[] => [
  {
    name: "signing.housekeeping",
    stallSeconds: 180,
    async run({ beat, signal, sleep }) {
      while (!signal.aborted) {
        await ledger.checkpointAll(database.kysely, signal, beat);
        beat();
        const before = new Date(clock.now() - KEEP_DAYS * DAY_MS);
        while (!signal.aborted && (await deleteUnproved(database.kysely, before, DELETE_BATCH)) === DELETE_BATCH)
          beat();
        await sleep(PAUSE_MS);
      }
    },
  },
];
