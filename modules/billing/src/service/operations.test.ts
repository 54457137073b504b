import assert from "node:assert/strict";
import { after, before, beforeEach, it } from "node:test";
import { newId } from "@reef/crypto";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import type { Plan } from "../contract/plans.ts";
import { type BillingOverHttp, serveBilling, serverMigrations } from "../test/billing-over-http.ts";

describeEachDatabase("subscriptions over HTTP", serverMigrations, ({ database }) => {
  let billing: BillingOverHttp;
  let pro: Plan;
  let team: Plan;

  before(async () => {
    billing = await serveBilling(database());
    pro = await billing.createPlan();
    team = await billing.createPlan({ name: "Team", priceCents: 12_900, allowanceTokens: 9_000_000 });
  });
  after(() => billing.stop());
  beforeEach(() => billing.empty());

  const standing = async () => (await billing.request("member", "GET", "/subscription")).body;
  const refused = async (who: string, method: string, path: string, body: object | undefined, expected: unknown[]) => {
    const answer = await billing.request(who, method, path, body);
    assert.deepEqual([answer.status, answer.body.code], expected, `${who} ${method} ${path}`);
  };
  const of = (verb = "", organizationId = billing.organizationId) =>
    `/admin/organizations/${organizationId}/subscription${verb && `/${verb}`}`;

  it("a plan that an operator assigns begins now, tells the gateway and everybody what it is, and is recorded with its organization", async () => {
    assert.deepEqual(await standing(), { subscription: null, planRequired: false, payments: "none", mayTry: true });
    const { body, status } = await billing.request("operator", "PUT", of(), { planId: pro.id });
    assert.equal(status, 200);
    const { id, createdAt: _created, updatedAt: _updated, ...rest } = body;
    assert.deepEqual(rest, {
      organizationId: billing.organizationId,
      plan: pro,
      state: "active",
      paidBy: "operator",
      periodStart: "2027-01-15T10:00:00.000Z",
      periodEnd: "2027-02-15T10:00:00.000Z",
      trialEndsAt: null,
      endsAtPeriodEnd: false,
      isOrphaned: false,
      failedPayments: 0,
      pendingPlanId: null,
      cancelledAt: null,
      version: 1,
    });
    assert.deepEqual((await standing()).subscription, body);
    assert.deepEqual(await billing.told("billing.allowance_changed"), [
      {
        organizationId: billing.organizationId,
        version: 1,
        serves: true,
        state: "active",
        planName: "Pro",
        periodStart: body.periodStart,
        periodEnd: body.periodEnd,
        endsAtPeriodEnd: false,
        limitTokens: 1_000_000,
        limitMicros: null,
      },
    ]);
    assert.deepEqual(await billing.told("billing.subscription_changed"), [
      {
        organizationId: billing.organizationId,
        subscriptionId: id,
        previousState: null,
        state: "active",
        previousPlanId: null,
        planId: pro.id,
        periodStart: body.periodStart,
      },
    ]);
    const months = (await billing.request("member", "GET", "/subscription/periods")).body;
    assert.deepEqual([months.total, months.items[0].planName, months.items[0].calls], [1, "Pro", 0]);
    assert.deepEqual(
      billing.recorded.map(({ operation, actor }) => [operation, actor.organizationId]),
      [["billing.assignPlan", billing.organizationId]],
    );
    assert.deepEqual(billing.takeSubjects(), ["Acme has the plan Pro", "Invoice R-2027-0001 for Acme: $49.00"]);
  });

  it("a second assignment changes the plan at once, and the month goes on unpaid; the same one changes nothing", async () => {
    const first = await billing.assign(pro.id);
    billing.clock.set("2027-01-20T10:00:00.000Z");
    const second = await billing.assign(team.id);
    assert.deepEqual([second.id, second.plan.id, second.periodEnd], [first.id, team.id, first.periodEnd]);
    assert.deepEqual(await billing.assign(team.id), second);
    const { limitTokens, version } = (await billing.told("billing.allowance_changed")).at(-1);
    assert.deepEqual([limitTokens, version], [9_000_000, 2]);
    const { items } = (await billing.request("member", "GET", "/subscription/periods")).body;
    assert.deepEqual(
      items.map(({ planName, allowanceTokens }: { planName: string; allowanceTokens: number }) => [
        planName,
        allowanceTokens,
      ]),
      [["Team", 9_000_000]],
    );
    assert.equal((await billing.request("admin", "GET", "/invoices")).body.total, 1);
    const events = await billing.told("billing.subscription_changed");
    assert.deepEqual([events.length, events[1].previousPlanId, events[1].planId], [2, pro.id, team.id]);
    assert.deepEqual(billing.takeSubjects().slice(2), ["The plan of Acme is now Team"]);
  });

  it("OC18: it is suspended, reactivated and cancelled, each told once, and calls are served only while it stands", async () => {
    await billing.assign(pro.id);
    const states = [];
    for (const verb of ["suspend", "suspend", "reactivate", "cancel"]) {
      states.push((await billing.act(verb)).state);
    }
    assert.deepEqual(states, ["suspended", "suspended", "active", "cancelled"]);
    const allowances = await billing.told("billing.allowance_changed");
    assert.deepEqual(
      allowances.map(({ serves, state, version }) => [serves, state, version]),
      [
        [true, "active", 1],
        [false, "suspended", 2],
        [true, "active", 3],
        [false, "cancelled", 4],
      ],
    );
    assert.deepEqual(
      (await billing.told("billing.subscription_changed")).map(({ previousState, state }) => [previousState, state]),
      [
        [null, "active"],
        ["active", "suspended"],
        ["suspended", "active"],
        ["active", "cancelled"],
      ],
    );
    assert.deepEqual(billing.takeSubjects().slice(2), [
      "The plan of Acme is suspended",
      "The plan of Acme serves again",
      "The plan of Acme has ended",
    ]);
    for (const verb of ["suspend", "reactivate", "cancel"]) {
      await refused("operator", "POST", of(verb), undefined, [409, "billing.not_subscribed"]);
    }
  });

  it("after it was cancelled another one begins: a new one, whose months share no moment with those before", async () => {
    const first = await billing.assign(pro.id);
    billing.clock.set("2027-01-20T10:00:00.000Z");
    await billing.act("cancel");
    billing.clock.set("2027-01-21T10:00:00.000Z");
    const second = await billing.assign(team.id);
    assert.notEqual(second.id, first.id);
    assert.deepEqual([second.cancelledAt, second.periodStart], [null, "2027-01-21T10:00:00.000Z"]);
    const { items } = (await billing.request("member", "GET", "/subscription/periods")).body;
    assert.deepEqual(
      items.map(({ start, end }: { start: string; end: string }) => [start.slice(8, 10), end.slice(8, 10)]),
      [
        ["21", "21"],
        ["15", "20"],
      ],
    );
    assert.equal((await billing.told("billing.subscription_changed")).at(-1).previousState, null);
    assert.deepEqual((await billing.told("billing.allowance_changed")).at(-1).version, 3);
  });

  it("a trial costs nothing until it ends, and there is one for each organization", async () => {
    const trial = await billing.assign(pro.id, billing.organizationId, { trialDays: 10 });
    assert.deepEqual(
      [trial.state, trial.trialEndsAt, trial.periodEnd],
      ["trial", "2027-01-25T10:00:00.000Z", "2027-01-25T10:00:00.000Z"],
    );
    assert.equal((await standing()).mayTry, false);
    assert.equal((await billing.request("admin", "GET", "/invoices")).body.total, 0);
    await billing.act("suspend");
    assert.equal((await billing.act("reactivate")).state, "trial");
    assert.deepEqual(billing.takeSubjects()[0], "Acme tries the plan Pro");
  });

  it("who is reactivated long after is in the month of then, and was charged for none between", async () => {
    await billing.assign(pro.id);
    await billing.act("suspend");
    billing.clock.set("2027-05-03T10:00:00.000Z");
    await billing.turn();
    assert.equal((await standing()).subscription.state, "suspended");
    const { periodStart, periodEnd } = await billing.act("reactivate");
    assert.deepEqual([periodStart, periodEnd], ["2027-04-15T10:00:00.000Z", "2027-05-15T10:00:00.000Z"]);
    assert.equal((await billing.request("admin", "GET", "/invoices")).body.total, 2);
    await refused("operator", "POST", of("reactivate"), undefined, [409, "billing.not_suspended"]);
  });

  it("of assignments at one moment each leaves one subscription, one month and one invoice", async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        billing.request("operator", "PUT", of(), { planId: index % 2 === 0 ? pro.id : team.id }),
      ),
    );
    assert.ok(answers.every(({ status }) => status === 200));
    assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
    const { rows } = await sql`
      select (select count(*) from billing.periods) as periods, (select count(*) from billing.invoices) as invoices,
        (select count(*) from platform.events where name = 'billing.subscription_changed' and payload->>'previousState' is null)
          as begun`.execute(database().kysely);
    assert.deepEqual(rows, [{ periods: 1, invoices: 1, begun: 1 }]);
    const versions = (await billing.told("billing.allowance_changed")).map(({ version }) => version);
    assert.equal(new Set(versions).size, versions.length, "no two say the same version");
    const last = (await billing.told("billing.allowance_changed")).find(
      ({ version }) => version === Math.max(...versions),
    );
    assert.equal(last.planName, (await standing()).subscription.plan.name);
  });

  it("without payments in the reef nobody pays; what an operator assigned only operators change", async () => {
    await refused("admin", "POST", "/subscription/checkout", { planId: pro.id }, [409, "billing.payments_off"]);
    await refused("admin", "POST", "/subscription/portal", undefined, [409, "billing.payments_off"]);
    await refused("admin", "PATCH", "/subscription", { planId: team.id }, [409, "billing.not_subscribed"]);
    await billing.assign(pro.id);
    await refused("admin", "PATCH", "/subscription", { planId: team.id }, [409, "billing.by_operator"]);
    await refused("admin", "PATCH", "/subscription", { endsAtPeriodEnd: true }, [409, "billing.by_operator"]);
    await refused("admin", "PATCH", "/subscription", {}, [400, "http.invalid_request"]);
    await refused("admin", "PATCH", "/subscription", { planId: team.id, endsAtPeriodEnd: true }, [
      400,
      "http.invalid_request",
    ]);
    const stale = await billing.request("admin", "PATCH", "/subscription", { planId: team.id }, { "if-match": '"9"' });
    assert.deepEqual([stale.status, stale.body.code], [412, "billing.changed"]);
  });

  it("what was paid for where nobody asks any more is ended, or gives way to what an operator assigns; nothing else is done to it", async () => {
    const leave = () =>
      sql`update billing.subscriptions set paid_by = 'stripe', anchor = null, stripe_subscription_id = 'sub_left'`.execute(
        database().kysely,
      );
    await billing.assign(pro.id);
    await leave();
    const left = (await standing()).subscription;
    assert.deepEqual([left.state, left.isOrphaned], ["active", true]);
    for (const verb of ["suspend", "reactivate"]) {
      await refused("operator", "POST", of(verb), undefined, [409, "billing.paid_by_stripe"]);
    }
    await refused("admin", "PATCH", "/subscription", { planId: team.id }, [409, "billing.orphaned"]);
    const assigned = await billing.assign(team.id);
    assert.deepEqual([assigned.paidBy, assigned.isOrphaned, assigned.plan.id], ["operator", false, team.id]);
    assert.notEqual(assigned.id, left.id);
    await leave();
    const ended = await billing.act("cancel");
    assert.deepEqual([ended.state, ended.isOrphaned], ["cancelled", false]);
  });

  it("each route lets in whom it says and nobody else", async () => {
    await billing.assign(pro.id);
    const member = { "": 401, ada: 403, member: 200, stranger: 200 };
    const admin = { "": 401, ada: 403, member: 403 };
    const operator = { "": 401, ada: 403, member: 403, owner: 403, stranger: 403 };
    const routes: [string, string, object | undefined, Record<string, number>][] = [
      ["GET", "/subscription", undefined, member],
      ["GET", "/subscription/periods", undefined, member],
      ["POST", "/subscription/checkout", { planId: pro.id }, admin],
      ["POST", "/subscription/portal", undefined, admin],
      ["PATCH", "/subscription", { endsAtPeriodEnd: true }, admin],
      ["GET", "/admin/subscriptions", undefined, operator],
      ["PUT", of(), { planId: pro.id }, operator],
      ...["cancel", "suspend", "reactivate", "roll-up"].map(
        (verb): [string, string, undefined, Record<string, number>] => ["POST", of(verb), undefined, operator],
      ),
    ];
    for (const [method, path, body, answers] of routes) {
      for (const [who, status] of Object.entries(answers)) {
        assert.equal((await billing.request(who, method, path, body)).status, status, `${who} ${method} ${path}`);
      }
    }
    const theirs = (await billing.request("stranger", "GET", "/subscription")).body;
    assert.equal(theirs.subscription, null, "another organization sees nothing of it");
    assert.equal((await billing.request("stranger", "GET", "/subscription/periods")).body.total, 0);
  });

  it("what operators name must be there", async () => {
    await refused("operator", "PUT", of("", newId("org")), { planId: pro.id }, [
      404,
      "identity.organization_not_found",
    ]);
    await refused("operator", "PUT", of(), { planId: newId("pln") }, [404, "billing.plan_not_found"]);
    await refused("operator", "PUT", of(), { planId: pro.id, trialDays: 999 }, [400, "http.invalid_request"]);
    await refused("operator", "PUT", of("", "org_x"), { planId: pro.id }, [404, "http.not_found"]);
    for (const verb of ["cancel", "suspend", "reactivate", "roll-up"]) {
      await refused("operator", "POST", of(verb), undefined, [409, "billing.not_subscribed"]);
    }
  });

  it("operators list the subscriptions of all, by state and by organization", async () => {
    await billing.assign(pro.id);
    await billing.assign(team.id, billing.foreignId);
    await billing.act("suspend", billing.foreignId);
    const list = async (query: string) => {
      const { body } = await billing.request("operator", "GET", `/admin/subscriptions${query}`);
      return [body.total, ...body.items.map(({ plan }: { plan: Plan }) => plan.name)];
    };
    assert.deepEqual(await list(""), [2, "Team", "Pro"]);
    assert.deepEqual(await list("?state=suspended"), [1, "Team"]);
    const { items } = (await billing.request("operator", "GET", "/admin/subscriptions")).body;
    assert.deepEqual(
      items.map(({ organizationName }: { organizationName: string }) => organizationName),
      ["Elsewhere", "Acme"],
    );
    assert.deepEqual(await list(`?organizationId=${billing.organizationId}`), [1, "Pro"]);
    const first = (await billing.request("operator", "GET", "/admin/subscriptions?limit=1")).body;
    assert.deepEqual(await list(`?limit=1&cursor=${first.nextCursor}`), [2, "Pro"]);
    await refused("operator", "GET", "/admin/subscriptions?cursor=x", undefined, [400, "list.invalid_cursor"]);
  });
});
