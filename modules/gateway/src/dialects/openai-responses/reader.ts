import type { AnswerPart, Delta, StopReason, UpstreamFailure } from "../conversation.ts";
import type { AnswerReader } from "../dialect.ts";
import { isObject, type Json, objectIn, parseJson, textIn } from "../reading.ts";
import type { SseEvent } from "../sse.ts";
import { brokenStream, readStreamFailure } from "../upstream-failure.ts";
import { createPartQueue } from "./part-queue.ts";
import { readParts, readStop } from "./read-answer.ts";
import { openThought } from "./thoughts.ts";
import { readUsage } from "./usage.ts";

/** Reads the typed events of a response. */
export function createResponsesReader(): AnswerReader {
  const queue = createPartQueue();
  /** Of parts whose pieces have come: what comes whole at their end is known already. */
  const grown = new Set<string>();
  let hasBegun = false;
  let hasEnded = false;
  let wasRefused = false;

  function begin(response: Json): Delta[] {
    if (hasBegun) return [];
    hasBegun = true;
    return [{ type: "start", id: textIn(response.id), model: textIn(response.model) }];
  }

  function fail(failure: UpstreamFailure): Delta[] {
    hasEnded = true;
    return [{ type: "failure", failure }];
  }

  function end(response: Json): Delta[] {
    hasEnded = true;
    const rest = queue.isEmpty() ? readParts(response).flatMap(deltasOf) : queue.close();
    const usage = readUsage(response.usage);
    const told = readStop(response);
    // Servers that say the end without what they said before: what came as a stream counts.
    const stop: StopReason =
      told !== "end" ? told : queue.hasToolCall() ? "tool_calls" : wasRefused ? "refusal" : "end";
    return [...begin(response), ...rest, { type: "end", stop, ...(usage !== undefined && { usage }) }];
  }

  function text(key: string, piece: unknown): Delta[] {
    if (textIn(piece) === "") return [];
    grown.add(key);
    return queue.push(key, (index) => ({ type: "text", index, text: textIn(piece) }));
  }

  function thinking(key: string, piece: unknown): Delta[] {
    if (textIn(piece) === "") return [];
    grown.add(key);
    return queue.push(key, (index) => ({ type: "thinking", index, text: textIn(piece) }));
  }

  function args(key: string, piece: unknown): Delta[] {
    if (textIn(piece) === "") return [];
    grown.add(key);
    return queue.push(key, (index) => ({ type: "arguments", index, json: textIn(piece) }));
  }

  function beginItem(key: string, item: Json): Delta[] {
    if (item.type === "reasoning") return queue.begin(key, { type: "thinking", ...redactedOf(item) });
    if (item.type !== "function_call") return [];
    const id = textIn(item.call_id);
    return [...queue.begin(key, { type: "tool_call", id, name: textIn(item.name) }), ...args(key, item.arguments)];
  }

  function endItem(key: string, item: Json): Delta[] {
    if (item.type === "function_call") {
      return [...(grown.has(key) ? [] : args(key, item.arguments)), ...queue.end(key)];
    }
    if (item.type !== "reasoning") return [];
    const { signature } = openThought(item.encrypted_content);
    return [
      ...(signature === undefined ? [] : queue.push(key, (index) => ({ type: "signature", index, signature }))),
      ...queue.end(key),
    ];
  }

  function beginContent(key: string, part: Json): Delta[] {
    if (part.type !== "output_text" && part.type !== "refusal") return [];
    if (part.type === "refusal") wasRefused = true;
    return [...queue.begin(key, { type: "text" }), ...text(key, part.text ?? part.refusal)];
  }

  function readEvent(event: Json): Delta[] {
    const item = String(event.output_index ?? 0);
    const content = `${item}.${String(event.content_index ?? 0)}`;
    switch (event.type) {
      case "response.created":
      case "response.in_progress":
        return begin(objectIn(event.response));
      case "response.output_item.added":
        return beginItem(item, objectIn(event.item));
      case "response.content_part.added":
        return beginContent(content, objectIn(event.part));
      case "response.output_text.delta":
      case "response.refusal.delta":
        return [...queue.begin(content, { type: "text" }), ...text(content, event.delta)];
      case "response.output_text.done":
      case "response.refusal.done":
        if (grown.has(content)) return [];
        return [...queue.begin(content, { type: "text" }), ...text(content, event.text ?? event.refusal)];
      case "response.content_part.done":
        return queue.end(content);
      case "response.reasoning_summary_part.added":
        // A summary has sections; elsewhere it is one text.
        return grown.has(item) ? thinking(item, "\n\n") : [];
      case "response.reasoning_summary_text.delta":
      case "response.reasoning_text.delta":
        return [...queue.begin(item, { type: "thinking" }), ...thinking(item, event.delta)];
      case "response.function_call_arguments.delta":
        return args(item, event.delta);
      case "response.output_item.done":
        return [...queue.endAll(`${item}.`), ...endItem(item, objectIn(event.item))];
      case "response.completed":
      case "response.incomplete":
        return end(objectIn(event.response));
      case "response.failed":
        return fail(readStreamFailure({ error: objectIn(objectIn(event.response).error) }));
      case "error":
        return fail(readStreamFailure(isObject(event.error) ? event : { error: event }));
      default:
        // Some servers send their errors without a type.
        return isObject(event.error) ? fail(readStreamFailure(event)) : [];
    }
  }

  return {
    read({ data }: SseEvent): Delta[] {
      if (hasEnded || data === "[DONE]") return [];
      const event = parseJson(data);
      return isObject(event)
        ? readEvent(event)
        : fail(brokenStream("The provider's stream holds an event that is no JSON."));
    },
    close: () => (hasEnded ? [] : fail(brokenStream("The provider's stream broke off before its end."))),
  };
}

const redactedOf = (item: Json): { redacted?: string } => {
  const { redacted } = openThought(item.encrypted_content);
  return redacted === undefined ? {} : { redacted };
};

/** The steps of a part that came whole. */
function deltasOf(part: AnswerPart, index: number): Delta[] {
  const close: Delta = { type: "part_end", index };
  if (part.type === "text") {
    return [{ type: "part_start", index, part: { type: "text" } }, { type: "text", index, text: part.text }, close];
  }
  if (part.type === "tool_call") {
    const { id, name } = part;
    return [
      { type: "part_start", index, part: { type: "tool_call", id, name } },
      { type: "arguments", index, json: part.arguments },
      close,
    ];
  }
  const { text, signature, redacted } = part;
  return [
    { type: "part_start", index, part: { type: "thinking", ...(redacted !== undefined && { redacted }) } },
    ...(text === "" ? [] : [{ type: "thinking" as const, index, text }]),
    ...(signature === undefined ? [] : [{ type: "signature" as const, index, signature }]),
    close,
  ];
}
