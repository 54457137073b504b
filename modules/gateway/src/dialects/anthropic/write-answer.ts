import { type Answer, type AnswerPart, type Delta, NO_USAGE, type StopReason, type Usage } from "../conversation.ts";
import type { AnswerWriter, ClientFailure, WriterOptions } from "../dialect.ts";
import { type Json, parseJson } from "../reading.ts";
import { writeUsage } from "./usage.ts";

const STOP_REASONS: Readonly<Record<StopReason, string>> = {
  end: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  stop_sequence: "stop_sequence",
  refusal: "refusal",
  paused: "pause_turn",
};

/** The body of a whole answer. */
export const writeAnswer = (answer: Answer, model: string): Json => ({
  ...writeMessage(answer.id, model, answer.usage),
  content: answer.parts.map(writeBlock),
  stop_reason: STOP_REASONS[answer.stop],
  stop_sequence: answer.stopSequence ?? null,
});

const writeMessage = (id: string, model: string, usage: Usage): Json => ({
  id,
  type: "message",
  role: "assistant",
  model,
  content: [],
  container: null,
  diagnostics: null,
  stop_reason: null,
  stop_sequence: null,
  stop_details: null,
  usage: { ...writeUsage(usage), cache_creation: null, inference_geo: null, service_tier: null, speed: null },
});

function writeBlock(part: AnswerPart): Json {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text, citations: null };
    case "thinking":
      return part.redacted === undefined
        ? { type: "thinking", thinking: part.text, signature: part.signature ?? "" }
        : { type: "redacted_thinking", data: part.redacted };
    case "tool_call":
      return writeToolUse(
        part.id,
        part.name,
        part.arguments === "" ? {} : (parseJson(part.arguments) ?? part.arguments),
      );
  }
}

const writeToolUse = (id: string, name: string, input: unknown): Json => ({
  type: "tool_use",
  id,
  name,
  input,
  caller: { type: "direct" },
});

function writeBlockStart(part: Extract<Delta, { type: "part_start" }>["part"]): Json {
  return part.type === "tool_call" ? writeToolUse(part.id, part.name, {}) : writeBlock({ ...part, text: "" });
}

/** Spells one answer as the events of `/v1/messages`. */
export function createWriter({ model }: WriterOptions): AnswerWriter {
  let usage: Usage = NO_USAGE;
  let signature = "";

  const event = (type: string, fields: Json): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const blockDelta = (index: number, type: string, fields: Json): string =>
    event("content_block_delta", { index, delta: { type, ...fields } });

  function write(delta: Delta): string {
    switch (delta.type) {
      case "start":
        usage = delta.usage ?? usage;
        return event("message_start", { message: writeMessage(delta.id, model, usage) });
      case "part_start":
        signature = "";
        return event("content_block_start", { index: delta.index, content_block: writeBlockStart(delta.part) });
      case "text":
        return blockDelta(delta.index, "text_delta", { text: delta.text });
      case "thinking":
        return blockDelta(delta.index, "thinking_delta", { thinking: delta.text });
      case "signature":
        // The official client keeps the last one it is told, so it is told the whole.
        signature += delta.signature;
        return "";
      case "arguments":
        return blockDelta(delta.index, "input_json_delta", { partial_json: delta.json });
      case "part_end": {
        const signed = signature === "" ? "" : blockDelta(delta.index, "signature_delta", { signature });
        signature = "";
        return signed + event("content_block_stop", { index: delta.index });
      }
      case "end":
        return writeEnd(delta);
      case "failure":
        return event("error", writeFailure(delta.failure));
    }
  }

  function writeEnd({ stop, stopSequence, usage: total = usage }: Extract<Delta, { type: "end" }>): string {
    const delta = {
      stop_reason: STOP_REASONS[stop],
      stop_sequence: stopSequence ?? null,
      stop_details: null,
      container: null,
    };
    return event("message_delta", { delta, usage: writeUsage(total) }) + event("message_stop", {});
  }

  return { write };
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  503: "overloaded_error",
  504: "timeout_error",
  529: "overloaded_error",
};

/**
 * A refusal or a failure in Anthropic's form. The reef's own code stands in `details.error_code`, where the official client
 * looks for one, and beside it what a budget says: `unit`, `used`, `limit`, `resets_at`.
 */
export function writeFailure({ status, code, message, path, budget }: ClientFailure): Json {
  const word = code.replace(/^gateway\./, "");
  const details = {
    ...(word !== "" && { error_code: word }),
    ...(path !== undefined && { param: path }),
    ...(budget !== undefined && {
      unit: budget.unit,
      used: budget.used,
      limit: budget.limit,
      resets_at: budget.resetsAt,
    }),
  };
  const type = ERROR_TYPES[status] ?? (status >= 500 ? "api_error" : "invalid_request_error");
  return {
    type: "error",
    error: { type, message, details: Object.keys(details).length === 0 ? null : details },
  };
}
