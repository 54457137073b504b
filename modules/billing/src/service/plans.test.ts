import assert from "node:assert/strict";
import { after, before, beforeEach, it } from "node:test";
import { newId } from "@reef/crypto";
import { describeEachDatabase, until } from "@reef/testing";
import { sql } from "kysely";
import { type BillingOverHttp, serveBilling, serverMigrations } from "../test/billing-over-http.ts";

describeEachDatabase("plans over HTTP", serverMigrations, ({ database, kind }) => {
  let billing: BillingOverHttp;

  before(async () => {
    billing = await serveBilling(database());
  });
  after(() => billing.stop());
  beforeEach(async () => {
    await billing.empty();
    await sql`delete from billing.plans where slug not in ('starter', 'pro', 'team')`.execute(database().kysely);
  });

  const slugs = ({ body }: { body: { items: { slug: string }[] } }) => body.items.map(({ slug }) => slug);

  it("a reef begins with three, from the least; what is not offered, or archived, only operators see", async () => {
    const first = await billing.request("member", "GET", "/plans");
    assert.deepEqual([slugs(first), first.body.total, first.body.nextCursor], [["starter", "pro", "team"], 3, null]);
    const hidden = await billing.createPlan({ slug: "hidden", isOffered: false, position: 2 });
    const old = await billing.createPlan({ slug: "old", position: 3 });
    await billing.operate("DELETE", `/admin/plans/${old.id}`);
    assert.deepEqual(slugs(await billing.request("member", "GET", "/plans")), ["starter", "pro", "team"]);
    const all = await billing.request("operator", "GET", "/admin/plans?limit=2");
    const rest = await billing.request("operator", "GET", `/admin/plans?cursor=${all.body.nextCursor}`);
    assert.deepEqual([...slugs(all), ...slugs(rest)], ["starter", "hidden", "old", "pro", "team"]);
    assert.equal(all.body.total, 5);
    assert.deepEqual((await billing.request("operator", "GET", `/admin/plans/${hidden.id}`)).body, hidden);
    const foreign = await billing.request("member", "GET", `/plans?cursor=${all.body.nextCursor}`);
    assert.deepEqual([foreign.status, foreign.body.code], [400, "list.invalid_cursor"]);
  });

  it("what makes no sense is refused with what is wrong, and a slug is given once", async () => {
    const plan = { slug: "anew", name: "Anew", priceCents: 1 };
    const refused = async (body: object, status: number, code: string) => {
      const answer = await billing.request("operator", "POST", "/admin/plans", body);
      assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(body));
    };
    await refused({ ...plan, slug: "Pro" }, 400, "http.invalid_request");
    await refused({ ...plan, priceCents: -1 }, 400, "http.invalid_request");
    await refused({ ...plan, priceCents: 0.5 }, 400, "http.invalid_request");
    await refused({ ...plan, currency: "USD" }, 400, "http.invalid_request");
    await refused({ ...plan, atLimit: "charge" }, 400, "http.invalid_request");
    await refused({ ...plan, overageCentsPerMillion: 5 }, 400, "http.invalid_request");
    await refused({ ...plan, atLimit: "charge", overageCentsPerMillion: 5 }, 400, "http.invalid_request");
    await refused({ ...plan, free: true }, 400, "http.invalid_request");
    await refused({ ...plan, slug: "pro" }, 409, "billing.plan_exists");
    const created = await billing.request("operator", "POST", "/admin/plans", plan);
    assert.equal(created.status, 201);
    assert.equal(created.headers.get("location"), `/api/admin/plans/${created.body.id}`);
    assert.equal(created.headers.get("etag"), '"1"');
    assert.deepEqual([created.body.atLimit, created.body.trialDays, created.body.currency], ["stop", 0, "usd"]);
  });

  it("only operators manage plans; members see them, agents and nobody do not", async () => {
    const { id } = await billing.createPlan();
    const requests: [method: string, path: string, body?: object][] = [
      ["GET", "/admin/plans"],
      ["POST", "/admin/plans", { slug: "x", name: "X", priceCents: 0 }],
      ["GET", `/admin/plans/${id}`],
      ["PATCH", `/admin/plans/${id}`, { priceCents: 0 }],
      ["DELETE", `/admin/plans/${id}`],
    ];
    for (const [method, path, body] of requests) {
      for (const [who, status] of Object.entries({ "": 401, owner: 403, member: 403, stranger: 403, ada: 403 })) {
        assert.equal((await billing.request(who, method, path, body)).status, status, `${who} ${method} ${path}`);
      }
    }
    for (const [who, status] of Object.entries({ "": 401, ada: 403, member: 200, stranger: 200 })) {
      assert.equal((await billing.request(who, "GET", "/plans")).status, status, who);
    }
  });

  it("a change needs the version that it was made from, if it names one, and terms that fit together", async () => {
    const { id } = await billing.createPlan();
    const change = (body: object, headers = {}) =>
      billing.request("operator", "PATCH", `/admin/plans/${id}`, body, headers);
    const changed = await change({ name: "Professional" }, { "if-match": '"1"' });
    assert.deepEqual([changed.status, changed.body.name, changed.body.version], [200, "Professional", 2]);
    const late = await change({ name: "Late" }, { "if-match": '"1"' });
    assert.deepEqual([late.status, late.body.code, late.body.currentVersion], [412, "billing.changed", 2]);
    for (const wrong of [{ atLimit: "charge" }, { overageCentsPerMillion: 100 }]) {
      const answer = await change(wrong);
      assert.deepEqual([answer.status, answer.body.code], [400, "billing.overage_mismatch"]);
    }
    assert.equal((await change({ atLimit: "charge", overageCentsPerMillion: 100 })).status, 200);
    assert.equal((await change({ allowanceTokens: null })).body.code, "billing.overage_mismatch");
    assert.equal((await change({})).status, 400);
    assert.equal((await change({ currency: "eur" })).status, 400);
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const unknown = await billing.request(
        "operator",
        method,
        `/admin/plans/${newId("pln")}`,
        method === "PATCH" ? { name: "X" } : undefined,
      );
      assert.deepEqual([unknown.status, unknown.body.code], [404, "billing.plan_not_found"], method);
    }
  });

  it("an archived plan is chosen by nobody, and who has it keeps it; archiving twice is archiving once", async () => {
    const plan = await billing.createPlan();
    await billing.assign(plan.id);
    await billing.operate("DELETE", `/admin/plans/${plan.id}`);
    const { archivedAt, version } = await billing.operate("GET", `/admin/plans/${plan.id}`);
    billing.clock.set("2027-01-16T10:00:00.000Z");
    await billing.operate("DELETE", `/admin/plans/${plan.id}`);
    const again = await billing.operate("GET", `/admin/plans/${plan.id}`);
    assert.deepEqual([archivedAt, again.archivedAt, again.version], ["2027-01-15T10:00:00.000Z", archivedAt, version]);
    const standing = (await billing.request("member", "GET", "/subscription")).body;
    assert.deepEqual([standing.subscription.state, standing.subscription.plan.id], ["active", plan.id]);
    assert.equal((await billing.assign(plan.id)).state, "active");
    const other = await billing.request("operator", "PUT", `/admin/organizations/${billing.foreignId}/subscription`, {
      planId: plan.id,
    });
    assert.deepEqual([other.status, other.body.code], [404, "billing.plan_not_found"]);
  });

  it("a new allowance holds at once for everybody with the plan, a new price from the next month on", async () => {
    const [plan, other] = [await billing.createPlan(), await billing.createPlan()];
    const organizations = Array.from({ length: 53 }, (_, index) => billing.newOrganization(`Organization ${index}`));
    for (const organizationId of organizations) await billing.assign(plan.id, organizationId);
    await billing.assign(other.id);
    const [ended] = organizations.splice(0, 1);
    assert.ok(ended);
    await billing.act("cancel", ended);
    const before = (await billing.told("billing.allowance_changed")).length;
    await billing.operate("PATCH", `/admin/plans/${plan.id}`, { allowanceTokens: 7, priceCents: 9_900 });
    await billing.settle();
    const told = (await billing.told("billing.allowance_changed")).slice(before);
    assert.deepEqual(told.map(({ organizationId }) => organizationId).sort(), [...organizations].sort());
    assert.ok(told.every(({ limitTokens, serves, version }) => limitTokens === 7 && serves && version === 2));
    const { rows } = await sql`
      select price_cents, allowance_tokens, count(*) from billing.periods group by 1, 2 order by 2`.execute(
      database().kysely,
    );
    assert.deepEqual(rows, [
      { price_cents: 4_900, allowance_tokens: 7, count: 52 },
      { price_cents: 4_900, allowance_tokens: 1_000_000, count: 2 },
    ]);
    await billing.operate("PATCH", `/admin/plans/${plan.id}`, { description: "Nothing that anybody is told of." });
    await billing.settle();
    assert.equal((await billing.told("billing.allowance_changed")).length, before + told.length);
  });

  // The embedded database has one session, so that no two transactions run beside each other.
  if (kind !== "postgres") return;

  it("a new allowance holds also for who gets the plan while it is changed", async () => {
    const plan = await billing.createPlan();
    await billing.assign(plan.id);
    const db = database().kysely;
    const waiting = async (): Promise<number> => {
      const { rows } = await sql<{ count: number }>`
        select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        db,
      );
      return rows[0]?.count ?? 0;
    };
    // Whoever issues an invoice waits here, and has read the terms of the plan by then.
    const held = await db.startTransaction().execute();
    await sql`lock table billing.invoice_numbers in exclusive mode`.execute(held);
    const late = billing.newOrganization("Late");
    const assigned = billing.assign(plan.id, late);
    await until(async () => (await waiting()) === 1);
    const changed = billing.operate("PATCH", `/admin/plans/${plan.id}`, { allowanceTokens: 7 });
    await Promise.race([changed.then(() => billing.settle()), until(async () => (await waiting()) === 2)]);
    await held.rollback().execute();
    await Promise.all([assigned, changed]);
    await billing.settle();
    const told = (await billing.told("billing.allowance_changed")).filter(
      ({ organizationId }) => organizationId === late,
    );
    assert.equal(told.at(-1)?.limitTokens, 7);
  });
});
