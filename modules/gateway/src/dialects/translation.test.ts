import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { anthropicClient } from "./anthropic/client.ts";
import { anthropicProvider } from "./anthropic/provider.ts";
import { overTheWire, parseInPieces } from "./contract-suite.ts";
import type { Delta } from "./conversation.ts";
import type { ClientDialect, ProviderDialect } from "./dialect.ts";
import { openaiChatClient } from "./openai-chat/client.ts";
import { openaiChatProvider } from "./openai-chat/provider.ts";

const chat = { client: openaiChatClient, provider: openaiChatProvider };
const anthropic = { client: anthropicClient, provider: anthropicProvider };

type Body = Record<string, unknown>;

/** A client's request as it reaches a provider that speaks otherwise. */
const translate = (client: ClientDialect, provider: ProviderDialect, model: string, body: Body): Body =>
  overTheWire(provider.writeConversation({ ...client.readConversation(body), model }));

/** A provider's stream as it reaches a client that speaks otherwise. */
function relay(provider: ProviderDialect, client: ClientDialect, text: string, request: Body = {}): string {
  const reader = provider.createReader();
  const writer = client.createWriter({ model: "asked-for", request, createdSeconds: 1 });
  const deltas = [...parseInPieces(text, 5).flatMap((event) => reader.read(event)), ...reader.close()];
  return deltas.map((delta: Delta) => writer.write(delta)).join("");
}

const named = (events: readonly Body[]): string =>
  events.map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`).join("");
const unnamed = (events: readonly unknown[]): string =>
  [...events.map((event) => JSON.stringify(event)), "[DONE]"].map((data) => `data: ${data}\r\n\r\n`).join("");

const bodiesOf = (text: string): Body[] =>
  parseInPieces(text, 1_000_000).flatMap(({ data }) => (data === "[DONE]" ? [] : [JSON.parse(data) as Body]));

const finishReasonOf = (body: Body = {}): unknown => (body.choices as Body[] | undefined)?.[0]?.finish_reason;

const parameters = { type: "object", properties: { place: { type: "string" } } };

describe("from OpenAI's chat dialect to Anthropic's", () => {
  it("OC14: carries system, developer, user, image and tool messages, tools, choices, formats and cache marks", () => {
    const body = translate(chat.client, anthropic.provider, "claude-sonnet-4-5", {
      model: "smart",
      messages: [
        {
          role: "system",
          content: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral", ttl: "1h" } }],
        },
        { role: "developer", content: "In Welsh." },
        {
          role: "user",
          content: [
            { type: "text", text: "Where is this?" },
            { type: "image_url", image_url: { url: "data:image/jpeg;base64,QUJD", detail: "high" } },
            { type: "image_url", image_url: { url: "https://example.com/b.png" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          reasoning_content: "I look it up.",
          reasoning_details: [{ type: "reasoning.text", text: "I look it up.", signature: "sig" }],
          tool_calls: [
            { id: "call_1", type: "function", function: { name: "find", arguments: '{"place":"a"}' } },
            { id: "call_2", type: "function", function: { name: "find", arguments: '{"place":"b"}' } },
          ],
        },
        { role: "tool", tool_call_id: "call_1", content: "Bangor" },
        { role: "tool", tool_call_id: "call_2", content: "Cardiff" },
        { role: "user", content: "Well?" },
      ],
      tools: [{ type: "function", function: { name: "find", description: "Finds.", parameters } }],
      tool_choice: "auto",
      parallel_tool_calls: false,
      max_completion_tokens: 500,
      temperature: 0.3,
      stop: ["END"],
      user: "u-1",
      stream: true,
      response_format: { type: "json_schema", json_schema: { name: "r", schema: parameters, strict: true } },
    });
    assert.deepEqual(body, {
      model: "claude-sonnet-4-5",
      max_tokens: 500,
      system: [
        { type: "text", text: "Be brief.", cache_control: { type: "ephemeral", ttl: "1h" } },
        { type: "text", text: "In Welsh." },
      ],
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Where is this?" },
            { type: "image", source: { type: "base64", media_type: "image/jpeg", data: "QUJD" } },
            { type: "image", source: { type: "url", url: "https://example.com/b.png" } },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "I look it up.", signature: "sig" },
            { type: "tool_use", id: "call_1", name: "find", input: { place: "a" } },
            { type: "tool_use", id: "call_2", name: "find", input: { place: "b" } },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "call_1", content: [{ type: "text", text: "Bangor" }] },
            { type: "tool_result", tool_use_id: "call_2", content: [{ type: "text", text: "Cardiff" }] },
            { type: "text", text: "Well?" },
          ],
        },
      ],
      tools: [{ name: "find", description: "Finds.", input_schema: parameters }],
      tool_choice: { type: "auto", disable_parallel_tool_use: true },
      output_config: { format: { type: "json_schema", schema: { ...parameters, additionalProperties: false } } },
      stop_sequences: ["END"],
      temperature: 0.3,
      metadata: { user_id: "u-1" },
      stream: true,
    });
  });

  const events: Body[] = [
    {
      type: "message_start",
      message: {
        id: "msg_1",
        model: "claude",
        usage: { input_tokens: 3, cache_read_input_tokens: 7, output_tokens: 1 },
      },
    },
    { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "Hm…" } },
    { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "sig" } },
    { type: "content_block_stop", index: 0 },
    { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
    { type: "ping" },
    { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "Caffi ☕" } },
    { type: "content_block_stop", index: 1 },
    {
      type: "content_block_start",
      index: 2,
      content_block: { type: "tool_use", id: "toolu_1", name: "find", input: {} },
    },
    { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: '{"place":' } },
    { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: '"a"}' } },
    { type: "content_block_stop", index: 2 },
    {
      type: "content_block_start",
      index: 3,
      content_block: { type: "tool_use", id: "toolu_2", name: "now", input: {} },
    },
    { type: "content_block_stop", index: 3 },
    { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage: { output_tokens: 42 } },
    { type: "message_stop" },
  ];

  it("OC14: carries a stream of thoughts, text and tool calls back, to the usage and [DONE]", () => {
    const text = relay(anthropic.provider, chat.client, named(events), { stream_options: { include_usage: true } });
    assert.ok(text.endsWith("data: [DONE]\n\n"));
    const chunks = bodiesOf(text);
    assert.deepEqual(
      chunks.slice(0, -1).map(({ choices }) => (choices as { delta: unknown }[])[0]?.delta),
      [
        { role: "assistant", content: "", refusal: null },
        { reasoning_content: "Hm…" },
        { reasoning_details: [{ type: "reasoning.text", text: "Hm…", signature: "sig" }] },
        { content: "Caffi ☕" },
        { tool_calls: [{ index: 0, id: "toolu_1", type: "function", function: { name: "find", arguments: "" } }] },
        { tool_calls: [{ index: 0, function: { arguments: '{"place":' } }] },
        { tool_calls: [{ index: 0, function: { arguments: '"a"}' } }] },
        { tool_calls: [{ index: 1, id: "toolu_2", type: "function", function: { name: "now", arguments: "" } }] },
        { tool_calls: [{ index: 1, function: { arguments: "{}" } }] },
        {},
      ],
    );
    assert.equal(finishReasonOf(chunks.at(-2)), "tool_calls");
    const usage = chunks.at(-1)?.usage as Body;
    assert.deepEqual([usage.prompt_tokens, usage.completion_tokens, usage.total_tokens], [10, 42, 52]);
    assert.deepEqual((usage.prompt_tokens_details as Body).cached_tokens, 7);
  });

  it("carries a cut to the client as an error, and never as [DONE]", () => {
    for (let count = 1; count < events.length; count += 1) {
      const text = relay(anthropic.provider, chat.client, named(events.slice(0, count)));
      assert.ok(!text.includes("[DONE]"));
      assert.ok("error" in (bodiesOf(text).at(-1) ?? {}), `cut after ${count} events`);
    }
  });
});

describe("from Anthropic's dialect to OpenAI's chat dialect", () => {
  it("carries system texts, blocks, tools, results with pictures, limits and thinking", () => {
    const body = translate(anthropic.client, chat.provider, "gpt-5.1", {
      model: "smart",
      max_tokens: 900,
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      messages: [
        { role: "user", content: [{ type: "text", text: "Look", cache_control: { type: "ephemeral", ttl: "1h" } }] },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hm.", signature: "sig" },
            { type: "redacted_thinking", data: "xyz" },
            { type: "text", text: "I look." },
            { type: "tool_use", id: "toolu_1", name: "shoot", input: { place: "a" } },
          ],
        },
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "toolu_1",
              content: [
                { type: "text", text: "Here" },
                { type: "image", source: { type: "base64", media_type: "image/png", data: "QUJD" } },
              ],
            },
            { type: "text", text: "What is it?" },
          ],
        },
      ],
      tools: [
        { name: "shoot", description: "Shoots.", input_schema: parameters, cache_control: { type: "ephemeral" } },
      ],
      tool_choice: { type: "tool", name: "shoot", disable_parallel_tool_use: true },
      thinking: { type: "adaptive" },
      output_config: { effort: "medium" },
      stop_sequences: ["END"],
      metadata: { user_id: "u-1" },
      stream: true,
    });
    assert.deepEqual(body, {
      model: "gpt-5.1",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Look" },
        {
          role: "assistant",
          content: "I look.",
          tool_calls: [{ id: "toolu_1", type: "function", function: { name: "shoot", arguments: '{"place":"a"}' } }],
        },
        { role: "tool", tool_call_id: "toolu_1", content: "Here\nThe pictures and files of this result follow." },
        {
          role: "user",
          content: [
            { type: "image_url", image_url: { url: "data:image/png;base64,QUJD" } },
            { type: "text", text: "What is it?" },
          ],
        },
      ],
      tools: [{ type: "function", function: { name: "shoot", description: "Shoots.", parameters } }],
      tool_choice: { type: "function", function: { name: "shoot" } },
      parallel_tool_calls: false,
      max_completion_tokens: 900,
      stop: ["END"],
      reasoning_effort: "medium",
      safety_identifier: "u-1",
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it("carries a stream of thoughts, text and tool calls back, to the usage and the end", () => {
    const chunk = (delta: unknown, finish: string | null = null): unknown => ({
      id: "c1",
      model: "gpt",
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
    const text = relay(
      chat.provider,
      anthropic.client,
      unnamed([
        chunk({ role: "assistant", content: "" }),
        chunk({ reasoning_content: "Hm…" }),
        chunk({ content: "Te 🍵" }),
        chunk({
          tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "find", arguments: "" } }],
        }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: '{"place":"a"}' } }] }),
        chunk({
          tool_calls: [{ index: 1, id: "call_2", type: "function", function: { name: "now", arguments: "{}" } }],
        }),
        chunk({}, "tool_calls"),
        {
          id: "c1",
          choices: [],
          usage: { prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } },
        },
      ]),
    );
    const bodies = bodiesOf(text);
    assert.deepEqual(
      bodies
        .map(({ type, index, content_block: block, delta }) => [type, index, (block ?? delta) as unknown])
        .slice(1, -2),
      [
        ["content_block_start", 0, { type: "thinking", thinking: "", signature: "" }],
        ["content_block_delta", 0, { type: "thinking_delta", thinking: "Hm…" }],
        ["content_block_stop", 0, undefined],
        ["content_block_start", 1, { type: "text", text: "", citations: null }],
        ["content_block_delta", 1, { type: "text_delta", text: "Te 🍵" }],
        ["content_block_stop", 1, undefined],
        [
          "content_block_start",
          2,
          { type: "tool_use", id: "call_1", name: "find", input: {}, caller: { type: "direct" } },
        ],
        ["content_block_delta", 2, { type: "input_json_delta", partial_json: '{"place":"a"}' }],
        ["content_block_stop", 2, undefined],
        [
          "content_block_start",
          3,
          { type: "tool_use", id: "call_2", name: "now", input: {}, caller: { type: "direct" } },
        ],
        ["content_block_delta", 3, { type: "input_json_delta", partial_json: "{}" }],
        ["content_block_stop", 3, undefined],
      ],
    );
    const { delta, usage } = bodies.at(-2) ?? {};
    assert.equal((delta as Body).stop_reason, "tool_use");
    const { input_tokens, cache_read_input_tokens, output_tokens } = usage as Body;
    assert.deepEqual([input_tokens, cache_read_input_tokens, output_tokens], [6, 4, 5]);
    assert.deepEqual(bodies.at(-1), { type: "message_stop" });
  });

  it("carries whole answers both ways, with why they ended", () => {
    const reasons = [
      ["stop", "end_turn"],
      ["length", "max_tokens"],
      ["tool_calls", "tool_use"],
      ["content_filter", "refusal"],
    ];
    for (const [finish_reason, stop_reason] of reasons) {
      const completion = { id: "c", model: "m", choices: [{ message: { content: "Hi" }, finish_reason }] };
      const message = anthropic.client.writeAnswer(chat.provider.readAnswer(completion), "asked-for");
      assert.equal(message.stop_reason, stop_reason);
      const back = chat.client.writeAnswer(anthropic.provider.readAnswer(overTheWire(message)), "asked-for");
      assert.equal(finishReasonOf(back), finish_reason);
    }
  });

  it("shows a client arguments that are no JSON as the model wrote them", () => {
    const call = { id: "a", function: { name: "f", arguments: '{"place":' } };
    const completion = {
      id: "c",
      model: "m",
      choices: [{ message: { tool_calls: [call] }, finish_reason: "tool_calls" }],
    };
    const { content } = anthropic.client.writeAnswer(chat.provider.readAnswer(completion), "asked-for");
    assert.equal((content as Body[])[0]?.input, '{"place":');
  });
});
