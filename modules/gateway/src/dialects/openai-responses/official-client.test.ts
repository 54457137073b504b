import assert from "node:assert/strict";
import { describe, it } from "node:test";
import OpenAI, { APIError } from "openai";
import { answerSamples, FAILURE } from "../contract-samples.ts";
import type { Delta } from "../conversation.ts";
import { objectIn } from "../reading.ts";
import { serveAnswer } from "../served-answers.ts";
import { openaiResponsesClient as client } from "./client.ts";

const USAGE = {
  inputTokens: 100,
  cachedInputTokens: 60,
  cacheWriteTokens: 5,
  outputTokens: 40,
  reasoningTokens: 10,
};

const begin: Delta[] = [
  { type: "start", id: "msg_upstream", model: "m-1" },
  { type: "part_start", index: 0, part: { type: "thinking" } },
  { type: "thinking", index: 0, text: "A ha" },
  { type: "thinking", index: 0, text: "rbour 🌊?" },
  { type: "signature", index: 0, signature: "c2ln" },
  { type: "part_end", index: 0 },
  { type: "part_start", index: 1, part: { type: "text" } },
  { type: "text", index: 1, text: "Je regarde 🏴󠁧󠁢󠁷󠁬󠁳󠁿 – " },
  { type: "text", index: 1, text: "早安." },
];

const whole: Delta[] = [
  ...begin,
  { type: "part_end", index: 1 },
  { type: "part_start", index: 2, part: { type: "tool_call", id: "call_1", name: "get_weather" } },
  { type: "arguments", index: 2, json: '{"place":' },
  { type: "arguments", index: 2, json: '"Caerdydd"}' },
  { type: "part_end", index: 2 },
  { type: "part_start", index: 3, part: { type: "tool_call", id: "call_2", name: "get_time" } },
  { type: "part_end", index: 3 },
  { type: "end", stop: "tool_calls", usage: USAGE },
];

const request = {
  model: "asked-for",
  input: "Weather?",
  tools: [{ type: "function" as const, name: "get_weather", parameters: {}, strict: false }],
};

const spell = (deltas: readonly Delta[]): string => {
  const writer = client.createWriter({ model: "asked-for", request, createdSeconds: 1_790_000_000 });
  return deltas.map((delta) => writer.write(delta)).join("");
};

const clientOf = (baseUrl: string): OpenAI =>
  new OpenAI({ apiKey: "rk_test", baseURL: `${baseUrl}/v1`, maxRetries: 0 });

describe("the responses dialect, read by the official client", () => {
  for (const [title, end] of [
    ["LF", "\n"],
    ["CRLF", "\r\n"],
  ] as const) {
    it(`OC14: a stream in awkward pieces with ${title} amounts to the answer that was given`, async () => {
      const body = `: a comment\n\n${spell(whole)}`.replaceAll("\n", end);
      const server = await serveAnswer({ body });
      const stream = clientOf(server.baseUrl).responses.stream(request);
      const deltas: string[] = [];
      stream.on("response.output_text.delta", ({ delta }) => deltas.push(delta));
      stream.on("response.function_call_arguments.delta", ({ delta }) => deltas.push(delta));
      const answer = await stream.finalResponse();
      assert.equal(answer.output_text, "Je regarde 🏴󠁧󠁢󠁷󠁬󠁳󠁿 – 早安.");
      assert.equal(deltas.join(""), 'Je regarde 🏴󠁧󠁢󠁷󠁬󠁳󠁿 – 早安.{"place":"Caerdydd"}');
      assert.deepEqual([answer.status, answer.model, answer.id], ["completed", "asked-for", "resp_msg_upstream"]);
      const [thought, message, call, bareCall] = answer.output;
      assert.ok(thought?.type === "reasoning");
      assert.deepEqual(thought.summary, [{ type: "summary_text", text: "A harbour 🌊?" }]);
      assert.equal(thought.encrypted_content, "reef.signature.c2ln");
      assert.ok(message?.type === "message" && message.status === "completed");
      assert.ok(call?.type === "function_call");
      assert.deepEqual([call.call_id, call.name, call.arguments], ["call_1", "get_weather", '{"place":"Caerdydd"}']);
      assert.ok(bareCall?.type === "function_call" && bareCall.arguments === "");
      assert.deepEqual(answer.usage, {
        input_tokens: 100,
        input_tokens_details: { cached_tokens: 60, cache_write_tokens: 5 },
        output_tokens: 40,
        output_tokens_details: { reasoning_tokens: 10 },
        total_tokens: 140,
      });
    });
  }

  it("OC14: an answer that reached its limit is told as incomplete, with its reason and usage", async () => {
    const body = spell([...begin, { type: "part_end", index: 1 }, { type: "end", stop: "length", usage: USAGE }]);
    const server = await serveAnswer({ body });
    const answer = await clientOf(server.baseUrl).responses.stream(request).finalResponse();
    assert.deepEqual([answer.status, answer.incomplete_details?.reason], ["incomplete", "max_output_tokens"]);
    assert.equal(answer.usage?.output_tokens, 40);
  });

  it("OC14: a failure in the middle makes the client throw, after all that was delivered", async () => {
    const server = await serveAnswer({ body: spell([...begin, { type: "failure", failure: FAILURE }]) });
    const openai = clientOf(server.baseUrl);
    const stream = await openai.responses.create({ ...request, stream: true });
    const types: string[] = [];
    let text = "";
    await assert.rejects(
      async () => {
        for await (const event of stream) {
          types.push(event.type);
          if (event.type === "response.output_text.delta") text += event.delta;
        }
      },
      (error) => error instanceof APIError && error.message.includes(FAILURE.message),
    );
    assert.equal(text, "Je regarde 🏴󠁧󠁢󠁷󠁬󠁳󠁿 – 早安.");
    assert.equal(types.at(-1), "response.failed");
    assert.ok(!types.includes("response.completed"));
    await assert.rejects(openai.responses.stream(request).finalResponse(), APIError);
  });

  it("OC14: whole answers have their text, calls and usage", async () => {
    for (const answer of Object.values(answerSamples)) {
      const server = await serveAnswer({ body: client.writeAnswer(answer, "asked-for") });
      const read = await clientOf(server.baseUrl).responses.create({ ...request, stream: false });
      const texts = answer.parts.map((part) => (part.type === "text" ? part.text : ""));
      assert.equal(read.output_text, texts.join(""));
      const calls = read.output.flatMap((item) =>
        item.type === "function_call" ? [[item.call_id, item.arguments]] : [],
      );
      assert.deepEqual(
        calls,
        answer.parts.flatMap((part) => (part.type === "tool_call" ? [[part.id, part.arguments]] : [])),
      );
      assert.equal(read.usage?.input_tokens, answer.usage.inputTokens);
      assert.equal(read.usage?.output_tokens_details.reasoning_tokens, answer.usage.reasoningTokens);
    }
  });

  it("OC16: a budget that is used up is the official client's own error, with used and limit", async () => {
    const budget = { unit: "tokens" as const, used: 1_200, limit: 1_000, resetsAt: null };
    const body = client.writeFailure({ status: 429, code: "gateway.budget_exhausted", message: "Used up.", budget });
    const server = await serveAnswer({ status: 429, body });
    await assert.rejects(clientOf(server.baseUrl).responses.create(request), (error) => {
      assert.ok(error instanceof OpenAI.RateLimitError);
      assert.equal(error.code, "budget_exhausted");
      assert.deepEqual([objectIn(error.error).used, objectIn(error.error).limit], [1_200, 1_000]);
      return true;
    });
  });
});
