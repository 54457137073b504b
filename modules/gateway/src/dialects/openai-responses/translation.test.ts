import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { anthropicClient } from "../anthropic/client.ts";
import { anthropicProvider } from "../anthropic/provider.ts";
import { overTheWire, parseInPieces } from "../contract-suite.ts";
import type { ClientDialect, ProviderDialect } from "../dialect.ts";
import { geminiProvider } from "../gemini/provider.ts";
import { type Json, listIn, objectIn } from "../reading.ts";
import { openaiResponsesClient as client } from "./client.ts";
import { openaiResponsesProvider } from "./provider.ts";

const tools = [{ type: "function", name: "get_weather", parameters: { type: "object", properties: {} } }];
const question = { role: "user", content: "Weather in Bangor?" };

/** A provider's stream as it reaches a client, in pieces that cut everything. */
function relay(provider: ProviderDialect, to: ClientDialect, text: string): Json[] {
  const reader = provider.createReader();
  const writer = to.createWriter({ model: "smart", request: {}, createdSeconds: 1 });
  const deltas = [...parseInPieces(text, 5).flatMap((event) => reader.read(event)), ...reader.close()];
  const written = deltas.map((delta) => writer.write(delta)).join("");
  return parseInPieces(written, 1_000_000).map(({ data }) => objectIn(JSON.parse(data)));
}

const outputOf = (events: readonly Json[]): Json[] => listIn(objectIn(events.at(-1)?.response).output).map(objectIn);

/** The next question of a client that sends back all that it got, with what its tool found. */
function nextBody(provider: ProviderDialect, model: string, output: readonly Json[]): Json {
  const call = output.find(({ type }) => type === "function_call");
  const result = { type: "function_call_output", call_id: call?.call_id, output: "Rain" };
  const body = overTheWire({ model: "smart", tools, input: [question, ...output, result] });
  return overTheWire(provider.writeConversation({ ...client.readConversation(body), model }));
}

const named = (events: readonly Json[]): string =>
  events.map((event) => `event: ${String(event.type)}\r\ndata: ${JSON.stringify(event)}\r\n\r\n`).join("");

const block = (index: number, content_block: Json, ...deltas: Json[]): Json[] => [
  { type: "content_block_start", index, content_block },
  ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
  { type: "content_block_stop", index },
];

describe("clients of the responses dialect", () => {
  it("OC14: reach Anthropic, and its thoughts come back to it with their signatures", () => {
    const usage = { input_tokens: 10, cache_read_input_tokens: 30, cache_creation_input_tokens: 5, output_tokens: 1 };
    const events = relay(
      anthropicProvider,
      client,
      named([
        {
          type: "message_start",
          message: { id: "msg_1", model: "claude-sonnet-4-5", role: "assistant", content: [], usage },
        },
        ...block(
          0,
          { type: "thinking", thinking: "", signature: "" },
          { type: "thinking_delta", thinking: "Look it up 🌦." },
          { type: "signature_delta", signature: "EqQBCkYIBxgC" },
        ),
        ...block(1, { type: "redacted_thinking", data: "EmwKAhgBEgy" }),
        ...block(2, { type: "text", text: "" }, { type: "text_delta", text: "I look." }),
        ...block(
          3,
          { type: "tool_use", id: "toolu_1", name: "get_weather", input: {} },
          { type: "input_json_delta", partial_json: '{"place":' },
          { type: "input_json_delta", partial_json: '"Bangor"}' },
        ),
        { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 50 } },
        { type: "message_stop" },
      ]),
    );
    const { status, usage: told } = objectIn(events.at(-1)?.response);
    assert.equal(status, "completed");
    assert.deepEqual([objectIn(told).input_tokens, objectIn(told).output_tokens], [45, 50]);
    const output = outputOf(events);
    assert.deepEqual(
      output.map(({ type }) => type),
      ["reasoning", "reasoning", "message", "function_call"],
    );

    const [, assistant, user] = listIn(nextBody(anthropicProvider, "claude-sonnet-4-5", output).messages).map(objectIn);
    assert.deepEqual(assistant?.content, [
      { type: "thinking", thinking: "Look it up 🌦.", signature: "EqQBCkYIBxgC" },
      { type: "redacted_thinking", data: "EmwKAhgBEgy" },
      { type: "text", text: "I look." },
      { type: "tool_use", id: "toolu_1", name: "get_weather", input: { place: "Bangor" } },
    ]);
    assert.equal(objectIn(listIn(user?.content)[0]).tool_use_id, "toolu_1");

    // Another provider's model is told nothing that it would refuse.
    const foreign = JSON.stringify([
      nextBody(openaiResponsesProvider, "gpt-5.2", output),
      nextBody(geminiProvider, "gemini-3-flash", output),
    ]);
    assert.ok(!foreign.includes("EqQBCkYIBxgC") && !foreign.includes("EmwKAhgBEgy"));
  });

  it("OC14: reach Gemini, and its calls come back to it with their signatures", () => {
    const functionCall = { id: "fc_1", name: "get_weather", args: { place: "Bangor" } };
    const chunk = {
      candidates: [
        {
          content: {
            parts: [
              { text: "Look.", thought: true },
              { functionCall, thoughtSignature: "c2lnbmF0dXJl" },
            ],
          },
          finishReason: "STOP",
        },
      ],
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, thoughtsTokenCount: 3 },
      responseId: "r-1",
    };
    const output = outputOf(relay(geminiProvider, client, `data: ${JSON.stringify(chunk)}\n\n`));
    const body = nextBody(geminiProvider, "gemini-3-flash", output);
    assert.deepEqual(listIn(body.contents).slice(1), [
      { role: "model", parts: [{ functionCall, thoughtSignature: "c2lnbmF0dXJl" }] },
      {
        role: "user",
        parts: [{ functionResponse: { id: "fc_1", name: "get_weather", response: { output: "Rain" } } }],
      },
    ]);
    const anthropic = JSON.stringify(nextBody(anthropicProvider, "claude-sonnet-4-5", output));
    assert.ok(!anthropic.includes("c2lnbmF0dXJl"));
  });
});

describe("OpenAI's responses", () => {
  it("OC14: reach clients of Anthropic's dialect, and their thoughts come back sealed as they were", () => {
    const response = { id: "resp_1", model: "gpt-5.2", output: [] };
    const call = { type: "function_call", call_id: "call_1", name: "get_weather", arguments: "" };
    const { readConversation } = anthropicClient;
    const provider = openaiResponsesProvider;
    const events = relay(
      provider,
      anthropicClient,
      named([
        { type: "response.created", response },
        { type: "response.output_item.added", output_index: 0, item: { type: "reasoning", summary: [] } },
        {
          type: "response.output_item.done",
          output_index: 0,
          item: { type: "reasoning", encrypted_content: "gAAAAAB" },
        },
        { type: "response.output_item.added", output_index: 1, item: call },
        { type: "response.function_call_arguments.delta", output_index: 1, delta: "{}" },
        { type: "response.output_item.done", output_index: 1, item: { ...call, arguments: "{}" } },
        { type: "response.completed", response: { ...response, status: "completed" } },
      ]),
    );
    const signed = events.map(({ delta }) => objectIn(delta).signature).filter((signature) => signature !== undefined);
    assert.equal(signed.length, 1);
    const read = readConversation({
      model: "smart",
      max_tokens: 100,
      messages: [
        question,
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "", signature: signed[0] },
            { type: "tool_use", id: "call_1", name: "get_weather", input: {} },
          ],
        },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "call_1", content: "Rain" }] },
      ],
    });
    assert.deepEqual(listIn(provider.writeConversation({ ...read, model: "gpt-5.2" }).input).slice(1), [
      { type: "reasoning", summary: [], encrypted_content: "gAAAAAB" },
      { type: "function_call", call_id: "call_1", name: "get_weather", arguments: "{}" },
      { type: "function_call_output", call_id: "call_1", output: "Rain" },
    ]);
  });
});
