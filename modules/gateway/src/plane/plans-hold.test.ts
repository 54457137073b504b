import assert from "node:assert/strict";
import { it } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { until } from "@reef/testing";
import OpenAI from "openai";
import { describeGatewayOnEachDatabase, type Tenant, type TenantKey } from "../test/composed-gateway.ts";
import { TOKENS_A_CALL } from "../test/model-provider.ts";

const MESSAGES = [{ role: "user" as const, content: "Tell me of the tide." }];
const BODY = { model: "small", max_tokens: 50, messages: MESSAGES };
const PATHS = ["/v1/chat/completions", "/v1/messages"] as const;

// biome-ignore lint/suspicious/noExplicitAny: a test reads what the dialect says.
type AnyError = any;

const statusOf = async (key: TenantKey): Promise<number> => {
  const answer = await key.post("/v1/chat/completions", BODY);
  await answer.text();
  return answer.status;
};

const codeOf = async (key: TenantKey): Promise<string | undefined> => {
  const answer = await key.post("/v1/chat/completions", BODY);
  return ((await answer.json()) as AnyError).error?.code;
};

/** What each official client, which tries again by itself, makes of a refusal; with how often it asked. */
async function refusalsBy({ secret }: TenantKey, url: string) {
  let asked = 0;
  const counted: typeof fetch = (...request) => {
    asked += 1;
    return fetch(...request);
  };
  const openai = new OpenAI({ apiKey: secret, baseURL: `${url}/v1`, maxRetries: 3, fetch: counted });
  const anthropic = new Anthropic({ apiKey: secret, baseURL: url, maxRetries: 3, fetch: counted });
  const calls = {
    chat: () => openai.chat.completions.create({ model: "small", messages: MESSAGES }),
    stream: () => openai.chat.completions.create({ model: "small", messages: MESSAGES, stream: true }),
    responses: () => openai.responses.create({ model: "small", input: "Hi" }),
    embeddings: () => openai.embeddings.create({ model: "small", input: "Hi" }),
    messages: () => anthropic.messages.create({ model: "small", messages: MESSAGES, max_tokens: 10 }),
    count: () => anthropic.messages.countTokens({ model: "small", messages: MESSAGES }),
  };
  const refusals: Record<string, { status: number; type: string; code: string; message: string }> = {};
  for (const [name, call] of Object.entries(calls)) {
    const error: AnyError = await call().then(
      () => assert.fail(`${name} was answered.`),
      (failure: unknown) => failure,
    );
    assert.ok(error instanceof OpenAI.APIError || error instanceof Anthropic.APIError, String(error));
    const said = (error instanceof Anthropic.APIError ? (error.error as AnyError).error : error.error) as AnyError;
    refusals[name] = {
      status: error.status ?? 0,
      type: said.type,
      code: said.code ?? said.details.error_code,
      message: said.message,
    };
  }
  return { refusals, asked, calls: Object.keys(calls).length };
}

describeGatewayOnEachDatabase("calls by plan", ({ setUp, startAnother, gateway }) => {
  /** One key in two processes. */
  async function setUpTwice() {
    const { provider, tenant, key } = await setUp();
    const other = await startAnother();
    return { provider, tenant, keys: [key, other.withKey(key)] as const, urls: [gateway().url, other.url] as const };
  }

  const allAre = (keys: readonly TenantKey[], status: number) =>
    until(async () => (await Promise.all(keys.map(statusOf))).every((one) => one === status));

  it("OC16: calls of an organization whose plan is suspended or has ended are refused by every process with 402 in their dialects, and go on when it serves", async () => {
    const { provider, tenant, keys, urls } = await setUpTwice();
    const { key: stranger } = await setUp();
    await allAre(keys, 200);
    for (const [state, way] of [
      ["suspended", /plan Pro is suspended.*\/plan what is due/],
      ["cancelled", /plan Pro has ended.*choose a plan.*\/plan/],
    ] as const) {
      await tenant.allow({ serves: false, state });
      await until(async () => (await Promise.all(keys.map(codeOf))).every((code) => code === `billing.${state}`));
      const { length: before } = provider.calls;
      for (const [index, key] of keys.entries()) {
        const { refusals, asked, calls } = await refusalsBy(key, urls[index] ?? "");
        for (const [name, { status, type, code, message }] of Object.entries(refusals)) {
          const isAnthropic = name === "messages" || name === "count";
          assert.deepEqual(
            [status, type, code],
            [402, isAnthropic ? "billing_error" : "insufficient_quota", `billing.${state}`],
            name,
          );
          assert.match(message, way);
        }
        assert.equal(asked, calls, "no client asks again");
      }
      assert.equal(provider.calls.length, before);
      await tenant.events(before);
      assert.equal(await statusOf(stranger), 200);
    }
    await tenant.allow();
    await allAre(keys, 200);
  });

  it("OC16: a plan that ends with its month is refused from that moment on, also where nobody has told yet that it ended", async () => {
    const { provider, keys, tenant } = await setUpTwice();
    await allAre(keys, 200);
    const endsAt = Date.now() + 3_000;
    await tenant.allow({ periodEnd: new Date(endsAt).toISOString(), endsAtPeriodEnd: true });
    await planBudgetOf(tenant);
    await until(async () => (await Promise.all(keys.map(codeOf))).every((code) => code === "billing.cancelled"));
    assert.ok(Date.now() >= endsAt, "not before");
    await tenant.events(provider.calls.length);
    await tenant.allow();
    await allAre(keys, 200);
  });

  it("OC16: nine tenths of the allowance are told with the answer; at its end calls get 429 with used, limit and the month's end, and no upstream is called, until the plan is a larger one", async () => {
    const { provider, tenant, keys } = await setUpTwice();
    const periodEnd = new Date(Date.now() + 86_400_000).toISOString();
    const limitTokens = 400;
    await tenant.allow({ periodEnd, limitTokens });
    const budget = await planBudgetOf(tenant);
    let isWarned = false;
    await until(async () => {
      const answer = await keys[0].post("/v1/chat/completions", BODY);
      await answer.text();
      isWarned ||= answer.headers.get("x-reef-budget-warning") === "90%";
      return answer.status === 429;
    });
    await allAre(keys, 429);
    const { length: upstreamCalls } = provider.calls;
    assert.ok(
      isWarned || upstreamCalls * TOKENS_A_CALL < 0.9 * limitTokens + TOKENS_A_CALL,
      "warned where it could be",
    );
    await tenant.events(upstreamCalls);
    await until(async () => (await tenant.getBudget(budget.id)).usedTokens === upstreamCalls * TOKENS_A_CALL);
    for (const key of keys) {
      // What the other process used is known here with the next ask: a refusal is remembered for half a second.
      await until(async () => {
        const { error } = (await (await key.post("/v1/chat/completions", BODY)).json()) as AnyError;
        return (error.details ?? error).used > 0;
      });
      for (const path of PATHS) {
        const answer = await key.post(path, BODY);
        assert.equal(answer.status, 429);
        assert.equal(answer.headers.get("x-should-retry"), "false");
        const { error } = (await answer.json()) as AnyError;
        const { unit, limit, used, resets_at: resetsAt } = error.details ?? error;
        assert.deepEqual([unit, limit, Date.parse(resetsAt)], ["tokens", limitTokens, Date.parse(periodEnd)]);
        assert.ok(used > 0);
        assert.match(error.message, /allowance of this organization's plan.*another plan.*\/plan/);
      }
    }
    assert.equal(provider.calls.length, upstreamCalls);
    await tenant.allow({ periodEnd, limitTokens: 100_000 });
    await allAre(keys, 200);
  });

  it("OC18: a renewal opens what was used up, with nothing used, in every process; the month before keeps what was used in it", async () => {
    const { tenant, keys } = await setUpTwice();
    const now = Date.now();
    const month = {
      periodStart: new Date(now - 86_400_000).toISOString(),
      periodEnd: new Date(now + 1_000_000).toISOString(),
    };
    await tenant.allow({ ...month, limitTokens: 3 * TOKENS_A_CALL });
    await allAre(keys, 429);
    const before = await planBudgetOf(tenant);
    const renewal = { periodStart: new Date().toISOString(), periodEnd: new Date(now + 9_000_000).toISOString() };
    await tenant.allow({ ...renewal, limitTokens: 100_000 });
    await allAre(keys, 200);
    const after = await planBudgetOf(tenant);
    assert.deepEqual(
      [after.id, after.periodStart, after.resetsAt],
      [before.id, renewal.periodStart, renewal.periodEnd],
    );
    assert.deepEqual([after.warnedAt, after.exhaustedAt], [null, null]);
  });

  it("OC16: the plan's budget is listed with the others, and no admin changes or deletes it", async () => {
    const { tenant } = await setUp();
    await tenant.addBudget({ scope: "organization", limitTokens: 9 });
    await tenant.allow({ limitTokens: 5, limitMicros: 6 });
    const budget = await planBudgetOf(tenant);
    assert.deepEqual(
      [budget.scope, budget.scopeId, budget.period, budget.limitTokens, budget.limitMicros],
      ["plan", null, "plan", 5, 6],
    );
    assert.equal((await tenant.ask("GET", "/budgets")).total, 2);
    for (const [method, body] of [["PATCH", { limitTokens: 1_000_000 }], ["DELETE"]] as const) {
      await assert.rejects(tenant.ask(method, `/budgets/${budget.id}`, body), /403.*gateway.budget_of_plan.*\/plan/);
    }
    await assert.rejects(tenant.ask("POST", "/budgets", { scope: "plan", period: "plan", limitTokens: 1 }), /400/);
    assert.deepEqual(await planBudgetOf(tenant), budget);
    await tenant.allow({ limitTokens: null });
    await until(async () => (await tenant.ask("GET", "/budgets?scope=plan")).total === 0);
  });
});

describeGatewayOnEachDatabase(
  "calls where a plan is required",
  ({ setUp, gateway }) => {
    it("OC16: an organization without a plan is refused with 402 before any upstream, and let through once it has one", async () => {
      const { provider, tenant, key } = await setUp();
      const { refusals, asked, calls } = await refusalsBy(key, gateway().url);
      for (const { status, code, message } of Object.values(refusals)) {
        assert.deepEqual([status, code], [402, "billing.not_subscribed"]);
        assert.match(message, /has no plan.*\/plan/);
      }
      assert.equal(asked, calls);
      assert.equal(provider.calls.length, 0);
      // Which models there are, and what plans there are, can be seen before.
      assert.ok((await key.openai.models.list()).data.length > 0);
      await tenant.allow();
      await until(async () => (await statusOf(key)) === 200);
      assert.equal(provider.calls.length, 1);
      await tenant.events(1);
    });
  },
  { planRequired: true },
);

/** The plan's budget, once the gateway has heard of the plan. */
async function planBudgetOf(tenant: Tenant): Promise<AnyError> {
  let found: AnyError;
  await until(async () => {
    [found] = (await tenant.ask("GET", "/budgets?scope=plan")).items;
    return found !== undefined;
  });
  return found;
}
