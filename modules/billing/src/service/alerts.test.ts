import assert from "node:assert/strict";
import { after, before, beforeEach, it } from "node:test";
import { type Id, newId } from "@reef/crypto";
import { transact } from "@reef/db";
import { createSupervisor } from "@reef/supervision";
import { describeEachDatabase, silentLogger, until } from "@reef/testing";
import type { BudgetCrossing } from "../api.ts";
import type { SubscriptionFacts } from "../lifecycle.ts";
import {
  type BillingOverHttp,
  budgetExhausted,
  budgetWarned,
  serveBilling,
  serverMigrations,
} from "../test/billing-over-http.ts";
import { createAlerts } from "./alerts.ts";
import { createLifecycle } from "./lifecycle.ts";

describeEachDatabase("what people are told of", serverMigrations, ({ database }) => {
  let billing: BillingOverHttp;
  let planId: Id<"pln">;
  const supervisor = createSupervisor({ logger: silentLogger });

  before(async () => {
    billing = await serveBilling(database(), { REEF_STRIPE_FAKE: true });
    planId = (await billing.createPlan()).id;
    supervisor.start(billing.events.loop);
  });
  after(async () => {
    await supervisor.stop(5);
    await billing.stop();
  });
  beforeEach(() => billing.empty());

  const facts = (changes: Partial<SubscriptionFacts> = {}): SubscriptionFacts => ({
    planId,
    state: "active",
    paidBy: "stripe",
    periodStart: new Date("2027-01-15T10:00:00.000Z"),
    periodEnd: new Date("2027-02-15T10:00:00.000Z"),
    anchor: null,
    trialEndsAt: null,
    endsAtPeriodEnd: false,
    failedPayments: 0,
    stripeSubscriptionId: "sub_1",
    cancelledAt: null,
    ...changes,
  });

  /** The lifecycle as payments use it. */
  function createRecording() {
    const mails: { subject: string; text: string; to: string }[] = [];
    const alerts = createAlerts({
      identity: {
        findOrganization: async (_db, id) => ({ id, name: "Acme", slug: "acme" }),
        listAdminAddresses: async () =>
          ["olga@acme.test", "ada@acme.test"].map((email) => ({ personId: newId("usr"), name: "", email })),
      },
      mailer: { send: async (_db, mail) => void mails.push(mail) },
      logger: silentLogger,
      publicUrl: "https://reef.example",
      clock: billing.clock,
    });
    const lifecycle = createLifecycle({ events: billing.events, usage: billing.usage, alerts, clock: billing.clock });
    return {
      mails,
      record: (changes: Partial<SubscriptionFacts>) =>
        transact(database().kysely, (db) => lifecycle.record(db, billing.organizationId, facts(changes))),
      takeSubjects: () => [...new Set(mails.splice(0).map(({ subject }) => subject))],
    };
  }

  it("OC18: a failed payment is told with where to pay, the third one with what it means, each to every admin and once", async () => {
    const { record, takeSubjects, mails } = createRecording();
    await record({});
    assert.equal(mails.length, 2, "both admins are told");
    takeSubjects();
    for (let repetitions = 0; repetitions < 2; repetitions += 1) await record({ state: "past_due", failedPayments: 1 });
    await record({ state: "past_due", failedPayments: 2 });
    assert.deepEqual(
      mails.map(({ text }) => /attempt (\d)/.exec(text)?.[1]),
      ["1", "1", "2", "2"],
    );
    assert.deepEqual(takeSubjects(), ["A payment of Acme failed"]);
    await record({ state: "suspended", failedPayments: 3 });
    assert.match(mails[0]?.text ?? "", /not paid for.*\n\nPay:\nhttps:\/\/reef\.example\/plan/s);
    await record({ state: "active" });
    assert.deepEqual(takeSubjects(), ["The plan of Acme is suspended", "The plan of Acme serves again"]);
  });

  it("an end is told of, that it is taken back, and that it has come", async () => {
    const { record, takeSubjects } = createRecording();
    await record({ state: "trial", trialEndsAt: new Date("2027-02-15T10:00:00.000Z") });
    await record({ state: "trial", trialEndsAt: new Date("2027-02-15T10:00:00.000Z"), endsAtPeriodEnd: true });
    await record({ state: "active" });
    await record({ endsAtPeriodEnd: true });
    await record({ state: "cancelled", cancelledAt: new Date("2027-02-15T10:00:00.000Z"), endsAtPeriodEnd: true });
    assert.deepEqual(takeSubjects(), [
      "Acme tries the plan Pro",
      "The plan of Acme ends on 15 February 2027",
      "The plan of Acme goes on",
      "The plan of Acme has ended",
    ]);
  });

  it("what Stripe says of a subscription that is over does not touch one that an operator gave since", async () => {
    const { record } = createRecording();
    await record({});
    await record({ state: "cancelled", cancelledAt: new Date("2027-01-15T10:00:00.000Z") });
    const given = await billing.assign(planId);
    await record({ state: "cancelled", cancelledAt: new Date("2027-01-15T10:00:00.000Z") });
    const { subscription } = (await billing.request("member", "GET", "/subscription")).body;
    assert.deepEqual(subscription, given);
    await record({ stripeSubscriptionId: "sub_2" });
    assert.equal((await billing.request("member", "GET", "/subscription")).body.subscription.paidBy, "stripe");
  });

  it("what Stripe keeps operators leave alone", async () => {
    const { record } = createRecording();
    await record({});
    const path = `/admin/organizations/${billing.organizationId}/subscription`;
    const answers = [
      await billing.request("operator", "PUT", path, { planId }),
      await billing.request("operator", "POST", `${path}/cancel`),
      await billing.request("operator", "POST", `${path}/suspend`),
      await billing.request("operator", "POST", `${path}/reactivate`),
    ];
    assert.ok(answers.every(({ status, body }) => status === 409 && body.code === "billing.paid_by_stripe"));
    billing.clock.set("2027-06-15T10:00:00.000Z");
    await billing.turn();
    const { periodEnd } = (await billing.request("member", "GET", "/subscription")).body.subscription;
    assert.equal(periodEnd, "2027-02-15T10:00:00.000Z", "and so does the calendar");
  });

  it("a mail goes if and only if what it tells of is committed", async () => {
    const rolledBack = transact(database().kysely, async (db) => {
      const alerts = createAlerts({
        identity: {
          findOrganization: async (_db, id) => ({ id, name: "Acme", slug: "acme" }),
          listAdminAddresses: async () => [],
        },
        mailer: { send: async () => {} },
        logger: silentLogger,
        publicUrl: "https://reef.example",
        clock: billing.clock,
      });
      await createLifecycle({ events: billing.events, usage: billing.usage, alerts, clock: billing.clock }).record(
        db,
        billing.organizationId,
        facts(),
      );
      throw new Error("Something after it fails.");
    });
    await assert.rejects(rolledBack, /after it fails/);
    assert.equal((await billing.request("member", "GET", "/subscription")).body.subscription, null);
    await billing.assign(planId);
    assert.deepEqual(billing.takeSubjects()[0], "Acme has the plan Pro", "and can be told again");
  });

  it("a budget at its limit is told of once in a period for each limit, and a plan's allowance in a plan's words", async () => {
    const crossing: BudgetCrossing = {
      organizationId: billing.organizationId,
      budgetId: newId("bud"),
      scope: "agent",
      periodStart: "2027-01-01T00:00:00.000Z",
      unit: "micros",
      used: 9_000_000,
      limit: 10_000_000,
    };
    const tell = (event: typeof budgetWarned, changes: Partial<BudgetCrossing> = {}) =>
      billing.events.emit(database().kysely, null, event, { ...crossing, ...changes });
    await tell(budgetWarned);
    await tell(budgetWarned);
    await tell(budgetWarned, { limit: 9_500_000 });
    await tell(budgetExhausted, { scope: "plan", unit: "tokens", used: 1_000_000, limit: 1_000_000 });
    await tell(budgetExhausted, { scope: "plan", unit: "tokens", used: 1_000_001, limit: 1_000_000 });
    await tell(budgetExhausted, { scope: "organization", organizationId: billing.foreignId });
    const subjectOf = new Map<string, number>();
    await until(() => billing.mails.length >= 4);
    // Events of one consumer come in their order, so a repetition that was told of would be there by now.
    for (const { subject } of billing.mails) subjectOf.set(subject, (subjectOf.get(subject) ?? 0) + 1);
    assert.deepEqual(Object.fromEntries(subjectOf), {
      "A budget of Acme is nearly used up": 2,
      "The allowance of Acme's plan is used up": 1,
      "A budget of Elsewhere is used up": 1,
    });
    const plan = billing.mails.find(({ subject }) => subject.startsWith("The allowance"));
    assert.match(plan?.text ?? "", /Acme has used 1,000,000 tokens of 1,000,000 tokens that its plan allows/);
  });
});
