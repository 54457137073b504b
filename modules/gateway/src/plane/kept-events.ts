import { setImmediate as nextTurn } from "node:timers/promises";
import type { Gauge } from "../dialects/dialect.ts";
import { createSseParser, type SseEvent } from "../dialects/sse.ts";

/** What is kept of a stream that goes by unread, to reckon it when it is over. */
export interface KeptEvents {
  /** How many there were. */
  readonly count: number;
  /** Takes an event as it came, of which one byte is one character. */
  add(event: string): void;
  /** The first and the last ones: these tell the usage of a stream. */
  readEnds(): SseEvent[];
  /** All text that they deliver, and about how many tokens there were besides in those that were too many to be kept. */
  readDelivered(gauge: Pick<Gauge, "textOf">): Promise<{ text: string; tokensBeyond: number }>;
}

const FIRST_EVENTS = 2;
const LAST_EVENTS = 5;
/** The longest answers of models are as large as this, where each token has an event of its own. */
const MOST_BYTES = 32 * 1024 * 1024;
/** So many events are read in about a millisecond. */
const READ_AT_A_TIME = 200;

/** The events of one stream; of more than `mostBytes` only the last ones are kept, and the others counted. */
export function createKeptEvents({ mostBytes = MOST_BYTES } = {}): KeptEvents {
  const kept: string[] = [];
  let keptBytes = 0;
  let beyond = 0;
  /** The last ones behind those that are kept. */
  const latest: string[] = [];
  return {
    get count() {
      return kept.length + beyond;
    },
    add(event) {
      if (beyond === 0 && keptBytes + event.length <= mostBytes) {
        keptBytes += event.length;
        kept.push(event);
        return;
      }
      beyond += 1;
      if (latest.push(event) > LAST_EVENTS) latest.shift();
    },
    readEnds() {
      const last = [...kept.slice(FIRST_EVENTS).slice(-LAST_EVENTS), ...latest].slice(-LAST_EVENTS);
      return read([...kept.slice(0, FIRST_EVENTS), ...last]);
    },
    async readDelivered(gauge) {
      let text = "";
      for (let from = 0; from < kept.length; from += READ_AT_A_TIME) {
        text += gauge.textOf(read(kept.slice(from, from + READ_AT_A_TIME)));
        await nextTurn();
      }
      // Providers send about a token in each event.
      return { text, tokensBeyond: beyond };
    },
  };
}

function read(texts: readonly string[]): SseEvent[] {
  const parser = createSseParser();
  return [...parser.push(Buffer.from(texts.join(""), "latin1")), ...parser.close()];
}
