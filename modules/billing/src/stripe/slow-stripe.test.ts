import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { type Id, toUuid } from "@reef/crypto";
import { describeEachDatabase, silentLogger, until } from "@reef/testing";
import { defineWorkflow } from "@reef/workflows";
import { sql } from "kysely";
import { z } from "zod";
import { startStandIn } from "./stand-in/start-stand-in.ts";
import { cards, type ReefWithStripe, serverMigrations, startReefWithStripe, submit } from "./test/reef-with-stripe.ts";
import { openSlowWay, type SlowWay } from "./test/slow-way.ts";

/** As the hourly look orders it. */
const read = defineWorkflow({
  name: "billing.read-stripe",
  input: z.object({ organizationId: z.string(), after: z.int() }),
  handle: async () => {},
});

describeEachDatabase("while Stripe is slow to answer", serverMigrations, ({ database }) => {
  let way: SlowWay;
  let reef: ReefWithStripe;
  before(async () => {
    const standIn = await startStandIn({ webhookUrl: "http://127.0.0.1:9/", logger: silentLogger });
    way = await openSlowWay(standIn.port);
    reef = await startReefWithStripe(database(), { standIn, stripePort: way.port });
  });
  after(async () => {
    await reef.stop();
    way.stop();
    await reef.standIn.stop();
  });

  const orderReading = (organizationId: Id<"org">) =>
    reef.workflows.enqueue(reef.db, read, { organizationId, after: Number.MAX_SAFE_INTEGER });

  async function readNow(organizationId: Id<"org">): Promise<void> {
    await orderReading(organizationId);
    await until(async () => (await reef.workflows.countPending(read.name)) === 0);
  }

  it("OC18: a wish that is taken back before Stripe has heard of it is taken back, whatever is read meanwhile", async () => {
    const payer = await reef.newOrganization();
    await payer.pay("starter");
    await readNow(payer.id);
    const [starter, pro] = [await reef.getPlan("starter"), await reef.getPlan("pro")].map(({ id }) => toUuid(id));
    for (const [wanted, takenBack] of [
      [{ pending_plan_id: pro }, { pending_plan_id: starter }],
      [{ pending_end: true }, { pending_end: false }],
    ] as const) {
      const change = way.hold("POST /v1/subscriptions/");
      await payer.noteWish(wanted);
      await change.come;
      await payer.noteWish(takenBack);
      await readNow(payer.id);
      change.release();
      await until(async () => (await reef.workflows.countPending("billing.arrange-with-stripe")) === 0);
      const stands = await payer.subscription();
      assert.deepEqual(
        [stands?.plan_id, stands?.ends_at_period_end, stands?.pending_plan_id, stands?.pending_end],
        [starter, false, null, null],
        JSON.stringify(wanted),
      );
    }
  });

  it("a reading of a customer that is no more hinders none of the one that came after", async () => {
    const payer = await reef.newOrganization();
    await payer.openCheckout("pro");
    // As after a change of the account, of one that was read for long.
    await sql`
      update billing.stripe_customers set stripe_customer_id = 'cus_elsewhere', last_read = 8, last_written = 8
      where organization_id = ${toUuid(payer.id)}`.execute(reef.db);
    const reading = way.hold("GET /v1/subscriptions?");
    await orderReading(payer.id);
    await reading.come;
    await payer.pay("pro");
    reading.release();
    await until(async () => (await reef.workflows.countPending(read.name)) === 0);
    await readNow(payer.id);
    assert.equal(await payer.state(), "active");
  });

  it("OC18: of two subscriptions that were paid one stays, also where readings at the same moment saw one or both", async () => {
    const payer = await reef.newOrganization();
    const first = await payer.openCheckout();
    const customer = await payer.customer();
    const { data: prices } = await reef.stripe.prices.list({ limit: 100 });
    const { id: planId } = await reef.getPlan("starter");
    const second = await reef.stripe.checkout.sessions.create({
      mode: "subscription",
      customer,
      line_items: [{ price: prices.find(({ metadata }) => metadata.reef_plan === planId)?.id ?? "", quantity: 1 }],
      success_url: "http://localhost:4200/plan",
      subscription_data: { metadata: { reef_organization: payer.id } },
    });
    assert.equal((await submit(first, { card: cards.pays })).status, 303);
    const [older] = (await reef.stripe.subscriptions.list({ customer })).data;
    assert.ok(older);
    // As while its payment is still confirmed by the bank: it is there, and is not paid for yet.
    await reef.stripe.subscriptions.update(older.id, { metadata: { reef_organization: "later" } });
    assert.equal((await submit(second.url ?? "", { card: cards.pays })).status, 303);

    const early = way.hold("GET /v1/subscriptions?");
    await orderReading(payer.id);
    await early.come;
    await orderReading(payer.id);
    await until(async () => (await payer.state()) === "active");
    await reef.stripe.subscriptions.update(older.id, { metadata: { reef_organization: payer.id } });
    const late = way.hold("DELETE /v1/subscriptions/");
    await orderReading(payer.id);
    await late.come;
    early.release();
    await until(async () => (await reef.workflows.countPending(read.name)) <= 1);
    late.release();
    await until(async () => (await reef.workflows.countPending(read.name)) === 0);
    await readNow(payer.id);
    const { data: living } = await reef.stripe.subscriptions.list({ customer });
    const stands = await payer.subscription();
    assert.deepEqual([living.map(({ id }) => id), stands?.state], [[stands?.stripe_subscription_id], "active"]);
  });
});
