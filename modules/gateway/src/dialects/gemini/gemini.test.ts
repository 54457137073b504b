import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answerOf, cacheSample, conversationSamples } from "../contract-samples.ts";
import { parseInPieces } from "../contract-suite.ts";
import { type Answer, BadPrompt, type Conversation, type Delta } from "../conversation.ts";
import { type Json, listIn, objectIn } from "../reading.ts";
import { geminiProvider as provider } from "./provider.ts";

const bare: Conversation = {
  model: "gemini-3-flash",
  system: [],
  messages: [{ role: "user", parts: [{ type: "text", text: "Hello" }] }],
  tools: [],
  stream: false,
};

const write = (fields: Partial<Conversation>): Json => provider.writeConversation({ ...bare, ...fields });
const contentsOf = (body: Json): Json[] => listIn(body.contents).map(objectIn);
const configOf = (fields: Partial<Conversation>): Json => objectIn(write(fields).generationConfig);

const calls: Conversation["messages"] = [
  { role: "user", parts: [{ type: "text", text: "Cardiff and Bangor?" }] },
  {
    role: "assistant",
    parts: [
      { type: "thinking", text: "I look.", signature: "gemini:c2ln" },
      { type: "tool_call", id: "call_1", name: "get_weather", arguments: '{"place":"Cardiff"}' },
      { type: "tool_call", id: "call_2", name: "get_weather", arguments: "not JSON" },
    ],
  },
  {
    role: "user",
    parts: [
      { type: "tool_result", callId: "call_1", parts: [{ type: "text", text: "Rain" }] },
      {
        type: "tool_result",
        callId: "call_2",
        isError: true,
        parts: [
          { type: "text", text: "No place" },
          { type: "image", source: { mediaType: "image/png", base64: "AAAA" } },
        ],
      },
    ],
  },
];

describe("what is asked of Gemini", () => {
  it("calls of tools go back with the signature of the first, and results with the name of their call", () => {
    assert.deepEqual(contentsOf(write({ messages: calls })).slice(1), [
      {
        role: "model",
        parts: [
          {
            functionCall: { id: "call_1", name: "get_weather", args: { place: "Cardiff" } },
            thoughtSignature: "c2ln",
          },
          { functionCall: { id: "call_2", name: "get_weather", args: { arguments: "not JSON" } } },
        ],
      },
      {
        role: "user",
        parts: [
          { functionResponse: { id: "call_1", name: "get_weather", response: { output: "Rain" } } },
          {
            functionResponse: {
              id: "call_2",
              name: "get_weather",
              response: { error: "No place" },
              parts: [{ inlineData: { mimeType: "image/png", data: "AAAA" } }],
            },
          },
        ],
      },
    ]);
  });

  it("another model's calls are marked as such where signatures are demanded, and only there", () => {
    const foreign: Conversation["messages"] = calls.map(({ role, parts }) => ({
      role,
      parts: parts.map((part) => (part.type === "thinking" ? { ...part, signature: "anthropic" } : part)),
    }));
    const signatures = (model: string) =>
      listIn(contentsOf(write({ model, messages: foreign }))[1]?.parts).map((part) => objectIn(part).thoughtSignature);
    assert.deepEqual(signatures("gemini-3.1-pro-preview"), ["skip_thought_signature_validator", undefined]);
    assert.deepEqual(signatures("gemini-2.5-flash"), [undefined, undefined]);
  });

  it("settings, tools and a schema have Gemini's names", () => {
    const schema = { type: "object", properties: { place: { type: "string" } } };
    const body = write({
      system: [{ type: "text", text: "Be brief." }],
      tools: [{ name: "find", description: "Finds.", parameters: schema, strict: true }],
      toolChoice: { name: "find" },
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      stop: ["END"],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      format: { type: "json_schema", name: "answer", schema },
    });
    assert.deepEqual(body, {
      systemInstruction: { parts: [{ text: "Be brief." }] },
      contents: [{ role: "user", parts: [{ text: "Hello" }] }],
      tools: [{ functionDeclarations: [{ name: "find", description: "Finds.", parametersJsonSchema: schema }] }],
      toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["find"] } },
      generationConfig: {
        maxOutputTokens: 100,
        temperature: 0.5,
        topP: 0.9,
        topK: 40,
        stopSequences: ["END"],
        seed: 7,
        presencePenalty: 0.1,
        frequencyPenalty: 0.2,
        responseMimeType: "application/json",
        responseJsonSchema: schema,
      },
    });
  });

  it("how much to think is a level for the third generation, a budget for the second, and nothing before", () => {
    const thinking = (model: string, reasoning: Conversation["reasoning"]) =>
      configOf({ model, reasoning }).thinkingConfig;
    assert.deepEqual(thinking("gemini-3.1-pro", { effort: "none" }), { thinkingLevel: "LOW" });
    assert.deepEqual(thinking("gemini-3-flash", { effort: "xhigh", isTold: true }), {
      thinkingLevel: "HIGH",
      includeThoughts: true,
    });
    assert.deepEqual(thinking("gemini-flash-latest", { budgetTokens: 4_000 }), {
      thinkingLevel: "LOW",
      includeThoughts: true,
    });
    assert.deepEqual(thinking("gemini-2.5-flash", { effort: "none" }), { thinkingBudget: 0 });
    assert.deepEqual(thinking("gemini-2.5-pro", { effort: "none" }), { thinkingBudget: 128 });
    assert.deepEqual(thinking("gemini-2.5-flash", { budgetTokens: 99_000 }), {
      thinkingBudget: 24_576,
      includeThoughts: true,
    });
    assert.equal(thinking("gemini-2.0-flash", { effort: "high" }), undefined);
    assert.equal(thinking("gemma-3-27b", { effort: "high" }), undefined);
  });

  it("every conversation that dialects are tried with can be said", () => {
    for (const sample of [...Object.values(conversationSamples("gemini-3-flash")), cacheSample("gemini-3-flash")]) {
      for (const { role, parts } of contentsOf(provider.writeConversation(sample))) {
        assert.ok(role === "user" || role === "model");
        assert.ok(listIn(parts).length > 0);
      }
    }
  });

  it("a result without its call is refused, for nobody knows its name", () => {
    assert.throws(() => write({ messages: calls.slice(2) }), BadPrompt);
  });
});

const usageMetadata = {
  promptTokenCount: 30,
  cachedContentTokenCount: 10,
  toolUsePromptTokenCount: 2,
  candidatesTokenCount: 5,
  thoughtsTokenCount: 7,
  totalTokenCount: 44,
};
const usage = { inputTokens: 32, cachedInputTokens: 10, cacheWriteTokens: 0, outputTokens: 12, reasoningTokens: 7 };

const chunk = (parts: Json[], fields: Json = {}): Json => ({
  candidates: [{ content: { role: "model", parts }, index: 0, ...fields }],
  usageMetadata,
  modelVersion: "gemini-3-flash",
  responseId: "r-1",
});

const streamOf = (chunks: readonly Json[]): string =>
  chunks.map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`).join("");

function read(chunks: readonly Json[]): Delta[] {
  const reader = provider.createReader();
  return [...parseInPieces(streamOf(chunks), 3).flatMap((event) => reader.read(event)), ...reader.close()];
}

describe("what Gemini answers", () => {
  const chunks = [
    chunk([{ text: "I should ", thought: true }]),
    chunk([{ text: "look 🌦.", thought: true }]),
    chunk([{ text: "One " }, { text: "moment." }]),
    chunk([
      { functionCall: { id: "fc_1", name: "get_weather", args: { place: "Caerdydd" } }, thoughtSignature: "c2ln" },
      { functionCall: { id: "fc_2", name: "get_time", args: {} } },
    ]),
    chunk([{ text: "" }], { finishReason: "STOP" }),
  ];
  const parts: Answer["parts"] = [
    { type: "thinking", text: "I should look 🌦." },
    { type: "text", text: "One moment." },
    { type: "thinking", text: "", signature: "gemini:c2ln" },
    { type: "tool_call", id: "fc_1", name: "get_weather", arguments: '{"place":"Caerdydd"}' },
    { type: "tool_call", id: "fc_2", name: "get_time", arguments: "{}" },
  ];

  it("OC14: thoughts, texts, calls with their signature and usage are the same whole and as a stream", () => {
    const streamed = answerOf(read(chunks));
    const all = chunks.flatMap((each) =>
      listIn(objectIn(objectIn(listIn(each.candidates)[0]).content).parts).map(objectIn),
    );
    const whole = provider.readAnswer(chunk(all, { finishReason: "STOP" }));
    const expected = { id: "r-1", model: "gemini-3-flash", parts, stop: "tool_calls", usage };
    assert.deepEqual(streamed, expected);
    assert.deepEqual(whole, expected);
  });

  it("a signature that follows a thought belongs to it, and a call without an id gets one", () => {
    const answer = answerOf(
      read([
        chunk([{ text: "Hm", thought: true }]),
        chunk([{ functionCall: { name: "a", args: {} }, thoughtSignature: "c2ln" }], { finishReason: "STOP" }),
      ]),
    );
    const [thought, call] = answer.parts;
    assert.deepEqual(thought, { type: "thinking", text: "Hm", signature: "gemini:c2ln" });
    assert.ok(call?.type === "tool_call" && /^call_\w{32}$/.test(call.id));
  });

  it("every way to end has its reason", () => {
    const stopOf = (finishReason: string) => provider.readAnswer(chunk([{ text: "Hm" }], { finishReason })).stop;
    assert.deepEqual(
      ["STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "NEW_REASON"].map(
        stopOf,
      ),
      ["end", "length", "refusal", "refusal", "refusal", "refusal", "refusal", "refusal"],
    );
    assert.throws(() => stopOf("MALFORMED_FUNCTION_CALL"), /in a way that cannot be read/);
    const blocked = { promptFeedback: { blockReason: "SAFETY" }, usageMetadata, responseId: "r-1" };
    assert.equal(provider.readAnswer(blocked).stop, "refusal");
    assert.equal(answerOf(read([blocked])).stop, "refusal");
  });

  it("a stream that breaks off, turns into an error or ends in what cannot be read is a failure", () => {
    const unavailable = { error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } };
    const cases: [Json[], number][] = [
      [chunks.slice(0, 3), 502],
      [[...chunks.slice(0, 2), unavailable, ...chunks.slice(2)], 503],
      [[...chunks.slice(0, 2), chunk([], { finishReason: "MALFORMED_FUNCTION_CALL" })], 502],
      [[], 502],
    ];
    for (const [events, status] of cases) {
      const deltas = read(events);
      const last = deltas.at(-1);
      assert.ok(last?.type === "failure");
      assert.equal(last.failure.status, status);
      assert.equal(deltas.filter(({ type }) => type === "end" || type === "failure").length, 1);
    }
  });

  it("a refusal says its kind and when to come again", () => {
    const details = [
      { "@type": "type.googleapis.com/google.rpc.QuotaFailure" },
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.07s" },
    ];
    const error = { code: 429, message: "Quota exceeded.", status: "RESOURCE_EXHAUSTED", details };
    // With `alt=sse` an error comes as an object, and without it in a list.
    for (const body of [{ error }, [{ error }]]) {
      assert.deepEqual(provider.readFailure(429, JSON.stringify(body)), {
        status: 429,
        code: "RESOURCE_EXHAUSTED",
        message: "Quota exceeded.",
        retryAfterSeconds: 35,
      });
    }
    assert.equal(provider.readFailure(502, "<html>").status, 502);
  });

  it("OC17: its gauge finds usage, the end, failures and all text", () => {
    const gauge = provider.createGauge();
    const events = parseInPieces(streamOf(chunks), 1_000);
    assert.deepEqual(gauge.ofStream(events.slice(-2)), { usage, isWhole: true, failed: false });
    assert.deepEqual(gauge.ofStream(events.slice(0, 2)), { usage, isWhole: false, failed: false });
    assert.equal(gauge.textOf(events), 'I should look 🌦.One moment.{"place":"Caerdydd"}{}');
    assert.deepEqual(gauge.ofAnswer(chunks[0]), usage);
    assert.equal(gauge.ofAnswer({}), undefined);
    const marked = chunks.map((each) => gauge.endMarks.some((mark) => JSON.stringify(each).includes(mark)));
    assert.deepEqual(marked, [false, false, false, false, true]);
  });
});
