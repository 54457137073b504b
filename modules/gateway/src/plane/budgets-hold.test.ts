import assert from "node:assert/strict";
import { it } from "node:test";
import { until } from "@reef/testing";
import { describeGatewayOnEachDatabase, type Tenant, type TenantKey } from "../test/composed-gateway.ts";
import { TOKENS_A_CALL } from "../test/model-provider.ts";
import { USAGE } from "../test/provider-answers.ts";

const BODY = {
  model: "small",
  max_tokens: 100,
  stream: true,
  messages: [{ role: "user", content: "Tell me of the tide, in no more than a hundred words." }],
};
/** No call declares more: its whole body as input, a byte a token, and the longest answer. */
const MOST_A_CALL = JSON.stringify(BODY).length + BODY.max_tokens;

const ask = async (key: TenantKey, path = "/v1/chat/completions"): Promise<number> => {
  const answer = await key.post(path, BODY);
  await answer.text();
  return answer.status;
};

/** What is used, once all that is on record was taken out of it. */
async function usedOf(tenant: Tenant, budget: string, expected: number): Promise<number> {
  let used = -1;
  await until(async () => {
    used = (await tenant.getBudget(budget)).usedTokens;
    return used >= expected;
  });
  return used;
}

describeGatewayOnEachDatabase("budgets of calls", ({ setUp }) => {
  /** A key with a budget that holds already. */
  async function setUpBudget(limits: object) {
    const { provider, tenant } = await setUp();
    const key = await tenant.addKey();
    const budget = await tenant.addBudget({ scope: "key", scopeId: key.id, ...limits });
    return { provider, tenant, key, budget };
  }

  it("OC16, LiteLLM's fault: 200 streams at once never pass a small budget by more than the calls in flight declared", async () => {
    const limit = 10 * MOST_A_CALL;
    const { provider, tenant, key, budget } = await setUpBudget({ limitTokens: limit });
    const gate = Promise.withResolvers<void>();
    provider.script = { text: "The tide turns.", waits: { for: gate.promise, after: 1 } };
    let refused = 0;
    const calls = Array.from({ length: 200 }, async () => {
      const status = await ask(key);
      assert.ok(status === 200 || status === 429, String(status));
      if (status === 429) refused += 1;
      return status;
    });
    // All are answered with a refusal, or in flight.
    await until(() => refused + provider.calls.length === 200);
    const inFlight = provider.calls.length;
    assert.ok(inFlight >= 1 && refused >= 1, `${inFlight} in flight, ${refused} refused`);
    gate.resolve();
    await Promise.all(calls);
    // What was set aside and not used is given back, so some more calls fit, one after the other.
    for (let status = 200; status === 200; ) status = await ask(key);
    const delivered = provider.calls.length * TOKENS_A_CALL;
    assert.ok(delivered >= limit - MOST_A_CALL, `${delivered} of ${limit}: too little`);
    assert.ok(delivered <= limit + MOST_A_CALL, `${delivered} of ${limit}: too much`);
    const events = await tenant.events(provider.calls.length);
    assert.ok(events.every(({ outcome, countedBy }) => outcome === "completed" && countedBy === "provider"));
    assert.equal(await usedOf(tenant, budget, delivered), delivered);
  });

  it("OC16: what a call set aside is given back however it ends, and its use is what is on record", async () => {
    // Room for one declared call and a half beside what all of them use.
    const limit = 14 * TOKENS_A_CALL + MOST_A_CALL;
    const { provider, tenant, key, budget } = await setUpBudget({ limitTokens: limit });
    let calls = 0;
    for (const script of [
      { refuses: { status: 400, body: {} } },
      { text: "One two three four.", cutAfter: 2 },
      { text: "One two three four.", failsAfter: 2 },
      {},
    ]) {
      for (let round = 0; round < 3; round += 1) {
        provider.script = script;
        const status = await ask(key);
        assert.notEqual(status, 429, `call ${calls}`);
        calls += 1;
      }
    }
    const events = await tenant.events(calls);
    const sum = events.reduce((total, { inputTokens, outputTokens }) => total + inputTokens + outputTokens, 0);
    assert.ok(sum > 0);
    assert.equal(await usedOf(tenant, budget, sum), sum);
  });

  it("OC16: what a caller allows an answer counts as declared, also of a model of which nobody knows how much it writes", async () => {
    const { provider, key, tenant } = await setUpBudget({ limitTokens: 60_000 });
    const gate = Promise.withResolvers<void>();
    provider.script = { text: "The tide turns.", waits: { for: gate.promise } };
    const first = key.post("/v1/chat/completions", { ...BODY, max_tokens: 100_000 });
    await until(() => provider.calls.length === 1);
    assert.equal(await ask(key), 429);
    gate.resolve();
    await (await first).text();
    assert.equal((await key.post("/v1/chat/completions", { ...BODY, n: 129 })).status, 400);
    await until(async () => (await ask(key)) === 200);
    await tenant.events(2);
  });

  it("OC16: money counts to a thousandth of a micro-dollar, and the sum of what is charged is that of the events", async () => {
    const { tenant, key, budget } = await setUpBudget({ limitMicros: 1_000_000 });
    for (let count = 0; count < 5; count += 1) assert.equal(await ask(key), 200);
    const events = await tenant.events(5);
    const sum = events.reduce((total, { costMicros }) => total + costMicros, 0);
    assert.equal(sum, 5 * (USAGE.input + 5 * USAGE.output));
    await until(async () => (await tenant.getBudget(budget)).usedMicros === sum);
  });

  it("OC16: an organization's budget holds for all of its keys, and a key's own within it", async () => {
    const { provider, tenant, key } = await setUpBudget({ limitTokens: 1_000_000 });
    const other = await tenant.addKey();
    assert.equal(await ask(other), 200);
    await tenant.addBudget({ scope: "organization", limitTokens: 1 });
    await until(async () => (await ask(other)) === 429);
    await until(async () => (await ask(key)) === 429);
    const calls = provider.calls.length;
    assert.equal(await ask(key), 429);
    assert.equal(provider.calls.length, calls);
  });

  it("OC16: from nine tenths on, answers carry a warning", async () => {
    const { tenant, key, budget } = await setUpBudget({ limitTokens: 1_000_000 });
    assert.equal((await key.post("/v1/chat/completions", BODY)).headers.get("x-reef-budget-warning"), null);
    await tenant.events(1);
    const { usedTokens } = await tenant.getBudget(budget);
    await tenant.ask("PATCH", `/budgets/${budget}`, { limitTokens: Math.ceil(usedTokens / 0.95) });
    await until(async () => {
      const answer = await key.post("/v1/chat/completions", { ...BODY, max_tokens: 1 });
      await answer.text();
      return answer.headers.get("x-reef-budget-warning") === "90%" || answer.status === 429;
    });
  });
});
