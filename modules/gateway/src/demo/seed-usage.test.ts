import assert from "node:assert/strict";
import { it } from "node:test";
import { newId, toUuid } from "@reef/crypto";
import { describeEachDatabase } from "@reef/testing";
import { insertAlias } from "../store/aliases.ts";
import { findBudget, insertBudget } from "../store/budgets.ts";
import { findKey, insertKey } from "../store/keys.ts";
import { insertProvider } from "../store/providers.ts";
import { sumUsage } from "../store/usage.ts";
import { testMigrations } from "../test/providers-under-test.ts";
import { inventCalls } from "./invent-calls.ts";
import { seedUsage, UsageNotInvented } from "./seed-usage.ts";

/** A Saturday at noon, in UTC. */
const NOW = Date.UTC(2026, 10, 21, 12);
const always = { from: new Date(0), to: new Date(NOW + 1) };

it("invents the same calls for the same moment, each within the days and none in the future", () => {
  const asked = { requested: "fast", model: "gpt-5-mini", providerId: toUuid(newId("prv")), price: null };
  const caller = { keyId: toUuid(newId("key")), agentId: null, workspaceId: null, models: [asked] };
  const wanted = { organizationId: toUuid(newId("org")), callers: [caller], now: NOW, days: 10, callsADay: 100 };
  const records = inventCalls(wanted);
  assert.deepEqual(inventCalls(wanted), records);
  assert.equal(new Set(records.map(({ begun }) => begun.id)).size, records.length);
  const moments = records.map(({ begun }) => begun.startedAt);
  assert.deepEqual(moments, moments.toSorted());
  assert.ok((moments[0] ?? 0) > NOW - 10 * 86_400_000 && (moments.at(-1) ?? NOW) < NOW);
  const outcomes = new Set(records.map(({ ended }) => ended.outcome));
  assert.ok(outcomes.has("completed") && outcomes.has("failed"));
});

describeEachDatabase("invented usage", testMigrations, ({ database }) => {
  const organizationId = newId("org");
  const db = () => database().kysely;
  const seed = (id = organizationId) => seedUsage(db(), { organizationId: id, scenario: "few", now: NOW });

  it("is refused where nothing can be called", async () => {
    await assert.rejects(seed(), UsageNotInvented);
  });

  it("fills hours and budgets with what the calls took, and is refused a second time", async () => {
    const provider = await insertProvider(db(), organizationId, {
      kind: "openai",
      slug: "openai",
      name: "OpenAI",
      baseUrl: "https://api.openai.com/v1",
      options: {},
      models: [{ name: "gpt-5-mini" }],
    });
    assert.ok(provider);
    const target = { providerId: toUuid(provider.id), model: "gpt-5-mini", order: 0, weight: 1 };
    await insertAlias(db(), organizationId, { name: "fast", targets: [target] });
    const { id: keyId } = await insertKey(db(), organizationId, {
      name: "desk",
      hash: Buffer.alloc(32, 7),
      hint: "abcd",
      agentId: null,
      workspaceId: null,
      models: ["fast", "nowhere"],
      requestsPerMinute: null,
      tokensPerMinute: null,
      capture: null,
      cache: null,
      createdBy: { personId: newId("usr"), name: "Ada" },
      createdAt: new Date(NOW),
      expiresAt: null,
    });
    const budgetId = await insertBudget(db(), organizationId, {
      scope: "organization",
      scopeId: toUuid(organizationId),
      period: "total",
      limits: { tokens: null, costNanos: 1 },
      now: new Date(NOW),
    });
    assert.ok(budgetId);
    const calls = await seed();
    const sums = await sumUsage(db(), organizationId, always);
    assert.ok(calls > 0);
    assert.equal(sums.calls, calls);
    const budget = await findBudget(db(), organizationId, budgetId, { now: new Date(NOW) });
    assert.deepEqual(budget?.used, {
      tokens: sums.inputTokens + sums.outputTokens,
      costNanos: sums.costNanos,
    });
    assert.ok((await findKey(db(), organizationId, keyId))?.lastUsedAt);
    await assert.rejects(seed(), UsageNotInvented);
    assert.equal((await sumUsage(db(), newId("org"), always)).calls, 0, "nobody else has any of it");
  });
});
