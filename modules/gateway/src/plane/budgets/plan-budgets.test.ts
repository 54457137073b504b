import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { type Id, newId, toUuid } from "@reef/crypto";
import type { DatabaseHandle } from "@reef/db";
import { createEvents } from "@reef/events";
import { describeEachDatabase, silentLogger, temporaryFolder, until } from "@reef/testing";
import { sql } from "kysely";
import type { Allowance } from "../../api.ts";
import { systemClock } from "../../clock.ts";
import { tables } from "../../schema.ts";
import { createAllowances } from "../../service/allowances.ts";
import { createBudgetCharges } from "../../service/budget-charges.ts";
import { allowanceOf } from "../../test/allowances-under-test.ts";
import {
  assertRefused,
  assertReserved,
  type BudgetProcess,
  budgetMigrations,
  createBudgetsUnderTest,
  keyOn,
  tokens,
} from "../../test/budgets-under-test.ts";
import { frozenClock } from "../../test/gateway-people.ts";
import { adoptJournals } from "../journal/adoption.ts";
import { lineOf } from "../journal/record.ts";
import { createShip } from "../journal/ship.ts";
import { begunCall, endOf } from "../journal/test-calls.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const START = Date.parse("2026-11-03T07:12:31.000Z");
const END = Date.parse("2026-12-03T07:12:31.000Z");
const NEXT_END = Date.parse("2027-01-03T07:12:31.000Z");
const iso = (moment: number) => new Date(moment).toISOString();

describeEachDatabase("budgets of plans", budgetMigrations, ({ database }) => {
  const { start, addBudget, periodsOf, release } = createBudgetsUnderTest(database);
  const charges = () => createBudgetCharges({ events: createEvents({ database: database(), logger: silentLogger }) });

  /** An organization with a plan of a hundred tokens in the month from START to END. */
  async function addPlan(of: Partial<Allowance> = {}) {
    const organizationId = newId("org");
    let version = 0;
    const change = (fields: Partial<Allowance>) => {
      version += 1;
      const month = { periodStart: iso(START), periodEnd: iso(END), limitTokens: 100 };
      const allowances = createAllowances({ database: database(), charges: charges(), clock: systemClock });
      return allowances.apply(allowanceOf({ organizationId, version, ...month, ...of, ...fields }));
    };
    await change({});
    const budgetId = await planBudgetOf(organizationId);
    return { organizationId, budgetId, key: keyOn(budgetId), change };
  }

  async function planBudgetOf(organizationId: Id<"org">): Promise<string> {
    const { id } = await tables(database().kysely)
      .selectFrom("gateway.budgets")
      .select("id")
      .where("organization_id", "=", toUuid(organizationId))
      .where("scope", "=", "plan")
      .executeTakeFirstOrThrow();
    return id;
  }

  /** By month: what is used, and what is held. */
  const useOf = async (budgetId: string) =>
    (await periodsOf(budgetId)).map((period) => [
      period.period_start.getTime(),
      period.used_tokens,
      period.held_tokens,
    ]);

  async function settle(...processes: BudgetProcess[]): Promise<void> {
    for (const process of processes) {
      await process.tend(0);
      await process.ship();
    }
  }

  it("OC18: a call that ends in the next month is charged to the one that it began in; the next begins at its moment in all processes, before word of it came", async () => {
    const clock = frozenClock(END - MINUTE_MS);
    const [one, other] = [start({ clock }), start({ clock })];
    const { organizationId, budgetId, key, change } = await addPlan();
    const straddling = await one.reserve(key, tokens(100));
    assertReserved(straddling);
    const full = await other.reserve(key, tokens(1));
    assertRefused(full);
    assert.deepEqual([full.resetsAt, full.ofPlan], [END, true]);
    clock.advance(2 * MINUTE_MS);
    const next = await other.reserve(key, tokens(60));
    assertReserved(next);
    assert.deepEqual(next.charges, [{ budgetId, periodStart: END }]);
    await change({ periodStart: iso(END), periodEnd: iso(NEXT_END) });
    for (const process of [one, other]) await process.recall(toUuid(organizationId));
    one.finish(straddling, tokens(95));
    other.finish(next, tokens(60));
    await settle(one, other);
    assert.deepEqual(await useOf(budgetId), [
      [START, 95, 0],
      [END, 60, 0],
    ]);
    const last = await one.reserve(key, tokens(40));
    assertReserved(last);
    for (const process of [one, other]) {
      const refusal = await process.reserve(key, tokens(1));
      assertRefused(refusal);
      assert.equal(refusal.resetsAt, NEXT_END);
    }
    one.finish(last, tokens(40));
    // As it is where word of two renewals in a row does not come.
    clock.advance(NEXT_END + MINUTE_MS - clock.now());
    const later = await other.reserve(key, tokens(1));
    assertReserved(later);
    assert.deepEqual(later.charges, [{ budgetId, periodStart: NEXT_END }]);
  });

  it("OC18: a month that begins before the old one is over holds once the process was told; calls in flight stay in the old one", async () => {
    const clock = frozenClock(START + 9 * DAY_MS);
    const process = start({ clock });
    const { organizationId, budgetId, key, change } = await addPlan();
    const before = await process.reserve(key, tokens(100));
    assertReserved(before);
    assertRefused(await process.reserve(key, tokens(1)));
    const early = START + 9 * DAY_MS;
    await change({ periodStart: iso(early), periodEnd: iso(early + 30 * DAY_MS) });
    await process.recall(toUuid(organizationId));
    const after = await process.reserve(key, tokens(70));
    assertReserved(after);
    process.finish(before, tokens(80));
    process.finish(after, tokens(70));
    await settle(process);
    assert.deepEqual(await useOf(budgetId), [
      [START, 80, 0],
      [early, 70, 0],
    ]);
  });

  it("OC16: a larger plan opens what was used up once processes are told, a smaller one closes it; of another organization nothing changes", async () => {
    const clock = frozenClock(START + DAY_MS);
    const [one, other] = [start({ clock }), start({ clock })];
    const { organizationId, key, change } = await addPlan();
    const neighbour = await addPlan();
    const theirs = await one.reserve(neighbour.key, tokens(100));
    assertReserved(theirs);
    const first = await one.reserve(key, tokens(100));
    assertReserved(first);
    one.finish(first, tokens(100));
    for (const process of [one, other]) assertRefused(await process.reserve(key, tokens(1)));
    const tell = async (limitTokens: number) => {
      await change({ limitTokens });
      for (const process of [one, other]) await process.recall(toUuid(organizationId));
    };
    await tell(130);
    const second = await other.reserve(key, tokens(20));
    assertReserved(second);
    assert.equal(second.nearlyUsed, false, "until it is used");
    other.finish(second, tokens(20));
    await settle(one, other);
    await tell(119);
    for (const process of [one, other]) {
      const refusal = await process.reserve(key, tokens(1));
      assertRefused(refusal);
      assert.deepEqual([refusal.used, refusal.limit], [120, 119]);
    }
    for (const process of [one, other]) assertRefused(await process.reserve(neighbour.key, tokens(1)));
  });

  it("a process that cannot read of the new month when it is told of it does so later", async () => {
    let isAway = false;
    const whole = database();
    const kysely = whole.kysely.withPlugin({
      transformQuery({ node }) {
        if (isAway) throw new Error("The database is away.");
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const shaky: DatabaseHandle = { ...whole, kysely };
    const process = createBudgetsUnderTest(() => shaky).start({ clock: frozenClock(START + 9 * DAY_MS) });
    const { organizationId, budgetId, key, change } = await addPlan();
    const before = await process.reserve(key, tokens(1));
    assertReserved(before);
    const early = START + 9 * DAY_MS;
    await change({ periodStart: iso(early), periodEnd: iso(early + 30 * DAY_MS) });
    isAway = true;
    await process.recall(toUuid(organizationId));
    await assert.rejects(process.tend(2_000));
    isAway = false;
    await process.tend(2_000);
    const after = await process.reserve(key, tokens(1));
    assertReserved(after);
    assert.deepEqual(after.charges, [{ budgetId, periodStart: early }]);
  });

  it("OC17, OC18: the journal of a process that died before the renewal, adopted after it, is charged to the old month; the new one is whole", async () => {
    const clock = frozenClock(END - MINUTE_MS);
    const { budgetId, key, change } = await addPlan();
    const dead = start({ clock });
    const [ended, open] = [await dead.reserve(key, tokens(40)), await dead.reserve(key, tokens(50))];
    assertReserved(ended);
    assertReserved(open);
    const whole = begunCall({ charges: [...ended.charges], startedAt: END - 50_000 });
    const broken = begunCall({ charges: [...open.charges], startedAt: END - 40_000 });
    const root = temporaryFolder("reef-journal");
    const folder = join(root, dead.processId);
    mkdirSync(folder);
    const owner = { host: "a machine that is gone", pid: 1, instance: null, startedAt: 0 };
    writeFileSync(join(folder, "owner.json"), JSON.stringify(owner));
    const lines = [{ b: whole }, { b: broken }, { e: endOf(whole) }, { p: [broken.id, 3, END - 30_000] as const }];
    writeFileSync(join(folder, "000001.log"), lines.map((line) => lineOf(line as never)).join(""));
    await dead.kill();
    await sql`update gateway.processes set seen_at = now() - interval '5 minutes' where id = ${dead.processId}`.execute(
      database().kysely,
    );
    await change({ periodStart: iso(END), periodEnd: iso(NEXT_END) });
    clock.advance(2 * MINUTE_MS);
    const survivor = start({ clock });
    const next = await survivor.reserve(key, tokens(90));
    assertReserved(next);
    const { chargeBudgets, releaseSlices } = charges();
    const ship = createShip({ db: database().kysely, chargeBudgets, logger: silentLogger });
    const adoption = { root, processId: survivor.processId, db: database().kysely, ship, releaseSlices };
    for (const calls of [2, 0]) {
      const count = await adoptJournals({ ...adoption, logger: silentLogger }, new AbortController().signal);
      assert.equal(count, calls);
    }
    survivor.finish(next, tokens(90));
    await settle(survivor);
    assert.deepEqual(await useOf(budgetId), [
      [START, 30 + 40 + 3, 0],
      [END, 90, 0],
    ]);
  });

  it("OC16: of any number of calls in several processes one alone passes the allowance, whatever other budgets they draw on; no month loses any", async () => {
    const clock = frozenClock(END - MINUTE_MS);
    const { organizationId, budgetId, change } = await addPlan({ limitTokens: 2_000 });
    const whole = await addBudget({ tokens: 9_000 }, { scope: "organization", period: "month" }, organizationId);
    const agent = await addBudget({ tokens: 3_000 }, { scope: "agent", period: "total" }, organizationId);
    const own = await addBudget({ tokens: 1_500 }, { scope: "key", period: "day" }, organizationId);
    const keys = [keyOn(whole, budgetId), keyOn(agent, whole, budgetId), keyOn(own, agent, whole, budgetId)];
    const processes = [start({ clock }), start({ clock }), start({ clock })];
    const delivered = new Map<number, number>([
      [START, 0],
      [END, 0],
    ]);
    const most = 90;
    let refusedByPlan = 0;

    async function callOnAndOn(worker: number): Promise<void> {
      for (let round = 0; round < 60; round += 1) {
        const process = processes[(worker + round) % processes.length];
        const key = keys[(worker * 7 + round) % keys.length];
        assert.ok(process && key);
        const declared = 1 + ((worker * 31 + round * 17) % most);
        const answer = await process.reserve(key, tokens(declared));
        if ("refused" in answer) {
          if (answer.budgetId === budgetId) refusedByPlan += 1;
          continue;
        }
        const month = answer.charges.find((charge) => charge.budgetId === budgetId)?.periodStart ?? Number.NaN;
        await new Promise((resolve) => setTimeout(resolve, (worker + round) % 4));
        const actual = declared - ((worker + round) % declared);
        delivered.set(month, (delivered.get(month) ?? Number.NaN) + actual);
        process.finish(answer, tokens(actual));
        if (round % 5 === 0) await process.ship();
        if (round % 7 === 0) await process.tend(0);
      }
    }

    const all = () => Promise.all(Array.from({ length: 6 }, (_, worker) => callOnAndOn(worker)));
    const inOldMonth = all();
    // Some of them are in flight over the end of the month.
    await until(() => (delivered.get(START) ?? 0) > 300);
    clock.advance(2 * MINUTE_MS);
    await change({ periodStart: iso(END), periodEnd: iso(NEXT_END) });
    for (const process of processes) await process.recall(toUuid(organizationId));
    await inOldMonth;
    await all();
    await settle(...processes, ...processes);
    assert.ok(refusedByPlan > 0, "it was used up");
    assert.deepEqual(await useOf(budgetId), [
      [START, delivered.get(START), 0],
      [END, delivered.get(END), 0],
    ]);
    for (const used of delivered.values()) assert.ok(used < 2_000 + most, String(used));
    for (const { processId } of processes) await release(processId);
    const [period] = await periodsOf(whole);
    assert.equal(period?.held_tokens, 0);
  });
});
