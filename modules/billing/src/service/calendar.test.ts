import assert from "node:assert/strict";
import { after, before, beforeEach, it } from "node:test";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import type { Plan } from "../contract/plans.ts";
import { type BillingOverHttp, serveBilling, serverMigrations } from "../test/billing-over-http.ts";

interface Month {
  start: string;
  end: string;
  calls: number;
  overageTokens: number;
  overageCents: number;
  invoicedOverageCents: number;
  closedAt: string | null;
}

describeEachDatabase("what time brings", serverMigrations, ({ database }) => {
  let billing: BillingOverHttp;
  let pro: Plan;
  /** Charges 100 cents for each million tokens beyond one million. */
  let metered: Plan;

  before(async () => {
    billing = await serveBilling(database());
    pro = await billing.createPlan();
    metered = await billing.createPlan({
      name: "Metered",
      priceCents: 1_000,
      atLimit: "charge",
      overageCentsPerMillion: 100,
    });
  });
  after(() => billing.stop());
  beforeEach(() => billing.empty());

  const months = async (): Promise<Month[]> =>
    (await billing.request("member", "GET", "/subscription/periods?limit=100")).body.items;
  const standing = async () => (await billing.request("member", "GET", "/subscription")).body.subscription;
  const invoices = async (): Promise<{ number: string; totalCents: number; lines: { amountCents: number }[] }[]> =>
    (await billing.request("admin", "GET", "/invoices?limit=100")).body.items.reverse();
  const use = (at: string, tokens: number, costNanos = 0) =>
    billing.usage.calls.push({ organizationId: billing.organizationId, at: new Date(at), tokens, costNanos });
  const at = async (time: string) => {
    billing.clock.set(time);
    await billing.turn();
  };

  it("a month passes into the next with an invoice, and nothing happens before it is over, or twice", async () => {
    await billing.assign(pro.id);
    await at("2027-02-15T09:59:59.999Z");
    assert.equal((await months()).length, 1);
    await at("2027-02-15T10:00:00.000Z");
    await billing.turn();
    const { periodStart, periodEnd, state, version } = await standing();
    assert.deepEqual(
      [periodStart, periodEnd, state, version],
      ["2027-02-15T10:00:00.000Z", "2027-03-15T10:00:00.000Z", "active", 1],
    );
    assert.deepEqual(
      (await invoices()).map(({ number, totalCents }) => [number, totalCents]),
      [
        ["R-2027-0001", 4_900],
        ["R-2027-0002", 4_900],
      ],
    );
    const told = await billing.told("billing.allowance_changed");
    assert.deepEqual(
      told.map(({ periodStart: start }) => start.slice(5, 10)),
      ["01-15", "02-15"],
    );
    assert.equal((await billing.told("billing.subscription_changed")).length, 1, "a month is no change of it");
  });

  it("after a long stop every month that passed is made up for, each with its invoice, over short months and leap years", async () => {
    billing.clock.set("2027-10-31T12:00:00.000Z");
    await billing.assign(pro.id);
    await at("2028-03-30T12:00:00.000Z");
    assert.deepEqual((await months()).map(({ start, end }) => `${start.slice(0, 10)} ${end.slice(0, 10)}`).reverse(), [
      "2027-10-31 2027-11-30",
      "2027-11-30 2027-12-31",
      "2027-12-31 2028-01-31",
      "2028-01-31 2028-02-29",
      "2028-02-29 2028-03-31",
    ]);
    assert.deepEqual(
      (await invoices()).map(({ number }) => number),
      ["R-2027-0001", "R-2028-0001", "R-2028-0002", "R-2028-0003", "R-2028-0004"],
    );
  });

  it("a price that was raised holds from the next month on", async () => {
    const plan = await billing.createPlan();
    await billing.assign(plan.id);
    await billing.operate("PATCH", `/admin/plans/${plan.id}`, { priceCents: 5_900 });
    await at("2027-02-15T10:00:00.000Z");
    assert.deepEqual(
      (await invoices()).map(({ totalCents }) => totalCents),
      [4_900, 5_900],
    );
  });

  it("a trial is told of three days before it ends, once, and becomes a month with its invoice", async () => {
    await billing.assign(pro.id, billing.organizationId, { trialDays: 10 });
    billing.takeSubjects();
    await at("2027-01-22T09:00:00.000Z");
    assert.deepEqual(billing.takeSubjects(), []);
    await at("2027-01-22T10:00:00.000Z");
    await at("2027-01-23T10:00:00.000Z");
    assert.deepEqual(billing.takeSubjects(), ["The trial of Acme ends on 25 January 2027"]);
    await at("2027-01-25T10:00:00.000Z");
    const { state, periodStart, periodEnd } = await standing();
    assert.deepEqual(
      [state, periodStart, periodEnd],
      ["active", "2027-01-25T10:00:00.000Z", "2027-02-25T10:00:00.000Z"],
    );
    assert.deepEqual(billing.takeSubjects(), ["Invoice R-2027-0001 for Acme: $49.00"]);
  });

  it("what was used is summed up hourly, always anew: doing it twice gives the same", async () => {
    await billing.assign(metered.id);
    use("2027-01-15T10:00:00.000Z", 400_000, 1_500);
    use("2027-01-16T10:00:00.000Z", 900_000, 1_000);
    use("2027-01-14T10:00:00.000Z", 5_000_000);
    await at("2027-01-17T10:00:00.000Z");
    const [first] = await months();
    assert.deepEqual(
      [first?.calls, first?.overageTokens, first?.overageCents, first?.invoicedOverageCents],
      [2, 300_000, 30, 0],
    );
    use("2027-01-17T10:00:00.000Z", 1);
    await at("2027-01-17T10:59:00.000Z");
    assert.deepEqual(await months(), [first], "not within the hour");
    await billing.act("roll-up");
    await billing.settle();
    const again = (await months())[0];
    assert.deepEqual([again?.calls, again?.overageTokens, again?.overageCents], [3, 300_001, 31], "rounded up, once");
    await billing.act("roll-up");
    await billing.settle();
    assert.deepEqual(await months(), [again]);
  });

  it("what went beyond the allowance of a plan stays owed when another plan follows within the month: once", async () => {
    const stopping = await billing.createPlan({ priceCents: 1_000 });
    await billing.assign(metered.id);
    use("2027-01-16T10:00:00.000Z", 11_000_000);
    billing.clock.set("2027-02-15T09:00:00.000Z");
    await billing.assign(stopping.id);
    await at("2027-02-15T09:30:00.000Z");
    const owed = async () => (await months()).map((month) => [month.overageTokens, month.overageCents]);
    assert.deepEqual(await owed(), [[10_000_000, 1_000]]);
    // Back again, and used again: what was owed is neither forgotten nor counted twice.
    await billing.assign(metered.id);
    use("2027-02-15T09:40:00.000Z", 2_000_000);
    await billing.assign(pro.id);
    await billing.assign(metered.id);
    await at("2027-02-15T10:00:00.000Z");
    assert.deepEqual((await owed()).at(-1), [12_000_000, 1_200]);
    const [, second] = await invoices();
    assert.deepEqual(
      second?.lines.map(({ amountCents }) => amountCents),
      [1_000, 1_200],
    );
  });

  it("what goes beyond the allowance comes on the next invoice, and what is counted later on the one after it: once", async () => {
    await billing.assign(metered.id);
    use("2027-02-15T09:00:00.000Z", 3_000_000);
    await at("2027-02-15T10:00:00.000Z");
    const lines = async () => (await invoices()).map((invoice) => invoice.lines.map(({ amountCents }) => amountCents));
    assert.deepEqual(await lines(), [[1_000], [1_000, 200]]);
    use("2027-02-15T09:59:00.000Z", 1_000_000);
    await at("2027-02-16T10:00:00.000Z");
    assert.deepEqual(await lines(), [[1_000], [1_000, 200]]);
    await at("2027-02-18T10:00:00.000Z");
    const closed = (await months())[1];
    assert.deepEqual([closed?.overageCents, closed?.invoicedOverageCents], [300, 200]);
    assert.equal(closed?.closedAt, "2027-02-18T10:00:00.000Z");
    await at("2027-03-15T10:00:00.000Z");
    await at("2027-04-15T10:00:00.000Z");
    assert.deepEqual(await lines(), [[1_000], [1_000, 200], [1_000, 100], [1_000]]);
  });

  it("what a cancelled one used beyond its allowance comes on a last invoice when its month is closed", async () => {
    await billing.assign(metered.id);
    use("2027-01-16T10:00:00.000Z", 2_000_000);
    use("2027-01-18T10:00:00.000Z", 9_000_000);
    billing.clock.set("2027-01-17T10:00:00.000Z");
    await billing.act("cancel");
    await at("2027-01-18T10:00:00.000Z");
    assert.equal((await invoices()).length, 1);
    await at("2027-01-20T10:00:00.000Z");
    await at("2027-01-21T12:00:00.000Z");
    assert.deepEqual(
      (await invoices()).map(({ totalCents }) => totalCents),
      [1_000, 100],
    );
    assert.equal((await months()).length, 1, "and no month follows");
  });

  it("a plan that costs nothing has no invoices, unless something beyond it was used", async () => {
    const free = await billing.createPlan({ priceCents: 0, atLimit: "charge", overageCentsPerMillion: 100 });
    await billing.assign(free.id);
    await at("2027-02-15T10:00:00.000Z");
    assert.equal((await invoices()).length, 0);
    use("2027-02-16T10:00:00.000Z", 1_500_000);
    await at("2027-03-15T10:00:00.000Z");
    assert.deepEqual(
      (await invoices()).map(({ totalCents }) => totalCents),
      [50],
    );
  });

  it("a turn that breaks in the midst of a month leaves nothing half done, and the next one does it whole", async () => {
    await billing.assign(metered.id);
    await billing.assign(pro.id, billing.foreignId);
    use("2027-02-01T10:00:00.000Z", 2_000_000);
    billing.usage.failure = new Error("The record of calls cannot be read.");
    await at("2027-02-15T10:00:00.000Z");
    assert.equal((await months()).length, 1);
    assert.equal((await invoices()).length, 1);
    billing.usage.failure = undefined;
    await billing.turn();
    assert.deepEqual(
      (await invoices()).map(({ totalCents }) => totalCents),
      [1_000, 1_100],
    );
    const { rows } = await sql<{ number: string }>`select number from billing.invoices order by number`.execute(
      database().kysely,
    );
    assert.deepEqual(
      rows.map(({ number }) => number),
      ["R-2027-0001", "R-2027-0002", "R-2027-0003", "R-2027-0004"],
    );
  });

  it("one whose month cannot be passed holds up nobody else", async () => {
    const organizations = Array.from({ length: 5 }, (_, index) => billing.newOrganization(`Organization ${index}`));
    for (const organizationId of organizations) await billing.assign(pro.id, organizationId);
    await billing.assign(pro.id);
    const { sumOf } = billing.usage;
    billing.usage.sumOf = async (db, organizationId, from, to) => {
      if (organizationId === organizations[0]) throw new Error("The record of calls cannot be read.");
      return sumOf(db, organizationId, from, to);
    };
    await at("2027-02-15T10:00:00.000Z");
    billing.usage.sumOf = sumOf;
    const { rows } = await sql<{ count: number }>`
      select count(*) from billing.subscriptions where period_start = '2027-02-15T10:00:00Z'`.execute(
      database().kysely,
    );
    assert.equal(rows[0]?.count, 5);
  });

  it("turns in two processes at once pass each month once", async () => {
    const other = await serveBilling(database());
    try {
      other.clock.set("2027-04-16T10:00:00.000Z");
      billing.clock.set("2027-01-15T10:00:00.000Z");
      await billing.assign(pro.id);
      billing.clock.set("2027-04-16T10:00:00.000Z");
      await Promise.all([billing.turn(), other.turn(), billing.turn()]);
      assert.equal((await months()).length, 4);
      assert.deepEqual(
        (await invoices()).map(({ number }) => number),
        ["R-2027-0001", "R-2027-0002", "R-2027-0003", "R-2027-0004"],
      );
    } finally {
      await other.stop();
    }
  });
});
