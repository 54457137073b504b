import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, it } from "node:test";
import { type Id, newId, toUuid } from "@reef/crypto";
import { transact } from "@reef/db";
import { createEvents } from "@reef/events";
import { describeEachDatabase, silentLogger } from "@reef/testing";
import { sql } from "kysely";
import { periodAt } from "../plane/budgets/periods.ts";
import { type GatewayOverHttp, serveGateway, serverMigrations } from "../test/gateway-over-http.ts";
import { createBudgetCharges } from "./budget-charges.ts";

describeEachDatabase("budgets over HTTP", serverMigrations, ({ database }) => {
  let gateway: GatewayOverHttp;

  before(async () => {
    gateway = await serveGateway(database());
  });
  after(() => gateway.stop());
  beforeEach(async () => {
    await sql`truncate gateway.keys, gateway.budgets, gateway.changes, platform.events cascade`.execute(
      database().kysely,
    );
    gateway.recorded.length = 0;
  });

  const create = async (body: object) => {
    const answer = await gateway.request("admin", "POST", "/budgets", body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
  };
  const ofMonth = { scope: "organization", period: "month", limitTokens: 1_000, limitMicros: 5_000_000 };
  const charge = (budgetId: Id<"bud">, tokens: number, costNanos: number, periodStart: number) =>
    transact(database().kysely, (transaction) =>
      createBudgetCharges({ events: createEvents({ database: database(), logger: silentLogger }) }).chargeBudgets(
        transaction,
        randomUUID(),
        [{ budgetId: toUuid(budgetId), periodStart, tokens, costNanos }],
      ),
    );
  /** As a process does before its first call. */
  const beginPeriod = (budgetId: Id<"bud">, periodStart: number) =>
    sql`insert into gateway.budget_periods (budget_id, period_start)
      values (${toUuid(budgetId)}, ${new Date(periodStart)}) on conflict do nothing`.execute(database().kysely);
  const events = async () => {
    const { rows } = await sql<{ name: string; payload: Record<string, unknown> }>`
      select name, payload from platform.events order by seq`.execute(database().kysely);
    return rows;
  };

  it("a budget is of an organization, a workspace, an agent or a key, and begins with nothing used", async () => {
    const key = (await gateway.request("admin", "POST", "/keys", { name: "build" })).body;
    const { start, end } = periodAt("month", Date.now());
    const budget = await create(ofMonth);
    const { id, createdAt, updatedAt, ...rest } = budget;
    assert.deepEqual(rest, {
      ...ofMonth,
      scopeId: null,
      usedTokens: 0,
      usedMicros: 0,
      heldTokens: 0,
      heldMicros: 0,
      periodStart: new Date(start).toISOString(),
      resetsAt: new Date(end ?? 0).toISOString(),
      warnedAt: null,
      exhaustedAt: null,
      version: 1,
    });
    assert.ok(createdAt === updatedAt);
    for (const [scope, scopeId] of [
      ["workspace", newId("wsp")],
      ["agent", gateway.agentId("ada")],
      ["key", key.id],
    ]) {
      const made = await create({ scope, scopeId, period: "total", limitTokens: 5 });
      assert.deepEqual([made.scopeId, made.limitMicros, made.periodStart, made.resetsAt], [scopeId, null, null, null]);
      const found = (await gateway.request("member", "GET", `/budgets?scopeId=${scopeId}`)).body;
      assert.deepEqual(found, { items: [made], nextCursor: null, total: 1 });
    }
    assert.deepEqual(gateway.recorded.at(1)?.subject, { id });
    const { rows } = await sql`select 1 from gateway.changes`.execute(database().kysely);
    assert.equal(rows.length, 1, "processes look for it");
  });

  it("what cannot be is refused, each with what is wrong", async () => {
    await create(ofMonth);
    const refused = async (body: object, status: number, code: string) => {
      const answer = await gateway.request("admin", "POST", "/budgets", body);
      assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(body));
    };
    const foreign = (await gateway.request("stranger", "POST", "/keys", { name: "theirs" })).body;
    await refused(ofMonth, 409, "gateway.budget_exists");
    await refused({ scope: "organization", period: "day" }, 400, "http.invalid_request");
    await refused({ ...ofMonth, period: "week" }, 400, "http.invalid_request");
    await refused({ ...ofMonth, period: "day", limitTokens: -1 }, 400, "http.invalid_request");
    await refused({ ...ofMonth, period: "day", limitTokens: 1.5 }, 400, "http.invalid_request");
    await refused({ ...ofMonth, period: "day", scopeId: newId("wsp") }, 400, "http.invalid_request");
    await refused({ ...ofMonth, scope: "agent" }, 400, "http.invalid_request");
    await refused({ ...ofMonth, scope: "agent", scopeId: foreign.id }, 400, "http.invalid_request");
    await refused({ ...ofMonth, scope: "agent", scopeId: gateway.agentId("eve") }, 404, "gateway.no_such_agent");
    await refused({ ...ofMonth, scope: "key", scopeId: foreign.id }, 404, "gateway.key_not_found");
  });

  it("admins manage, members look, agents and others get nothing", async () => {
    const { id } = await create(ofMonth);
    const ask = async (who: string, method: string, path: string, body?: object) =>
      (await gateway.request(who, method, path, body)).status;
    for (const [who, status] of Object.entries({ "": 401, member: 200, ada: 403, stranger: 404 })) {
      assert.equal(await ask(who, "GET", `/budgets/${id}`), status, `${who} gets`);
    }
    for (const [who, status] of Object.entries({ "": 401, member: 403, ada: 403, stranger: 404 })) {
      assert.equal(await ask(who, "PATCH", `/budgets/${id}`, { limitTokens: 1 }), status, `${who} changes`);
      assert.equal(await ask(who, "DELETE", `/budgets/${id}`), status, `${who} deletes`);
    }
    for (const [who, status] of Object.entries({ "": 401, member: 403, ada: 403 })) {
      assert.equal(await ask(who, "POST", "/budgets", { ...ofMonth, period: "day" }), status);
    }
    assert.equal((await gateway.request("stranger", "GET", "/budgets")).body.total, 0);
    assert.equal(await ask("ada", "GET", "/budgets"), 403);
    assert.equal(await ask("admin", "DELETE", `/budgets/${id}`), 204);
    assert.equal(await ask("admin", "DELETE", `/budgets/${id}`), 404);
    assert.equal(await ask("admin", "GET", `/budgets/${newId("bud")}`), 404);
  });

  it("a list is paged, newest first, with what is used of each budget's own period", async () => {
    const periods = ["day", "month", "total"] as const;
    const budgets: { id: Id<"bud"> }[] = [];
    for (const [index, period] of periods.entries()) {
      const budget = await create({ ...ofMonth, period });
      budgets.push(budget);
      const { start } = periodAt(period, Date.now());
      await beginPeriod(budget.id, start);
      await charge(budget.id, index + 1, 1_500, start);
      await beginPeriod(budget.id, start - 40 * 86_400_000);
      await charge(budget.id, 100, 100, start - 40 * 86_400_000);
    }
    const page = (await gateway.request("member", "GET", "/budgets?limit=2")).body;
    const rest = (await gateway.request("member", "GET", `/budgets?limit=2&cursor=${page.nextCursor}`)).body;
    assert.deepEqual([page.total, rest.nextCursor], [3, null]);
    const shown = [...page.items, ...rest.items];
    assert.deepEqual(
      shown.map(({ id, usedTokens, usedMicros }) => [id, usedTokens, usedMicros]),
      budgets.map(({ id }, index) => [id, index + 1, 2]).reverse(),
    );
    assert.equal((await gateway.request("member", "GET", "/budgets?scope=key")).body.total, 0);
  });

  it("a change names the version that it is based on, keeps what is used, and leaves one limit at least", async () => {
    const { id } = await create(ofMonth);
    const { start } = periodAt("month", Date.now());
    await beginPeriod(id, start);
    await charge(id, 7, 0, start);
    const change = (body: object, version: number) =>
      gateway.request("admin", "PATCH", `/budgets/${id}`, body, { "if-match": `"${version}"` });
    const changed = (await change({ limitTokens: null, limitMicros: 9 }, 1)).body;
    assert.deepEqual([changed.limitTokens, changed.limitMicros, changed.usedTokens, changed.version], [null, 9, 7, 2]);
    const late = await change({ limitTokens: 5 }, 1);
    assert.deepEqual([late.status, late.body.code, late.body.currentVersion], [412, "gateway.changed", 2]);
    assert.equal((await change({ limitMicros: null }, 2)).body.code, "gateway.budget_without_limit");
    assert.equal((await change({}, 2)).status, 400);
    assert.deepEqual((await change({ limitTokens: 5 }, 2)).body.limitMicros, 9);
  });

  it("OC16: at nine tenths and at the limit an event tells of it, once in a period, and again after a change", async () => {
    const { id } = await create(ofMonth);
    const { start } = periodAt("month", Date.now());
    await beginPeriod(id, start);
    const names = async () => (await events()).map(({ name }) => name);
    await charge(id, 899, 0, start);
    assert.deepEqual(await names(), []);
    await charge(id, 1, 0, start);
    await charge(id, 1, 0, start);
    assert.deepEqual(await events(), [
      {
        name: "gateway.budget_warned",
        payload: {
          organizationId: gateway.organizationId,
          budgetId: id,
          scope: "organization",
          scopeId: toUuid(gateway.organizationId),
          period: "month",
          periodStart: new Date(start).toISOString(),
          unit: "tokens",
          used: 900,
          limit: 1_000,
        },
      },
    ]);
    await charge(id, 0, 5_000_000_000, start);
    assert.deepEqual(await names(), ["gateway.budget_warned", "gateway.budget_exhausted"]);
    const payload = (await events())[1]?.payload;
    assert.deepEqual([payload?.unit, payload?.used, payload?.limit], ["micros", 5_000_000, 5_000_000]);
    await charge(id, 500, 0, start);
    assert.equal((await names()).length, 2);
    const shown = (await gateway.request("admin", "GET", `/budgets/${id}`)).body;
    assert.ok(shown.warnedAt && shown.exhaustedAt);
    const raised = { limitTokens: 10_000, limitMicros: 50_000_000 };
    const changed = (await gateway.request("admin", "PATCH", `/budgets/${id}`, raised)).body;
    assert.deepEqual([changed.warnedAt, changed.exhaustedAt], [null, null]);
    await charge(id, 7_599, 0, start);
    assert.deepEqual((await names()).slice(2), ["gateway.budget_warned"]);
  });

  it("a charge is undone with the transaction that it is in, and events with it", async () => {
    const { id } = await create(ofMonth);
    const { start } = periodAt("month", Date.now());
    await beginPeriod(id, start);
    const charges = createBudgetCharges({ events: createEvents({ database: database(), logger: silentLogger }) });
    const broken = transact(database().kysely, async (transaction) => {
      const all = [{ budgetId: toUuid(id), periodStart: start, tokens: 1_000, costNanos: 0 }];
      await charges.chargeBudgets(transaction, randomUUID(), all);
      throw new Error("The usage events could not be written.");
    });
    await assert.rejects(broken, /could not be written/);
    assert.deepEqual(await events(), []);
    assert.equal((await gateway.request("admin", "GET", `/budgets/${id}`)).body.usedTokens, 0);
  });
});
