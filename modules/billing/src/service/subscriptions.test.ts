import assert from "node:assert/strict";
import { after, before, beforeEach, it } from "node:test";
import { newId } from "@reef/crypto";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import type { Plan } from "../contract/plans.ts";
import { type BillingOverHttp, serveBilling, serverMigrations } from "../test/billing-over-http.ts";

describeEachDatabase("an organization and what it pays for at Stripe", serverMigrations, ({ database }) => {
  let billing: BillingOverHttp;
  let pro: Plan;
  let team: Plan;

  before(async () => {
    billing = await serveBilling(database(), { REEF_STRIPE_FAKE: true });
    pro = await billing.createPlan({ trialDays: 7 });
    team = await billing.createPlan({ name: "Team" });
  });
  after(() => billing.stop());
  beforeEach(() => billing.empty());

  const post = (path: string, body?: object) => billing.request("admin", "POST", `/subscription/${path}`, body);
  const change = (body: object, headers = {}) => billing.request("admin", "PATCH", "/subscription", body, headers);
  const said = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];
  /** As it stands once Stripe was read. */
  async function payAtStripe(): Promise<void> {
    await billing.assign(pro.id);
    await sql`update billing.subscriptions set paid_by = 'stripe'`.execute(database().kysely);
  }

  it("a checkout leads to where a plan that is offered is paid for, and to nothing else", async () => {
    const standing = (await billing.request("member", "GET", "/subscription")).body;
    assert.deepEqual(standing, { subscription: null, planRequired: true, payments: "test", mayTry: true });
    assert.deepEqual(said(await post("portal")), [409, "billing.not_subscribed"]);
    const checkout = await post("checkout", { planId: pro.id });
    assert.equal(checkout.status, 200);
    assert.match(checkout.body.url, /^http:\/\/127\.0\.0\.1:\d+\//);
    assert.equal((await post("portal")).status, 200);
    const hidden = await billing.createPlan({ isOffered: false });
    for (const planId of [hidden.id, newId("pln")]) {
      assert.deepEqual(said(await post("checkout", { planId })), [404, "billing.plan_not_found"]);
    }
    assert.deepEqual(said(await post("checkout", {})), [400, "http.invalid_request"]);
    assert.deepEqual(
      billing.recorded.filter(({ operation }) => operation === "billing.startCheckout"),
      [],
    );
    await billing.assign(pro.id);
    assert.deepEqual(said(await post("checkout", { planId: pro.id })), [409, "billing.already_subscribed"]);
    await sql`update billing.subscriptions set paid_by = 'stripe', orphaned_at = now()`.execute(database().kysely);
    // What is open at the account that the reef left can be paid nowhere any more.
    await sql`update billing.invoices set paid_by = 'stripe'`.execute(database().kysely);
    assert.equal((await post("checkout", { planId: pro.id })).status, 200, "nobody takes the payments of that one");
  });

  it("OC18: while an invoice of the organization is open no checkout begins, and the problem says where to pay first", async () => {
    const checkout = () => post("checkout", { planId: pro.id });
    const refused = [409, "billing.invoice_open"];
    // One of the reef's own, which operators take the money for.
    await billing.assign(team.id);
    await billing.act("cancel");
    const answer = await checkout();
    assert.deepEqual(said(answer), refused);
    assert.match(answer.body.detail, /Pay it first: the plan's page lists it under Invoices \(GET \/api\/invoices\)/);
    const [invoice] = (await billing.request("admin", "GET", "/invoices?state=open")).body.items;
    await billing.operate("POST", `/admin/invoices/${invoice.id}/settle`, { state: "void" });
    assert.equal((await checkout()).status, 200);

    // One of Stripe's, while its subscription is suspended: what helps is said in place of that there is one.
    await payAtStripe();
    assert.deepEqual(said(await checkout()), [409, "billing.already_subscribed"]);
    await sql`update billing.subscriptions set state = 'suspended', failed_payments = 3`.execute(database().kysely);
    await sql`update billing.invoices set state = 'open', paid_by = 'stripe'`.execute(database().kysely);
    assert.deepEqual(said(await checkout()), refused);
  });

  it("OC18: who let a plan end unpaid at Stripe begins the next one once that is paid, at once and without any event", async () => {
    // Of another organization, whose state at Stripe no other test reads.
    const begin = (path: string, body?: object) => billing.request("stranger", "POST", `/subscription/${path}`, body);
    const checkout = () => begin("checkout", { planId: team.id });
    const send = async (url: string, form: Record<string, string>) =>
      (await fetch(url, { method: "POST", body: new URLSearchParams(form), redirect: "manual" })).status;
    assert.equal(await send((await checkout()).body.url, { card: "4000000000000341" }), 303);
    const portal = (await begin("portal")).body.url;
    for (const action of ["month", "day", "end", "month", "day"]) assert.equal(await send(portal, { action }), 303);
    assert.deepEqual(said(await checkout()), [409, "billing.invoice_open"]);
    assert.equal(await send(portal, { action: "card", card: "4242424242424242" }), 303);
    assert.equal((await checkout()).status, 200);
  });

  it("another plan is noted at once and arranged after that; asking for what is so already changes nothing", async () => {
    await payAtStripe();
    const same = await change({ planId: pro.id });
    assert.deepEqual([same.status, same.body.version, same.body.pendingPlanId], [200, 1, null]);
    const changed = await change({ planId: team.id }, { "if-match": '"1"' });
    assert.deepEqual([changed.body.pendingPlanId, changed.body.plan.id, changed.body.version], [team.id, pro.id, 2]);
    assert.deepEqual(said(await change({ planId: pro.id }, { "if-match": '"1"' })), [412, "billing.changed"]);
    const { rows } = await sql`select 1 from workflows.job where name = 'billing.arrange-with-stripe'`.execute(
      database().kysely,
    );
    assert.equal(rows.length, 1);
  });

  it("an end is noted and taken back, also while it is suspended; another plan is chosen once what is due is paid", async () => {
    await payAtStripe();
    await sql`update billing.subscriptions set state = 'suspended', failed_payments = 3`.execute(database().kysely);
    assert.deepEqual(said(await change({ planId: team.id })), [409, "billing.suspended"]);
    assert.equal((await change({ endsAtPeriodEnd: true })).body.endsAtPeriodEnd, true);
    await billing.operate("DELETE", `/admin/plans/${(await billing.createPlan({ slug: "gone" })).id}`);
    await sql`update billing.subscriptions set state = 'active'`.execute(database().kysely);
    const gone = (await billing.operate("GET", "/admin/plans?limit=100")).items.find(
      ({ slug }: Plan) => slug === "gone",
    );
    assert.deepEqual(said(await change({ planId: gone.id })), [404, "billing.plan_not_found"]);
  });
});
