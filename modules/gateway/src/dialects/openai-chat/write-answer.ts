import type { Answer, Delta, StopReason, ThinkingPart } from "../conversation.ts";
import type { AnswerWriter, ClientFailure, WriterOptions } from "../dialect.ts";
import { isObject, type Json } from "../reading.ts";
import { writeUsage } from "./usage.ts";

const FINISH_REASONS: Readonly<Record<StopReason, string>> = {
  end: "stop",
  length: "length",
  tool_calls: "tool_calls",
  stop_sequence: "stop",
  refusal: "content_filter",
  paused: "stop",
};

/** The body of a whole answer. `createdSeconds` is now: the dialect dates every answer. */
export function writeAnswer(answer: Answer, model: string): Json {
  const thoughts = answer.parts.filter((part) => part.type === "thinking");
  const text = answer.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  const calls = answer.parts.filter((part) => part.type === "tool_call");
  const reasoning = thoughts.map((part) => part.text).join("");
  const details = thoughts.flatMap(writeThoughtDetail);
  return {
    id: answer.id,
    object: "chat.completion",
    created: Math.floor(Date.now() / 1_000),
    model,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: text === "" && calls.length > 0 ? null : text,
          refusal: null,
          ...(reasoning !== "" && { reasoning_content: reasoning }),
          ...(details.length > 0 && { reasoning_details: details }),
          ...(calls.length > 0 && {
            tool_calls: calls.map((call) => ({
              id: call.id,
              type: "function",
              function: { name: call.name, arguments: call.arguments || "{}" },
            })),
          }),
        },
        logprobs: null,
        finish_reason: FINISH_REASONS[answer.stop],
      },
    ],
    usage: writeUsage(answer.usage),
  };
}

/**
 * Thoughts that must come back to their provider unchanged, in OpenRouter's form: clients that keep the fields of a message
 * send them back with the next request, and a conversation with tools goes on where it was.
 */
export function writeThoughtDetail(part: ThinkingPart): Json[] {
  if (part.redacted !== undefined) return [{ type: "reasoning.encrypted", data: part.redacted }];
  return part.signature === undefined ? [] : [{ type: "reasoning.text", text: part.text, signature: part.signature }];
}

/** Spells one answer as `chat.completion.chunk` events, with a chunk of usage before `[DONE]` where that was asked for. */
export function createWriter({ model, request, createdSeconds }: WriterOptions): AnswerWriter {
  const wantsUsage = isObject(request.stream_options) && request.stream_options.include_usage === true;
  let id = "";
  /** The position among the answer's tool calls, by which this dialect counts them. */
  let call = -1;
  let isCall = false;
  let hasArguments = false;
  let thought: ThinkingPart | undefined;

  const event = (choices: Json[], usage: Json | null = null): string => {
    const chunk = { id, object: "chat.completion.chunk", created: createdSeconds, model, choices };
    return `data: ${JSON.stringify(wantsUsage ? { ...chunk, usage } : chunk)}\n\n`;
  };
  const chunk = (delta: Json, finishReason: string | null = null): string =>
    event([{ index: 0, delta, logprobs: null, finish_reason: finishReason }]);
  const argumentsChunk = (json: string): string =>
    chunk({ tool_calls: [{ index: call, function: { arguments: json } }] });

  function startPart(part: Extract<Delta, { type: "part_start" }>["part"]): string {
    isCall = part.type === "tool_call";
    hasArguments = false;
    thought = part.type === "thinking" ? { ...part, text: "" } : undefined;
    if (part.type !== "tool_call") return "";
    call += 1;
    const { id: callId, name } = part;
    return chunk({ tool_calls: [{ index: call, id: callId, type: "function", function: { name, arguments: "" } }] });
  }

  function endPart(): string {
    // Clients parse the arguments as JSON, which nothing is not.
    const missing = isCall && !hasArguments ? argumentsChunk("{}") : "";
    const details = thought === undefined ? [] : writeThoughtDetail(thought);
    isCall = false;
    thought = undefined;
    return details.length === 0 ? missing : chunk({ reasoning_details: details });
  }

  function write(delta: Delta): string {
    switch (delta.type) {
      case "start":
        id = delta.id;
        return chunk({ role: "assistant", content: "", refusal: null });
      case "part_start":
        return startPart(delta.part);
      case "text":
        return delta.text === "" ? "" : chunk({ content: delta.text });
      case "thinking":
        if (thought !== undefined) thought.text += delta.text;
        return delta.text === "" ? "" : chunk({ reasoning_content: delta.text });
      case "signature":
        if (thought !== undefined) thought.signature = (thought.signature ?? "") + delta.signature;
        return "";
      case "arguments":
        if (delta.json === "") return "";
        hasArguments = true;
        return argumentsChunk(delta.json);
      case "part_end":
        return endPart();
      case "end": {
        const usage = wantsUsage && delta.usage !== undefined ? event([], writeUsage(delta.usage)) : "";
        return `${chunk({}, FINISH_REASONS[delta.stop])}${usage}data: [DONE]\n\n`;
      }
      case "failure":
        // Without [DONE]: the official client throws what stands in `error`, and others see a stream that did not end.
        return `data: ${JSON.stringify(writeFailure(delta.failure))}\n\n`;
    }
  }

  return { write };
}

/** A refusal or a failure in OpenAI's form. What a budget says stands in `error` besides: `unit`, `used`, `limit`, `resets_at`. */
export function writeFailure({ status, code, message, path, budget }: ClientFailure): Json {
  return {
    error: {
      message,
      type: budget === undefined ? typeOf(status) : "insufficient_quota",
      param: path ?? null,
      code: code.replace(/^gateway\./, "") || null,
      ...(budget !== undefined && {
        unit: budget.unit,
        used: budget.used,
        limit: budget.limit,
        resets_at: budget.resetsAt,
      }),
    },
  };
}

function typeOf(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 402) return "insufficient_quota";
  if (status === 403) return "permission_error";
  if (status === 404) return "not_found_error";
  if (status === 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}
