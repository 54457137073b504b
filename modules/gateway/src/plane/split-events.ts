import { LONGEST_EVENT } from "../dialects/sse.ts";

/** Whole events of a stream, each with its blank line. */
export interface Came {
  bytes: Buffer;
  /** The same, one character for each byte; and cut into its events. */
  text: string;
  events: string[];
}

/** Cuts a stream of bytes behind the blank lines that end its events, every byte kept. */
export interface EventSplitter {
  /** The events that these bytes complete. @throws RangeError for an event without end */
  push(bytes: Buffer): Came;
  /** What is left without its blank line; empty where nothing is, and behind an event without end. */
  rest(): Buffer;
}

const LF = 0x0a;
const CR = 0x0d;
/** Of the end of an event, what may have come before its last line feed: two line ends. */
const LONGEST_END = 4;
const NOTHING = Buffer.alloc(0);
const NONE: Came = { bytes: NOTHING, text: "", events: [] };

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

  function checkLength(length: number): void {
    if (length <= LONGEST_EVENT) return;
    keep(NOTHING);
    throw new RangeError("The stream holds an event of more than 16 MiB.");
  }

  function cut(bytes: Buffer): Came {
    const text = bytes.toString("latin1");
    const events: string[] = [];
    let from = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) {
      if (!endsInBlankLine(text, end, from)) continue;
      checkLength(end + 1 - from);
      events.push(text.slice(from, end + 1));
      from = end + 1;
    }
    checkLength(bytes.length - from);
    keep(bytes.subarray(from));
    return { bytes: bytes.subarray(0, from), text: text.slice(0, from), events };
  }

  return {
    push(bytes) {
      if (size === 0) return cut(bytes);
      // What came before is looked at again only when its event is whole.
      const near = Math.max(0, size - LONGEST_END);
      const all = append(bytes);
      const came = all.toString("latin1", near);
      for (let end = came.indexOf("\n", size - near - bytes.length); end !== -1; end = came.indexOf("\n", end + 1)) {
        if (endsInBlankLine(came, end, 0)) return cut(all);
      }
      checkLength(all.length);
      return NONE;
    },
    rest: () => room.subarray(0, size),
  };
}

/** Whether the line feed at `end` ends a line without content, in an event that begins at `from`. */
function endsInBlankLine(text: string, end: number, from: number): boolean {
  const before = text.charCodeAt(end - 1) === CR ? end - 2 : end - 1;
  return before < from || text.charCodeAt(before) === LF;
}
