import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answerOf } from "../contract-samples.ts";
import type { Delta } from "../conversation.ts";
import { anthropicProvider } from "./provider.ts";

const stream = (bodies: readonly Record<string, unknown>[]): Delta[] => {
  const reader = anthropicProvider.createReader();
  const events = bodies.map((body) => ({ event: String(body.type), data: JSON.stringify(body) }));
  return [...events.flatMap((event) => reader.read(event)), ...reader.close()];
};

const start = {
  type: "message_start",
  message: {
    id: "msg_1",
    model: "m",
    usage: { input_tokens: 5, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 1 },
  },
};
const stop = [
  {
    type: "message_delta",
    delta: { stop_reason: "end_turn" },
    usage: { input_tokens: null, output_tokens: 9, output_tokens_details: { thinking_tokens: 4 } },
  },
  { type: "message_stop" },
];
const usage = { inputTokens: 125, cachedInputTokens: 100, cacheWriteTokens: 20, outputTokens: 9, reasoningTokens: 4 };

describe("answers of providers in Anthropic's dialect", () => {
  it("reads thinking, redacted thinking, text and tools as they come, and passes over pings, citations and server tools", () => {
    const block = (index: number, content: object, ...deltas: object[]): Record<string, unknown>[] => [
      { type: "content_block_start", index, content_block: content },
      ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
      { type: "content_block_stop", index },
    ];
    const answer = answerOf(
      stream([
        start,
        { type: "ping" },
        ...block(
          0,
          { type: "thinking", thinking: "", signature: "" },
          { type: "thinking_delta", thinking: "Hm." },
          { type: "signature_delta", signature: "sig" },
        ),
        ...block(1, { type: "redacted_thinking", data: "xyz" }),
        ...block(
          2,
          { type: "server_tool_use", id: "s", name: "web_search", input: {} },
          { type: "input_json_delta", partial_json: "{}" },
        ),
        ...block(
          3,
          { type: "text", text: "" },
          { type: "text_delta", text: "Yes" },
          { type: "citations_delta", citation: {} },
          { type: "text_delta", text: "." },
        ),
        ...block(4, { type: "tool_use", id: "t", name: "f", input: {} }),
        ...block(
          5,
          { type: "tool_use", id: "u", name: "g", input: {} },
          { type: "input_json_delta", partial_json: "" },
          { type: "input_json_delta", partial_json: '{"a":1}' },
        ),
        { type: "unheard_of" },
        ...stop,
      ]),
    );
    assert.deepEqual(answer, {
      id: "msg_1",
      model: "m",
      parts: [
        { type: "thinking", text: "Hm.", signature: "sig" },
        { type: "thinking", text: "", redacted: "xyz" },
        { type: "text", text: "Yes." },
        { type: "tool_call", id: "t", name: "f", arguments: "{}" },
        { type: "tool_call", id: "u", name: "g", arguments: '{"a":1}' },
      ],
      stop: "end",
      usage,
    });
  });

  it("counts what was read from and written to the cache into the input, and lets later counts overwrite earlier ones", () => {
    const events = [start, ...stop].map((body) => ({ event: body.type, data: JSON.stringify(body) }));
    assert.deepEqual(anthropicProvider.createGauge().ofStream(events), { usage, isWhole: true, failed: false });
  });

  it("tells the input of a stream that broke off, and no output that nobody counted", () => {
    const told = anthropicProvider.createGauge().ofStream([{ event: "message_start", data: JSON.stringify(start) }]);
    assert.deepEqual(told, {
      usage: undefined,
      isWhole: false,
      failed: false,
      begun: { ...usage, outputTokens: 0, reasoningTokens: 0 },
    });
  });

  it("reads an error after 200 with the status of its kind", () => {
    const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    assert.deepEqual(stream([start, error, ...stop]).at(-1), {
      type: "failure",
      failure: { status: 529, code: "overloaded_error", message: "Overloaded" },
    });
  });
});
