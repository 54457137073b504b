import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeDialect, overTheWire } from "../contract-suite.ts";
import { BadPrompt, type Conversation, type Part } from "../conversation.ts";
import { openaiChatClient } from "./client.ts";
import { openaiChatProvider } from "./provider.ts";

/** The dialect has no mark for a result that is an error, and sends no cache marks. */
function keepsParts(part: Part): Part {
  const { cache: _, ...kept } = part as Part & { cache?: unknown };
  if (kept.type !== "tool_result") return kept as Part;
  const { isError: __, ...result } = kept;
  return { ...result, parts: result.parts.map((inner) => keepsParts(inner) as typeof inner) };
}

describeDialect({
  client: openaiChatClient,
  provider: openaiChatProvider,
  model: "gpt-4o",
  keeps: (conversation): Conversation => ({
    ...conversation,
    system: conversation.system.map(({ text }) => ({ type: "text", text })),
    tools: conversation.tools.map(({ cache: _, ...tool }) => tool),
    messages: conversation.messages.map(({ role, parts }) => ({ role, parts: parts.map(keepsParts) })),
  }),
  keepsAnswer: (answer) => ({
    ...answer,
    parts: answer.parts.map((part) =>
      part.type === "thinking" && part.signature ? { ...part, signature: `openai-chat:${part.signature}` } : part,
    ),
  }),
});

const user = { role: "user", content: "Hi" };
const read = (body: Record<string, unknown>): Conversation =>
  openaiChatClient.readConversation({ model: "m", messages: [user], ...body });

describe("requests to /v1/chat/completions", () => {
  it("OC14: reads system, developer, user, image, file, assistant and tool messages", () => {
    const conversation = read({
      messages: [
        { role: "system", content: "One." },
        {
          role: "developer",
          content: [{ type: "text", text: "Two.", cache_control: { type: "ephemeral", ttl: "1h" } }],
        },
        {
          role: "user",
          content: [
            { type: "text", text: "See", prompt_cache_breakpoint: { mode: "explicit" } },
            { type: "image_url", image_url: { url: "data:image/png;base64,QUJD", detail: "low" } },
            { type: "image_url", image_url: { url: "https://example.com/a.png" } },
            { type: "file", file: { filename: "a.txt", file_data: "data:text/plain,caf%C3%A9" } },
          ],
        },
        {
          role: "assistant",
          content: [{ type: "refusal", refusal: "No." }],
          reasoning_content: "Hm.",
          tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: '{"a":1}' } }],
        },
        { role: "tool", tool_call_id: "c1", content: "done" },
        { role: "tool", tool_call_id: "c2", content: [{ type: "text", text: "done too" }] },
      ],
    });
    assert.deepEqual(conversation.system, [
      { type: "text", text: "One." },
      { type: "text", text: "Two.", cache: { ttl: "1h" } },
    ]);
    assert.deepEqual(conversation.messages, [
      {
        role: "user",
        parts: [
          { type: "text", text: "See", cache: {} },
          { type: "image", source: { mediaType: "image/png", base64: "QUJD" }, detail: "low" },
          { type: "image", source: { url: "https://example.com/a.png" } },
          {
            type: "file",
            source: { mediaType: "text/plain", base64: Buffer.from("café").toString("base64") },
            name: "a.txt",
          },
        ],
      },
      {
        role: "assistant",
        parts: [
          { type: "thinking", text: "Hm." },
          { type: "text", text: "No." },
          { type: "tool_call", id: "c1", name: "f", arguments: '{"a":1}' },
        ],
      },
      {
        role: "user",
        parts: [
          { type: "tool_result", callId: "c1", parts: [{ type: "text", text: "done" }] },
          { type: "tool_result", callId: "c2", parts: [{ type: "text", text: "done too" }] },
        ],
      },
    ]);
  });

  it("reads limits, sampling, thinking, formats and choices by all their names", () => {
    const tools = ["f", "g"].map((name) => ({ type: "function", function: { name } }));
    const conversation = read({
      max_tokens: 5,
      max_completion_tokens: 7,
      stop: "X",
      seed: 3,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      reasoning_effort: "xhigh",
      user: "u",
      safety_identifier: "s",
      n: 1,
      logprobs: false,
      response_format: { type: "json_object" },
      tools,
      tool_choice: { type: "allowed_tools", allowed_tools: { mode: "required", tools: [tools[1]] } },
      unknown_to_all: true,
    });
    assert.equal(conversation.maxOutputTokens, 7);
    assert.deepEqual(conversation.stop, ["X"]);
    assert.deepEqual(conversation.reasoning, { effort: "xhigh" });
    assert.deepEqual(conversation.format, { type: "json" });
    assert.equal(conversation.user, "s");
    assert.equal(conversation.toolChoice, "required");
    assert.deepEqual(conversation.tools, [{ name: "g", parameters: { type: "object", properties: {} } }]);
    assert.deepEqual([conversation.seed, conversation.presencePenalty, conversation.frequencyPenalty], [3, 0.1, 0.2]);
  });

  it("refuses what cannot be translated or is malformed, and says where it stands", () => {
    const cases: [Record<string, unknown>, string][] = [
      [{ n: 2 }, "n"],
      [{ logprobs: true }, "logprobs"],
      [{ logit_bias: { 50256: -100 } }, "logit_bias"],
      [{ functions: [{ name: "f" }] }, "functions"],
      [{ function_call: "auto" }, "function_call"],
      [{ modalities: ["text", "audio"] }, "modalities"],
      [{ web_search_options: {} }, "web_search_options"],
      [{ messages: "Hi" }, "messages"],
      [{ messages: [] }, "messages"],
      [{ messages: [{ role: "robot", content: "" }] }, "messages[0].role"],
      [{ messages: [{ role: "user", content: [{ type: "input_audio" }] }] }, "messages[0].content[0].type"],
      [
        {
          messages: [
            user,
            { role: "user", content: [{ type: "image_url", image_url: { url: "file:///etc/passwd" } }] },
          ],
        },
        "messages[1].content[0].image_url.url",
      ],
      [
        { messages: [{ role: "user", content: [{ type: "file", file: { file_id: "f" } }] }] },
        "messages[0].content[0].file",
      ],
      [{ messages: [{ role: "tool", content: "x" }] }, "messages[0].tool_call_id"],
      [{ tools: [{ type: "custom", custom: { name: "x" } }] }, "tools[0].type"],
      [{ max_tokens: 0 }, "max_tokens"],
      [{ temperature: "hot" }, "temperature"],
      [{ reasoning_effort: "lots" }, "reasoning_effort"],
      [{ response_format: { type: "xml" } }, "response_format.type"],
    ];
    for (const [body, path] of cases) {
      assert.throws(
        () => read(body),
        (error) => error instanceof BadPrompt && error.path === path && error.message.length > 10,
        JSON.stringify(body),
      );
    }
  });
});

describe("requests in OpenAI's dialect to providers", () => {
  const ask = (model: string, more: Partial<Conversation> = {}): Record<string, unknown> =>
    overTheWire(openaiChatProvider.writeConversation({ ...read({}), model, ...more }));

  it("names the limit as OpenAI's own models want it, and as all others know it", () => {
    for (const model of ["gpt-5.1", "o3-mini", "openai/gpt-4o"]) {
      assert.equal(ask(model, { maxOutputTokens: 9 }).max_completion_tokens, 9);
    }
    for (const model of ["mistral-large-latest", "gpt-oss:20b", "llama3.3"]) {
      assert.deepEqual(
        [ask(model, { maxOutputTokens: 9 }).max_tokens, ask(model).max_completion_tokens],
        [9, undefined],
      );
    }
  });

  it("asks for thinking in the words that a model knows, and for none of one that cannot think", () => {
    const effort = (model: string, reasoning: Conversation["reasoning"]): unknown =>
      ask(model, reasoning && { reasoning }).reasoning_effort;
    assert.equal(effort("gpt-4o", { effort: "high" }), undefined);
    assert.equal(effort("gpt-5", { effort: "none" }), "minimal");
    assert.equal(effort("gpt-5.1", { effort: "none" }), "none");
    assert.equal(effort("gpt-6", { effort: "minimal" }), "low");
    assert.equal(effort("o3", { effort: "max" }), "high");
    assert.equal(effort("deepseek-v4", { budgetTokens: 20_000 }), "high");
    assert.equal(effort("deepseek-v4", undefined), undefined);
  });

  it("leaves out a temperature where the model has its own, and a user's name where it is refused", () => {
    assert.equal(ask("gpt-5", { temperature: 0.2 }).temperature, undefined);
    assert.equal(ask("gpt-4o", { temperature: 0.2 }).temperature, 0.2);
    assert.equal(ask("mistral-small", { user: "u" }).safety_identifier, undefined);
    assert.match(String(ask("gpt-4o", { user: "u".repeat(90) }).safety_identifier), /^[0-9a-f]{64}$/);
  });

  it("sends thoughts back to models that want them, and to no others", () => {
    const messages: Conversation["messages"] = [
      {
        role: "assistant",
        parts: [
          { type: "thinking", text: "Hm." },
          { type: "text", text: "Yes." },
        ],
      },
    ];
    assert.deepEqual(ask("deepseek-v4-pro", { messages }).messages, [
      { role: "assistant", content: "Yes.", reasoning_content: "Hm." },
    ]);
    assert.deepEqual(ask("gpt-4o", { messages }).messages, [{ role: "assistant", content: "Yes." }]);
  });

  it("shows pictures that a tool answered as the user's, behind all results", () => {
    const image: Part = { type: "image", source: { mediaType: "image/png", base64: "QUJD" } };
    const messages: Conversation["messages"] = [
      {
        role: "user",
        parts: [
          { type: "tool_result", callId: "a", parts: [image] },
          { type: "tool_result", callId: "b", parts: [] },
        ],
      },
    ];
    assert.deepEqual(ask("gpt-4o", { messages }).messages, [
      { role: "tool", tool_call_id: "a", content: "The pictures and files of this result follow." },
      { role: "tool", tool_call_id: "b", content: "" },
      { role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,QUJD" } }] },
    ]);
  });

  it("asks for the usage of every stream", () => {
    assert.deepEqual(ask("gpt-4o", { stream: true }).stream_options, { include_usage: true });
  });
});
