import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeDialect } from "../contract-suite.ts";
import { type Answer, BadPrompt, type Conversation, NO_USAGE } from "../conversation.ts";
import { isObject, type Json, listIn, objectIn } from "../reading.ts";
import { openaiResponsesClient as client } from "./client.ts";
import { openaiResponsesProvider as provider } from "./provider.ts";

const NEW_MODEL = "gpt-4.1";

describeDialect({
  client,
  provider,
  model: NEW_MODEL,
  refuses: ["system texts, a limit, sampling and a stream"],
  keeps: (conversation) => ({
    ...conversation,
    system: conversation.system.map(({ type, text }) => ({ type, text })),
    tools: conversation.tools.map(({ cache: _, ...tool }) => ({ ...tool, strict: tool.strict ?? false })),
    messages: conversation.messages.map(({ role, parts }) => ({
      role,
      parts: parts.map((part) => {
        const { cache: _, isError: __, ...kept } = part as typeof part & { cache?: unknown; isError?: unknown };
        return kept as typeof part;
      }),
    })),
  }),
  keepsAnswer: (answer) => ({ ...answer, id: `resp_${answer.id}` }),
});

const ask = (fields: Json): Conversation => client.readConversation({ model: "m", input: "Hello", ...fields });

const bare: Conversation = {
  model: NEW_MODEL,
  system: [],
  messages: [{ role: "user", parts: [{ type: "text", text: "Hello" }] }],
  tools: [],
  stream: false,
};

describe("what the responses dialect reads", () => {
  it("OC14: a text, or items, with all that a turn is spelled as in one message", () => {
    assert.deepEqual(ask({ instructions: "Be brief." }).system, [{ type: "text", text: "Be brief." }]);
    const read = ask({
      input: [
        { role: "developer", content: "Speak Welsh." },
        { role: "user", content: [{ type: "input_text", text: "Where am I?" }] },
        {
          type: "reasoning",
          id: "rs_1",
          summary: [{ type: "summary_text", text: "Look." }],
          encrypted_content: "gAAA",
        },
        { type: "function_call", call_id: "call_1", name: "locate", arguments: "{}" },
        { type: "function_call_output", call_id: "call_1", output: "Bangor" },
        { role: "user", content: "Well?" },
      ],
    });
    assert.deepEqual(read.system, [{ type: "text", text: "Speak Welsh." }]);
    assert.deepEqual(
      read.messages.map(({ role, parts }) => [role, ...parts.map(({ type }) => type)]),
      [
        ["user", "text"],
        ["assistant", "thinking", "tool_call"],
        ["user", "tool_result", "text"],
      ],
    );
  });

  it("images and files by address and by their bytes, and marks of what may be kept", () => {
    const content = [
      { type: "input_image", image_url: "https://example.com/a.png", detail: "original" },
      { type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "auto" },
      { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,BBBB" },
      { type: "input_file", file_url: "https://example.com/a.pdf" },
      { type: "input_text", text: "Look.", prompt_cache_breakpoint: { mode: "explicit" } },
    ];
    assert.deepEqual(ask({ input: [{ role: "user", content }] }).messages[0]?.parts, [
      { type: "image", source: { url: "https://example.com/a.png" }, detail: "high" },
      { type: "image", source: { mediaType: "image/png", base64: "AAAA" }, detail: "auto" },
      { type: "file", source: { mediaType: "application/pdf", base64: "BBBB" }, name: "a.pdf" },
      { type: "file", source: { url: "https://example.com/a.pdf" } },
      { type: "text", text: "Look.", cache: {} },
    ]);
  });

  it("tools, of which only those stay that may be called, and how much to think", () => {
    const tools = ["a", "b"].map((name) => ({ type: "function", name, parameters: null, strict: null }));
    const tool_choice = { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "b" }] };
    const read = ask({ tools, tool_choice, reasoning: { effort: "max", summary: "auto" } });
    assert.deepEqual([read.tools.map(({ name }) => name), read.toolChoice], [["b"], "required"]);
    assert.deepEqual(read.reasoning, { effort: "max", isTold: true });
  });

  it("refuses what it cannot say to another provider, and names the field", () => {
    const refused: [Json, string][] = [
      [{ previous_response_id: "resp_1" }, "previous_response_id"],
      [{ conversation: "conv_1" }, "conversation"],
      [{ prompt: { id: "pmpt_1" } }, "prompt"],
      [{ store: true }, "store"],
      [{ background: true }, "background"],
      [{ top_logprobs: 2 }, "top_logprobs"],
      [{ tools: [{ type: "web_search" }] }, "tools[0].type"],
      [{ tool_choice: { type: "mcp", server_label: "a" } }, "tool_choice.type"],
      [{ input: [{ type: "item_reference", id: "msg_1" }] }, "input[0]"],
      [{ input: [{ id: "msg_1" }] }, "input[0]"],
      [{ input: [{ type: "web_search_call", id: "ws_1" }] }, "input[0].type"],
      [
        { input: [{ role: "user", content: [{ type: "input_image", file_id: "file_1" }] }] },
        "input[0].content[0].file_id",
      ],
      [{ input: [{ role: "tool", content: "" }] }, "input[0].role"],
      [{ reasoning: { effort: "utmost" } }, "reasoning.effort"],
      [{ text: { format: { type: "xml" } } }, "text.format.type"],
      [{ temperature: "hot" }, "temperature"],
      [{ model: 7 }, "model"],
    ];
    for (const [fields, path] of refused) {
      assert.throws(
        () => ask(fields),
        (error) => error instanceof BadPrompt && error.path === path && error.message.length > 20,
        path,
      );
    }
  });
});

describe("thoughts in the responses dialect", () => {
  const thoughts: Answer["parts"] = [
    { type: "thinking", text: "Hm.", signature: "anthropic-signature==" },
    { type: "thinking", text: "", redacted: "anthropic-redacted==" },
    { type: "thinking", text: "", signature: "gemini:c2ln" },
    { type: "thinking", text: "Own.", signature: "openai-responses:gAAAAA" },
  ];
  const answer: Answer = { id: "a", model: "m", parts: thoughts, stop: "end", usage: NO_USAGE };

  it("come back from a client with the signature that their provider gave them", () => {
    const { output } = client.writeAnswer(answer, "m");
    assert.deepEqual(ask({ input: output }).messages, [{ role: "assistant", parts: thoughts }]);
  });

  it("go to OpenAI only where they are its own, in its own form", () => {
    const messages: Conversation["messages"] = [{ role: "assistant", parts: thoughts }];
    const body = provider.writeConversation({ ...bare, messages });
    assert.deepEqual(body.input, [
      { type: "reasoning", summary: [{ type: "summary_text", text: "Own." }], encrypted_content: "gAAAAA" },
    ]);
  });

  it("are asked for in encrypted form of models that think, and of no others", () => {
    const include = (fields: Partial<Conversation>) => provider.writeConversation({ ...bare, ...fields }).include;
    assert.deepEqual(include({ model: "gpt-5.2" }), ["reasoning.encrypted_content"]);
    assert.deepEqual(include({ reasoning: { effort: "low" } }), ["reasoning.encrypted_content"]);
    assert.equal(include({}), undefined);
    assert.equal(include({ model: "gpt-5.2", reasoning: { effort: "none" } }), undefined);
  });
});

describe("what the responses dialect writes", () => {
  it("several system texts, a limit and sampling, and never asks OpenAI to keep anything", () => {
    const body = provider.writeConversation({
      ...bare,
      system: [
        { type: "text", text: "Be brief." },
        { type: "text", text: "Speak Welsh." },
      ],
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      user: "user-1",
      stream: true,
    });
    assert.deepEqual(body, {
      model: NEW_MODEL,
      instructions: "Be brief.\n\nSpeak Welsh.",
      input: [{ type: "message", role: "user", content: [{ type: "input_text", text: "Hello" }] }],
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      safety_identifier: "user-1",
      store: false,
      stream: true,
    });
  });

  it("OC14: an answer that was cut or refused is never called complete", () => {
    const write = (stop: Answer["stop"]) =>
      client.writeAnswer({ id: "a", model: "m", parts: [{ type: "text", text: "Hm" }], stop, usage: NO_USAGE }, "m");
    const cut = write("length");
    assert.deepEqual([cut.status, cut.incomplete_details], ["incomplete", { reason: "max_output_tokens" }]);
    assert.equal(objectIn(listIn(cut.output)[0]).status, "incomplete");
    assert.deepEqual(write("refusal").incomplete_details, { reason: "content_filter" });
    assert.deepEqual([write("end").status, write("end").output_text], ["completed", "Hm"]);
  });

  it("repeats the settings of its request, and numbers all events without a gap", () => {
    const request = { tools: [{ type: "function", name: "a" }], metadata: { a: "1" }, temperature: 0.5 };
    const writer = client.createWriter({ model: "asked", request, createdSeconds: 7 });
    const text = [
      writer.write({ type: "start", id: "x", model: "m" }),
      writer.write({ type: "part_start", index: 0, part: { type: "text" } }),
      writer.write({ type: "text", index: 0, text: "a" }),
      writer.write({ type: "text", index: 0, text: "" }),
      writer.write({ type: "part_end", index: 0 }),
      writer.write({ type: "end", stop: "end", usage: NO_USAGE }),
    ].join("");
    const events = [...text.matchAll(/^data: (.*)$/gm)]
      .map(([, json]) => JSON.parse(json ?? "") as unknown)
      .filter(isObject);
    assert.deepEqual(
      events.map(({ sequence_number }) => sequence_number),
      events.map((_, index) => index),
    );
    const created = objectIn(events[0]?.response);
    assert.deepEqual(
      [created.model, created.created_at, created.tools, created.metadata, created.temperature],
      ["asked", 7, request.tools, request.metadata, 0.5],
    );
  });
});
