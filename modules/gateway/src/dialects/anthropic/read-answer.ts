import {
  type Answer,
  type AnswerPart,
  type Delta,
  NO_USAGE,
  type StopReason,
  type UpstreamFailure,
} from "../conversation.ts";
import type { AnswerReader } from "../dialect.ts";
import { isObject, type Json, listIn, objectIn, parseJson, textIn } from "../reading.ts";
import type { SseEvent } from "../sse.ts";
import { brokenStream, readStreamFailure } from "../upstream-failure.ts";
import { mergeUsage, readUsage } from "./usage.ts";

const STOPS: Readonly<Record<string, StopReason>> = {
  end_turn: "end",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  stop_sequence: "stop_sequence",
  refusal: "refusal",
  pause_turn: "paused",
};

const readStop = (reason: unknown): StopReason => STOPS[textIn(reason)] ?? "end";

/** Reads the body of a whole answer; blocks of Anthropic's own tools are passed over. @throws Error when it is none. */
export function readAnswer(body: unknown): Answer {
  const answer = objectIn(body);
  if (!Array.isArray(answer.content)) throw new Error("The provider's answer holds no content.");
  const stopSequence = textIn(answer.stop_sequence);
  return {
    id: textIn(answer.id),
    model: textIn(answer.model),
    parts: listIn(answer.content).flatMap((block) => readBlock(objectIn(block))),
    stop: readStop(answer.stop_reason),
    ...(stopSequence !== "" && { stopSequence }),
    usage: readUsage(answer.usage) ?? NO_USAGE,
  };
}

function readBlock(block: Json): AnswerPart[] {
  switch (block.type) {
    case "text":
      return [{ type: "text", text: textIn(block.text) }];
    case "thinking": {
      const signature = textIn(block.signature);
      return [{ type: "thinking", text: textIn(block.thinking), ...(signature !== "" && { signature }) }];
    }
    case "redacted_thinking":
      return [{ type: "thinking", text: "", redacted: textIn(block.data) }];
    case "tool_use":
      return [
        { type: "tool_call", id: textIn(block.id), name: textIn(block.name), arguments: writeInput(block.input) },
      ];
    default:
      return [];
  }
}

const writeInput = (input: unknown): string => (typeof input === "string" ? input : JSON.stringify(input ?? {}));

/** Reads the events of one streamed answer. */
export function createReader(): AnswerReader {
  let isOver = false;
  let hasStarted = false;
  let index = -1;
  let openType = "";
  /** The input of a tool as its block began with it; pieces that follow stand in its place. */
  let input: unknown;
  let usage: Json = {};
  let hasUsage = false;
  let stop: StopReason | undefined;
  let stopSequence = "";

  function fail(failure: UpstreamFailure): Delta[] {
    isOver = true;
    return [{ type: "failure", failure }];
  }

  function takeUsage(value: unknown): void {
    hasUsage ||= isObject(value);
    usage = mergeUsage(usage, value);
  }

  function readStart(message: Json): Delta[] {
    if (hasStarted) return [];
    hasStarted = true;
    takeUsage(message.usage);
    const told = readUsage(message.usage);
    return [{ type: "start", id: textIn(message.id), model: textIn(message.model), ...(told && { usage: told }) }];
  }

  function closePart(): Delta[] {
    if (openType === "") return [];
    const isWithoutPieces = openType === "tool_use" && input !== undefined;
    openType = "";
    const end: Delta = { type: "part_end", index };
    return isWithoutPieces ? [{ type: "arguments", index, json: writeInput(input) }, end] : [end];
  }

  function openPart(block: Json): Delta[] {
    const closed = closePart();
    const [part] = readBlock(block);
    if (part === undefined) return closed;
    index += 1;
    openType = textIn(block.type);
    input = block.input ?? {};
    if (part.type === "tool_call") {
      const { type, id, name } = part;
      return [...closed, { type: "part_start", index, part: { type, id, name } }];
    }
    if (part.type === "thinking" && part.redacted !== undefined) {
      return [...closed, { type: "part_start", index, part: { type: "thinking", redacted: part.redacted } }];
    }
    const begun: Delta[] = [...closed, { type: "part_start", index, part: { type: part.type } }];
    // Some that took the dialect over send the first words with the start of the block.
    if (part.text !== "") begun.push({ type: part.type, index, text: part.text });
    return begun;
  }

  function readPiece(delta: Json): Delta[] {
    if (openType === "") return [];
    switch (delta.type) {
      case "text_delta":
        return openType === "text" ? [{ type: "text", index, text: textIn(delta.text) }] : [];
      case "thinking_delta":
        return openType === "thinking" ? [{ type: "thinking", index, text: textIn(delta.thinking) }] : [];
      case "signature_delta":
        return openType === "thinking" ? [{ type: "signature", index, signature: textIn(delta.signature) }] : [];
      case "input_json_delta": {
        const json = textIn(delta.partial_json);
        if (openType !== "tool_use" || json === "") return [];
        input = undefined;
        return [{ type: "arguments", index, json }];
      }
      default:
        return [];
    }
  }

  function end(): Delta[] {
    isOver = true;
    const total = hasUsage ? readUsage(usage) : undefined;
    return [
      ...closePart(),
      {
        type: "end",
        stop: stop ?? "end",
        ...(stopSequence !== "" && { stopSequence }),
        ...(total && { usage: total }),
      },
    ];
  }

  function read({ event, data }: SseEvent): Delta[] {
    if (isOver || data.trim() === "") return [];
    const body = parseJson(data);
    // Some gateways close this dialect as OpenAI's is closed.
    if (!isObject(body))
      return data.trim() === "[DONE]" ? [] : fail(brokenStream("The provider sent an event that is no JSON."));
    switch (textIn(body.type) || event) {
      case "message_start":
        return readStart(objectIn(body.message));
      case "content_block_start":
        return openPart(objectIn(body.content_block));
      case "content_block_delta":
        return readPiece(objectIn(body.delta));
      case "content_block_stop":
        return closePart();
      case "message_delta": {
        const delta = objectIn(body.delta);
        if (textIn(delta.stop_reason) !== "") stop = readStop(delta.stop_reason);
        stopSequence = textIn(delta.stop_sequence);
        takeUsage(body.usage);
        return [];
      }
      case "message_stop":
        return hasStarted ? end() : fail(brokenStream("The provider's stream ended before it held an answer."));
      case "error":
        return fail(readStreamFailure(body));
      default:
        return [];
    }
  }

  return {
    read,
    close: () => (isOver ? [] : fail(brokenStream("The provider's stream broke off before its answer was whole."))),
  };
}
