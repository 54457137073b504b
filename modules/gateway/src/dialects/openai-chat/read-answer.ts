import {
  type Answer,
  type AnswerPart,
  type Delta,
  NO_USAGE,
  type StopReason,
  type ThinkingPart,
  type Usage,
} from "../conversation.ts";
import type { AnswerReader } from "../dialect.ts";
import { isObject, type Json, listIn, objectIn, parseJson, textIn } from "../reading.ts";
import { markSignature } from "../signatures.ts";
import type { SseEvent } from "../sse.ts";
import { brokenStream, readStreamFailure } from "../upstream-failure.ts";
import { readThoughts } from "./read-messages.ts";
import { readUsage } from "./usage.ts";

/** Reads the body of a whole answer. @throws Error when it is none. */
export function readAnswer(body: unknown): Answer {
  const answer = objectIn(body);
  const choice = objectIn(listIn(answer.choices)[0]);
  if (!isObject(choice.message)) throw new Error("The provider's answer holds no message.");
  const { message } = choice;
  const content = readContent(message.content);
  const refusal = textIn(message.refusal);
  const calls = listIn(message.tool_calls).map(objectIn);
  const parts: AnswerPart[] = [
    ...(content.thoughts === "" ? readOwnThoughts(message) : [{ type: "thinking" as const, text: content.thoughts }]),
    ...[content.text, refusal].filter((text) => text !== "").map((text) => ({ type: "text" as const, text })),
    ...calls.map((call, index) => ({
      type: "tool_call" as const,
      ...readCall(call, index),
      arguments: argumentsOf(call) || "{}",
    })),
  ];
  return {
    id: textIn(answer.id),
    model: textIn(answer.model),
    parts,
    stop: readStop(choice.finish_reason, calls.length > 0, refusal !== ""),
    usage: readUsage(answer) ?? NO_USAGE,
  };
}

/** Thoughts with the signatures that OpenRouter passes on; what it encrypts otherwise nobody else can read. */
const readOwnThoughts = (message: Json): ThinkingPart[] =>
  readThoughts(message).flatMap((thought) => {
    if (thought.redacted !== undefined) return [];
    const { signature } = thought;
    return [signature === undefined ? thought : { ...thought, signature: markSignature("openai-chat", signature) }];
  });

/** Mistral sends its thoughts within the content, which is then an array. */
function readContent(content: unknown): { text: string; thoughts: string } {
  if (typeof content === "string") return { text: content, thoughts: "" };
  const parts = listIn(content).map(objectIn);
  const joined = (items: unknown): string =>
    typeof items === "string"
      ? items
      : listIn(items)
          .map((item) => textIn(objectIn(item).text))
          .join("");
  return {
    text: parts.map((part) => (part.type === "thinking" ? "" : textIn(part.text))).join(""),
    thoughts: parts.map((part) => (part.type === "thinking" ? joined(part.thinking) : "")).join(""),
  };
}

const readCall = (call: Json, index: number): { id: string; name: string } => ({
  // Some local servers name no call; the client must still be able to answer it.
  id: textIn(call.id) || `call_${index}`,
  name: textIn(objectIn(call.function).name),
});

/** Some send the arguments as the object itself. */
function argumentsOf(call: Json): string {
  const value = objectIn(call.function).arguments;
  return isObject(value) ? JSON.stringify(value) : textIn(value);
}

/** All text of one chunk's choice: thoughts, words, a refusal, the arguments of tools. */
export function textOfDelta(delta: Json): string {
  const { text, thoughts } = readContent(delta.content);
  const reasoning = thoughts || textIn(delta.reasoning_content) || textIn(delta.reasoning);
  const calls = listIn(delta.tool_calls).map(objectIn);
  return [reasoning, text, textIn(delta.refusal), ...calls.map(argumentsOf)].join("");
}

function readStop(reason: unknown, hasCalls: boolean, isRefusal: boolean): StopReason {
  if (isRefusal || reason === "content_filter") return "refusal";
  if (reason === "length") return "length";
  // Some say `stop` where the model called a tool.
  return hasCalls || reason === "tool_calls" || reason === "function_call" ? "tool_calls" : "end";
}

type OpenPart =
  | { type: "text" }
  | { type: "thinking"; signature: string }
  | { type: "tool_call"; place: number; id: string };

/** Reads the chunks of one streamed answer. Only its first choice is read, since no more is ever asked for. */
export function createReader(): AnswerReader {
  let hasStarted = false;
  let isOver = false;
  let index = -1;
  let open: OpenPart | undefined;
  let finish: unknown;
  let isRefusal = false;
  /** Places of the calls that were begun, of which the open one is the last. */
  const places = new Set<number>();
  let calls = 0;
  let usage: Usage | undefined;

  function closePart(): Delta[] {
    if (open === undefined) return [];
    open = undefined;
    return [{ type: "part_end", index }];
  }

  function openPart(part: OpenPart, start: Extract<Delta, { type: "part_start" }>["part"]): Delta[] {
    const closed = closePart();
    index += 1;
    open = part;
    return [...closed, { type: "part_start", index, part: start }];
  }

  function fail(failure: ReturnType<typeof brokenStream>): Delta[] {
    isOver = true;
    return [{ type: "failure", failure }];
  }

  function readText(text: string): Delta[] {
    if (text === "") return [];
    const opened = open?.type === "text" ? [] : openPart({ type: "text" }, { type: "text" });
    return [...opened, { type: "text", index, text }];
  }

  function readThinking(delta: Json, inContent: string): Delta[] {
    const text = inContent || textIn(delta.reasoning_content) || textIn(delta.reasoning);
    const deltas: Delta[] = [];
    if (text !== "") {
      if (open?.type !== "thinking")
        deltas.push(...openPart({ type: "thinking", signature: "" }, { type: "thinking" }));
      deltas.push({ type: "thinking", index, text });
    }
    for (const { signature } of readOwnThoughts({ reasoning_details: delta.reasoning_details })) {
      if (signature === undefined || (open?.type === "thinking" && open.signature !== "")) continue;
      if (open?.type !== "thinking") deltas.push(...openPart({ type: "thinking", signature }, { type: "thinking" }));
      else open.signature = signature;
      deltas.push({ type: "signature", index, signature });
    }
    return deltas;
  }

  function readToolCall(call: Json): Delta[] {
    const name = textIn(objectIn(call.function).name);
    const id = textIn(call.id);
    const json = argumentsOf(call);
    const current = open?.type === "tool_call" ? open : undefined;
    // Some count every call as the first one: then a new id with a name begins another.
    const isAnother = current !== undefined && name !== "" && id !== "" && current.id !== id;
    const isCurrent = current !== undefined && !isAnother;
    const uncounted = isCurrent && (name === "" || id === current.id) ? current.place : calls;
    const place = typeof call.index === "number" ? call.index : uncounted;
    const deltas: Delta[] = [];
    if (!isCurrent || current.place !== place) {
      if (places.has(place) && !isAnother) {
        return json === "" ? [] : fail(brokenStream("The provider sent two tool calls mixed into each other."));
      }
      const start = readCall(call, calls);
      places.add(place);
      calls += 1;
      deltas.push(...openPart({ type: "tool_call", place, id: start.id }, { type: "tool_call", ...start }));
    }
    return json === "" ? deltas : [...deltas, { type: "arguments", index, json }];
  }

  function readChoice(choice: Json): Delta[] {
    const delta = objectIn(choice.delta);
    const content = readContent(delta.content);
    const refusal = textIn(delta.refusal);
    if (refusal !== "") isRefusal = true;
    const deltas = [
      ...readThinking(delta, content.thoughts),
      ...readText(content.text),
      ...readText(refusal),
      ...listIn(delta.tool_calls).flatMap((call) => (isOver ? [] : readToolCall(objectIn(call)))),
    ];
    if (choice.finish_reason !== null && choice.finish_reason !== undefined) finish = choice.finish_reason;
    return deltas;
  }

  function end(): Delta[] {
    isOver = true;
    const stop = readStop(finish, calls > 0, isRefusal);
    return [...start({}), ...closePart(), { type: "end", stop, ...(usage !== undefined && { usage }) }];
  }

  function start(chunk: Json): Delta[] {
    if (hasStarted) return [];
    hasStarted = true;
    return [{ type: "start", id: textIn(chunk.id), model: textIn(chunk.model) }];
  }

  function read({ event, data }: SseEvent): Delta[] {
    if (isOver) return [];
    if (data.trim() === "[DONE]") {
      return hasStarted ? end() : fail(brokenStream("The provider's stream ended before it held an answer."));
    }
    const chunk = parseJson(data);
    if (!isObject(chunk))
      return data.trim() === "" ? [] : fail(brokenStream("The provider sent a chunk that is no JSON."));
    if (event === "error" || (chunk.error !== undefined && chunk.error !== null)) return fail(readStreamFailure(chunk));
    usage = readUsage(chunk) ?? usage;
    const choice = listIn(chunk.choices)
      .map(objectIn)
      .find((item) => (item.index ?? 0) === 0);
    // Azure's first chunk says what its filter found in the prompt, before there is an answer.
    if (choice === undefined) return [];
    return [...start(chunk), ...readChoice(choice)];
  }

  return {
    read,
    close() {
      if (isOver) return [];
      // Some leave [DONE] out; an answer that said why it finished is whole.
      if (finish !== undefined) return end();
      return fail(brokenStream("The provider's stream broke off before its answer was whole."));
    },
  };
}
