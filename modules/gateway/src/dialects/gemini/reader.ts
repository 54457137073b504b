import type { Delta, StopReason, UpstreamFailure, Usage } from "../conversation.ts";
import type { AnswerReader } from "../dialect.ts";
import { isObject, type Json, parseJson, textIn } from "../reading.ts";
import { brokenStream, readStreamFailure } from "../upstream-failure.ts";
import { partsOf, readCall, readStop, readUsage, signatureOf } from "./read-answer.ts";

/** Reads a stream of which each event is an answer with the parts that are new. */
export function createGeminiReader(): AnswerReader {
  /** The part that grows; calls of tools come whole. */
  let open: "text" | "thinking" | undefined;
  let count = 0;
  let hasBegun = false;
  let hasCall = false;
  let stop: StopReason | undefined;
  let usage: Usage | undefined;
  let hasFailed = false;

  function close(): Delta[] {
    if (open === undefined) return [];
    open = undefined;
    return [{ type: "part_end", index: count - 1 }];
  }

  function begin(type: "text" | "thinking"): Delta[] {
    if (open === type) return [];
    const closed = close();
    open = type;
    return [...closed, { type: "part_start", index: count++, part: { type } }];
  }

  function readPart(part: Json): Delta[] {
    const call = readCall(part);
    if (call === undefined) {
      const text = textIn(part.text);
      if (text === "") return [];
      const type = part.thought === true ? "thinking" : "text";
      return [...begin(type), { type, index: count - 1, text }];
    }
    const deltas: Delta[] = [];
    const signature = signatureOf(part);
    if (signature !== undefined) {
      deltas.push(...begin("thinking"), { type: "signature", index: count - 1, signature });
    }
    deltas.push(...close());
    hasCall = true;
    const index = count++;
    const { id, name } = call;
    return [
      ...deltas,
      { type: "part_start", index, part: { type: "tool_call", id, name } },
      { type: "arguments", index, json: call.arguments },
      { type: "part_end", index },
    ];
  }

  function fail(failure: UpstreamFailure): Delta[] {
    hasFailed = true;
    return [{ type: "failure", failure }];
  }

  return {
    read({ data }) {
      if (hasFailed) return [];
      const body = parseJson(data);
      if (!isObject(body)) return fail(brokenStream("The provider's stream holds an event that is no JSON."));
      if (isObject(body.error)) return fail(readStreamFailure(body));
      usage = readUsage(body) ?? usage;
      const deltas: Delta[] = [];
      if (!hasBegun) {
        hasBegun = true;
        const start: Delta = { type: "start", id: textIn(body.responseId), model: textIn(body.modelVersion) };
        deltas.push(usage === undefined ? start : { ...start, usage });
      }
      for (const part of partsOf(body)) deltas.push(...readPart(part));
      const told = readStop(body, hasCall);
      if (typeof told === "object") return [...deltas, ...fail(told)];
      stop = told ?? stop;
      return deltas;
    },
    // What ends the answer may stand before the last count of its tokens, so the end is known when the stream is over.
    close() {
      if (hasFailed) return [];
      if (stop === undefined) return fail(brokenStream("The provider's stream broke off before its end."));
      return [...close(), { type: "end", stop, ...(usage !== undefined && { usage }) }];
    },
  };
}
