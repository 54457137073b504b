import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { toUuid } from "@reef/crypto";
import { describeEachDatabase } from "@reef/testing";
import { cards, type ReefWithStripe, serverMigrations, startReefWithStripe } from "./test/reef-with-stripe.ts";

describeEachDatabase("a subscription at Stripe", serverMigrations, ({ database }) => {
  let reef: ReefWithStripe;
  before(async () => {
    reef = await startReefWithStripe(database());
  });
  after(() => reef.stop());

  it("OC18: a paid checkout begins the subscription, and its invoice is on record with its line", async () => {
    const payer = await reef.newOrganization();
    await payer.pay("pro");
    await reef.settle();
    const subscription = await payer.subscription();
    const plan = await reef.getPlan("pro");
    assert.deepEqual(
      [subscription?.state, subscription?.paid_by, subscription?.ends_at_period_end, subscription?.failed_payments],
      ["active", "stripe", false, 0],
    );
    assert.equal(subscription && subscription.period_end > subscription.period_start, true);
    const [invoice, ...others] = await payer.invoices();
    assert.deepEqual(
      [invoice?.state, invoice?.total_cents, invoice?.billed_to, invoice?.pay_url, others.length],
      ["paid", plan.priceCents, "Anemone", null, 0],
    );
    assert.equal(invoice?.lines[0]?.amountCents, plan.priceCents);
    assert.deepEqual(await payer.changes(), ["none > active"]);
    const { serves, limitTokens, planName } = (await payer.allowance()) ?? {};
    assert.deepEqual([serves, limitTokens, planName], [true, plan.allowanceTokens, plan.name]);
  });

  it("OC18: a renewal begins the next month on the same day, and is invoiced and paid", async () => {
    const payer = await reef.newOrganization();
    await payer.pay();
    await reef.settle();
    const first = await payer.subscription();
    await payer.letPass(32);
    await reef.settle();
    const second = await payer.subscription();
    assert.equal(second?.state, "active");
    assert.deepEqual(second?.period_start, first?.period_end);
    const periods = await payer.periods();
    assert.deepEqual(
      periods.map(({ period_start: start, calls }) => [start, calls]),
      [
        [first?.period_start, 0],
        [second?.period_start, 0],
      ],
    );
    assert.equal((await payer.allowance())?.periodStart, second?.period_start.toISOString());
    assert.deepEqual(
      (await payer.invoices()).map(({ state }) => state),
      ["paid", "paid"],
    );
  });

  it("OC18: the first and second failed payment make it past due, the third suspends it, and paying reactivates it", async () => {
    const payer = await reef.newOrganization();
    await payer.pay("starter", cards.failsLater);
    await reef.settle();
    await payer.letPass(32);
    const seen = [];
    for (const days of [0, 3, 5]) {
      if (days > 0) await payer.letPass(days);
      await reef.settle();
      const subscription = await payer.subscription();
      seen.push([subscription?.state, subscription?.failed_payments]);
    }
    assert.deepEqual(seen, [
      ["past_due", 1],
      ["past_due", 2],
      ["suspended", 3],
    ]);
    assert.equal((await payer.allowance())?.serves, false);
    const open = (await payer.invoices()).find(({ state }) => state === "open");
    assert.equal(open?.failed_payments, 3);
    assert.equal(new URL(open?.pay_url ?? "").hostname, "127.0.0.1");

    const answer = await payer.atPortal({ action: "card", card: cards.pays });
    assert.equal(answer.status, 303);
    await reef.settle();
    const paid = await payer.subscription();
    assert.deepEqual([paid?.state, paid?.failed_payments], ["active", 0]);
    assert.deepEqual(
      (await payer.invoices()).map(({ state }) => state),
      ["paid", "paid"],
    );
    assert.deepEqual(await payer.changes(), [
      "none > active",
      "active > past_due",
      "past_due > suspended",
      "suspended > active",
    ]);
    assert.equal((await payer.allowance())?.serves, true);
    // Told once each: that it began, two failures, the suspension, that it serves again, and the two invoices that were paid.
    assert.equal(reef.mailsTo(payer.id).length, 7);
    assert.equal(reef.mailsTo(payer.id).filter((subject) => subject.startsWith("Anemone paid $19.00")).length, 2);
  });

  it("OC18: a suspended subscription stays so when the next month's payment fails for the first time", async () => {
    const payer = await reef.newOrganization();
    await payer.pay("starter", cards.failsLater);
    await payer.letPass(32);
    await payer.letPass(32);
    await reef.settle();
    assert.deepEqual([await payer.state(), (await payer.subscription())?.failed_payments], ["suspended", 3]);
  });

  it("OC18: with a dearer plan a month begins at once, paid but for what is left of the present one", async () => {
    const payer = await reef.newOrganization();
    await payer.pay("starter");
    await reef.settle();
    const [plan, starter] = [await reef.getPlan("team"), await reef.getPlan("starter")];
    const before = await payer.subscription();
    await payer.letPass(10);
    await payer.wish({ pending_plan_id: toUuid(plan.id) });
    const subscription = await payer.subscription();
    assert.deepEqual(
      [subscription?.plan_id, subscription?.pending_plan_id, subscription?.state],
      [toUuid(plan.id), null, "active"],
    );
    const started = subscription?.period_start.getTime() ?? 0;
    assert.equal(Math.round((started - (before?.period_start.getTime() ?? 0)) / 86_400_000), 10);
    assert.equal((await payer.allowance())?.limitTokens, plan.allowanceTokens);
    assert.equal((await payer.allowance())?.periodStart, subscription?.period_start.toISOString());
    const [, change] = await payer.invoices();
    const [unused = 0, month, ...others] = change?.lines.map(({ amountCents }) => amountCents) ?? [];
    assert.deepEqual([change?.state, month, others], ["paid", plan.priceCents, []]);
    assert.equal(unused < 0 && unused > -starter.priceCents, true, `${unused} of ${starter.priceCents}`);
  });

  it("OC18: a cheaper plan holds at once and gives nothing back; its price holds from the next month on", async () => {
    const payer = await reef.newOrganization();
    const starter = await reef.getPlan("starter");
    await payer.pay("team");
    await reef.settle();
    const before = await payer.subscription();
    await payer.wish({ pending_plan_id: toUuid(starter.id) });
    const subscription = await payer.subscription();
    assert.equal(subscription?.plan_id, toUuid(starter.id));
    assert.deepEqual(subscription?.period_end, before?.period_end);
    assert.equal((await payer.allowance())?.limitTokens, starter.allowanceTokens);
    await payer.letPass(32);
    await reef.settle();
    // Who used up a dear plan, and got back what it cost for the rest of the month, would have it for nothing.
    assert.deepEqual(
      (await payer.invoices()).map(({ total_cents: cents, state }) => [cents, state]),
      [
        [(await reef.getPlan("team")).priceCents, "paid"],
        [starter.priceCents, "paid"],
      ],
    );
  });

  it("OC18: a dearer plan that is not paid for is not had", async () => {
    const payer = await reef.newOrganization();
    const starter = await reef.getPlan("starter");
    await payer.pay("starter", cards.failsLater);
    await reef.settle();
    await payer.wish({ pending_plan_id: toUuid((await reef.getPlan("team")).id) });
    const subscription = await payer.subscription();
    assert.deepEqual(
      [subscription?.plan_id, subscription?.pending_plan_id, subscription?.state],
      [toUuid(starter.id), null, "active"],
    );
    assert.equal((await payer.allowance())?.limitTokens, starter.allowanceTokens);
    assert.equal((await payer.invoices()).length, 1);
  });

  it("OC18: within a trial another plan is tried no longer than its own trial would be", async () => {
    const payer = await reef.newOrganization();
    const team = await reef.getPlan("team");
    await payer.pay("starter", cards.pays, 14);
    await reef.settle();
    // The plan has no trial, so its first month begins.
    await payer.wish({ pending_plan_id: toUuid(team.id) });
    assert.equal(await payer.state(), "active");
    assert.deepEqual(
      (await payer.invoices()).map(({ total_cents: cents, state }) => [cents, state]),
      [
        [0, "paid"],
        [team.priceCents, "paid"],
      ],
    );
    const other = await reef.newOrganization();
    await other.pay("starter", cards.failsLater, 14);
    await reef.settle();
    await other.wish({ pending_plan_id: toUuid(team.id) });
    const { plan_id: planId, state } = (await other.subscription()) ?? {};
    assert.deepEqual([planId, state], [toUuid((await reef.getPlan("starter")).id), "trial"]);
  });

  it("OC18: what is to end serves until its month is over and is cancelled then, unless it goes on after all", async () => {
    const payer = await reef.newOrganization();
    await payer.pay();
    await reef.settle();
    await payer.wish({ pending_end: true });
    const ending = await payer.subscription();
    assert.deepEqual([ending?.state, ending?.ends_at_period_end, ending?.pending_end], ["active", true, null]);
    await payer.wish({ pending_end: false });
    assert.equal((await payer.subscription())?.ends_at_period_end, false);
    await payer.atPortal({ action: "end" });
    await payer.letPass(32);
    await reef.settle();
    const ended = await payer.subscription();
    assert.equal(ended?.state, "cancelled");
    assert.equal((await payer.allowance())?.serves, false);
    assert.deepEqual(ended?.cancelled_at, ending?.period_end);
  });

  it("that a wish is arranged with Stripe, and that a month passes, is no new version to who reads it; a wish that is refused is", async () => {
    const payer = await reef.newOrganization();
    await payer.pay();
    await reef.settle();
    const version = (await payer.subscription())?.version;
    await payer.wish({ pending_plan_id: toUuid((await reef.getPlan("pro")).id) });
    await payer.wish({ pending_end: true });
    await payer.wish({ pending_end: false });
    await payer.letPass(32);
    await reef.settle();
    const arranged = await payer.subscription();
    assert.deepEqual([arranged?.version, arranged?.pending_plan_id, arranged?.pending_end], [version, null, null]);
    assert.equal((arranged?.revision ?? 0) > 1, true, "others are told of each change all the same");

    await reef.stripe.subscriptions.cancel(arranged?.stripe_subscription_id ?? "");
    await reef.settle();
    const cancelled = await payer.subscription();
    await payer.wish({ pending_end: true });
    const dropped = await payer.subscription();
    assert.deepEqual([dropped?.pending_end, dropped?.version], [null, (cancelled?.version ?? 0) + 1]);
  });

  it("OC18: after the end a new checkout begins a new subscription", async () => {
    const payer = await reef.newOrganization();
    await payer.pay();
    await reef.settle();
    const first = await payer.subscription();
    await reef.stripe.subscriptions.cancel(first?.stripe_subscription_id ?? "");
    await reef.settle();
    assert.equal(await payer.state(), "cancelled");
    await payer.pay("pro");
    await reef.settle();
    const second = await payer.subscription();
    assert.equal(second?.state, "active");
    assert.notEqual(second?.stripe_subscription_id, first?.stripe_subscription_id);
  });

  it("OC18: a trial is free until it ends, and is paid for from then on", async () => {
    const payer = await reef.newOrganization();
    await payer.pay("starter", cards.pays, 14);
    await reef.settle();
    const trial = await payer.subscription();
    assert.equal(trial?.state, "trial");
    assert.deepEqual(trial?.trial_ends_at, trial?.period_end);
    assert.deepEqual(
      (await payer.invoices()).map(({ total_cents: cents }) => cents),
      [0],
    );
    await payer.letPass(15);
    await reef.settle();
    assert.equal(await payer.state(), "active");
    assert.deepEqual(
      (await payer.invoices()).map(({ total_cents: cents }) => cents),
      [0, 1_900],
    );
  });
});
