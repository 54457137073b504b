import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Reef } from "@reef/sdk";
import { type ModelUpstream, startModelUpstream, upstreamModel } from "../support/model-upstream.ts";
import { createOrganization, reefOf, type SignedInPerson, setUp } from "../support/people.ts";
import { makeFolder, type ReefProcess, repositoryRoot, startReefProcess } from "../support/reef-process.ts";

/** A minute in all: a change holds within a second, unless the machine is busy. */
const POLL_MS = 100;
const MOST_TRIES = 600;
/** What a call counts. */
const TOKENS = upstreamModel.inputTokens + upstreamModel.outputTokens;

describe("what a plan allows", () => {
  let reef: ReefProcess;
  let upstream: ModelUpstream;
  let operator: SignedInPerson;

  before(async () => {
    upstream = await startModelUpstream();
    reef = await startReefProcess({ environment: { REEF_RATE_LIMIT_FACTOR: "100", REEF_PLAN_REQUIRED: "true" } });
    operator = await setUp(reef.url, reef.setupCode ?? "");
    const models = [{ name: upstreamModel.name, price: { inputMicros: 0, outputMicros: 0 } }];
    const provider = { kind: "openai-compatible", slug: "here", name: "Here", baseUrl: upstream.baseUrl, models };
    await reefOf(reef.url, operator).gateway.createReefProvider(provider);
  });
  after(async () => {
    await reef?.stop();
    upstream?.stop();
  });

  async function callWith(secret: string): Promise<{ status: number; code: string | undefined }> {
    const answer = await fetch(`${reef.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ model: upstreamModel.name, max_tokens: 5, messages: [{ role: "user", content: "Hi" }] }),
    });
    const { error } = (await answer.json()) as { error?: { code?: string } };
    return { status: answer.status, code: error?.code };
  }

  /** Calls until it is answered so. */
  async function untilCalled(secret: string, status: number, code?: string): Promise<void> {
    let last: unknown;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const answer = await callWith(secret);
      if (answer.status === status && answer.code === code) return;
      last = answer;
      await sleep(POLL_MS);
    }
    assert.fail(`It is still answered ${JSON.stringify(last)}, not ${status} ${code}.`);
  }

  const runCli = (...words: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const folder = makeFolder("reef-plan-");
      const env = { REEF_CONFIG_DIR: folder, REEF_KEYRING: "off", REEF_URL: reef.url, REEF_TOKEN: operator.token };
      const command = [join(repositoryRoot, "apps/cli/src/main.ts"), ...words];
      execFile(process.execPath, command, { env, cwd: folder }, (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(stderr)),
      );
    });

  it("OC16: holds for calls: none without a plan, none beyond its allowance, none while it is suspended; each change within moments", async () => {
    const organizationId = await createOrganization(reef.url, operator, "tides");
    const own = reefOf(reef.url, operator, "tides");
    const assign = async (slug: string, allowanceTokens: number) => {
      const plan = await own.billing.createPlan({ slug, name: slug, priceCents: 0, allowanceTokens });
      await own.billing.assignPlan({ organizationId, planId: plan.id });
    };
    const { secret } = await own.gateway.createKey({ name: "program" });
    await untilCalled(secret, 402, "billing.not_subscribed");

    await assign("small", 3 * TOKENS);
    await untilCalled(secret, 200);
    await untilCalled(secret, 429, "budget_exhausted");
    const { items } = await own.gateway.listBudgets({});
    const [budget] = items;
    assert.deepEqual([items.length, budget?.scope, budget?.limitTokens], [1, "plan", 3 * TOKENS]);
    const { subscription } = await own.billing.getSubscription();
    assert.deepEqual([budget?.periodStart, budget?.resetsAt], [subscription?.periodStart, subscription?.periodEnd]);

    await assign("large", 1_000_000);
    await untilCalled(secret, 200);
    await own.billing.suspendSubscription({ organizationId });
    await untilCalled(secret, 402, "billing.suspended");
    await own.billing.reactivateSubscription({ organizationId });
    await untilCalled(secret, 200);
    await assertSumsAgree(own, organizationId);
  });

  it("OC16: `reef budgets list` shows the plan's allowance beside the others", async () => {
    const { items } = await reefOf(reef.url, operator).billing.listPlans();
    const organizationId = await createOrganization(reef.url, operator, "shown");
    const own = reefOf(reef.url, operator, "shown");
    await own.billing.assignPlan({ organizationId, planId: items[0]?.id ?? assert.fail("There is no plan.") });
    await own.gateway.createBudget({ scope: "organization", period: "day", limitTokens: 5 });
    for (let tries = 0; (await own.gateway.listBudgets({})).total < 2 && tries < MOST_TRIES; tries += 1)
      await sleep(POLL_MS);
    const listed = await runCli("--organization", "shown", "budgets", "list");
    assert.match(listed, /^the plan +month .* of 1,000,000 \(0%\)/m);
    assert.match(listed, /^the organization +day /m);
  });
});

/** The month's sums are those of the calls on record, and of what the budget counts. */
async function assertSumsAgree(own: Reef, organizationId: `org_${string}`): Promise<void> {
  const read = async () => {
    await own.billing.rollUpPeriods({ organizationId });
    const [budget] = (await own.gateway.listBudgets({ scope: "plan" })).items;
    const [period] = (await own.billing.listPeriods({})).items;
    const { total } = await own.gateway.listUsageEvents({});
    return { used: budget?.usedTokens, summed: (period?.inputTokens ?? 0) + (period?.outputTokens ?? 0), total };
  };
  for (let tries = 0; ; tries += 1) {
    const { used, summed, total } = await read();
    if ((used === summed && summed === total * TOKENS) || tries === MOST_TRIES) {
      assert.deepEqual({ used, summed }, { used: total * TOKENS, summed: total * TOKENS });
      return;
    }
    await sleep(POLL_MS);
  }
}
