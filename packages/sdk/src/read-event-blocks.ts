/** One block of an event stream, up to an empty line. A block without data is no event, but may tell the id. */
export interface EventBlock {
  event: string;
  data: string;
  id: string | undefined;
  retryMs: number | undefined;
}

/** More than this without an empty line is no stream of a reef's. */
const LONGEST_BLOCK = 4_194_304;

/** Reads the blocks of a stream of server-sent events; calls `onBytes` whenever anything arrives, comments too. */
export async function* readEventBlocks(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<EventBlock> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // What is left of a block that was not ended is not an event (the standard, section 9.2.6).
      if (done) return;
      onBytes();
      text += decoder.decode(value, { stream: true });
      if (text.length > LONGEST_BLOCK) throw new Error("The stream sends no ends of events.");
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop() ?? "";
      for (const block of blocks) yield parse(block);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function parse(block: string): EventBlock {
  const parsed: EventBlock = { event: "message", data: "", id: undefined, retryMs: undefined };
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === "event") parsed.event = value;
    else if (field === "data") data.push(value);
    else if (field === "id") parsed.id = value;
    else if (field === "retry" && /^\d+$/.test(value)) parsed.retryMs = Number(value);
  }
  parsed.data = data.join("\n");
  return parsed;
}
