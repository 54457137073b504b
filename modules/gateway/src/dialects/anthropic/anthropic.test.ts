import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeDialect, overTheWire } from "../contract-suite.ts";
import { BadPrompt, type Conversation, type Part } from "../conversation.ts";
import { anthropicClient } from "./client.ts";
import { anthropicProvider } from "./provider.ts";
import { DEFAULT_MAX_TOKENS } from "./write-request.ts";

describeDialect({
  client: anthropicClient,
  provider: anthropicProvider,
  model: "claude-sonnet-4-5",
  keeps: (conversation) => ({ ...conversation, maxOutputTokens: conversation.maxOutputTokens ?? DEFAULT_MAX_TOKENS }),
});

const user = { role: "user", content: "Hi" };
const read = (body: Record<string, unknown>): Conversation =>
  anthropicClient.readConversation({ model: "m", max_tokens: 10, messages: [user], ...body });
const ask = (more: Partial<Conversation>): Record<string, unknown> =>
  overTheWire(anthropicProvider.writeConversation({ ...read({}), maxOutputTokens: 20_000, ...more }));

describe("requests to /v1/messages", () => {
  it("reads every block of a conversation with its cache marks", () => {
    const mark = { type: "ephemeral", ttl: "1h" };
    const conversation = read({
      system: [{ type: "text", text: "Be brief.", cache_control: mark }],
      messages: [
        {
          role: "user",
          content: [
            { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
            {
              type: "image",
              source: { type: "base64", media_type: "image/webp", data: "QUJD" },
              cache_control: { type: "ephemeral" },
            },
            {
              type: "document",
              source: { type: "base64", media_type: "application/pdf", data: "JVBE" },
              title: "a.pdf",
              context: "An invoice.",
            },
            { type: "document", source: { type: "text", media_type: "text/plain", data: "plain" } },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hm.", signature: "sig" },
            { type: "redacted_thinking", data: "xyz" },
            { type: "tool_use", id: "t1", name: "f", input: { a: 1 }, cache_control: mark },
          ],
        },
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "t1",
              is_error: true,
              cache_control: mark,
              content: [
                { type: "text", text: "broken" },
                { type: "image", source: { type: "base64", media_type: "image/png", data: "QUJD" } },
              ],
            },
            {
              type: "search_result",
              title: "T",
              source: "https://example.com",
              content: [{ type: "text", text: "found" }],
            },
          ],
        },
        { role: "system", content: "Now in Welsh." },
      ],
    });
    assert.deepEqual(conversation.system, [
      { type: "text", text: "Be brief.", cache: { ttl: "1h" } },
      { type: "text", text: "Now in Welsh." },
    ]);
    assert.deepEqual(conversation.messages, [
      {
        role: "user",
        parts: [
          { type: "image", source: { url: "https://example.com/a.png" } },
          { type: "image", source: { mediaType: "image/webp", base64: "QUJD" }, cache: {} },
          { type: "text", text: "An invoice." },
          { type: "file", source: { mediaType: "application/pdf", base64: "JVBE" }, name: "a.pdf" },
          { type: "file", source: { mediaType: "text/plain", base64: Buffer.from("plain").toString("base64") } },
        ],
      },
      {
        role: "assistant",
        parts: [
          { type: "thinking", text: "Hm.", signature: "sig" },
          { type: "thinking", text: "", redacted: "xyz" },
          { type: "tool_call", id: "t1", name: "f", arguments: '{"a":1}', cache: { ttl: "1h" } },
        ],
      },
      {
        role: "user",
        parts: [
          {
            type: "tool_result",
            callId: "t1",
            isError: true,
            cache: { ttl: "1h" },
            parts: [
              { type: "text", text: "broken" },
              { type: "image", source: { mediaType: "image/png", base64: "QUJD" } },
            ],
          },
          { type: "text", text: "T\nhttps://example.com\n\nfound" },
        ],
      },
    ]);
  });

  it("reads thinking, effort, formats, choices and a mark for the whole request", () => {
    assert.deepEqual(read({ thinking: { type: "enabled", budget_tokens: 2_000 } }).reasoning, { budgetTokens: 2_000 });
    assert.deepEqual(read({ thinking: { type: "adaptive" }, output_config: { effort: "max" } }).reasoning, {
      effort: "max",
    });
    assert.deepEqual(read({ thinking: { type: "disabled" } }).reasoning, { effort: "none" });
    const schema = { type: "object", properties: {} };
    const format = { type: "json_schema", name: "answer", schema, strict: true };
    assert.deepEqual(read({ output_config: { format: { type: "json_schema", schema } } }).format, format);
    assert.deepEqual(read({ output_format: { type: "json_schema", schema } }).format, format);
    const choice = read({ tool_choice: { type: "auto", disable_parallel_tool_use: true } });
    assert.deepEqual([choice.toolChoice, choice.parallelToolCalls], ["auto", false]);
    assert.deepEqual(read({ cache_control: { type: "ephemeral" } }).messages, [
      { role: "user", parts: [{ type: "text", text: "Hi", cache: {} }] },
    ]);
    assert.deepEqual(read({ stop_sequences: ["A"], top_k: 5, metadata: { user_id: "u" } }).stop, ["A"]);
  });

  it("refuses what cannot be translated or is malformed, and says where it stands", () => {
    const content = (block: unknown): Record<string, unknown> => ({ messages: [{ role: "user", content: [block] }] });
    const cases: [Record<string, unknown>, string][] = [
      [{ max_tokens: undefined }, "max_tokens"],
      [{ messages: [] }, "messages"],
      [{ messages: [{ role: "tool", content: "" }] }, "messages[0].role"],
      [{ tools: [{ type: "web_search_20260318", name: "web_search" }] }, "tools[0].type"],
      [{ container: "c" }, "container"],
      [{ mcp_servers: [{ url: "https://example.com" }] }, "mcp_servers"],
      [{ inference_geo: "eu" }, "inference_geo"],
      [{ thinking: { type: "deep" } }, "thinking.type"],
      [content({ type: "container_upload", file_id: "f" }), "messages[0].content[0].type"],
      [content({ type: "image", source: { type: "file", file_id: "f" } }), "messages[0].content[0].source.type"],
      [
        content({ type: "document", source: { type: "text", data: "x" }, citations: { enabled: true } }),
        "messages[0].content[0].citations",
      ],
    ];
    for (const [body, path] of cases) {
      assert.throws(
        () => read(body),
        (error) => error instanceof BadPrompt && error.path === path,
        JSON.stringify(body),
      );
    }
  });
});

describe("requests in Anthropic's dialect to providers", () => {
  it("merges turns of one role, puts results first, and leaves out empty texts and thoughts of others", () => {
    const { messages } = ask({
      messages: [
        { role: "user", parts: [{ type: "text", text: "a" }] },
        {
          role: "user",
          parts: [
            { type: "text", text: " " },
            { type: "text", text: "b" },
          ],
        },
        {
          role: "assistant",
          parts: [
            { type: "thinking", text: "unsigned" },
            { type: "thinking", text: "foreign", signature: "openai-responses:x" },
            { type: "tool_call", id: "functions.f:0", name: "f", arguments: "not json" },
          ],
        },
        {
          role: "user",
          parts: [
            { type: "text", text: "c" },
            { type: "tool_result", callId: "functions.f:0", parts: [] },
          ],
        },
      ],
    });
    assert.deepEqual(messages, [
      {
        role: "user",
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
      {
        role: "assistant",
        content: [{ type: "tool_use", id: "functions_f_0", name: "f", input: { arguments: "not json" } }],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "functions_f_0" },
          { type: "text", text: "c" },
        ],
      },
    ]);
  });

  it("asks each model to think in the form that it takes", () => {
    const thinking = (model: string, more: Partial<Conversation>): unknown[] => {
      const body = ask({ model, ...more });
      return [body.thinking, body.output_config];
    };
    const high = { reasoning: { effort: "high" } } as const;
    assert.deepEqual(thinking("claude-opus-4-8", high), [{ type: "adaptive" }, { effort: "high" }]);
    assert.deepEqual(thinking("claude-opus-4-6", { reasoning: { effort: "xhigh" } }), [
      { type: "adaptive" },
      { effort: "high" },
    ]);
    assert.deepEqual(thinking("claude-sonnet-4-5-20250929", high), [
      { type: "enabled", budget_tokens: 10_000 },
      undefined,
    ]);
    assert.deepEqual(thinking("claude-3-5-haiku-20241022", high), [undefined, undefined]);
    assert.deepEqual(thinking("claude-sonnet-4-20250514", { reasoning: { budgetTokens: 30_000 } }), [
      { type: "enabled", budget_tokens: 19_999 },
      undefined,
    ]);
    assert.deepEqual(thinking("claude-sonnet-4-5", { ...high, maxOutputTokens: 1_500 }), [undefined, undefined]);
    assert.deepEqual(thinking("claude-sonnet-5", { reasoning: { effort: "none" } }), [{ type: "disabled" }, undefined]);
    assert.deepEqual(thinking("claude-fable-5", { reasoning: { effort: "none" } }), [undefined, { effort: "low" }]);
    assert.deepEqual(thinking("kimi-k3", high), [{ type: "enabled", budget_tokens: 10_000 }, undefined]);
    assert.deepEqual(thinking("claude-opus-4-6", {}), [undefined, undefined]);
  });

  it("asks for no thinking where a tool is forced", () => {
    const body = ask({
      model: "claude-opus-4-6",
      reasoning: { effort: "high" },
      toolChoice: "required",
      tools: [{ name: "f", parameters: {} }],
    });
    assert.deepEqual([body.thinking, body.tool_choice], [undefined, { type: "any" }]);
  });

  it("goes on without thinking where the thoughts before a tool's result did not come back", () => {
    const thinking = (model: string, thoughts: Part[]): unknown => {
      const call: Part = { type: "tool_call", id: "t", name: "f", arguments: "{}" };
      const messages: Conversation["messages"] = [
        { role: "assistant", parts: [...thoughts, call] },
        { role: "user", parts: [{ type: "tool_result", callId: "t", parts: [] }] },
      ];
      return (ask({ model, messages, reasoning: { effort: "low" } }).thinking as { type?: string } | undefined)?.type;
    };
    assert.equal(thinking("claude-sonnet-4-5", []), undefined);
    assert.equal(thinking("claude-sonnet-4-5", [{ type: "thinking", text: "Hm." }]), undefined);
    assert.equal(thinking("claude-sonnet-4-5", [{ type: "thinking", text: "Hm.", signature: "sig" }]), "enabled");
    assert.equal(thinking("claude-opus-4-6", []), "adaptive");
  });

  it("keeps to what models and thinking allow of sampling", () => {
    const sampling = (more: Partial<Conversation>): unknown => {
      const { temperature, top_p, top_k } = ask(more);
      return [temperature, top_p, top_k];
    };
    const all = { temperature: 0.5, topP: 0.97, topK: 5 };
    assert.deepEqual(sampling({ model: "claude-sonnet-4-5", ...all }), [0.5, 0.97, 5]);
    assert.deepEqual(sampling({ model: "claude-sonnet-4-5", ...all, topP: 1 }), [0.5, undefined, 5]);
    assert.deepEqual(sampling({ model: "claude-sonnet-4-5", ...all, reasoning: { effort: "low" } }), [
      undefined,
      0.97,
      undefined,
    ]);
    assert.deepEqual(sampling({ model: "claude-opus-5-5", ...all }), [undefined, undefined, undefined]);
    assert.throws(() => ask({ model: "claude-sonnet-4-5", temperature: 1.5 }), BadPrompt);
  });

  it("says a schema as structured output with closed objects, and JSON without one as an instruction", () => {
    const schema = { type: "object", properties: { a: { type: "object", properties: {} } } };
    const body = ask({ format: { type: "json_schema", name: "x", schema } });
    assert.deepEqual(body.output_config, {
      format: {
        type: "json_schema",
        schema: {
          type: "object",
          properties: { a: { type: "object", properties: {}, additionalProperties: false } },
          additionalProperties: false,
        },
      },
    });
    assert.equal(body.tools, undefined);
    assert.match(JSON.stringify(ask({ format: { type: "json" } }).system), /one JSON object/);
  });

  it("sets a limit where the conversation has none, since the dialect wants one", () => {
    const { maxOutputTokens: _, ...open } = read({});
    assert.equal(anthropicProvider.writeConversation(open).max_tokens, DEFAULT_MAX_TOKENS);
  });

  it("refuses to stop at white space, which the dialect cannot", () => {
    assert.throws(
      () => ask({ stop: ["END", "\n"] }),
      (error) => error instanceof BadPrompt && error.path === "stop[1]",
    );
  });

  it("refuses a conversation that holds instructions alone", () => {
    assert.throws(() => ask({ messages: [] }), BadPrompt);
  });
});
