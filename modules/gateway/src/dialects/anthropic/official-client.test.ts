import assert from "node:assert/strict";
import { describe, it } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { answerSamples, deltasOf, FAILURE } from "../contract-samples.ts";
import type { Answer, Delta } from "../conversation.ts";
import { serveAnswer } from "../served-answers.ts";
import { anthropicClient } from "./client.ts";

const ask = { model: "asked-for", max_tokens: 100, messages: [{ role: "user" as const, content: "Hi" }] };

const spell = (deltas: readonly Delta[]): string => {
  const writer = anthropicClient.createWriter({ model: "asked-for", request: {}, createdSeconds: 1 });
  return deltas.map((delta) => writer.write(delta)).join("");
};

const clientOf = (baseURL: string): Anthropic => new Anthropic({ apiKey: "rk_test", baseURL, maxRetries: 0 });

const STOP = {
  end: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  stop_sequence: "stop_sequence",
  refusal: "refusal",
  paused: "pause_turn",
};

function assertMessage(message: Anthropic.Message, answer: Answer): void {
  assert.equal(message.model, "asked-for");
  assert.equal(message.id, answer.id);
  assert.equal(message.role, "assistant");
  assert.equal(message.stop_reason, STOP[answer.stop]);
  assert.equal(message.stop_sequence, answer.stopSequence ?? null);
  const content = message.content.map((block) => {
    if (block.type === "text") return { type: "text", text: block.text };
    if (block.type === "thinking") return { type: "thinking", text: block.thinking, signature: block.signature };
    if (block.type === "redacted_thinking") return { type: "thinking", text: "", redacted: block.data };
    assert.ok(block.type === "tool_use");
    return { type: "tool_call", id: block.id, name: block.name, arguments: JSON.stringify(block.input) };
  });
  assert.deepEqual(content, answer.parts);
  const { usage } = message;
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = answer.usage;
  assert.equal(usage.input_tokens, inputTokens - cachedInputTokens - cacheWriteTokens);
  assert.equal(usage.cache_read_input_tokens, cachedInputTokens);
  assert.equal(usage.cache_creation_input_tokens, cacheWriteTokens);
  assert.equal(usage.output_tokens, outputTokens);
  assert.equal(usage.output_tokens_details?.thinking_tokens, reasoningTokens);
}

describe("the official Anthropic client", () => {
  const samples: Record<string, Answer> = {
    ...answerSamples,
    "thoughts that nobody is shown": {
      ...(answerSamples["a text"] as Answer),
      parts: [
        { type: "thinking", text: "", redacted: "c2VjcmV0" },
        { type: "text", text: "Yes." },
      ],
      stop: "stop_sequence",
      stopSequence: "END",
    },
  };

  for (const [title, answer] of Object.entries(samples)) {
    it(`reads ${title}, whole`, async () => {
      const server = await serveAnswer({ body: anthropicClient.writeAnswer(answer, "asked-for") });
      assertMessage(await clientOf(server.baseUrl).messages.create(ask), answer);
    });

    it(`reads ${title} as a stream in awkward pieces, with its usage`, async () => {
      const steps = deltasOf(answer).map((delta): Delta => {
        const part = delta.type === "part_start" ? answer.parts[delta.index] : undefined;
        if (delta.type !== "part_start" || part?.type !== "thinking" || part.redacted === undefined) return delta;
        return { ...delta, part: { type: "thinking", redacted: part.redacted } };
      });
      const server = await serveAnswer({ body: spell(steps) });
      assertMessage(await clientOf(server.baseUrl).messages.stream(ask).finalMessage(), answer);
    });
  }

  it("gets the texts and the arguments of tools as they come", async () => {
    const answer = samples["two calls of tools"];
    assert.ok(answer);
    const server = await serveAnswer({ body: spell(deltasOf(answer)) });
    const stream = clientOf(server.baseUrl).messages.stream(ask);
    let text = "";
    let json = "";
    stream.on("text", (piece) => {
      text += piece;
    });
    stream.on("inputJson", (piece) => {
      json += piece;
    });
    await stream.finalMessage();
    assert.deepEqual([text, json], ["I look.", '{"place":"Caerdydd"}{}']);
  });

  it("throws what a stream fails with midway, in both of its ways to read one", async () => {
    const answer = samples["a text"];
    assert.ok(answer);
    const server = await serveAnswer({
      body: spell([...deltasOf(answer).slice(0, 5), { type: "failure", failure: FAILURE }]),
    });
    const isFailure = (error: unknown): boolean =>
      error instanceof Anthropic.APIError &&
      error.type === "overloaded_error" &&
      error.message.includes(FAILURE.message);
    let events = 0;
    await assert.rejects(async () => {
      for await (const _ of await clientOf(server.baseUrl).messages.create({ ...ask, stream: true })) events += 1;
    }, isFailure);
    assert.notEqual(events, 0);
    await assert.rejects(clientOf(server.baseUrl).messages.stream(ask).finalMessage(), isFailure);
  });

  it("throws for a stream that was cut without a word", async () => {
    const answer = samples["two calls of tools"];
    assert.ok(answer);
    const server = await serveAnswer({ body: spell(deltasOf(answer).slice(0, 6)) });
    await assert.rejects(clientOf(server.baseUrl).messages.stream(ask).finalMessage(), Anthropic.AnthropicError);
  });

  it("OC16: learns of a used-up budget as a 429 with code, used, limit and reset", async () => {
    const budget = { unit: "tokens" as const, used: 1_010, limit: 1_000, resetsAt: "2026-12-01T00:00:00.000Z" };
    const body = anthropicClient.writeFailure({
      status: 429,
      code: "gateway.budget_exhausted",
      message: "Used up.",
      budget,
    });
    const server = await serveAnswer({ status: 429, body });
    await assert.rejects(clientOf(server.baseUrl).messages.create(ask), (error) => {
      assert.ok(error instanceof Anthropic.RateLimitError);
      assert.deepEqual([error.type, error.errorCode], ["rate_limit_error", "budget_exhausted"]);
      const { used, limit, resets_at } = error.details as unknown as Record<string, unknown>;
      assert.deepEqual([used, limit, resets_at], [1_010, 1_000, "2026-12-01T00:00:00.000Z"]);
      return true;
    });
  });

  it("sends requests that are read with all their parts", async () => {
    const answer = samples["a text"];
    assert.ok(answer);
    const server = await serveAnswer({ body: anthropicClient.writeAnswer(answer, "asked-for") });
    await clientOf(server.baseUrl).messages.create({
      ...ask,
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral", ttl: "1h" } }],
      thinking: { type: "adaptive" },
      output_config: { effort: "high", format: { type: "json_schema", schema: { type: "object" } } },
      tools: [{ name: "f", input_schema: { type: "object" } }],
      tool_choice: { type: "any", disable_parallel_tool_use: true },
      messages: [
        { role: "user", content: "Hi" },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hm.", signature: "s" },
            { type: "tool_use", id: "t", name: "f", input: {} },
          ],
        },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: "done" }] },
      ],
    });
    const [body] = server.asked;
    assert.ok(body);
    const conversation = anthropicClient.readConversation(body);
    assert.deepEqual(conversation.system, [{ type: "text", text: "Be brief.", cache: { ttl: "1h" } }]);
    assert.deepEqual(conversation.reasoning, { effort: "high" });
    assert.deepEqual([conversation.toolChoice, conversation.parallelToolCalls], ["required", false]);
    assert.deepEqual(conversation.messages[1]?.parts[0], { type: "thinking", text: "Hm.", signature: "s" });
  });
});
