import type { ConverseStreamCommandOutput, ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import type { Delta, StopReason, Usage } from "../../dialects/conversation.ts";
import { brokenStream } from "../../dialects/upstream-failure.ts";
import { readStop, readUsage } from "./read-answer.ts";

/** The part that is being told: only calls of tools are announced, all others begin with their first piece. */
interface OpenPart {
  block: number;
  index: number;
}

/** Reads the events of a stream. @throws ProviderRefusal, or the library's error, when it ends in one. */
export async function* readStream(output: ConverseStreamCommandOutput, model: string): AsyncGenerator<Delta> {
  let open: OpenPart | undefined;
  let count = 0;
  let stop: StopReason | undefined;
  let usage: Usage | undefined;

  function begin(block: number, part: Extract<Delta, { type: "part_start" }>["part"]): Delta[] {
    if (open?.block === block) return [];
    const closed = end();
    open = { block, index: count++ };
    return [...closed, { type: "part_start", index: open.index, part }];
  }

  function end(): Delta[] {
    if (open === undefined) return [];
    const { index } = open;
    open = undefined;
    return [{ type: "part_end", index }];
  }

  function readDelta({
    delta,
    contentBlockIndex = 0,
  }: NonNullable<ConverseStreamOutput["contentBlockDelta"]>): Delta[] {
    if (delta?.text !== undefined) {
      return [...begin(contentBlockIndex, { type: "text" }), { type: "text", index: count - 1, text: delta.text }];
    }
    if (delta?.toolUse !== undefined) {
      return open === undefined ? [] : [{ type: "arguments", index: open.index, json: delta.toolUse.input ?? "" }];
    }
    const { text, signature, redactedContent } = delta?.reasoningContent ?? {};
    if (redactedContent !== undefined) {
      const redacted = Buffer.from(redactedContent).toString("base64");
      return begin(contentBlockIndex, { type: "thinking", redacted });
    }
    if (text === undefined && signature === undefined) return [];
    const begun = begin(contentBlockIndex, { type: "thinking" });
    const index = count - 1;
    if (text !== undefined) begun.push({ type: "thinking", index, text });
    if (signature !== undefined) begun.push({ type: "signature", index, signature });
    return begun;
  }

  for await (const event of output.stream ?? []) {
    const { toolUse } = event.contentBlockStart?.start ?? {};
    if (event.messageStart !== undefined) yield { type: "start", id: output.$metadata.requestId ?? "", model };
    else if (toolUse !== undefined) {
      const { toolUseId: id = "", name = "" } = toolUse;
      yield* begin(event.contentBlockStart?.contentBlockIndex ?? 0, { type: "tool_call", id, name });
    } else if (event.contentBlockDelta !== undefined) yield* readDelta(event.contentBlockDelta);
    else if (event.contentBlockStop !== undefined) yield* end();
    else if (event.messageStop !== undefined) stop = readStop(event.messageStop.stopReason);
    else if (event.metadata !== undefined) usage = readUsage(event.metadata.usage);
  }
  if (stop === undefined) {
    yield { type: "failure", failure: brokenStream("The provider's stream broke off before its end.") };
    return;
  }
  yield* end();
  yield { type: "end", stop, ...(usage !== undefined && { usage }) };
}
