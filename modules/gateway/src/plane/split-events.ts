/** Cuts a stream of bytes behind the blank lines that end its events, every byte kept. */
export interface EventSplitter {
  /** The whole events that these bytes complete, each with its blank line. @throws RangeError for an event without end. */
  push(bytes: Buffer): Buffer[];
  /** What is left without its blank line; empty where nothing is. */
  rest(): Buffer;
}

const LF = 0x0a;
const CR = 0x0d;
/** An event larger than this is no event of a model. */
const LONGEST_EVENT_BYTES = 16 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

/** A splitter for one stream; blank lines may end in LF or CRLF. */
export function createEventSplitter(): EventSplitter {
  let rest = NOTHING;
  return {
    push(bytes) {
      if (rest.length > LONGEST_EVENT_BYTES) throw new RangeError("The stream holds an event of more than 16 MiB.");
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const events: Buffer[] = [];
      let from = 0;
      // The blank line may have begun in what was there before.
      for (let at = Math.max(0, rest.length - 3); ; ) {
        const end = all.indexOf(LF, at);
        if (end === -1) break;
        at = end + 1;
        if (!endsInBlankLine(all, end, from)) continue;
        events.push(all.subarray(from, at));
        from = at;
      }
      // A copy, since what is left of a piece would keep all the bytes that were read with it.
      rest = from === all.length ? NOTHING : Buffer.from(all.subarray(from));
      return events;
    },
    rest: () => rest,
  };
}

/** Whether the line feed at `end` ends a line without content, in an event that begins at `from`. */
function endsInBlankLine(bytes: Buffer, end: number, from: number): boolean {
  const before = bytes[end - 1] === CR ? end - 2 : end - 1;
  return before < from || bytes[before] === LF;
}
