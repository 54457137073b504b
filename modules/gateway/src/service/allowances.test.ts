import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { it } from "node:test";
import { type Id, newId, toUuid } from "@reef/crypto";
import { transact } from "@reef/db";
import { createEvents } from "@reef/events";
import { describeEachDatabase, silentLogger } from "@reef/testing";
import { sql } from "kysely";
import type { Allowance } from "../api.ts";
import { systemClock } from "../clock.ts";
import { createShip } from "../plane/journal/ship.ts";
import { begunCall, endOf } from "../plane/journal/test-calls.ts";
import { tables } from "../schema.ts";
import { listStandings } from "../store/standings.ts";
import { allowanceOf } from "../test/allowances-under-test.ts";
import { budgetMigrations } from "../test/budgets-under-test.ts";
import { pick, randomNumbers } from "../test/random-calls.ts";
import { createAllowances } from "./allowances.ts";
import { createBudgetCharges } from "./budget-charges.ts";

const DAY_MS = 86_400_000;
const START = Date.parse("2026-11-03T07:12:31.000Z");
const END = Date.parse("2026-12-03T07:12:31.000Z");
const NEXT_END = Date.parse("2027-01-03T07:12:31.000Z");
const iso = (moment: number) => new Date(moment).toISOString();

describeEachDatabase("allowances of plans", budgetMigrations, ({ database }) => {
  const chargesIn = () => createBudgetCharges({ events: createEvents({ database: database(), logger: silentLogger }) });
  const apply = (allowance: Allowance) =>
    createAllowances({ database: database(), charges: chargesIn(), clock: systemClock }).apply(allowance);

  const ofMonth = (organizationId: Id<"org">, of: Partial<Allowance> = {}) =>
    allowanceOf({ organizationId, periodStart: iso(START), periodEnd: iso(END), limitTokens: 1_000, ...of });
  const nextMonth = { periodStart: iso(END), periodEnd: iso(NEXT_END) };

  async function budgetOf(organizationId: Id<"org">) {
    const budget = await tables(database().kysely)
      .selectFrom("gateway.budgets")
      .selectAll()
      .where("organization_id", "=", toUuid(organizationId))
      .executeTakeFirst();
    if (budget === undefined) return undefined;
    const periods = await tables(database().kysely)
      .selectFrom("gateway.budget_periods")
      .selectAll()
      .where("budget_id", "=", budget.id)
      .orderBy("period_start")
      .execute();
    return { ...budget, periods };
  }

  const standingOf = async (organizationId: Id<"org">) =>
    (await listStandings(database().kysely, [toUuid(organizationId)])).get(toUuid(organizationId));

  const charge = (budgetId: string, periodStart: number, tokens: number) =>
    transact(database().kysely, (transaction) =>
      chargesIn().chargeBudgets(transaction, randomUUID(), [{ budgetId, periodStart, tokens, costNanos: 0 }]),
    );

  const eventsOf = async (organizationId: Id<"org">): Promise<({ name: string } & Record<string, unknown>)[]> => {
    const { rows } = await sql<{ name: string; payload: Record<string, unknown> }>`
      select name, payload from platform.events where organization_id = ${toUuid(organizationId)} order by seq`.execute(
      database().kysely,
    );
    return rows.map(({ name, payload }) => ({ ...payload, name: name.replace("gateway.budget_", "") }));
  };

  /** All of the organization's rows, without what tells only when they were written. */
  const stateOf = async (organizationId: Id<"org">) => {
    const budget = await budgetOf(organizationId);
    const kept = budget && [budget.limit_tokens, budget.limit_nanos, budget.starts_at, budget.ends_at, budget.scope];
    return { budget: kept, standing: await standingOf(organizationId) };
  };

  it("OC16: a plan's allowance is a budget of its month, and the organization's standing is written with it", async () => {
    const organizationId = newId("org");
    await apply(ofMonth(organizationId, { limitMicros: 7 }));
    const budget = await budgetOf(organizationId);
    assert.deepEqual(
      [budget?.scope, budget?.period, budget?.scope_id, budget?.limit_tokens, budget?.limit_nanos],
      ["plan", "plan", toUuid(organizationId), 1_000, 7_000],
    );
    assert.deepEqual([budget?.starts_at, budget?.ends_at], [new Date(START), new Date(END)]);
    assert.deepEqual(await standingOf(organizationId), {
      serves: true,
      state: "active",
      planName: "Pro",
      periodEnd: new Date(END),
      endsAtPeriodEnd: false,
    });
    const { rows } = await sql`select 1 from gateway.changes where organization_id = ${toUuid(organizationId)}`.execute(
      database().kysely,
    );
    assert.equal(rows.length, 1, "processes look for it");
  });

  it("what is told twice changes nothing, not even that its warning was given", async () => {
    const organizationId = newId("org");
    const allowance = ofMonth(organizationId);
    await apply(allowance);
    await charge((await budgetOf(organizationId))?.id ?? "", START, 950);
    const before = await budgetOf(organizationId);
    assert.ok(before?.periods[0]?.warned_at);
    await apply(allowance);
    await apply({ ...allowance, version: 2 });
    assert.deepEqual(await budgetOf(organizationId), before);
    assert.deepEqual(
      (await eventsOf(organizationId)).map(({ name }) => name),
      ["warned"],
    );
  });

  it("OC18: in whichever order, and however often, allowances come, the newest holds; of other organizations nothing changes", async () => {
    const random = randomNumbers(11);
    const other = newId("org");
    await apply(ofMonth(other, { limitTokens: 77 }));
    const untouched = await stateOf(other);
    const story: Partial<Allowance>[] = [
      { limitTokens: 500 },
      { limitTokens: 2_000 },
      { limitTokens: null },
      { ...nextMonth, limitTokens: 2_000 },
      { ...nextMonth, limitTokens: 2_000, serves: false, state: "suspended" },
      { ...nextMonth, limitTokens: null, serves: false, state: "cancelled" },
      { ...nextMonth, limitTokens: 900, limitMicros: 3 },
    ];
    for (let length = 1; length <= story.length; length += 1) {
      const expected = newId("org");
      const told = story.slice(0, length).map((fields, index) => ({ ...fields, version: index + 1 }));
      for (const fields of told) await apply(ofMonth(expected, fields));
      for (let round = 0; round < 3; round += 1) {
        const organizationId = newId("org");
        const shuffled = [...told, pick(random, told), pick(random, told)]
          .map((fields) => ({ fields, place: random() }))
          .sort((one, two) => one.place - two.place);
        await Promise.all(shuffled.map(({ fields }) => apply(ofMonth(organizationId, fields))));
        assert.deepEqual(await stateOf(organizationId), await stateOf(expected), JSON.stringify(shuffled));
      }
    }
    assert.deepEqual(await stateOf(other), untouched);
  });

  it("OC18: a renewal begins with nothing used and nothing told; what was used of the month before stays there", async () => {
    const organizationId = newId("org");
    await apply(ofMonth(organizationId));
    const budgetId = (await budgetOf(organizationId))?.id ?? "";
    await charge(budgetId, START, 1_000);
    await apply(ofMonth(organizationId, { ...nextMonth, version: 2 }));
    await sql`insert into gateway.budget_periods (budget_id, period_start) values (${budgetId}, ${new Date(END)})`.execute(
      database().kysely,
    );
    await charge(budgetId, END, 10);
    await charge(budgetId, START, 5);
    const budget = await budgetOf(organizationId);
    assert.equal(budget?.id, budgetId);
    assert.deepEqual(
      budget?.periods.map(({ period_start, used_tokens, warned_at, exhausted_at }) => [
        period_start.getTime(),
        used_tokens,
        warned_at === null,
        exhausted_at === null,
      ]),
      [
        [START, 1_005, false, false],
        [END, 10, true, true],
      ],
    );
  });

  it("OC16: nine tenths and all of an allowance are told once, and again when its limit was changed, also where nothing is charged any more", async () => {
    const organizationId = newId("org");
    await apply(ofMonth(organizationId));
    const budgetId = (await budgetOf(organizationId))?.id ?? "";
    for (const tokens of [899, 1, 50, 50, 20]) await charge(budgetId, START, tokens);
    const told = async () =>
      (await eventsOf(organizationId)).map(({ name, scope, period, periodStart, used, limit }) => [
        name,
        scope,
        period,
        periodStart,
        used,
        limit,
      ]);
    const of = ["plan", "plan", iso(START)];
    const first = [
      ["warned", ...of, 900, 1_000],
      ["exhausted", ...of, 1_000, 1_000],
    ];
    assert.deepEqual(await told(), first);
    await apply(ofMonth(organizationId, { version: 2, limitTokens: 5_000 }));
    assert.deepEqual(await told(), first, "a larger plan has room");
    await apply(ofMonth(organizationId, { version: 3, limitTokens: 1_010 }));
    assert.deepEqual(await told(), [...first, ["warned", ...of, 1_020, 1_010], ["exhausted", ...of, 1_020, 1_010]]);
    // The next month allows less, and what is charged late is of the month before.
    await apply(ofMonth(organizationId, { ...nextMonth, version: 4, limitTokens: 10 }));
    await charge(budgetId, START, 1);
    assert.equal((await told()).length, 4);
  });

  it("who leaves a limited plan and comes back in one month finds what was used in it; calls of other months do not count", async () => {
    const organizationId = newId("org");
    const ship = createShip({ db: database().kysely, chargeBudgets: async () => {}, logger: silentLogger });
    const calls = [START - 1, START, START + DAY_MS + 5, END - 1, END].map((startedAt) => {
      const begun = begunCall({ organizationId: toUuid(organizationId), startedAt });
      return { begun, ended: endOf(begun) };
    });
    await ship(randomUUID(), calls);
    await apply(ofMonth(organizationId, { limitTokens: 95 }));
    const used = async () => (await budgetOf(organizationId))?.periods.map(({ used_tokens }) => used_tokens);
    assert.deepEqual(await used(), [90], "three calls of thirty tokens");
    assert.deepEqual(
      (await eventsOf(organizationId)).map(({ name }) => name),
      ["warned"],
    );
    await apply(ofMonth(organizationId, { version: 2, limitTokens: null }));
    assert.equal(await budgetOf(organizationId), undefined);
    await apply(ofMonth(organizationId, { version: 3, limitTokens: 500 }));
    assert.deepEqual(await used(), [90]);
  });
});
