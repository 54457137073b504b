import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answerOf } from "../contract-samples.ts";
import type { Delta } from "../conversation.ts";
import { openaiChatClient } from "./client.ts";
import { openaiChatProvider } from "./provider.ts";

const readStream = (chunks: readonly unknown[]): Delta[] => {
  const reader = openaiChatProvider.createReader();
  const events = chunks.map((chunk) => ({
    event: "",
    data: typeof chunk === "string" ? chunk : JSON.stringify(chunk),
  }));
  return [...events.flatMap((event) => reader.read(event)), ...reader.close()];
};

const chunk = (delta: unknown, finish: string | null = null, more: object = {}): unknown => ({
  id: "c1",
  model: "m-1",
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...more,
});

describe("answers of providers in OpenAI's dialect", () => {
  it("reads the thoughts of all who send them, by any name", () => {
    for (const message of [
      { content: "Yes.", reasoning_content: "Hm." },
      { content: "Yes.", reasoning: "Hm." },
      {
        content: [
          { type: "thinking", thinking: [{ type: "text", text: "Hm." }] },
          { type: "text", text: "Yes." },
        ],
      },
    ]) {
      const whole = openaiChatProvider.readAnswer({
        id: "c1",
        model: "m",
        choices: [{ message, finish_reason: "stop" }],
      });
      const streamed = answerOf(readStream([chunk(message), chunk({}, "stop"), "[DONE]"]));
      for (const { parts, stop } of [whole, streamed]) {
        assert.deepEqual(parts, [
          { type: "thinking", text: "Hm." },
          { type: "text", text: "Yes." },
        ]);
        assert.equal(stop, "end");
      }
    }
  });

  it("OC14: reads tool calls however they are counted, named once or with every piece", () => {
    const call = (index: number | undefined, id: string | undefined, name: string | undefined, args: string): unknown =>
      chunk({ content: "", tool_calls: [{ index, id, function: { name, arguments: args } }] });
    const streams = [
      [
        call(0, "a", "f", ""),
        call(0, undefined, undefined, '{"x":'),
        call(0, undefined, undefined, "1}"),
        call(1, "b", "g", "{}"),
      ],
      [call(0, "a", "f", '{"x":1}'), call(0, "b", "g", "{}")],
      [
        call(undefined, "a", "f", '{"x":'),
        call(undefined, undefined, undefined, "1}"),
        call(undefined, "b", "g", "{}"),
      ],
      [call(0, "a", "f", '{"x":'), call(0, "a", "f", "1}"), call(1, "b", "g", "{}")],
      [
        chunk({
          tool_calls: [
            { index: 0, id: "a", function: { name: "f", arguments: { x: 1 } } },
            { index: 1, id: "b", function: { name: "g", arguments: "{}" } },
          ],
        }),
      ],
    ];
    for (const [number, chunks] of streams.entries()) {
      const { parts, stop } = answerOf(readStream([...chunks, chunk({}, "stop"), "[DONE]"]));
      assert.deepEqual(
        parts,
        [
          { type: "tool_call", id: "a", name: "f", arguments: '{"x":1}' },
          { type: "tool_call", id: "b", name: "g", arguments: "{}" },
        ],
        `stream ${number}`,
      );
      assert.equal(stop, "tool_calls");
    }
  });

  it("fails an answer whose tool calls are mixed into each other rather than to deliver wrong arguments", () => {
    const call = (index: number, name: string | undefined, args: string): unknown =>
      chunk({ tool_calls: [{ index, id: name && `id_${name}`, function: { name, arguments: args } }] });
    const deltas = readStream([
      call(0, "f", "{"),
      call(1, "g", "{"),
      call(0, undefined, "}"),
      chunk({}, "stop"),
      "[DONE]",
    ]);
    assert.equal(deltas.at(-1)?.type, "failure");
  });

  it("reads usage beside the last chunk, within it, within its choice, and thoughts counted beside the output", () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
    const expected = {
      inputTokens: 10,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 5,
      reasoningTokens: 0,
    };
    const text = chunk({ content: "Hi" });
    const tails = [
      [chunk({}, "stop"), { id: "c1", choices: [], usage }],
      [chunk({}, "stop", { usage })],
      [chunk({}, "stop", { x_groq: { usage } })],
      [{ id: "c1", choices: [{ index: 0, delta: {}, finish_reason: "stop", usage }] }],
    ];
    for (const tail of tails) {
      assert.deepEqual(answerOf(readStream([text, ...tail, "[DONE]"])).usage, expected);
      const events = [text, ...tail].map((item) => ({ event: "", data: JSON.stringify(item) }));
      assert.deepEqual(openaiChatProvider.createGauge().ofStream(events).usage, expected);
    }
    const beside = {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 45,
      completion_tokens_details: { reasoning_tokens: 30 },
    };
    assert.equal(openaiChatProvider.createGauge().ofAnswer({ usage: beside })?.outputTokens, 35);
    const within = { ...beside, completion_tokens: 35 };
    assert.equal(openaiChatProvider.createGauge().ofAnswer({ usage: within })?.outputTokens, 35);
    const cached = { prompt_tokens: 10, completion_tokens: 5, prompt_cache_hit_tokens: 8 };
    assert.equal(openaiChatProvider.createGauge().ofAnswer({ usage: cached })?.cachedInputTokens, 8);
  });

  it("reads an answer without [DONE] as whole if it says why it finished, and as cut if not", () => {
    assert.equal(readStream([chunk({ content: "Hi" }), chunk({}, "stop")]).at(-1)?.type, "end");
    assert.equal(readStream([chunk({ content: "Hi" })]).at(-1)?.type, "failure");
    assert.equal(readStream(["[DONE]"]).at(-1)?.type, "failure");
    assert.equal(readStream([chunk({ content: "Hi" }), '{"choices":[{"del']).at(-1)?.type, "failure");
  });

  it("reads an error after 200 with the status of its kind, and never shows a key", () => {
    const failed = (error: unknown): Delta | undefined => readStream([chunk({ content: "Hi" }), { error }]).at(-1);
    const status = (error: unknown): number | undefined => {
      const delta = failed(error);
      return delta?.type === "failure" ? delta.failure.status : undefined;
    };
    assert.equal(status({ message: "x", type: "rate_limit_error" }), 429);
    assert.equal(status({ message: "x", code: 503 }), 503);
    assert.equal(status({ message: "x", type: "server_error" }), 500);
    assert.equal(status("odd"), 502);
    const { message } = openaiChatProvider.readFailure(
      401,
      '{"error":{"message":"Incorrect API key provided: sk-proj-abc123456789."}}',
    );
    assert.equal(message, "Incorrect API key provided: [key]");
  });

  it("reads a refusal as one, whole and streamed", () => {
    const whole = {
      id: "c1",
      model: "m",
      choices: [{ message: { content: null, refusal: "I may not." }, finish_reason: "stop" }],
    };
    const streamed = answerOf(
      readStream([chunk({ refusal: "I may " }), chunk({ refusal: "not." }), chunk({}, "stop"), "[DONE]"]),
    );
    for (const { parts, stop } of [openaiChatProvider.readAnswer(whole), streamed]) {
      assert.deepEqual([parts, stop], [[{ type: "text", text: "I may not." }], "refusal"]);
    }
  });
});

describe("answers in OpenAI's dialect to clients", () => {
  it("OC14: withholds the usage chunk where it was not asked for", () => {
    const writer = openaiChatClient.createWriter({ model: "m", request: {}, createdSeconds: 1 });
    const usage = { inputTokens: 1, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 1, reasoningTokens: 0 };
    const text = [{ type: "start", id: "c1", model: "m" } as const, { type: "end", stop: "end", usage } as const]
      .map((delta) => writer.write(delta))
      .join("");
    assert.ok(!text.includes("usage"));
    assert.ok(text.endsWith("data: [DONE]\n\n"));
  });

  it("gives a tool that was called without arguments an empty object, which clients can parse", () => {
    const writer = openaiChatClient.createWriter({ model: "m", request: {}, createdSeconds: 1 });
    writer.write({ type: "start", id: "c1", model: "m" });
    const text = [
      { type: "part_start", index: 0, part: { type: "tool_call", id: "a", name: "f" } } as const,
      { type: "part_end", index: 0 } as const,
    ]
      .map((delta) => writer.write(delta))
      .join("");
    assert.ok(text.includes('"arguments":"{}"'));
  });
});
