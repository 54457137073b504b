import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { toUuid } from "@reef/crypto";
import { Problem } from "@reef/errors";
import { collectLogs, describeEachDatabase } from "@reef/testing";
import { defineWorkflow } from "@reef/workflows";
import { sql } from "kysely";
import { z } from "zod";
import { cards, type ReefWithStripe, serverMigrations, startReefWithStripe, submit } from "./test/reef-with-stripe.ts";

const isProblem = (code: string) => (error: unknown) => error instanceof Problem && error.code === code;
/** What recurs, as a test orders it by hand. */
const recurring = (name: `billing.${string}`) => defineWorkflow({ name, input: z.object({}), handle: async () => {} });

describeEachDatabase("payments at Stripe", serverMigrations, ({ database }) => {
  let reef: ReefWithStripe;
  before(async () => {
    reef = await startReefWithStripe(database());
  });
  after(() => reef.stop());

  const liveOf = async (customer: string) => (await reef.stripe.subscriptions.list({ customer, limit: 10 })).data;

  it("many first checkouts at once make one customer and one price, and an organization that has paid gets no other", async () => {
    const payer = await reef.newOrganization();
    const urls = await Promise.all(Array.from({ length: 5 }, () => payer.openCheckout("team")));
    assert.equal(new Set(urls).size, 5);
    const customers =
      await sql`select 1 from billing.stripe_customers where organization_id = ${toUuid(payer.id)}`.execute(reef.db);
    const plan = await reef.getPlan("team");
    const prices = await reef.stripe.prices.list({ lookup_keys: [`reef_${plan.id}_${plan.priceCents}_usd`] });
    assert.deepEqual([customers.rows.length, prices.data.length], [1, 1]);
    assert.equal(prices.data[0]?.metadata.reef_plan, plan.id);

    await payer.pay("team");
    await assert.rejects(payer.openCheckout("team"), isProblem("billing.already_subscribed"));
  });

  it("a customer and a price that Stripe does not know, as after a change of the account, are made anew", async () => {
    const payer = await reef.newOrganization();
    await payer.openCheckout("pro");
    const uuid = toUuid(payer.id);
    await sql`update billing.stripe_customers set stripe_customer_id = 'cus_elsewhere' where organization_id = ${uuid}`.execute(
      reef.db,
    );
    await sql`update billing.stripe_prices set stripe_price_id = 'price_elsewhere_' || stripe_price_id`.execute(
      reef.db,
    );
    await payer.pay("pro");
    await reef.settle();
    assert.equal(await payer.state(), "active");
    assert.notEqual(await payer.customer(), "cus_elsewhere");
  });

  it("a first payment counts although its price is not on record, as after an older copy of the database was put back", async () => {
    const payer = await reef.newOrganization();
    const url = await payer.openCheckout("pro");
    await sql`delete from billing.stripe_prices`.execute(reef.db);
    assert.equal((await submit(url, { card: cards.pays })).status, 303);
    await reef.settle();
    assert.equal(await payer.state(), "active");
  });

  it("a new checkout ends the one before it", async () => {
    const payer = await reef.newOrganization();
    const first = await payer.openCheckout();
    const second = await payer.openCheckout();
    assert.equal((await submit(first, { card: cards.pays })).status, 410);
    assert.equal((await submit(second, { card: cards.pays })).status, 303);
  });

  it("OC18: of two checkouts that were both paid one subscription stays, and the other is ended and given back", async () => {
    const payer = await reef.newOrganization();
    const first = await payer.openCheckout();
    const customer = await payer.customer();
    // As if both had been opened in the same moment, when neither could end the other.
    const { data } = await reef.stripe.checkout.sessions.list({ customer, status: "open" });
    const { data: prices } = await reef.stripe.prices.list({ limit: 100 });
    const plan = await reef.getPlan("starter");
    const price = prices.find(({ metadata }) => metadata.reef_plan === plan.id);
    const second = await reef.stripe.checkout.sessions.create({
      mode: "subscription",
      customer,
      line_items: [{ price: price?.id ?? "", quantity: 1 }],
      success_url: data[0]?.success_url ?? "",
      subscription_data: { metadata: { reef_organization: payer.id } },
    });
    assert.equal((await submit(first, { card: cards.pays })).status, 303);
    assert.equal((await submit(second.url ?? "", { card: cards.pays })).status, 303);
    await reef.settle();
    const live = await liveOf(customer);
    const subscription = await payer.subscription();
    assert.deepEqual([live.length, live[0]?.id], [1, subscription?.stripe_subscription_id]);
    assert.equal(subscription?.state, "active");
    const { data: refunds } = await reef.stripe.refunds.list({ limit: 100 });
    const payments: unknown[] = [];
    for (const invoice of (await reef.stripe.invoices.list({ customer })).data) {
      const { data: paid } = await reef.stripe.invoicePayments.list({ invoice: invoice.id });
      payments.push(...paid.map(({ payment }) => payment.payment_intent));
    }
    const given = refunds.filter(({ payment_intent: intent }) => payments.includes(intent));
    assert.deepEqual(
      given.map(({ amount }) => amount),
      [plan.priceCents],
    );
  });

  it("subscriptions that others sold to the customer are none of the reef's", async () => {
    const payer = await reef.newOrganization();
    await payer.pay();
    await reef.settle();
    const [own] = await liveOf(await payer.customer());
    await reef.stripe.subscriptions.update(own?.id ?? "", { metadata: { reef_organization: "another" } });
    await assert.doesNotReject(payer.openCheckout());
    assert.equal((await liveOf(await payer.customer())).length, 1);
  });

  it("what goes beyond an allowance is charged once a key with the next invoice, or with a last one", async () => {
    const payer = await reef.newOrganization();
    await payer.pay();
    await reef.settle();
    const overage = {
      organizationId: payer.id,
      periodId: "per_01jd0000000000000000000000",
      cents: 250,
      currency: "usd",
      description: "3 million tokens beyond the allowance",
      key: "per_01jd0000000000000000000000 250",
    } as const;
    await reef.payments.chargeOverage(reef.db, overage);
    await reef.payments.chargeOverage(reef.db, overage);
    await payer.letPass(32);
    await reef.settle();
    const second = (await payer.invoices())[1];
    assert.deepEqual(
      second?.lines.map(({ amountCents }) => amountCents),
      [1_900, 250],
    );
    const { stripe_subscription_id: id } = (await payer.subscription()) ?? {};
    await reef.stripe.subscriptions.cancel(id ?? "");
    const last = { ...overage, cents: 100, key: "per_01jd0000000000000000000000 350" };
    await reef.payments.chargeOverage(reef.db, last);
    await reef.payments.chargeOverage(reef.db, last);
    await payer.letPass(1);
    await reef.settle();
    assert.deepEqual(
      (await payer.invoices()).map(({ total_cents: cents, state }) => [cents, state]),
      [
        [1_900, "paid"],
        [2_150, "paid"],
        [100, "paid"],
      ],
    );
  });

  it("whoever never paid has no portal, and an organization that has gets back to the console from it", async () => {
    const payer = await reef.newOrganization();
    await assert.rejects(reef.payments.openPortal(reef.db, payer.id), isProblem("billing.not_subscribed"));
    await payer.pay();
    const { url } = await reef.payments.openPortal(reef.db, payer.id);
    const text = await (await fetch(url)).text();
    assert.match(text, /Nothing here is real/);
    assert.match(text, /http:\/\/localhost:4200\/plan\?portal=done/);
    const { data } = await reef.stripe.billingPortal.configurations.list();
    assert.equal(data.length, 1);
  });

  it("what no event told is read all the same: a month that is over, and a checkout that was paid", async () => {
    const [renewing, paying] = [await reef.newOrganization(), await reef.newOrganization()];
    await renewing.openCheckout();
    await renewing.setClock(40);
    await renewing.pay();
    await reef.settle();
    const first = await renewing.subscription();
    reef.standIn.deliveries.hold();
    await renewing.letPass(35);
    await paying.pay();
    reef.standIn.deliveries.lose();
    reef.standIn.deliveries.resume();
    assert.deepEqual(
      [(await renewing.subscription())?.period_end, await paying.state()],
      [first?.period_end, undefined],
    );

    await reef.workflows.enqueue(reef.db, recurring("billing.reconcile-stripe"), {});
    await reef.settle();
    assert.deepEqual((await renewing.subscription())?.period_start, first?.period_end);
    assert.equal(await paying.state(), "active");
  });

  it("events are forgotten after sixty days, and not before", async () => {
    await sql`insert into billing.stripe_events (id, type, occurred_at, received_at) select
      'evt_old_' || number, 'invoice.paid', now(), now() - make_interval(days => 59 + (number % 2) * 2)
      from generate_series(1, 2500) number`.execute(reef.db);
    await reef.workflows.enqueue(reef.db, recurring("billing.sweep-stripe-events"), {});
    await reef.settle();
    const { rows } = await sql<{ count: number }>`
      select count(*) from billing.stripe_events where id like 'evt_old_%'`.execute(reef.db);
    assert.equal(rows[0]?.count, 1_250);
  });

  it("what Stripe refuses is an error that says what to do, and no key of Stripe's stands in the log or the error", async () => {
    const logs = collectLogs();
    const secretKey = "sk_test_aKeyThatTheAccountDoesNotKnowAtAll";
    const wrong = await startReefWithStripe(database(), {
      logger: logs.logger,
      standIn: reef.standIn,
      secretKey,
      work: false,
    });
    const payer = await wrong.newOrganization();
    const error = await payer.openCheckout().catch((failure: unknown) => failure);
    assert.ok(error instanceof Problem);
    logs.logger.error({ err: error }, "as the pipeline logs it");
    assert.deepEqual([error.code, error.status], ["billing.stripe_failed", 502]);
    assert.equal(error.options.internal?.stripeStatus, 401);
    await wrong.stop();
    const told = JSON.stringify([logs.lines(), error.options, error.cause ?? null]);
    for (const secret of [secretKey, reef.standIn.secretKey, reef.standIn.webhookSecret])
      assert.equal(told.includes(secret), false);
  });
});
