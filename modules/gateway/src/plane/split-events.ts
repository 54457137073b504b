import { LONGEST_EVENT } from "../dialects/sse.ts";

/** Cuts a stream of bytes behind the blank lines that end its events, every byte kept. */
export interface EventSplitter {
  /** The whole events that these bytes complete, each with its blank line. @throws RangeError for an event without end. */
  push(bytes: Buffer): Buffer[];
  /** What is left without its blank line; empty where nothing is, and behind an event without end. */
  rest(): Buffer;
}

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = Buffer.alloc(0);

/** A splitter for one stream; blank lines may end in LF or CRLF. */
export function createEventSplitter(): EventSplitter {
  /** The event that has not ended: it grows by doubling, or a long one in small pieces would cost its square. */
  let room = NOTHING;
  let size = 0;

  function append(bytes: Buffer): Buffer {
    const all = size + bytes.length;
    if (all > room.length) {
      const larger = Buffer.allocUnsafe(Math.max(all, 2 * room.length));
      room.copy(larger, 0, 0, size);
      room = larger;
    }
    bytes.copy(room, size);
    size = all;
    return room.subarray(0, size);
  }

  function keep(bytes: Buffer): void {
    // A copy, since what is left of a piece would keep all the bytes that were read with it.
    room = bytes.length === 0 ? NOTHING : Buffer.from(bytes);
    size = bytes.length;
  }

  return {
    push(bytes) {
      const isNew = size === 0;
      let at = size;
      const all = isNew ? bytes : append(bytes);
      const events: Buffer[] = [];
      let from = 0;
      for (;;) {
        const end = all.indexOf(LF, at);
        at = end === -1 ? all.length : end + 1;
        if (at - from > LONGEST_EVENT) {
          keep(NOTHING);
          throw new RangeError("The stream holds an event of more than 16 MiB.");
        }
        if (end === -1) break;
        if (!endsInBlankLine(all, end, from)) continue;
        events.push(all.subarray(from, at));
        from = at;
      }
      if (isNew || from > 0) keep(all.subarray(from));
      return events;
    },
    rest: () => room.subarray(0, size),
  };
}

/** Whether the line feed at `end` ends a line without content, in an event that begins at `from`. */
function endsInBlankLine(bytes: Buffer, end: number, from: number): boolean {
  const before = bytes[end - 1] === CR ? end - 2 : end - 1;
  return before < from || bytes[before] === LF;
}
