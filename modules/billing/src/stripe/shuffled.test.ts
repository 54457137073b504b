import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { toUuid } from "@reef/crypto";
import { describeEachDatabase } from "@reef/testing";
import fc from "fast-check";
import { sql } from "kysely";
import {
  cards,
  type Payer,
  type ReefWithStripe,
  serverMigrations,
  startReefWithStripe,
} from "./test/reef-with-stripe.ts";

/** A whole life: paid, another plan, three failed payments, paid again, and its end. */
const history: ((payer: Payer, reef: ReefWithStripe) => Promise<unknown>)[] = [
  (payer) => payer.pay("starter", cards.failsLater),
  (payer) => payer.letPass(32),
  (payer) => payer.letPass(3),
  (payer) => payer.letPass(5),
  (payer) => payer.atPortal({ action: "card", card: cards.pays }),
  (payer) => payer.letPass(30),
  (payer) => payer.atPortal({ action: "end" }),
  (payer) => payer.letPass(31),
];

describeEachDatabase("events in any order", serverMigrations, ({ database }) => {
  let reef: ReefWithStripe;
  before(async () => {
    reef = await startReefWithStripe(database());
    reef.standIn.deliveries.hold();
  });
  after(() => reef.stop());

  /** How it stands, without what differs by the moment of writing. */
  async function standingOf(payer: Payer) {
    const {
      id: _id,
      version: _version,
      created_at: _created,
      updated_at: _updated,
      ...subscription
    } = (await payer.subscription()) ?? ({} as never);
    const invoices = (await payer.invoices()).map(({ id: _invoice, updated_at: _at, ...invoice }) => invoice);
    return { subscription, invoices };
  }

  async function forget(payer: Payer): Promise<void> {
    const { kysely: db } = database();
    const uuid = toUuid(payer.id);
    await sql`delete from billing.subscriptions where organization_id = ${uuid}`.execute(db);
    await sql`delete from billing.invoices where organization_id = ${uuid}`.execute(db);
    await sql`update billing.stripe_customers set last_read = 0, last_written = 0 where organization_id = ${uuid}`.execute(
      db,
    );
    await sql`delete from billing.periods where organization_id = ${uuid}`.execute(db);
    await sql`truncate billing.stripe_events`.execute(db);
  }

  it("OC18: a whole life's events, each twice and in any order, end in the same state", async () => {
    const payer = await reef.newOrganization();
    for (const step of history) await step(payer, reef);
    const events = reef.standIn.deliveries.waiting();
    assert.equal(events.length > 15, true);
    const release = async (order: readonly string[]) => {
      const statuses = await reef.standIn.deliveries.release(order);
      assert.deepEqual(new Set(statuses), new Set([200]));
      await reef.settle();
      return standingOf(payer);
    };
    const expected = await release(events);
    assert.equal(expected.subscription.state, "cancelled");
    assert.deepEqual(
      expected.invoices.map(({ state }) => state),
      ["paid", "paid", "paid"],
    );
    const twice = [...events, ...events];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(twice, { minLength: twice.length }), async (order) => {
        await forget(payer);
        assert.deepEqual(await release(order), expected);
      }),
      { numRuns: 12 },
    );
  });

  it("OC18: all orders of a checkout's events end in the same state, and each event is kept once", async () => {
    const payer = await reef.newOrganization();
    await payer.pay("pro");
    const events = reef.standIn.deliveries.waiting().slice(-4);
    reef.standIn.deliveries.lose();
    await reef.standIn.deliveries.release(events);
    await reef.settle();
    const expected = await standingOf(payer);
    assert.equal(expected.subscription.state, "active");
    for (const order of permutationsOf(events)) {
      await forget(payer);
      await reef.standIn.deliveries.release(order);
      await reef.settle();
      assert.deepEqual(await standingOf(payer), expected);
      const { rows } = await sql<{ count: number }>`select count(*) from billing.stripe_events`.execute(reef.db);
      assert.equal(rows[0]?.count, events.length);
    }
  });

  it("OC18: events that come late, early or twice while life goes on end in what Stripe says", async () => {
    const picks = fc.array(fc.nat({ max: 40 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.tuple(...history.map(() => picks)), async (turns) => {
        reef.standIn.deliveries.lose();
        const payer = await reef.newOrganization();
        const happened: string[] = [];
        for (const [index, step] of history.entries()) {
          await step(payer, reef);
          for (const id of reef.standIn.deliveries.waiting()) if (!happened.includes(id)) happened.push(id);
          const chosen = (turns[index] ?? []).flatMap((pick) => happened[pick % happened.length] ?? []);
          // Not waited for: readings of one step may still run when the next one begins.
          await reef.standIn.deliveries.release(chosen);
        }
        await reef.standIn.deliveries.release(happened);
        reef.standIn.deliveries.lose();
        await reef.settle();
        const { subscription, invoices } = await standingOf(payer);
        assert.deepEqual([subscription.state, subscription.ends_at_period_end], ["cancelled", true]);
        assert.deepEqual(
          invoices.map(({ state }) => state),
          ["paid", "paid", "paid"],
        );
      }),
      { numRuns: 8 },
    );
  });
});

function permutationsOf<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) => permutationsOf(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
