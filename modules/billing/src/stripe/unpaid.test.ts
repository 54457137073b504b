import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { toUuid } from "@reef/crypto";
import { Problem } from "@reef/errors";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import {
  cards,
  type Payer,
  type ReefWithStripe,
  serverMigrations,
  startReefWithStripe,
  submit,
} from "./test/reef-with-stripe.ts";

const isOpenInvoice = (error: unknown) =>
  error instanceof Problem && error.code === "billing.invoice_open" && error.status === 409;

describeEachDatabase("what is not paid at Stripe", serverMigrations, ({ database }) => {
  let reef: ReefWithStripe;
  before(async () => {
    reef = await startReefWithStripe(database());
  });
  after(() => reef.stop());

  const uuidOf = async (slug: string) => toUuid((await reef.getPlan(slug)).id);
  const refusals = (payer: Payer) => reef.mailsTo(payer.id).filter((subject) => subject.includes("could not change"));

  it("OC18: of a dearer plan that could not be paid for people are told once, however often and in whichever order events come", async () => {
    const payer = await reef.newOrganization();
    reef.standIn.deliveries.hold();
    await payer.pay("starter", cards.failsLater);
    const paid = reef.standIn.deliveries.waiting();
    await reef.standIn.deliveries.release(paid);
    await reef.settle();
    const before = await payer.subscription();
    await payer.wish({ pending_plan_id: await uuidOf("team") });
    const told = ["Anemone could not change to the plan Team"];
    assert.deepEqual(refusals(payer), told);
    for (const order of [paid.toReversed(), paid, [...paid, ...paid.toReversed()]]) {
      await sql`truncate billing.stripe_events`.execute(reef.db);
      await reef.standIn.deliveries.release(order);
      await reef.settle();
    }
    assert.deepEqual(refusals(payer), told);
    const { plan_id: planId, state, pending_plan_id: pending, period_end: end } = (await payer.subscription()) ?? {};
    assert.deepEqual([planId, state, pending, end], [before?.plan_id, "active", null, before?.period_end]);
    reef.standIn.deliveries.resume();

    // A further choice that fails is told of as well, and the plan is had once the card pays.
    await payer.wish({ pending_plan_id: await uuidOf("team") });
    assert.deepEqual(refusals(payer), [...told, ...told]);
    await payer.atPortal({ action: "card", card: cards.pays });
    await payer.wish({ pending_plan_id: await uuidOf("team") });
    assert.equal((await payer.subscription())?.plan_id, await uuidOf("team"));
    assert.equal(refusals(payer).length, 2);
    assert.equal(reef.mailsTo(payer.id).includes("The plan of Anemone is now Team"), true);
  });

  it("an end that is wanted together with a dearer plan comes, also where that plan could not be paid for", async () => {
    const payer = await reef.newOrganization();
    await payer.pay("starter", cards.failsLater);
    await reef.settle();
    await payer.wish({ pending_plan_id: await uuidOf("team"), pending_end: true });
    const { plan_id: planId, ends_at_period_end: ends, pending_end: pending } = (await payer.subscription()) ?? {};
    assert.deepEqual([planId, ends, pending], [await uuidOf("starter"), true, null]);
    assert.equal(refusals(payer).length, 1);
  });

  it("a change that Stripe refuses for another reason than its payment is told to nobody as one that was not paid", async () => {
    const payer = await reef.newOrganization();
    await payer.pay("starter");
    await reef.settle();
    const { stripe_subscription_id: id } = (await payer.subscription()) ?? {};
    reef.standIn.deliveries.hold();
    await reef.stripe.subscriptions.cancel(id ?? "");
    reef.standIn.deliveries.lose();
    reef.standIn.deliveries.resume();
    await payer.wish({ pending_end: true });
    assert.deepEqual([await payer.state(), refusals(payer)], ["cancelled", []]);
  });

  /** One whose three payments of a month failed, and whose subscription ended with that. */
  async function endUnpaid(): Promise<Payer> {
    const payer = await reef.newOrganization();
    await payer.pay("starter", cards.failsLater);
    for (const days of [32, 3, 5]) await payer.letPass(days);
    await reef.settle();
    assert.equal(await payer.state(), "suspended");
    const { stripe_subscription_id: id } = (await payer.subscription()) ?? {};
    await reef.stripe.subscriptions.cancel(id ?? "");
    await reef.settle();
    assert.equal(await payer.state(), "cancelled");
    return payer;
  }
  const openOf = async (payer: Payer) => (await payer.invoices()).find(({ state }) => state === "open");

  it("OC18: who ended without paying gets no checkout until what is open is paid, and is served again by the next one", async () => {
    const payer = await endUnpaid();
    for (const slug of ["starter", "team"]) await assert.rejects(payer.openCheckout(slug), isOpenInvoice);
    const { data } = await reef.stripe.checkout.sessions.list({ customer: await payer.customer(), status: "open" });
    assert.equal(data.length, 0);
    const open = await openOf(payer);
    assert.equal((await submit(open?.pay_url ?? "", { card: cards.declined })).status, 402);
    await assert.rejects(payer.openCheckout(), isOpenInvoice);
    assert.equal((await submit(open?.pay_url ?? "", { card: cards.pays })).status, 303);
    await payer.pay("team");
    await reef.settle();
    assert.deepEqual([await payer.state(), (await payer.subscription())?.plan_id], ["active", await uuidOf("team")]);
    assert.deepEqual(
      (await payer.invoices()).map(({ state }) => state),
      ["paid", "paid", "paid"],
    );
  });

  it("OC18: an invoice that is taken back is in nobody's way, though the reef has not heard of it", async () => {
    const payer = await endUnpaid();
    await assert.rejects(payer.openCheckout(), isOpenInvoice);
    reef.standIn.deliveries.hold();
    await reef.stripe.invoices.voidInvoice((await openOf(payer))?.stripe_invoice_id ?? "");
    await assert.doesNotReject(payer.openCheckout());
    assert.equal((await openOf(payer))?.state, "open");
    reef.standIn.deliveries.resume();
    await reef.settle();
    assert.equal(await openOf(payer), undefined);
  });
});
