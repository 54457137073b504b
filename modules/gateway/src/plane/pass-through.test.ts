import assert from "node:assert/strict";
import { it } from "node:test";
import OpenAI from "openai";
import { describeGateway } from "../test/composed-gateway.ts";
import { USAGE } from "../test/provider-answers.ts";

describeGateway("a client and a provider of one dialect", ({ setUp }) => {
  const CASES = [
    ["openai-compatible", "/v1/chat/completions", { messages: [{ role: "user", content: "Hi" }] }],
    ["openai", "/v1/responses", { input: "Hi" }],
    ["anthropic", "/v1/messages", { messages: [{ role: "user", content: "Hi" }], max_tokens: 9 }],
  ] as const;

  for (const [kind, path, fields] of CASES) {
    for (const streamed of [false, true]) {
      it(`OC14: ${path} ${streamed ? "streamed" : "whole"} keeps every byte both ways, unknown fields too`, async () => {
        const { provider, key } = await setUp({ kind });
        provider.script = { text: "Ünïcode — 日本 🪸 words", thinking: "Hm hm.", bytewise: streamed };
        const options = path.endsWith("completions") ? ',"stream_options": {"include_usage":true}' : "";
        const rest = JSON.stringify(fields).slice(1, -1);
        const body = `{ "x_unknown":{"nested":[1.0, 2e0]},\t"temperature":0.30,"model" : "small","stream":${streamed}${options},${rest}}`;
        const answer = await key.post(path, body);
        assert.equal(answer.status, 200);
        const text = await answer.text();
        const [call] = provider.calls;
        assert.equal(text, call?.sent);
        assert.equal(call?.text, body);
        assert.equal(
          answer.headers.get("content-type")?.split(";")[0],
          streamed ? "text/event-stream" : "application/json",
        );
      });
    }
  }

  it("OC14: of a body that asks for an alias, only the model's name is changed", async () => {
    const { provider, providerId, tenant, key } = await setUp();
    await tenant.ask("POST", "/aliases", { name: "fast", targets: [{ providerId, model: "small" }] });
    const body =
      '{"messages":[{"role":"user","content":"model: fast"}], "temperature":0.30, "model":"fast","seed":1.0}';
    const answer = await key.post("/v1/chat/completions", body);
    assert.equal(answer.status, 200);
    assert.equal(provider.calls[0]?.text, body.replace('"model":"fast"', '"model":"small"'));
    assert.equal(answer.headers.get("x-reef-model"), "small");
  });

  it("OC14: system, developer, user, image, assistant and tool messages arrive as they were sent", async () => {
    const { provider, key } = await setUp();
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      { role: "system", content: "Be brief." },
      { role: "developer", content: [{ type: "text", text: "And kind." }] },
      {
        role: "user",
        name: "ada",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=", detail: "low" } },
        ],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "call_1", type: "function", function: { name: "look", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "call_1", content: "A reef." },
    ];
    const request = { model: "small", messages, temperature: 0.2, top_p: 0.9, seed: 7, max_completion_tokens: 50 };
    const completion = await key.openai.chat.completions.create(request);
    assert.equal(completion.choices[0]?.message.content, "Good day.");
    assert.deepEqual(provider.calls[0]?.body, request);
  });

  it("OC14: who does not ask for a stream's usage gets no chunk of it, and every other byte; it is metered all the same", async () => {
    const { provider, tenant, key } = await setUp();
    for (const stream_options of [undefined, { include_usage: false }, null]) {
      const answer = await key.post("/v1/chat/completions", {
        model: "small",
        messages: [{ role: "user", content: "Hi" }],
        stream: true,
        ...(stream_options !== undefined && { stream_options }),
      });
      const text = await answer.text();
      const call = provider.calls.at(-1);
      assert.equal(call?.body.stream_options.include_usage, true);
      const sent = (call?.sent ?? "").split(/(?<=\n\n)/);
      const withoutUsage = sent.filter((event) => !event.includes('"choices":[]'));
      assert.equal(sent.length, withoutUsage.length + 1);
      assert.equal(text, withoutUsage.join(""));
    }
    for (const event of await tenant.events(3)) {
      assert.equal(event.countedBy, "provider");
      assert.equal(event.outputTokens, USAGE.output);
    }
  });

  it("OC14: who asks for a stream's usage gets its chunk from the official client", async () => {
    const { key } = await setUp();
    const stream = await key.openai.chat.completions.create({
      model: "small",
      messages: [{ role: "user", content: "Hi" }],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    assert.deepEqual(chunks.at(-1)?.choices, []);
    assert.equal(chunks.at(-1)?.usage?.completion_tokens, USAGE.output);
  });

  it("a provider gets its own key and version, and nothing of the client's credentials", async () => {
    const { provider, key } = await setUp({ kind: "anthropic", secrets: ["sk-ant-of-the-reef"] });
    await key.anthropic.messages.create(
      { model: "small", max_tokens: 5, messages: [{ role: "user", content: "Hi" }] },
      { headers: { "anthropic-beta": "one-2025-01-01", cookie: "session=1", "anthropic-version": "2024-05-05" } },
    );
    const { headers } = provider.calls[0] ?? {};
    assert.equal(headers?.["x-api-key"], "sk-ant-of-the-reef");
    assert.equal(headers?.["anthropic-beta"], "one-2025-01-01");
    assert.equal(headers?.["anthropic-version"], "2024-05-05");
    assert.equal(headers?.authorization, undefined);
    assert.equal(headers?.cookie, undefined);
    assert.ok(!JSON.stringify(headers).includes(key.secret));
  });

  it("count_tokens of Anthropic passes through, and costs nothing", async () => {
    const { tenant, key } = await setUp({ kind: "anthropic" });
    const counted = await key.anthropic.messages.countTokens({
      model: "small",
      messages: [{ role: "user", content: "Count these words, please." }],
    });
    assert.equal(counted.input_tokens, 77);
    const [event] = await tenant.events(1);
    assert.deepEqual(
      [event?.dialect, event?.outcome, event?.inputTokens, event?.outputTokens, event?.costMicros],
      ["count-tokens", "completed", 0, 0, 0],
    );
  });

  for (const [kind, tokens] of [
    ["openai-compatible", 6],
    ["gemini", 6],
  ] as const) {
    it(`embeddings of ${kind} arrive by the official client, and their input is metered`, async () => {
      const { tenant, key } = await setUp({ kind });
      const { data } = await key.openai.embeddings.create({ model: "small", input: ["one", "two"] });
      assert.deepEqual(
        data.map(({ embedding }) => embedding),
        [
          [0.25, -0.5, 1],
          [0.25, -0.5, 1],
        ],
      );
      const [event] = await tenant.events(1);
      assert.deepEqual([event?.dialect, event?.inputTokens, event?.outputTokens], ["embeddings", tokens, 0]);
      assert.equal(event?.countedBy, "provider");
    });
  }

  it("/v1/models lists what the key may call, for both official clients", async () => {
    const { tenant, provider } = await setUp({ models: ["small", "large"] });
    const id = await tenant.addProvider(provider, { slug: "second", models: ["third"] });
    await tenant.ask("POST", "/aliases", { name: "fast", targets: [{ providerId: id, model: "third" }] });
    const key = await tenant.addKey({ models: ["fast", "small"] });
    const byOpenAi: string[] = [];
    for await (const model of key.openai.models.list()) byOpenAi.push(model.id);
    const byAnthropic: string[] = [];
    for await (const model of key.anthropic.models.list()) byAnthropic.push(model.id);
    assert.deepEqual(byOpenAi, ["fast", "small"]);
    assert.deepEqual(byAnthropic, ["fast", "small"]);
    assert.equal((await key.openai.models.retrieve("small")).owned_by, "openai-compatible");
    assert.equal((await key.anthropic.models.retrieve("small")).type, "model");
    await assert.rejects(key.openai.models.retrieve("large"), OpenAI.NotFoundError);
  });
});
