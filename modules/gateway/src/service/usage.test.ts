import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, it } from "node:test";
import { deriveKey, type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import { createCursors, type Migrations } from "@reef/db";
import { type Caller, idempotencyMigrations, implement } from "@reef/http";
import { defineContract } from "@reef/http/contract";
import { describeEachDatabase, silentLogger } from "@reef/testing";
import { newAgent, newPerson, type ServedRoutes, serveRoutes } from "@reef/testing/http";
import { sql } from "kysely";
import { usageRoutes } from "../contract/usage.ts";
import { gatewayMigrations } from "../migrations/index.ts";
import type { BegunCall, EndedCall } from "../plane/call.ts";
import { createShip } from "../plane/journal/ship.ts";
import { begunCall, endOf } from "../plane/journal/test-calls.ts";
import { createTestIdentity } from "../test/gateway-people.ts";
import { createUsage } from "./usage.ts";

const migrations: Migrations = { ...idempotencyMigrations, ...gatewayMigrations };
const contract = defineContract({ module: "gateway", title: "Gateway", routes: usageRoutes });
const HOUR_MS = 3_600_000;
/** Half past two on a day of November. */
const NOW = Date.UTC(2026, 10, 20, 14, 30);

describeEachDatabase("usage as people see it", migrations, ({ database }) => {
  const organizationId = newId("org");
  const identity = createTestIdentity();
  const ada = newAgent("Ada", organizationId);
  const bob = newAgent("Bob", organizationId);
  const mia = newPerson("Mia", organizationId, "member");
  const stranger = newPerson("Sam", newId("org"), "owner");
  const callers = new Map<string, Caller>([
    ["ada", ada],
    ["bob", bob],
    ["mia", mia],
    ["stranger", stranger],
    ["unscoped", { ...ada, scopes: new Set(["diary:read"]) }],
    ["nowhere", { kind: "account", personId: newId("usr"), name: "Kim", isOperator: false, scopes: mia.scopes }],
  ]);
  identity.agents.push(ada, bob);
  const [smallKey, largeKey, providerId] = [newId("key"), newId("key"), newId("prv")];
  let served: ServedRoutes;

  /** A call of the organization, some hours before now. */
  async function record(hoursAgo: number, begun: Partial<BegunCall> = {}, ended: Partial<EndedCall> = {}) {
    const fixed = { organizationId: toUuid(organizationId), keyId: toUuid(smallKey), providerId: toUuid(providerId) };
    const call = begunCall({ ...fixed, startedAt: NOW - hoursAgo * HOUR_MS, ...begun });
    const ship = createShip({ db: database().kysely, chargeBudgets: async () => {}, logger: silentLogger });
    await ship(randomUUID(), [{ begun: call, ended: endOf(call, ended) }]);
    return toTypeId("use", call.id);
  }

  const get = (path: string, who = "") => served.request(who, "GET", path.replace("/api", ""));

  const ids: Record<string, Id<"use">> = {};

  before(async () => {
    const { kysely } = database();
    for (const [id, name] of [
      [smallKey, "Small"],
      [largeKey, "=cmd|' /C calc'!A0"],
    ] as const) {
      await sql`
        insert into gateway.keys (id, organization_id, name, hash, hint, created_by, created_by_name, created_at, changed_at)
        values (${toUuid(id)}, ${toUuid(organizationId)}, ${name}, ${Buffer.from(toUuid(id))}, 'abcd', ${randomUUID()}, 'Mia', now(), now())`.execute(
        kysely,
      );
    }
    await sql`
      insert into gateway.providers (id, organization_id, kind, slug, name, base_url, created_at, updated_at)
      values (${toUuid(providerId)}, ${toUuid(organizationId)}, 'openai', 'openai', 'OpenAI, "ours"', 'https://a.example', now(), now())`.execute(
      kysely,
    );
    const ofAda = { agentId: toUuid(ada.agentId), keyId: toUuid(largeKey) };
    ids.recent = await record(0, {}, { costNanos: 1_001 });
    ids.ada = await record(1, ofAda, { costNanos: 1_001, latencyMs: 300 });
    ids.bob = await record(2, { agentId: toUuid(bob.agentId) }, { outcome: "failed", status: 502, costNanos: 1_001 });
    ids.other = await record(26, { ...ofAda, model: "petite-1" }, { costNanos: 2_000_000 });
    ids.old = await record(24 * 40, ofAda);
    ids.foreign = await record(1, { organizationId: randomUUID() });
    const usage = createUsage({
      cursors: createCursors(deriveKey("only tests use", "c")),
      identity,
      clock: { now: () => NOW },
    });
    const routes = implement(contract, {
      getUsage: (call, { query }) => usage.getUsage(call, query),
      listUsageEvents: (call, { query }) => usage.listUsageEvents(call, query),
      exportUsage: (call, { query }) => usage.exportUsage(call, query),
      getUsageEvent: (call, { params }) => usage.getUsageEvent(call, params.usageEventId),
    });
    served = await serveRoutes({ database: database(), routes });
    for (const [token, caller] of callers) served.callers.set(token, caller);
  });

  after(() => served.stop());

  it("OC17: sums what the organization used by the day, and rounds money up once, at the sum", async () => {
    const { status, body } = await get("/api/usage", "mia");
    assert.equal(status, 200);
    assert.equal(body.bucket, "day");
    assert.deepEqual(body.total, {
      calls: 4,
      failures: 1,
      cachedCalls: 0,
      inputTokens: 40,
      cachedInputTokens: 16,
      outputTokens: 80,
      reasoningTokens: 20,
      costMicros: 2_004,
      savedTokens: 0,
      savedMicros: 0,
      averageLatencyMs: 150,
    });
    assert.deepEqual(
      body.items.map((item: { start: string; calls: number; costMicros: number }) => [
        item.start,
        item.calls,
        item.costMicros,
      ]),
      [
        ["2026-11-19T00:00:00.000Z", 1, 2_000],
        ["2026-11-20T00:00:00.000Z", 3, 4],
      ],
    );
  });

  it("OC17: sums by model, agent, workspace, key and provider, with their names, the dearest first", async () => {
    const groupsBy = async (groupBy: string) => {
      const { body } = await get(`/api/usage?bucket=hour&from=2026-11-19T00:00:00Z&groupBy=${groupBy}`, "mia");
      for (const item of body.items) assert.ok(item.group < body.groups.length);
      const sum = body.groups.reduce((calls: number, group: { calls: number }) => calls + group.calls, 0);
      assert.equal(sum, body.total.calls);
      return body.groups.map((group: { id: string; name: string; calls: number }) => [
        group.id,
        group.name,
        group.calls,
      ]);
    };
    assert.deepEqual(await groupsBy("model"), [
      ["petite-1", "petite-1", 1],
      ["grand-1", "grand-1", 3],
    ]);
    const [first, ...rest] = await groupsBy("agent");
    assert.deepEqual(first, [ada.agentId, "Ada", 2]);
    assert.deepEqual(
      new Set(rest.map(JSON.stringify)),
      new Set(
        [
          [null, null, 1],
          [bob.agentId, "Bob", 1],
        ].map((group) => JSON.stringify(group)),
      ),
    );
    assert.deepEqual(await groupsBy("workspace"), [[null, null, 4]]);
    assert.deepEqual((await groupsBy("key"))[1], [smallKey, "Small", 2]);
    assert.deepEqual(await groupsBy("provider"), [[providerId, 'OpenAI, "ours"', 4]]);
  });

  it("shows ten groups, and all others as the rest", async () => {
    const organization = newPerson("Pat", newId("org"), "member");
    served.callers.set("pat", organization);
    const organizationUuid = toUuid(organization.organizationId);
    for (let count = 1; count <= 12; count += 1) {
      await record(1, { organizationId: organizationUuid, model: `m-${count}` }, { costNanos: count * 1_000 });
    }
    const { body } = await get("/api/usage?groupBy=model", "pat");
    assert.equal(body.groups.length, 11);
    assert.equal(body.groups[0].id, "m-12");
    const { id, isRest, calls, costMicros } = body.groups[10];
    assert.deepEqual([id, isRest, calls, costMicros], [null, true, 2, 3]);
    const ofRest = body.items.find((item: { group: number }) => item.group === 10);
    assert.equal(ofRest.calls, 2);
  });

  it("narrows by each filter", async () => {
    for (const [filter, calls] of [
      [`model=petite-1`, 1],
      [`keyId=${largeKey}`, 2],
      [`agentId=${bob.agentId}`, 1],
      [`providerId=${newId("prv")}`, 0],
      [`workspaceId=${newId("wsp")}`, 0],
      [`bucket=month&from=2026-10-01T00:00:00Z`, 5],
    ] as const) {
      const { body } = await get(`/api/usage?${filter}`, "mia");
      assert.equal(body.total.calls, calls, filter);
      if (filter.startsWith("bucket")) continue;
      assert.equal((await get(`/api/usage/events?${filter}`, "mia")).body.total, calls, filter);
    }
    const { body } = await get("/api/usage/events?outcome=failed", "mia");
    assert.deepEqual([body.total, body.items[0].id], [1, ids.bob]);
  });

  it("lists single calls, newest first, page by page", async () => {
    const first = (await get("/api/usage/events?limit=3", "mia")).body;
    assert.deepEqual(
      first.items.map(({ id }: { id: string }) => id),
      [ids.recent, ids.ada, ids.bob],
    );
    assert.equal(first.total, 4);
    const second = (await get(`/api/usage/events?limit=3&cursor=${first.nextCursor}`, "mia")).body;
    assert.deepEqual(
      second.items.map(({ id }: { id: string }) => id),
      [ids.other],
    );
    assert.equal(second.nextCursor, null);
    const whole = (await get("/api/usage/events?from=2026-10-01T00:00:00Z", "mia")).body;
    assert.equal(whole.total, 5);
  });

  it("tells of one call, with what it cost and who made it", async () => {
    const { status, body } = await get(`/api/usage/events/${ids.ada}`, "mia");
    assert.equal(status, 200);
    assert.deepEqual(body.agent, { id: ada.agentId, name: "Ada" });
    assert.deepEqual(body.provider, { id: providerId, name: 'OpenAI, "ours"' });
    assert.deepEqual(
      [body.costMicros, body.outcome, body.outputTokens, body.price.inputMicros],
      [2, "completed", 20, 3_000_000],
    );
  });

  it("exports calls as CSV that every program reads and no spreadsheet runs, oldest first", async () => {
    const records: string[] = [];
    let cursor = "";
    do {
      const { body } = await get(`/api/usage/export?limit=2${cursor}`, "mia");
      assert.equal(body.total, 5);
      records.push(...body.items);
      cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
      // What begins meanwhile is not in this file.
      if (records.length === 2) await record(-0.1);
    } while (cursor !== "");
    const [header = "", ...rows] = records;
    const column = header.split(",").indexOf("costMicros");
    assert.deepEqual(
      rows.map((row) => row.split(",")[0]),
      [ids.other, ids.bob, ids.ada, ids.recent],
    );
    assert.ok(rows[0]?.includes(`,'=cmd|' /C calc'!A0,`), rows[0]);
    assert.ok(rows[0]?.includes(`,"OpenAI, ""ours""",`), rows[0]);
    assert.equal(rows[3]?.split(",")[column + 1], "1.001");
  });

  it("an agent sees what it used itself, and nothing else", async () => {
    assert.equal((await get("/api/usage", "ada")).body.total.calls, 2);
    const { body } = await get("/api/usage/events", "ada");
    assert.deepEqual(
      body.items.map(({ id }: { id: string }) => id),
      [ids.ada, ids.other],
    );
    assert.equal(body.total, 2);
    assert.equal((await get(`/api/usage?agentId=${bob.agentId}`, "ada")).body.total.calls, 0);
    assert.equal((await get(`/api/usage/events/${ids.ada}`, "ada")).status, 200);
    for (const id of [ids.bob, ids.recent]) assert.equal((await get(`/api/usage/events/${id}`, "ada")).status, 404);
    const exported = (await get("/api/usage/export", "ada")).body.items.slice(1);
    assert.equal(exported.length, 2);
  });

  it("another organization sees nothing of it", async () => {
    assert.equal((await get("/api/usage", "stranger")).body.total.calls, 0);
    assert.deepEqual((await get("/api/usage/events", "stranger")).body, { items: [], nextCursor: null, total: 0 });
    const { status, body } = await get(`/api/usage/events/${ids.ada}`, "stranger");
    assert.deepEqual([status, body.code], [404, "gateway.usage_event_not_found"]);
    assert.equal((await get(`/api/usage/events/${ids.foreign}`, "mia")).status, 404);
  });

  it("nobody unknown, without the scope or without an organization is told anything", async () => {
    for (const path of ["/api/usage", "/api/usage/events", "/api/usage/export", `/api/usage/events/${ids.ada}`]) {
      assert.equal((await get(path)).status, 401, path);
      assert.equal((await get(path, "unscoped")).body.code, "http.missing_scope", path);
      assert.equal((await get(path, "nowhere")).body.code, "http.organization_needed", path);
    }
  });

  it("refuses what is no range, no bucket, no id and no cursor of its list", async () => {
    for (const query of [
      "from=2026-11-20T00:00:00Z&to=2026-11-19T00:00:00Z",
      "bucket=hour&from=2026-11-01T00:00:00Z",
      "bucket=day&from=2026-01-01T00:00:00Z",
      "bucket=month&from=2020-01-01T00:00:00Z",
    ]) {
      const { status, body } = await get(`/api/usage?${query}`, "mia");
      assert.deepEqual([status, body.code], [400, "gateway.bad_range"], query);
    }
    for (const path of [
      "/api/usage?bucket=week",
      "/api/usage?groupBy=hat",
      "/api/usage?agentId=usr_1",
      "/api/usage/export?limit=1",
    ]) {
      assert.equal((await get(path, "mia")).status, 400, path);
    }
    const { body } = await get("/api/usage/events?limit=1", "mia");
    const { status } = await get(`/api/usage/export?cursor=${body.nextCursor}`, "mia");
    assert.equal(status, 400);
    assert.equal((await get("/api/usage/events/use_1", "mia")).status, 404);
  });
});
