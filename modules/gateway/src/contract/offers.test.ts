import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { collectLogs, describeEachDatabase } from "@reef/testing";
import { providerKeysOf } from "../config.ts";
import { type ProvidersUnderTest, startProvidersUnderTest, testMigrations } from "../test/providers-under-test.ts";
import { startUpstream, type TestUpstream } from "../test/upstream.ts";

const SECRET = "sk-ant-0123456789abcdefWXYZ";

describeEachDatabase("offers of providers", testMigrations, ({ database }) => {
  let empty: ProvidersUnderTest;
  let reef: ProvidersUnderTest;
  let ollama: TestUpstream;
  const logs = collectLogs();

  before(async () => {
    ollama = await startUpstream(({ url }) =>
      url === "/v1/models" ? { body: { data: [{ id: "llama4:8b" }] } } : { status: 404, body: {} },
    );
    empty = await startProvidersUnderTest(database());
    const settings = { ANTHROPIC_API_KEY: SECRET, AZURE_OPENAI_API_KEY: "azure-needs-an-address", REEF_PORT: 4_200 };
    const providerKeys = providerKeysOf(settings);
    assert.deepEqual([...providerKeys.keys()].sort(), ["ANTHROPIC_API_KEY", "AZURE_OPENAI_API_KEY"]);
    reef = await startProvidersUnderTest(database(), { providerKeys, ollamaUrl: ollama.url, logger: logs.logger });
  });
  after(async () => {
    ollama.stop();
    await reef.stop();
    await empty.stop();
  });

  const offersOf = async (who: ProvidersUnderTest) => (await who.ask("operator", "GET", "/providers/offers")).body;

  it("are for operators alone", async () => {
    for (const [who, status] of [
      ["nobody", 401],
      ["agent", 403],
      ["member", 403],
      ["admin", 403],
      ["foreign", 403],
      ["outside", 200],
    ] as const) {
      assert.equal((await reef.ask(who, "GET", "/providers/offers")).status, status, who);
      if (status === 200) continue;
      assert.equal((await reef.ask(who, "POST", "/providers/offers/ollama/accept")).status, status, who);
    }
  });

  it("with nothing found the answer says how to add one", async () => {
    const { items, advice } = await offersOf(empty);
    assert.deepEqual(items, []);
    assert.match(advice, /POST \/api\/admin\/providers/);
    assert.match(advice, /OPENAI_API_KEY/);
    const { status, body } = await empty.ask("operator", "POST", "/providers/offers/openai/accept");
    assert.deepEqual([status, body.code], [404, "gateway.offer_not_found"]);
  });

  it("name what was found and nothing of the secret: a key in the environment, and an Ollama on this machine", async () => {
    const { items } = await offersOf(reef);
    assert.deepEqual(items, [
      { kind: "anthropic", title: "Anthropic", foundBy: "ANTHROPIC_API_KEY" },
      { kind: "ollama", title: "Ollama", foundBy: ollama.url },
    ]);
  });

  it("one is accepted in one step, once: then every organization has its models", async () => {
    const headers = { "idempotency-key": "accept-it-once" };
    const accepted = await reef.ask("operator", "POST", "/providers/offers/ollama/accept", undefined, headers);
    assert.equal(accepted.status, 201);
    assert.equal(accepted.headers.get("location"), `/api/admin/providers/${accepted.body.id}`);
    assert.deepEqual(
      [accepted.body.scope, accepted.body.baseUrl, accepted.body.models],
      ["reef", ollama.url, [{ name: "llama4:8b" }]],
    );
    const repeated = await reef.ask("operator", "POST", "/providers/offers/ollama/accept", undefined, headers);
    assert.deepEqual([repeated.status, repeated.body.id], [201, accepted.body.id]);
    const again = await reef.ask("operator", "POST", "/providers/offers/ollama/accept");
    assert.deepEqual([again.status, again.body.code], [404, "gateway.offer_not_found"]);
    assert.deepEqual(
      (await offersOf(reef)).items.map(({ kind }: { kind: string }) => kind),
      ["anthropic"],
    );
    const { items } = (await reef.ask("foreign", "GET", "/models?nameContains=llama4")).body;
    assert.equal(items[0].id, "ollama/llama4:8b");
  });

  it("a key from the environment is sealed with its provider, and shown nowhere", async () => {
    // Its models cannot be listed from here, so it gets those of the price list.
    const accepted = await reef.ask("operator", "POST", "/providers/offers/anthropic/accept");
    assert.deepEqual([accepted.status, accepted.body.keyCount], [201, 1]);
    assert.ok(accepted.body.models.length > 0);
    const keys = await reef.ask("operator", "GET", `/admin/providers/${accepted.body.id}/keys`);
    assert.deepEqual([keys.body.items[0].label, keys.body.items[0].hint], ["ANTHROPIC_API_KEY", "WXYZ"]);
    const { text } = await reef.ask("operator", "GET", "/providers/offers");
    for (const shown of [accepted.text, keys.text, text]) assert.ok(!shown.includes(SECRET));
    assert.equal(logs.lines().filter((line) => JSON.stringify(line).includes(SECRET)).length, 0);
  });
});
