import assert from "node:assert/strict";
import { it } from "node:test";
import { until } from "@reef/testing";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { frame, serveBedrock } from "../providers/bedrock/fake-bedrock.ts";
import { describeGatewayOnEachDatabase, type Tenant } from "../test/composed-gateway.ts";
import { TOKENS_A_CALL } from "../test/model-provider.ts";

/** What users of LiteLLM report of its budgets and its metering (github.com/BerriAI/litellm), as situations of the reef. */

const TEXT = "The tide turns twice a day, and the reef keeps what it brings.";
const MESSAGES = [{ role: "user", content: "Tell me of the tide, in no more than a hundred words." }];
const BODY = { model: "small", max_tokens: 100, stream: true, messages: MESSAGES };
const PATHS = { "openai-compatible": "/v1/chat/completions", anthropic: "/v1/messages" };
/** No call declares more: its whole body as input, a byte a token, and the longest answer. */
const MOST_A_CALL = JSON.stringify(BODY).length + BODY.max_tokens;

describeGatewayOnEachDatabase("reports of LiteLLM's users", ({ setUp, gateway, startAnother }) => {
  const post = async (url: string, secret: string, path = "/v1/chat/completions"): Promise<number> => {
    const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
    const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(BODY) });
    await answer.text();
    return answer.status;
  };

  async function usedOf(tenant: Tenant, budget: string, expected: number): Promise<number> {
    let used = -1;
    await until(async () => {
      used = (await tenant.getBudget(budget)).usedTokens;
      return used >= expected;
    });
    return used;
  }

  for (const processes of [1, 2]) {
    const where = processes === 1 ? "one process" : "two processes over sockets of their own";
    it(`OC16, #26672 and #23714: parallel calls with five keys of an organization never pass its small budget: ${where}`, async () => {
      const { provider, tenant } = await setUp();
      const urls = [gateway().url];
      for (let more = 1; more < processes; more += 1) urls.push((await startAnother()).url);
      const limit = 6 * MOST_A_CALL;
      const secrets: string[] = [];
      for (let count = 0; count < 5; count += 1) secrets.push((await tenant.addKey()).secret);
      const budget = await tenant.addBudget({ scope: "organization", limitTokens: limit });
      const gate = Promise.withResolvers<void>();
      provider.script = { text: TEXT, waits: { for: gate.promise, after: 1 } };
      let refused = 0;
      const calls = Array.from({ length: 100 }, async (_, index) => {
        const status = await post(urls[index % urls.length] ?? "", secrets[index % secrets.length] ?? "");
        assert.ok(status === 200 || status === 429, String(status));
        if (status === 429) refused += 1;
      });
      await until(() => refused + provider.calls.length === 100);
      assert.ok(refused > 0, "all were admitted");
      gate.resolve();
      await Promise.all(calls);
      for (const url of urls) for (let status = 200; status === 200; ) status = await post(url, secrets[0] ?? "");
      const delivered = provider.calls.length * TOKENS_A_CALL;
      assert.ok(delivered <= limit + MOST_A_CALL, `${delivered} of ${limit}: too much`);
      const events = await tenant.events(provider.calls.length);
      assert.ok(events.every(({ outcome }) => outcome === "completed"));
      assert.equal(await usedOf(tenant, budget, delivered), delivered);
    });
  }

  for (const [kind, path] of Object.entries(PATHS)) {
    it(`OC17, #33736 and #39893: streams that the client cuts are each on record, with a cost of what was delivered: ${kind}`, async () => {
      const { provider, tenant, key } = await setUp({ kind });
      provider.script = { text: TEXT, waits: { for: new Promise(() => {}), after: 5 } };
      for (let count = 0; count < 5; count += 1) {
        const leaving = new AbortController();
        const answer = await key.post(path, BODY, {}, leaving.signal);
        let seen = "";
        const decoder = new TextDecoder();
        for await (const bytes of answer.body ?? []) {
          seen += decoder.decode(bytes, { stream: true });
          if (seen.includes("twice") && seen.includes('" a"')) break;
        }
        leaving.abort();
        assert.equal(await provider.calls[count]?.closed, true);
      }
      for (const event of await tenant.events(5)) {
        assert.equal(event.outcome, "abandoned");
        assert.equal(event.outputTokens, countTokens("The tide turns twice a"));
        assert.ok(event.inputTokens > 0);
        assert.equal(event.costMicros, event.inputTokens + 5 * event.outputTokens);
      }
    });

    it(`OC17, #6633: streams whose provider tells no usage are counted, and taken out of their budgets: ${kind}`, async () => {
      const { provider, tenant, key } = await setUp({ kind });
      const budget = await tenant.addBudget({ scope: "organization", limitTokens: 1_000_000 });
      provider.script = { text: TEXT, usage: null };
      for (const client of Object.values(PATHS))
        for (const usage of [undefined, { include_usage: true }, { include_usage: false }])
          await (await key.post(client, { ...BODY, ...(usage && { stream_options: usage }) })).text();
      const events = await tenant.events(6);
      let sum = 0;
      for (const { outcome, countedBy, inputTokens, outputTokens } of events) {
        assert.deepEqual([outcome, countedBy, outputTokens], ["completed", "reef", countTokens(TEXT)]);
        assert.ok(inputTokens > 0);
        sum += inputTokens + outputTokens;
      }
      assert.equal(await usedOf(tenant, budget, sum), sum);
    });
  }
});

const usage = { inputTokens: 40, outputTokens: 12, totalTokens: 52 };
const FRAMES = [
  frame("messageStart", { role: "assistant" }),
  ...["The ", "tide ", "turns."].map((text) => frame("contentBlockDelta", { contentBlockIndex: 0, delta: { text } })),
];
const ENDING = [
  frame("contentBlockStop", { contentBlockIndex: 0 }),
  frame("messageStop", { stopReason: "end_turn" }),
  frame("metadata", { usage, metrics: { latencyMs: 1 } }),
];
const WHOLE = {
  output: { message: { role: "assistant", content: [{ text: "The tide turns." }] } },
  stopReason: "end_turn",
  usage,
  metrics: { latencyMs: 1 },
};

describeGatewayOnEachDatabase("Bedrock through the whole plane", ({ gateway }) => {
  /** A Bedrock that answers so, and a key that calls it. */
  async function setUpBedrock(answer: Parameters<typeof serveBedrock>[0]) {
    const bedrock = await serveBedrock(answer);
    const tenant = gateway().newOrganization();
    const { id } = await tenant.ask("POST", "/providers", {
      kind: "bedrock",
      slug: "bedrock",
      name: "bedrock",
      baseUrl: bedrock.baseUrl,
      options: { region: "eu-central-1" },
      models: ["small", "large"].map((name) => ({ name, price: { inputMicros: 1_000_000, outputMicros: 5_000_000 } })),
    });
    await tenant.ask("POST", `/providers/${id}/keys`, { secret: `AKIAIOSFODNN7EXAMPLE:${"s".repeat(40)}`, label: "a" });
    return { bedrock, tenant, key: await tenant.addKey() };
  }

  it("OC14: the official clients get whole answers, metered as AWS told", async () => {
    const { bedrock, tenant, key } = await setUpBedrock({ json: WHOLE });
    const chat = await key.openai.chat.completions.create({
      model: "small",
      messages: [{ role: "user", content: "Hi" }],
    });
    assert.equal(chat.choices[0]?.message.content, "The tide turns.");
    const response = await key.openai.responses.create({ model: "small", input: "Hi" });
    assert.equal(response.output_text, "The tide turns.");
    const message = await key.anthropic.messages.create({
      model: "small",
      max_tokens: 10,
      messages: [{ role: "user", content: "Hi" }],
    });
    assert.deepEqual(
      message.content.map((block) => block.type === "text" && block.text),
      ["The tide turns."],
    );
    assert.ok(bedrock.asked.every(({ path }) => path === "/model/small/converse"));
    for (const event of await tenant.events(3)) {
      assert.deepEqual(
        [event.outcome, event.inputTokens, event.outputTokens, event.costMicros, event.countedBy],
        ["completed", 40, 12, 100, "provider"],
      );
    }
  });

  it("OC14: the official clients get streams, metered as AWS told", async () => {
    const { tenant, key } = await setUpBedrock({ frames: [...FRAMES, ...ENDING] });
    const messages = [{ role: "user" as const, content: "Hi" }];
    const chat = key.openai.chat.completions.stream({ model: "small", messages });
    assert.equal((await chat.finalChatCompletion()).choices[0]?.message.content, "The tide turns.");
    const response = await key.openai.responses.stream({ model: "small", input: "Hi" }).finalResponse();
    assert.equal(response.output_text, "The tide turns.");
    const stream = key.anthropic.messages.stream({ model: "small", max_tokens: 10, messages });
    assert.equal(await stream.finalText(), "The tide turns.");
    for (const event of await tenant.events(3)) {
      assert.deepEqual(
        [event.outcome, event.inputTokens, event.outputTokens, event.costMicros, event.countedBy],
        ["completed", 40, 12, 100, "provider"],
      );
    }
  });

  it("OC17, LiteLLM's #37558 and #35958: a stream that its client cuts is on record, with what was delivered", async () => {
    const { tenant, key } = await setUpBedrock({ frames: FRAMES, waits: new Promise(() => {}) });
    for (const path of Object.values(PATHS)) {
      const leaving = new AbortController();
      const answer = await key.post(path, BODY, {}, leaving.signal);
      let seen = "";
      const decoder = new TextDecoder();
      for await (const bytes of answer.body ?? []) {
        seen += decoder.decode(bytes, { stream: true });
        if (seen.includes("turns.")) break;
      }
      leaving.abort();
    }
    for (const event of await tenant.events(2)) {
      assert.deepEqual([event.outcome, event.outputTokens], ["abandoned", countTokens("The tide turns.")]);
      assert.ok(event.inputTokens > 0 && event.costMicros > 0);
    }
  });

  it("OC17: a stream that breaks off, or ends in an exception, is told as such and counts what was delivered", async () => {
    for (const answer of [
      { frames: FRAMES, cuts: true },
      { frames: [...FRAMES, frame("modelStreamErrorException", { message: "It broke." }, "exception")] },
    ]) {
      const { tenant, key } = await setUpBedrock(answer);
      for (const path of Object.values(PATHS)) {
        const text = await (await key.post(path, BODY)).text();
        assert.match(text, /turns\./);
        assert.match(text, /error/);
      }
      for (const event of await tenant.events(2))
        assert.deepEqual([event.outcome, event.outputTokens], ["cut", countTokens("The tide turns.")]);
    }
  });

  it("OC15: AWS's refusal of one model closes off that model alone, and one of the key the whole key", async () => {
    const denied = { status: 403, headers: { "x-amzn-errortype": "AccessDeniedException" } };
    const model = await setUpBedrock({
      ...denied,
      json: { message: "You don't have access to the model with the ID." },
    });
    const call = async ({ key }: typeof model, name: string) =>
      (await key.post("/v1/messages", { ...BODY, model: name })).status;
    assert.deepEqual(
      [await call(model, "small"), await call(model, "small"), await call(model, "large")],
      [502, 404, 502],
    );
    assert.equal(model.bedrock.asked.length, 2);
    const key = await setUpBedrock({
      status: 403,
      headers: { "x-amzn-errortype": "UnrecognizedClientException" },
      json: { message: "The security token included in the request is invalid." },
    });
    assert.deepEqual([await call(key, "small"), await call(key, "large")], [502, 503]);
    assert.equal(key.bedrock.asked.length, 1);
  });
});
