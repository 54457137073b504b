import assert from "node:assert/strict";
import { it } from "node:test";
import { describeEachDatabase, until } from "@reef/testing";
import { sql } from "kysely";
import { addCharges } from "../../store/budget-charges.ts";
import { settleSlice } from "../../store/slices.ts";
import {
  assertRefused,
  assertReserved,
  budgetMigrations,
  createBudgetsUnderTest,
  keyOn,
  tokens,
} from "../../test/budgets-under-test.ts";
import type { BudgetRefusal, Reservation } from "../parts.ts";

describeEachDatabase("processes that hold budgets", budgetMigrations, ({ database, kind }) => {
  const { start, addBudget, periodsOf, ship, release } = createBudgetsUnderTest(database);

  it("what a crashed process held stays held until its journal is on record; then the rest is free", async () => {
    const budgetId = await addBudget({ tokens: 100 });
    const key = keyOn(budgetId);
    const crashed = start();
    const [settled, inFlight] = [await crashed.reserve(key, tokens(50)), await crashed.reserve(key, tokens(45))];
    assertReserved(settled);
    assertReserved(inFlight);
    crashed.finish(settled, tokens(20));
    const survivor = start();
    const taken: (Reservation | BudgetRefusal)[] = [];
    for (let index = 0; index < 10; index += 1) taken.push(await survivor.reserve(key, tokens(1)));
    const free = taken.filter((answer) => !("refused" in answer)).length;
    assert.ok(free <= 5, "what the crashed process held is nobody else's");
    await ship(crashed.processId, [...crashed.unshipped, { budgetId, periodStart: 0, ...tokens(30) }]);
    await release(crashed.processId);
    await survivor.recall(undefined);
    assertReserved(await survivor.reserve(key, tokens(50 - free)));
    assertRefused(await survivor.reserve(key, tokens(1)));
  });

  it("what a process held that nobody heard of for a day counts as used; if it comes back, it goes on with nothing", async () => {
    const budgetId = await addBudget({ tokens: 100 });
    const key = keyOn(budgetId);
    const lost = start();
    const reservation = await lost.reserve(key, tokens(60));
    assertReserved(reservation);
    const held = (await periodsOf(budgetId))[0]?.held_tokens ?? 0;
    assert.ok(held >= 60);
    await sql`update gateway.processes set seen_at = now() - interval '25 hours' where id = ${lost.processId}`.execute(
      database().kysely,
    );
    const { loop } = start();
    const stop = new AbortController();
    const beat = () => stop.abort();
    await loop.run({ beat, signal: stop.signal, sleep: async () => {} });
    const [period] = await periodsOf(budgetId);
    assert.deepEqual([period?.used_tokens, period?.held_tokens], [held, 0]);
    lost.finish(reservation, tokens(50));
    assertReserved(await lost.reserve(key, tokens(100 - held)));
    assertRefused(await start().reserve(key, tokens(1)));
  });

  // The embedded database has one session, so that no two transactions run beside each other.
  if (kind === "postgres") {
    it("what a lost process held counts as used once, also where its journal is found at that moment", async () => {
      const budgetId = await addBudget({ tokens: 100 });
      const lost = start();
      assertReserved(await lost.reserve(keyOn(budgetId), tokens(60)));
      const held = (await periodsOf(budgetId))[0]?.held_tokens ?? 0;
      const db = database().kysely;
      await sql`update gateway.processes set seen_at = now() - interval '25 hours' where id = ${lost.processId}`.execute(
        db,
      );
      const found = await db.startTransaction().execute();
      await addCharges(found, lost.processId, [{ budgetId, periodStart: 0, ...tokens(40) }]);
      const { loop } = start();
      const stop = new AbortController();
      const run = loop.run({ beat: () => stop.abort(), signal: stop.signal, sleep: async () => {} });
      await until(async () => {
        const { rows } = await sql`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
        return rows.length === 1;
      });
      await found.commit().execute();
      await run;
      const [period] = await periodsOf(budgetId);
      assert.deepEqual([period?.used_tokens, period?.held_tokens], [held, 0]);
    });
  }

  it("a process that begins again under its old id spends nothing twice", async () => {
    const budgetId = await addBudget({ tokens: 100 });
    const key = keyOn(budgetId);
    const before = start();
    const reservation = await before.reserve(key, tokens(90));
    assertReserved(reservation);
    const again = start({ processId: before.processId });
    let taken = 0;
    for (let index = 0; index < 20; index += 1) if (!("refused" in (await again.reserve(key, tokens(1))))) taken += 1;
    assert.ok(taken <= 10, String(taken));
  });

  it("a process that stops gives all back and is forgotten; one with calls that are not on record is not", async () => {
    const budgetId = await addBudget({ tokens: 100 });
    const key = keyOn(budgetId);
    const process = start();
    const reservation = await process.reserve(key, tokens(10));
    assertReserved(reservation);
    process.finish(reservation, tokens(10));
    const isKnown = async () => {
      const { rows } = await sql`select 1 from gateway.processes where id = ${process.processId}`.execute(
        database().kysely,
      );
      return rows.length > 0;
    };
    await process.close();
    assert.equal(await isKnown(), true);
    assert.equal((await periodsOf(budgetId))[0]?.held_tokens, 10);
    await process.ship();
    await process.close();
    assert.equal(await isKnown(), false);
    assert.deepEqual(
      (await periodsOf(budgetId)).map((period) => [period.used_tokens, period.held_tokens]),
      [[10, 0]],
    );
  });

  /** A process whose database may be away. */
  function startWithLine() {
    const line = { isCut: false };
    const whole = database();
    const kysely = whole.kysely.withPlugin({
      transformQuery({ node }) {
        if (line.isCut) throw new Error("The database is away.");
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    return { line, process: createBudgetsUnderTest(() => ({ ...whole, kysely })).start() };
  }

  it("what could not be given back while the database was away goes back when it is there again", async () => {
    const { line, process } = startWithLine();
    const budgetId = await addBudget({ tokens: 1_000 });
    const reservation = await process.reserve(keyOn(budgetId), tokens(10));
    assertReserved(reservation);
    process.finish(reservation, tokens(10));
    line.isCut = true;
    await process.tend(0);
    line.isCut = false;
    await process.tend(0);
    await process.ship();
    const [period] = await periodsOf(budgetId);
    assert.deepEqual([period?.used_tokens, period?.held_tokens], [10, 0]);
  });

  // The embedded database has one session, so nothing ever waits for a lock there.
  if (kind === "postgres") {
    it("a process that is taken for dead while it asks for its first slice of a budget is held to that budget", async () => {
      const [known, asked] = [await addBudget({ tokens: 100 }), await addBudget({ tokens: 10 })];
      const process = start();
      assertReserved(await process.reserve(keyOn(known), tokens(1)));
      assertReserved(await start().reserve(keyOn(asked), tokens(1)));
      const reserved = await database()
        .kysely.transaction()
        .execute(async (adopter) => {
          await sql`select from gateway.budget_periods where budget_id = ${asked} for update`.execute(adopter);
          const asking = process.reserve(keyOn(asked), tokens(1));
          await untilWaiting("budget_periods");
          await sql`delete from gateway.slices where process_id = ${process.processId}`.execute(adopter);
          await sql`delete from gateway.processes where id = ${process.processId}`.execute(adopter);
          return { asking };
        });
      const reservation = await reserved.asking;
      assertReserved(reservation);
      assert.deepEqual(
        reservation.charges.map(({ budgetId }) => budgetId),
        [asked],
      );
      assertReserved(await process.reserve(keyOn(asked), tokens(100)));
      assertRefused(await process.reserve(keyOn(asked), tokens(1)));
    });

    it("what the database grants after a process has given up its first ask is not lost", async () => {
      const budgetId = await addBudget({ tokens: 1_000 });
      const key = keyOn(budgetId);
      const other = start();
      const first = await other.reserve(key, tokens(1));
      assertReserved(first);
      other.finish(first, tokens(1));
      await other.tend(0);
      await other.ship();

      const process = start();
      await database()
        .kysely.transaction()
        .execute(async (holding) => {
          await sql`select from gateway.budget_periods where budget_id = ${budgetId} for update`.execute(holding);
          await assert.rejects(async () => process.reserve(key, tokens(100)), { code: "http.unavailable" });
        });
      await until(async () => {
        const { rows } = await sql`select from gateway.slices where process_id = ${process.processId}`.execute(
          database().kysely,
        );
        return rows.length > 0;
      });
      const reservation = await process.reserve(key, tokens(10));
      assertReserved(reservation);
      process.finish(reservation, tokens(10));
      await process.tend(0);
      await process.ship();
      const [period] = await periodsOf(budgetId);
      assert.deepEqual([period?.used_tokens, period?.held_tokens], [11, 0]);
    });

    const untilWaiting = (query: string) =>
      until(async () => {
        const { rows } = await sql`
          select from pg_stat_activity
          where wait_event_type = 'Lock' and datname = current_database() and query like ${`%${query}%`}`.execute(
          database().kysely,
        );
        return rows.length > 0;
      });
  }

  it("while the database is away slices are spent to their end; then calls are told so, and all goes on when it is back", async () => {
    const { line, process } = startWithLine();
    const [known, other] = [keyOn(await addBudget({ tokens: 2_000 })), keyOn(await addBudget({ tokens: 10 }))];
    assertReserved(await process.reserve(known, tokens(1)));
    line.isCut = true;
    assertReserved(await process.reserve(known, tokens(50)));
    for (const key of [known, other]) {
      await assert.rejects(async () => process.reserve(key, tokens(1_000)), { code: "http.unavailable" });
    }
    assertReserved(await process.reserve(known, tokens(1)));
    await process.tend(0);
    line.isCut = false;
    for (const key of [known, other]) assertReserved(await process.reserve(key, tokens(1_000)));
  });

  it("an ask that the database gets late changes nothing of what was granted since", async () => {
    const process = start();
    const budgetId = await addBudget({ tokens: 100 });
    assertReserved(await process.reserve(keyOn(budgetId), tokens(10)));
    assertReserved(await process.reserve(keyOn(budgetId), tokens(50)));
    const before = await periodsOf(budgetId);
    const late = { processId: process.processId, host: "test", budgetId, periodStart: 0, number: 1, isFirst: false };
    const answer = await settleSlice(database().kysely, late, () => assert.fail("It is not looked at."));
    assert.equal(answer.kind, "late");
    assert.deepEqual(await periodsOf(budgetId), before);
  });

  it("processes that live are counted, and one that stopped is not", async () => {
    await sql`truncate gateway.processes cascade`.execute(database().kysely);
    const counts: number[] = [];
    const onProcesses = (count: number) => void counts.push(count);
    const [one, other] = [start({ onProcesses }), start({ onProcesses })];
    const work = async ({ loop }: typeof one) => {
      const stop = new AbortController();
      await loop.run({ beat: () => stop.abort(), signal: stop.signal, sleep: async () => {} });
    };
    await work(one);
    await work(other);
    await one.close();
    await work(other);
    assert.deepEqual(counts, [1, 2, 1]);
  });
});
