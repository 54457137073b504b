import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answerOf } from "../contract-samples.ts";
import { parseInPieces } from "../contract-suite.ts";
import type { Delta } from "../conversation.ts";
import type { Json } from "../reading.ts";
import { openaiResponsesProvider as provider } from "./provider.ts";

/** A stream as a provider writes it, in pieces that cut everything. */
function read(events: readonly Json[]): Delta[] {
  const text = events.map((event) => `event: ${event.type}\r\ndata: ${JSON.stringify(event)}\r\n\r\n`).join("");
  const reader = provider.createReader();
  return [...parseInPieces(`: ping\r\n\r\n${text}`, 5).flatMap((event) => reader.read(event)), ...reader.close()];
}

const created = { type: "response.created", response: { id: "resp_1", model: "gpt-5.2-2025-12-11", output: [] } };
const usage = {
  input_tokens: 75,
  input_tokens_details: { cached_tokens: 10 },
  output_tokens: 1_186,
  output_tokens_details: { reasoning_tokens: 1_024 },
};
const completed = (fields: Json = {}): Json => ({
  type: "response.completed",
  response: { id: "resp_1", status: "completed", output: [], usage, ...fields },
});
const item = (output_index: number, fields: Json): Json => ({
  output_index,
  item_id: `item_${output_index}`,
  ...fields,
});
const message = (output_index: number, text: string): Json[] => [
  item(output_index, { type: "response.output_item.added", item: { type: "message", id: "msg_1", content: [] } }),
  item(output_index, {
    type: "response.content_part.added",
    content_index: 0,
    part: { type: "output_text", text: "" },
  }),
  item(output_index, { type: "response.output_text.delta", content_index: 0, delta: text, obfuscation: "x4" }),
  item(output_index, { type: "response.output_text.done", content_index: 0, text }),
  item(output_index, { type: "response.content_part.done", content_index: 0, part: { type: "output_text", text } }),
  item(output_index, { type: "response.output_item.done", item: { type: "message", id: "msg_1" } }),
];

describe("streams of OpenAI's responses", () => {
  it("OC14: a summary of several sections, its seal, a text and usage", () => {
    const answer = answerOf(
      read([
        created,
        { type: "response.in_progress", response: created.response },
        item(0, { type: "response.output_item.added", item: { type: "reasoning", id: "rs_1", summary: [] } }),
        item(0, { type: "response.reasoning_summary_part.added", summary_index: 0, part: {} }),
        item(0, { type: "response.reasoning_summary_text.delta", summary_index: 0, delta: "**One**" }),
        item(0, { type: "response.reasoning_summary_text.done", summary_index: 0, text: "**One**" }),
        item(0, { type: "response.reasoning_summary_part.added", summary_index: 1, part: {} }),
        item(0, { type: "response.reasoning_summary_text.delta", summary_index: 1, delta: "Two" }),
        item(0, { type: "response.output_item.done", item: { type: "reasoning", encrypted_content: "gAAAA" } }),
        ...message(1, "Helo 🌞"),
        { type: "response.some_new_event", delta: "?" },
        completed(),
      ]),
    );
    assert.deepEqual(answer.parts, [
      { type: "thinking", text: "**One**\n\nTwo", signature: "openai-responses:gAAAA" },
      { type: "text", text: "Helo 🌞" },
    ]);
    assert.deepEqual([answer.id, answer.model, answer.stop], ["resp_1", "gpt-5.2-2025-12-11", "end"]);
    assert.deepEqual(answer.usage, {
      inputTokens: 75,
      cachedInputTokens: 10,
      cacheWriteTokens: 0,
      outputTokens: 1_186,
      reasoningTokens: 1_024,
    });
  });

  it("items that grow at once come one after the other, in their order", () => {
    const call = (index: number, name: string): Json => ({ type: "function_call", call_id: `call_${index}`, name });
    const answer = answerOf(
      read([
        created,
        item(0, { type: "response.output_item.added", item: call(0, "a") }),
        item(1, { type: "response.output_item.added", item: call(1, "b") }),
        item(1, { type: "response.function_call_arguments.delta", delta: '{"b"' }),
        item(0, { type: "response.function_call_arguments.delta", delta: "{}" }),
        item(1, { type: "response.function_call_arguments.delta", delta: ":1}" }),
        item(1, { type: "response.output_item.done", item: call(1, "b") }),
        item(0, { type: "response.output_item.done", item: call(0, "a") }),
        // Its arguments come whole at the end alone.
        item(2, { type: "response.output_item.added", item: call(2, "c") }),
        item(2, { type: "response.output_item.done", item: { ...call(2, "c"), arguments: '{"c":1}' } }),
        completed(),
      ]),
    );
    assert.deepEqual(
      answer.parts.map((part) => part.type === "tool_call" && [part.id, part.name, part.arguments]),
      [
        ["call_0", "a", "{}"],
        ["call_1", "b", '{"b":1}'],
        ["call_2", "c", '{"c":1}'],
      ],
    );
    assert.equal(answer.stop, "tool_calls");
  });

  it("a refusal is one, and an answer that comes only with its end is read from there", () => {
    const refused = answerOf(
      read([
        created,
        item(0, { type: "response.content_part.added", content_index: 0, part: { type: "refusal", refusal: "" } }),
        item(0, { type: "response.refusal.delta", content_index: 0, delta: "I cannot." }),
        item(0, { type: "response.content_part.done", content_index: 0 }),
        completed(),
      ]),
    );
    assert.deepEqual([refused.stop, refused.parts], ["refusal", [{ type: "text", text: "I cannot." }]]);
    const output = [{ type: "message", content: [{ type: "output_text", text: "All at once" }] }];
    assert.deepEqual(answerOf(read([completed({ output })])).parts, [{ type: "text", text: "All at once" }]);
  });

  it("errors after 200 are failures with the status of their kind, whatever form they have", () => {
    const error = { code: "rate_limit_exceeded", message: "Slow down." };
    for (const event of [
      { type: "response.failed", response: { status: "failed", error } },
      { type: "error", ...error, param: null },
      { type: "error", error },
      { error },
    ] as Json[]) {
      const deltas = read([created, ...message(0, "Hm").slice(0, 3), event, completed()]);
      const last = deltas.at(-1);
      assert.ok(last?.type === "failure", JSON.stringify(event));
      assert.deepEqual([last.failure.status, last.failure.message], [429, "Slow down."], JSON.stringify(event));
      assert.equal(deltas.filter(({ type }) => type === "end").length, 0);
    }
    const broken = read([created, ...message(0, "Hm").slice(0, 3)]).at(-1);
    assert.ok(broken?.type === "failure" && broken.failure.status === 502);
  });

  it("a whole response that says that it failed is no answer", () => {
    const body = { status: "failed", output: [], error: { code: "server_error", message: "Broken." } };
    assert.throws(() => provider.readAnswer(body), /Broken\./);
  });
});
