import assert from "node:assert/strict";
import type {
  Answer,
  AnswerPart,
  Conversation,
  Delta,
  Message,
  ThinkingPart,
  UpstreamFailure,
} from "./conversation.ts";
import { NO_USAGE } from "./conversation.ts";
import { defined } from "./reading.ts";

/** Questions and answers that every dialect is tried with. */

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const weather = {
  name: "get_weather",
  description: "Weather of a place.",
  parameters: {
    type: "object",
    properties: { place: { type: "string" } },
    required: ["place"],
    additionalProperties: false,
  },
};

const bare = (model: string): Conversation => ({
  model,
  system: [],
  messages: [{ role: "user", parts: [{ type: "text", text: "Hello" }] }],
  tools: [],
  stream: false,
});

/** Conversations by what they hold, each of it in every dialect's reach. */
export const conversationSamples = (model: string): Record<string, Conversation> => ({
  "nothing but a text": bare(model),
  "system texts, a limit, sampling and a stream": {
    ...bare(model),
    system: [
      { type: "text", text: "Be brief." },
      { type: "text", text: "Speak Welsh. 🏴󠁧󠁢󠁷󠁬󠁳󠁿" },
    ],
    maxOutputTokens: 1_000,
    temperature: 0.5,
    stop: ["END"],
    stream: true,
  },
  turns: {
    ...bare(model),
    messages: [
      { role: "user", parts: [{ type: "text", text: "One?" }] },
      { role: "assistant", parts: [{ type: "text", text: "Un." }] },
      { role: "user", parts: [{ type: "text", text: "Two?" }] },
    ],
    maxOutputTokens: 64,
  },
  "tools that must be called, one at a time": {
    ...bare(model),
    tools: [weather, { ...weather, name: "get_time", strict: true }],
    toolChoice: "required",
    parallelToolCalls: false,
    maxOutputTokens: 64,
  },
  "a named tool": { ...bare(model), tools: [weather], toolChoice: { name: "get_weather" }, maxOutputTokens: 64 },
  "calls of tools, their results and a text behind them": {
    ...bare(model),
    tools: [weather],
    maxOutputTokens: 64,
    messages: [
      { role: "user", parts: [{ type: "text", text: "Cardiff and Bangor?" }] },
      {
        role: "assistant",
        parts: [
          { type: "text", text: "I look." },
          { type: "tool_call", id: "call_1", name: "get_weather", arguments: '{"place":"Cardiff"}' },
          { type: "tool_call", id: "call_2", name: "get_weather", arguments: '{"place":"Bangor"}' },
        ],
      },
      {
        role: "user",
        parts: [
          { type: "tool_result", callId: "call_1", parts: [{ type: "text", text: "Rain" }] },
          {
            type: "tool_result",
            callId: "call_2",
            parts: [{ type: "text", text: "Error: no such place" }],
            isError: true,
          },
          { type: "text", text: "And now?" },
        ],
      },
    ],
  },
  "a picture by its address, one by its bytes, and a document": {
    ...bare(model),
    maxOutputTokens: 64,
    messages: [
      {
        role: "user",
        parts: [
          { type: "text", text: "What is this?" },
          { type: "image", source: { url: "https://example.com/cat.png" } },
          { type: "image", source: { mediaType: "image/png", base64: PIXEL } },
          { type: "file", source: { mediaType: "application/pdf", base64: "JVBERi0xLjQK" }, name: "a.pdf" },
        ],
      },
    ],
  },
  "an answer that is held to a schema": {
    ...bare(model),
    maxOutputTokens: 64,
    format: { type: "json_schema", name: "answer", schema: weather.parameters, strict: true },
  },
});

/** A conversation of which a provider may keep parts. */
export const cacheSample = (model: string): Conversation => ({
  ...bare(model),
  maxOutputTokens: 64,
  system: [{ type: "text", text: "A long text.", cache: { ttl: "1h" } }],
  tools: [{ ...weather, cache: {} }],
  messages: [
    { role: "user", parts: [{ type: "text", text: "Hello", cache: { ttl: "5m" } }] },
    {
      role: "assistant",
      parts: [{ type: "tool_call", id: "call_1", name: "get_weather", arguments: '{"place":"Bangor"}', cache: {} }],
    },
    {
      role: "user",
      parts: [{ type: "tool_result", callId: "call_1", parts: [{ type: "text", text: "Sun" }], cache: { ttl: "1h" } }],
    },
  ],
});

const said = { id: "answer_1", model: "m-1" };

/** Answers by what they hold. */
export const answerSamples: Record<string, Answer> = {
  "a text": {
    ...said,
    parts: [{ type: "text", text: "Bore da 🌞, sut wyt ti? – 早安" }],
    stop: "end",
    usage: { ...NO_USAGE, inputTokens: 12, outputTokens: 7 },
  },
  "a text that was cut short, from a warm cache": {
    ...said,
    parts: [{ type: "text", text: "One upon a" }],
    stop: "length",
    usage: { inputTokens: 2_000, cachedInputTokens: 1_500, cacheWriteTokens: 300, outputTokens: 4, reasoningTokens: 0 },
  },
  "a thought and a text": {
    ...said,
    parts: [
      { type: "thinking", text: "They greet me.", signature: "c2lnbmF0dXJl" },
      { type: "text", text: "Helo!" },
    ],
    stop: "end",
    usage: { ...NO_USAGE, inputTokens: 12, outputTokens: 40, reasoningTokens: 30 },
  },
  "two calls of tools": {
    ...said,
    parts: [
      { type: "text", text: "I look." },
      { type: "tool_call", id: "call_1", name: "get_weather", arguments: '{"place":"Caerdydd"}' },
      { type: "tool_call", id: "call_2", name: "get_weather", arguments: "{}" },
    ],
    stop: "tool_calls",
    usage: { ...NO_USAGE, inputTokens: 100, outputTokens: 30 },
  },
};

export const FAILURE: UpstreamFailure = { status: 529, code: "overloaded_error", message: "Too many ask at once." };

/** The steps of an answer, its texts in pieces of three characters. */
export function deltasOf({ id, model, parts, stop, stopSequence, usage }: Answer): Delta[] {
  return [
    { type: "start", id, model },
    ...parts.flatMap((part, index) => partDeltas(part, index)),
    defined<Delta>({ type: "end", stop, stopSequence, usage }),
  ];
}

function partDeltas(part: AnswerPart, index: number): Delta[] {
  const end: Delta = { type: "part_end", index };
  if (part.type === "tool_call") {
    const { type, id, name } = part;
    const pieces = piecesOf(part.arguments).map((json): Delta => ({ type: "arguments", index, json }));
    return [{ type: "part_start", index, part: { type, id, name } }, ...pieces, end];
  }
  const { type } = part;
  const pieces = piecesOf(part.text).map((text): Delta => ({ type, index, text }));
  const signature = part.type === "thinking" ? part.signature : undefined;
  const signed: Delta[] = signature === undefined ? [] : [{ type: "signature", index, signature }];
  return [{ type: "part_start", index, part: { type } }, ...pieces, ...signed, end];
}

const piecesOf = (text: string): string[] => text.match(/[\s\S]{1,3}/gu) ?? [];

/** The answer that steps amount to. Throws where they do not come in the order that is prescribed. */
export function answerOf(deltas: readonly Delta[]): Answer {
  const [start, ...rest] = deltas;
  const end = rest.pop();
  assert.ok(start?.type === "start", "the first step is the start");
  assert.ok(end?.type === "end", `the last step is the end, not ${JSON.stringify(end)}`);
  const parts: AnswerPart[] = [];
  let isOpen = false;
  for (const delta of rest) {
    if (delta.type === "part_start") {
      assert.ok(!isOpen && delta.index === parts.length, "parts follow each other");
      isOpen = true;
      parts.push(delta.part.type === "tool_call" ? { ...delta.part, arguments: "" } : { ...delta.part, text: "" });
      continue;
    }
    assert.ok("index" in delta && isOpen && delta.index === parts.length - 1, "steps belong to the open part");
    const part = parts.at(-1);
    if (delta.type === "part_end") isOpen = false;
    else if (delta.type === "arguments" && part?.type === "tool_call") part.arguments += delta.json;
    else if (delta.type === "signature" && part?.type === "thinking") addSignature(part, delta.signature);
    else {
      assert.ok(
        (delta.type === "text" || delta.type === "thinking") && part?.type === delta.type,
        "steps fit their part",
      );
      part.text += delta.text;
    }
  }
  assert.ok(!isOpen, "the last part ended");
  const { stop, stopSequence, usage = NO_USAGE } = end;
  return defined<Answer>({ id: start.id, model: start.model, parts, stop, stopSequence, usage });
}

function addSignature(part: ThinkingPart, signature: string): void {
  part.signature = (part.signature ?? "") + signature;
}

/** A conversation for comparing: what follows each other in one role is one message, and nothing is undefined. */
export function settled(conversation: Conversation): unknown {
  const messages: Message[] = [];
  for (const { role, parts } of conversation.messages) {
    const last = messages.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else messages.push({ role, parts: [...parts] });
  }
  return JSON.parse(JSON.stringify({ ...conversation, messages }));
}
