import assert from "node:assert/strict";
import { describe, it } from "node:test";
import OpenAI from "openai";
import { answerSamples, deltasOf, FAILURE } from "../contract-samples.ts";
import type { Answer, Delta } from "../conversation.ts";
import { serveAnswer } from "../served-answers.ts";
import { openaiChatClient } from "./client.ts";

const ask = { model: "asked-for", messages: [{ role: "user" as const, content: "Hi" }] };
const streamed = { ...ask, stream: true as const, stream_options: { include_usage: true } };

const spell = (deltas: readonly Delta[], request: Record<string, unknown> = streamed): string => {
  const writer = openaiChatClient.createWriter({ model: "asked-for", request, createdSeconds: 1_790_000_000 });
  return deltas.map((delta) => writer.write(delta)).join("");
};

const clientOf = (baseUrl: string): OpenAI =>
  new OpenAI({ apiKey: "rk_test", baseURL: `${baseUrl}/v1`, maxRetries: 0 });

const textIn = ({ parts }: Answer): string => parts.map((part) => (part.type === "text" ? part.text : "")).join("");
const callsIn = ({ parts }: Answer): unknown[] =>
  parts.flatMap((part) => (part.type === "tool_call" ? [[part.id, part.name, part.arguments]] : []));

const FINISH = {
  end: "stop",
  length: "length",
  tool_calls: "tool_calls",
  stop_sequence: "stop",
  refusal: "content_filter",
  paused: "stop",
};

function assertCompletion(completion: OpenAI.ChatCompletion, answer: Answer): void {
  const [choice] = completion.choices;
  assert.ok(choice);
  assert.equal(completion.model, "asked-for");
  assert.equal(completion.id, answer.id);
  assert.equal(choice.message.role, "assistant");
  assert.equal(choice.message.content ?? "", textIn(answer));
  assert.equal(choice.finish_reason, FINISH[answer.stop]);
  const calls = (choice.message.tool_calls ?? []).map((call) =>
    call.type === "function" ? [call.id, call.function.name, call.function.arguments] : [],
  );
  assert.deepEqual(calls, callsIn(answer));
  const { usage } = completion;
  assert.equal(usage?.prompt_tokens, answer.usage.inputTokens);
  assert.equal(usage?.completion_tokens, answer.usage.outputTokens);
  assert.equal(usage?.total_tokens, answer.usage.inputTokens + answer.usage.outputTokens);
  assert.equal(usage?.prompt_tokens_details?.cached_tokens, answer.usage.cachedInputTokens);
  assert.equal(usage?.completion_tokens_details?.reasoning_tokens, answer.usage.reasoningTokens);
}

describe("the official openai client", () => {
  for (const [title, answer] of Object.entries(answerSamples)) {
    it(`OC14: reads ${title}, whole`, async () => {
      const server = await serveAnswer({ body: openaiChatClient.writeAnswer(answer, "asked-for") });
      assertCompletion(await clientOf(server.baseUrl).chat.completions.create(ask), answer);
    });

    it(`OC14: reads ${title} as a stream in awkward pieces, with its usage`, async () => {
      const server = await serveAnswer({ body: spell(deltasOf(answer)) });
      const stream = clientOf(server.baseUrl).chat.completions.stream(streamed);
      assertCompletion(await stream.finalChatCompletion(), answer);
    });
  }

  it("OC14: gets role first, then text, then why it ended, then usage without choices", async () => {
    const answer = answerSamples["a text"];
    assert.ok(answer);
    const server = await serveAnswer({ body: spell(deltasOf(answer)) });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of await clientOf(server.baseUrl).chat.completions.create(streamed)) chunks.push(chunk);
    assert.equal(chunks[0]?.choices[0]?.delta.role, "assistant");
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""), textIn(answer));
    assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, "stop");
    assert.deepEqual(chunks.at(-1)?.choices, []);
    assert.equal(chunks.at(-1)?.usage?.prompt_tokens, 12);
    assert.ok(chunks.every(({ object, created }) => object === "chat.completion.chunk" && created === 1_790_000_000));
  });

  it("gets thoughts beside the text, and their signature to send back", async () => {
    const answer = answerSamples["a thought and a text"];
    assert.ok(answer);
    const server = await serveAnswer({ body: spell(deltasOf(answer)) });
    const seen = { text: "", details: [] as unknown[] };
    for await (const { choices } of await clientOf(server.baseUrl).chat.completions.create(streamed)) {
      const delta = (choices[0]?.delta ?? {}) as { reasoning_content?: string; reasoning_details?: unknown[] };
      seen.text += delta.reasoning_content ?? "";
      seen.details.push(...(delta.reasoning_details ?? []));
    }
    assert.deepEqual(seen, {
      text: "They greet me.",
      details: [{ type: "reasoning.text", text: "They greet me.", signature: "c2lnbmF0dXJl" }],
    });
  });

  it("throws what a stream fails with midway, in both of its ways to read one", async () => {
    const answer = answerSamples["a text"];
    assert.ok(answer);
    const body = spell([...deltasOf(answer).slice(0, 5), { type: "failure", failure: FAILURE }]);
    const server = await serveAnswer({ body });
    const isFailure = (error: unknown): boolean =>
      error instanceof OpenAI.APIError && error.message.includes(FAILURE.message);
    let text = "";
    await assert.rejects(async () => {
      for await (const chunk of await clientOf(server.baseUrl).chat.completions.create(streamed)) {
        text += chunk.choices[0]?.delta.content ?? "";
      }
    }, isFailure);
    assert.notEqual(text, "");
    await assert.rejects(clientOf(server.baseUrl).chat.completions.stream(streamed).finalChatCompletion(), isFailure);
  });

  it("throws for a stream that was cut without a word", async () => {
    const answer = answerSamples["two calls of tools"];
    assert.ok(answer);
    const server = await serveAnswer({ body: spell(deltasOf(answer).slice(0, 6)) });
    await assert.rejects(
      clientOf(server.baseUrl).chat.completions.stream(streamed).finalChatCompletion(),
      OpenAI.OpenAIError,
    );
  });

  it("OC16: learns of a used-up budget as a 429 with code, used, limit and reset", async () => {
    const budget = { unit: "tokens" as const, used: 1_010, limit: 1_000, resetsAt: "2026-12-01T00:00:00.000Z" };
    const body = openaiChatClient.writeFailure({
      status: 429,
      code: "gateway.budget_exhausted",
      message: "Used up.",
      budget,
    });
    const server = await serveAnswer({ status: 429, body });
    await assert.rejects(clientOf(server.baseUrl).chat.completions.create(ask), (error) => {
      assert.ok(error instanceof OpenAI.RateLimitError);
      assert.deepEqual([error.code, error.type], ["budget_exhausted", "insufficient_quota"]);
      const { used, limit, resets_at } = error.error as Record<string, unknown>;
      assert.deepEqual([used, limit, resets_at], [1_010, 1_000, "2026-12-01T00:00:00.000Z"]);
      return true;
    });
  });

  it("OC14: sends requests that are read with all their parts", async () => {
    const answer = answerSamples["a text"];
    assert.ok(answer);
    const server = await serveAnswer({ body: openaiChatClient.writeAnswer(answer, "asked-for") });
    await clientOf(server.baseUrl).chat.completions.create({
      model: "asked-for",
      messages: [
        { role: "developer", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "See" },
            { type: "image_url", image_url: { url: "data:image/png;base64,QUJD" } },
          ],
        },
        { role: "assistant", tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: "{}" } }] },
        { role: "tool", tool_call_id: "c1", content: "done" },
      ],
      tools: [{ type: "function", function: { name: "f", parameters: { type: "object" } } }],
      tool_choice: { type: "function", function: { name: "f" } },
      response_format: { type: "json_schema", json_schema: { name: "r", schema: { type: "object" }, strict: true } },
      max_completion_tokens: 50,
    });
    const [body] = server.asked;
    assert.ok(body);
    const conversation = openaiChatClient.readConversation(body);
    assert.deepEqual(
      conversation.messages.map(({ role, parts }) => [role, ...parts.map(({ type }) => type)]),
      [
        ["user", "text", "image"],
        ["assistant", "tool_call"],
        ["user", "tool_result"],
      ],
    );
    assert.deepEqual(conversation.toolChoice, { name: "f" });
    assert.equal(conversation.format?.type, "json_schema");
    assert.equal(conversation.maxOutputTokens, 50);
  });
});
