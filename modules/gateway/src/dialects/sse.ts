/** One server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface SseEvent {
  /** Its `event` field; empty where it has none. */
  event: string;
  /** Its `data` lines, joined by line feeds. */
  data: string;
}

/** An event larger than this, in bytes or characters, is no event of a model. */
export const LONGEST_EVENT = 16 * 1024 * 1024;

/** Reads events out of bytes that come in pieces of any size, cut anywhere: within a line, a CRLF, or a UTF-8 sequence. */
export interface SseParser {
  /** The events that these bytes complete. @throws RangeError for an event without end. */
  push(bytes: Uint8Array): SseEvent[];
  /** The event that the stream ended in before its blank line: some upstreams leave the last one out. */
  close(): SseEvent[];
}

/** A parser for one stream. Comments, `id` and `retry` are passed over, and so are events without data. */
export function createSseParser(): SseParser {
  const decoder = new TextDecoder("utf-8");
  /** What there is of a line that has not ended, in the pieces it came in: joined once, or a long one would cost its square. */
  let pending: string[] = [];
  let pendingSize = 0;
  /** Whether the piece before ended in a carriage return, of which a line feed at the beginning is the second half. */
  let isAfterCarriage = false;
  let event = "";
  let data: string[] = [];
  let size = 0;

  function takeLine(line: string, events: SseEvent[]): void {
    if (line === "") {
      if (data.length > 0) events.push({ event, data: data.length === 1 ? (data[0] ?? "") : data.join("\n") });
      event = "";
      data = [];
      size = 0;
      return;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const start = line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1;
    const value = colon === -1 ? "" : line.slice(start);
    if (field === "data") {
      // An empty line counts too: without end they would be gathered for ever.
      size += value.length + 1;
      if (size > LONGEST_EVENT) throw new RangeError("The stream holds an event of more than 16 MiB.");
      data.push(value);
    } else if (field === "event") event = value;
  }

  /** The line that ends with this text. */
  function lineWith(end: string): string {
    if (pending.length === 0) return end;
    const line = pending.join("") + end;
    pending = [];
    pendingSize = 0;
    return line;
  }

  function takeText(text: string): SseEvent[] {
    const events: SseEvent[] = [];
    if (text === "") return events;
    let from = isAfterCarriage && text.charCodeAt(0) === 10 ? 1 : 0;
    isAfterCarriage = false;
    // Looked for anew only behind the last one found: most streams have none, and are not read twice for it.
    let carriage = text.indexOf("\r", from);
    for (;;) {
      if (carriage !== -1 && carriage < from) carriage = text.indexOf("\r", from);
      const feed = text.indexOf("\n", from);
      const end = carriage !== -1 && (feed === -1 || carriage < feed) ? carriage : feed;
      if (end === -1) break;
      takeLine(lineWith(text.slice(from, end)), events);
      isAfterCarriage = end === carriage && end === text.length - 1;
      from = end === carriage && feed === end + 1 ? end + 2 : end + 1;
    }
    if (from < text.length) {
      pending.push(text.slice(from));
      pendingSize += text.length - from;
      if (pendingSize > LONGEST_EVENT) throw new RangeError("The stream holds a line of more than 16 MiB.");
    }
    return events;
  }

  return {
    push: (bytes) => takeText(decoder.decode(bytes, { stream: true })),
    close() {
      const events = takeText(decoder.decode());
      takeLine(lineWith(""), events);
      takeLine("", events);
      return events;
    },
  };
}
