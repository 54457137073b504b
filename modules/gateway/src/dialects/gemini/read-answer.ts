import { randomUUID } from "node:crypto";
import { ProviderRefusal } from "../../providers/provider.ts";
import {
  type Answer,
  type AnswerPart,
  NO_USAGE,
  type StopReason,
  type ToolCallPart,
  type UpstreamFailure,
  type Usage,
} from "../conversation.ts";
import { countIn, isObject, type Json, listIn, objectIn, textIn } from "../reading.ts";
import { markSignature } from "../signatures.ts";

/** Reads a whole answer. @throws Error when it is none, ProviderRefusal when the model wrote what nobody can read. */
export function readAnswer(body: unknown): Answer {
  if (!isObject(body) || (!Array.isArray(body.candidates) && !isObject(body.promptFeedback))) {
    throw new Error("The provider's answer holds no candidates.");
  }
  const parts: AnswerPart[] = [];
  for (const part of partsOf(body)) readPart(part, parts);
  const stop = readStop(
    body,
    parts.some(({ type }) => type === "tool_call"),
  );
  if (typeof stop === "object") throw new ProviderRefusal(stop);
  return {
    id: textIn(body.responseId),
    model: textIn(body.modelVersion),
    parts,
    stop: stop ?? "end",
    usage: readUsage(body) ?? NO_USAGE,
  };
}

/** The parts of the first candidate: no more are asked for. */
export const partsOf = (body: Json): Json[] =>
  listIn(objectIn(objectIn(listIn(body.candidates)[0]).content).parts).filter(isObject);

/** A signature stands at the call of a tool; elsewhere it belongs to a thought, so it becomes one before the call. */
function readPart(part: Json, parts: AnswerPart[]): void {
  const last = parts.at(-1);
  const call = readCall(part);
  if (call !== undefined) {
    const signature = signatureOf(part);
    if (signature !== undefined) {
      if (last?.type === "thinking") last.signature = signature;
      else parts.push({ type: "thinking", text: "", signature });
    }
    parts.push(call);
    return;
  }
  const text = textIn(part.text);
  if (text === "") return;
  const type = part.thought === true ? "thinking" : "text";
  if (last?.type === type) last.text += text;
  else parts.push({ type, text });
}

/** The call of a tool that a part holds. Earlier models give it no id, and need none back. */
export function readCall({ functionCall }: Json): ToolCallPart | undefined {
  if (!isObject(functionCall)) return undefined;
  return {
    type: "tool_call",
    id: textIn(functionCall.id) || `call_${randomUUID().replaceAll("-", "")}`,
    name: textIn(functionCall.name),
    arguments: JSON.stringify(objectIn(functionCall.args)),
  };
}

export const signatureOf = ({ thoughtSignature }: Json): string | undefined =>
  textIn(thoughtSignature) === "" ? undefined : markSignature("gemini", textIn(thoughtSignature));

/** The model tried to call a tool, and what it wrote is none of its calls. */
const MALFORMED = [
  "MALFORMED_FUNCTION_CALL",
  "MALFORMED_RESPONSE",
  "UNEXPECTED_TOOL_CALL",
  "TOO_MANY_TOOL_CALLS",
  "MISSING_THOUGHT_SIGNATURE",
];

/** Why an answer ended; undefined as long as it has not. What is no end of an answer is a failure. */
export function readStop(body: Json, hasToolCall: boolean): StopReason | UpstreamFailure | undefined {
  if (textIn(objectIn(body.promptFeedback).blockReason) !== "") return "refusal";
  const { finishReason, finishMessage } = objectIn(listIn(body.candidates)[0]);
  const reason = textIn(finishReason);
  if (reason === "" || reason === "FINISH_REASON_UNSPECIFIED") return undefined;
  if (reason === "STOP") return hasToolCall ? "tool_calls" : "end";
  if (reason === "MAX_TOKENS") return "length";
  // All others are the provider's filters: SAFETY, RECITATION, BLOCKLIST, PROHIBITED_CONTENT, SPII, LANGUAGE and more.
  if (!MALFORMED.includes(reason)) return "refusal";
  const message = textIn(finishMessage) || "The model called a tool in a way that cannot be read. Ask again.";
  return { status: 502, code: reason.toLowerCase(), message };
}

/** What was thought is counted beside the rest of the output, what was read from the cache within the input. */
export function readUsage(body: Json): Usage | undefined {
  const usage = body.usageMetadata;
  if (!isObject(usage)) return undefined;
  const reasoningTokens = countIn(usage.thoughtsTokenCount);
  return {
    inputTokens: countIn(usage.promptTokenCount) + countIn(usage.toolUsePromptTokenCount),
    cachedInputTokens: countIn(usage.cachedContentTokenCount),
    cacheWriteTokens: 0,
    outputTokens: countIn(usage.candidatesTokenCount) + reasoningTokens,
    reasoningTokens,
  };
}
