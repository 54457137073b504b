import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { Agent, Pool } from "undici";
import { answerOf, conversationSamples } from "../../dialects/contract-samples.ts";
import { BadPrompt, type Conversation, type Delta } from "../../dialects/conversation.ts";
import { listIn, objectIn } from "../../dialects/reading.ts";
import { type ProviderConnection, type ProviderLibrary, ProviderRefusal } from "../provider.ts";
import { type BedrockAnswer, type BedrockRequest, frame, serveBedrock } from "./fake-bedrock.ts";
import { bedrockKind } from "./index.ts";
import { writeConversation } from "./write-request.ts";

const library = bedrockKind.library as ProviderLibrary;

const ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const CLAUDE = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";

const bare: Conversation = {
  model: CLAUDE,
  system: [],
  messages: [{ role: "user", parts: [{ type: "text", text: "Hello" }] }],
  tools: [],
  stream: false,
};

const connectionTo = (baseUrl: string, apiKey = ACCESS_KEY): ProviderConnection => ({
  baseUrl,
  apiKey,
  options: { region: "eu-central-1" },
  dispatcher: new Pool(baseUrl),
  signal: new AbortController().signal,
});

const usage = {
  inputTokens: 10,
  outputTokens: 5,
  totalTokens: 45,
  cacheReadInputTokens: 20,
  cacheWriteInputTokens: 10,
};
const counted = { inputTokens: 40, cachedInputTokens: 20, cacheWriteTokens: 10, outputTokens: 5, reasoningTokens: 0 };

const wholeAnswer = {
  output: {
    message: {
      role: "assistant",
      content: [
        { reasoningContent: { reasoningText: { text: "Hm.", signature: "c2ln" } } },
        { reasoningContent: { redactedContent: "cmVk" } },
        { text: "I look 🌦." },
        { toolUse: { toolUseId: "tooluse_1", name: "get_weather", input: { place: "Caerdydd" } } },
      ],
    },
  },
  stopReason: "tool_use",
  usage,
  metrics: { latencyMs: 1 },
};

const parts = [
  { type: "thinking", text: "Hm.", signature: "c2ln" },
  { type: "thinking", text: "", redacted: "cmVk" },
  { type: "text", text: "I look 🌦." },
  { type: "tool_call", id: "tooluse_1", name: "get_weather", arguments: '{"place":"Caerdydd"}' },
];

const delta = (contentBlockIndex: number, fields: unknown): Buffer =>
  frame("contentBlockDelta", { contentBlockIndex, delta: fields });
const stopBlock = (contentBlockIndex: number): Buffer => frame("contentBlockStop", { contentBlockIndex });

const frames = [
  frame("messageStart", { role: "assistant" }),
  delta(0, { reasoningContent: { text: "H" } }),
  delta(0, { reasoningContent: { text: "m." } }),
  delta(0, { reasoningContent: { signature: "c2ln" } }),
  stopBlock(0),
  delta(1, { reasoningContent: { redactedContent: "cmVk" } }),
  stopBlock(1),
  delta(2, { text: "I look " }),
  delta(2, { text: "🌦." }),
  stopBlock(2),
  frame("contentBlockStart", {
    contentBlockIndex: 3,
    start: { toolUse: { toolUseId: "tooluse_1", name: "get_weather" } },
  }),
  delta(3, { toolUse: { input: '{"place":' } }),
  delta(3, { toolUse: { input: '"Caerdydd"}' } }),
  stopBlock(3),
  frame("messageStop", { stopReason: "tool_use" }),
  frame("metadata", { usage, metrics: { latencyMs: 1 } }),
];

async function gather(stream: AsyncIterable<Delta>): Promise<Delta[]> {
  const deltas: Delta[] = [];
  for await (const step of stream) deltas.push(step);
  return deltas;
}

/** Asks a server that answers so, whole. */
async function ask(answer: BedrockAnswer, conversation = bare, apiKey?: string): Promise<BedrockRequest | undefined> {
  const server = await serveBedrock(answer);
  await library.answer(conversation, connectionTo(server.baseUrl, apiKey));
  return server.asked[0];
}

describe("Bedrock through its own library", () => {
  it("OC14: a whole answer has thoughts, text, calls and usage", async () => {
    const server = await serveBedrock({ json: wholeAnswer });
    const answer = await library.answer(bare, connectionTo(server.baseUrl));
    assert.deepEqual(answer, { id: "request-1", model: CLAUDE, parts, stop: "tool_calls", usage: counted });
    assert.equal(server.asked[0]?.path, `/model/${encodeURIComponent(CLAUDE)}/converse`);
  });

  it("OC14: a stream of AWS's frames in pieces amounts to the same", async () => {
    const server = await serveBedrock({ frames });
    const deltas = await gather(library.stream(bare, connectionTo(server.baseUrl)));
    assert.deepEqual(answerOf(deltas), { id: "request-1", model: CLAUDE, parts, stop: "tool_calls", usage: counted });
    assert.equal(server.asked[0]?.path, `/model/${encodeURIComponent(CLAUDE)}/converse-stream`);
  });

  it("signs with the access key for its region, and sends a Bedrock key as it is", async () => {
    const signed = await ask({ json: wholeAnswer });
    assert.match(
      String(signed?.headers.authorization),
      /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/eu-central-1\/bedrock\/aws4_request, SignedHeaders=.*host.*, Signature=[0-9a-f]{64}$/,
    );
    const temporary = await ask({ json: wholeAnswer }, bare, `${ACCESS_KEY}:session+token==`);
    assert.equal(temporary?.headers["x-amz-security-token"], "session+token==");
    const bearer = await ask({ json: wholeAnswer }, bare, "ABSKQmVkcm9ja0FQSUtleQ==");
    assert.equal(bearer?.headers.authorization, "Bearer ABSKQmVkcm9ja0FQSUtleQ==");
  });

  it("two keys of one provider are each sent with their own calls", async () => {
    const server = await serveBedrock({ json: wholeAnswer });
    const connection = connectionTo(server.baseUrl);
    for (const apiKey of ["first", "second", "first"]) await library.answer(bare, { ...connection, apiKey });
    assert.deepEqual(
      server.asked.map(({ headers }) => headers.authorization),
      ["Bearer first", "Bearer second", "Bearer first"],
    );
  });

  it("never takes the key of this machine in place of the provider's", async () => {
    const { env } = process;
    const before = env.AWS_BEARER_TOKEN_BEDROCK;
    env.AWS_BEARER_TOKEN_BEDROCK = "of-the-operator";
    try {
      const bearer = await ask({ json: wholeAnswer }, bare, "of-the-provider");
      assert.equal(bearer?.headers.authorization, "Bearer of-the-provider");
      assert.match(String((await ask({ json: wholeAnswer }))?.headers.authorization), /^AWS4-HMAC-SHA256 /);
    } finally {
      if (before === undefined) delete env.AWS_BEARER_TOKEN_BEDROCK;
      else env.AWS_BEARER_TOKEN_BEDROCK = before;
    }
  });

  it("asks once, and tells a refusal with its status, kind and when to come again", async () => {
    const server = await serveBedrock({
      status: 429,
      headers: { "x-amzn-errortype": "ThrottlingException:http://internal.amazon.com/", "retry-after": "3" },
      json: { message: "Too many requests." },
    });
    const connection = connectionTo(server.baseUrl);
    const failure = { status: 429, code: "ThrottlingException", message: "Too many requests.", retryAfterSeconds: 3 };
    const isRefusal = (error: unknown): boolean => {
      assert.ok(error instanceof ProviderRefusal);
      assert.deepEqual(error.failure, failure);
      return true;
    };
    await assert.rejects(library.answer(bare, connection), isRefusal);
    await assert.rejects(gather(library.stream(bare, connection)), isRefusal);
    assert.equal(server.asked.length, 2);
  });

  it("a page of HTML in place of an answer is a refusal with its status", async () => {
    const server = await serveBedrock({ status: 502, text: "<html>Bad gateway</html>" });
    await assert.rejects(
      library.answer(bare, connectionTo(server.baseUrl)),
      (error) => error instanceof ProviderRefusal && error.failure.status === 502,
    );
  });

  it("an exception within a stream is its failure, and its refusal while nothing was delivered", async () => {
    const exception = frame("throttlingException", { message: "Slow down." }, "exception");
    const late = await serveBedrock({ frames: [...frames.slice(0, 9), exception] });
    const deltas = await gather(library.stream(bare, connectionTo(late.baseUrl)));
    const last = deltas.at(-1);
    assert.ok(last?.type === "failure");
    assert.deepEqual([last.failure.status, last.failure.message], [429, "Slow down."]);
    const early = await serveBedrock({ frames: [exception] });
    await assert.rejects(gather(library.stream(bare, connectionTo(early.baseUrl))), ProviderRefusal);
  });

  it("a stream that breaks off, by its end or by its connection, is never whole", async () => {
    for (const cuts of [false, true]) {
      const server = await serveBedrock({ frames: frames.slice(0, 12), cuts });
      const deltas: Delta[] = [];
      const reading = (async () => {
        for await (const step of library.stream(bare, connectionTo(server.baseUrl))) deltas.push(step);
      })();
      if (cuts) await assert.rejects(reading);
      else await reading;
      assert.equal(deltas.at(-1)?.type, cuts ? "arguments" : "failure");
      assert.ok(!deltas.some(({ type }) => type === "end"));
    }
  });

  it("ends what is under way when the client leaves", async () => {
    const server = await serveBedrock({ frames });
    const leaving = new AbortController();
    const connection = { ...connectionTo(server.baseUrl), signal: leaving.signal };
    await assert.rejects(async () => {
      for await (const _ of library.stream(bare, connection)) leaving.abort();
    });
  });

  const agent = new Agent();
  after(() => agent.close());

  it("refuses a region or a key that cannot be, before anything is sent", async () => {
    const connection = { ...connectionTo("http://127.0.0.1:9"), dispatcher: agent };
    for (const wrong of [
      { ...connection, options: { region: "evil.example/#" } },
      { ...connection, options: {} },
      { ...connection, apiKey: "two words" },
      { ...connection, apiKey: "bad\r\nheader: 1" },
    ]) {
      await assert.rejects(library.answer(bare, wrong), ProviderRefusal);
    }
  });
});

describe("what is asked of Bedrock", () => {
  it("a history with calls, their results, thoughts and marks of what may be kept", async () => {
    const asked = await ask(
      { json: wholeAnswer },
      {
        ...bare,
        system: [{ type: "text", text: "Be brief.", cache: { ttl: "1h" } }],
        tools: [{ name: "get_weather", description: "", parameters: { type: "object" }, cache: {} }],
        toolChoice: "required",
        maxOutputTokens: 4_000,
        stop: ["END"],
        reasoning: { budgetTokens: 2_000 },
        messages: [
          { role: "user", parts: [{ type: "text", text: "Weather?" }] },
          {
            role: "assistant",
            parts: [
              { type: "thinking", text: "Hm.", signature: "c2ln" },
              { type: "thinking", text: "Theirs.", signature: "gemini:c2ln" },
              { type: "thinking", text: "", redacted: "cmVk" },
              { type: "tool_call", id: "call|1", name: "get_weather", arguments: '{"place":"Bangor"}' },
            ],
          },
          {
            role: "user",
            parts: [{ type: "tool_result", callId: "call|1", isError: true, parts: [{ type: "text", text: "No" }] }],
          },
          {
            role: "user",
            parts: [{ type: "image", source: { mediaType: "image/png", base64: "AAAA" }, cache: {} }],
          },
        ],
      },
    );
    const mark = { cachePoint: { type: "default" } };
    assert.deepEqual(asked?.body, {
      system: [{ text: "Be brief." }, { cachePoint: { type: "default", ttl: "1h" } }],
      messages: [
        { role: "user", content: [{ text: "Weather?" }] },
        {
          role: "assistant",
          content: [
            { reasoningContent: { reasoningText: { text: "Hm.", signature: "c2ln" } } },
            { reasoningContent: { redactedContent: "cmVk" } },
            { toolUse: { toolUseId: "call_1", name: "get_weather", input: { place: "Bangor" } } },
          ],
        },
        {
          role: "user",
          content: [
            { toolResult: { toolUseId: "call_1", content: [{ text: "No" }], status: "error" } },
            { image: { format: "png", source: { bytes: "AAAA" } } },
            mark,
          ],
        },
      ],
      toolConfig: {
        tools: [{ toolSpec: { name: "get_weather", inputSchema: { json: { type: "object" } } } }, mark],
        toolChoice: { any: {} },
      },
      inferenceConfig: { maxTokens: 4_000, stopSequences: ["END"] },
    });
  });

  it("thoughts in the way of each maker, and a schema", () => {
    const own = (fields: Partial<Conversation>) =>
      writeConversation({ ...bare, ...fields }).additionalModelRequestFields;
    assert.deepEqual(own({ reasoning: { budgetTokens: 2_000 }, maxOutputTokens: 4_000 }), {
      thinking: { type: "enabled", budget_tokens: 2_000 },
    });
    assert.deepEqual(own({ model: "openai.gpt-oss-120b-1:0", reasoning: { effort: "xhigh" } }), {
      reasoning_effort: "high",
    });
    assert.equal(own({ model: "amazon.nova-lite-v1:0", reasoning: { effort: "high" } }), undefined);
    const schema = { type: "object", properties: {} };
    assert.deepEqual(writeConversation({ ...bare, format: { type: "json_schema", name: "a", schema } }).outputConfig, {
      textFormat: { type: "json_schema", structure: { jsonSchema: { name: "a", schema: JSON.stringify(schema) } } },
    });
  });

  it("calls in a history have tools that stand for them, where there are none", () => {
    const messages =
      conversationSamples(CLAUDE)["calls of tools, their results and a text behind them"]?.messages ?? [];
    const { toolConfig } = writeConversation({ ...bare, messages });
    assert.deepEqual(
      listIn(toolConfig?.tools).map((tool) => objectIn(objectIn(tool).toolSpec).name),
      ["get_weather"],
    );
  });

  it("refuses what it cannot say", () => {
    const user = (part: Conversation["messages"][number]["parts"][number]): Partial<Conversation> => ({
      messages: [{ role: "user", parts: [part] }],
    });
    const refused: Partial<Conversation>[] = [
      user({ type: "image", source: { url: "https://example.com/a.png" } }),
      user({ type: "image", source: { mediaType: "image/tiff", base64: "" } }),
      user({ type: "file", source: { mediaType: "application/zip", base64: "" } }),
    ];
    for (const fields of refused) assert.throws(() => writeConversation({ ...bare, ...fields }), BadPrompt);
  });
});
