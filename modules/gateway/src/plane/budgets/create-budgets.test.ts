import assert from "node:assert/strict";
import { it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import {
  assertRefused,
  assertReserved,
  budgetMigrations,
  createBudgetsUnderTest,
  keyOn,
  tokens,
} from "../../test/budgets-under-test.ts";
import { frozenClock } from "../../test/gateway-people.ts";

describeEachDatabase("budgets of processes", budgetMigrations, ({ database }) => {
  const { start, addBudget, periodsOf } = createBudgetsUnderTest(database);

  it("OC16: at nine tenths a call says so; at the limit calls are refused with used, limit and reset", async () => {
    const clock = frozenClock(Date.UTC(2026, 10, 20, 12));
    const process = start({ clock });
    const key = keyOn(await addBudget({ tokens: 100 }, { period: "month" }));
    const call = async (amount: number) => {
      const reservation = await process.reserve(key, tokens(amount));
      assertReserved(reservation);
      process.finish(reservation, tokens(amount));
      return reservation.nearlyUsed;
    };
    assert.equal(await call(45), false);
    assert.equal(await call(45), false, "until it is used");
    assert.equal(await call(1), true);
    assert.equal(await call(9), true);
    const refusal = await process.reserve(key, tokens(1));
    assertRefused(refusal);
    const resetsAt = Date.UTC(2026, 11, 1);
    const retryAfterSeconds = (resetsAt - clock.now()) / 1_000;
    const [budgetId] = key.budgets;
    assert.deepEqual(refusal, {
      refused: true,
      budgetId,
      unit: "tokens",
      used: 100,
      limit: 100,
      resetsAt,
      retryAfterSeconds,
    });
    clock.advance(resetsAt - clock.now());
    assert.equal(await call(60), false, "the next month begins anew");
  });

  it("a slice is spent without the database, and a budget that is used up refuses without it", async () => {
    const process = start({ clock: frozenClock() });
    const key = keyOn(await addBudget({ tokens: 100_000 }));
    assertReserved(await process.reserve(key, tokens(1)));
    for (let index = 0; index < 100; index += 1) {
      const answer = process.reserve(key, tokens(10));
      assert.ok(!(answer instanceof Promise));
      assertReserved(answer);
    }
    const small = keyOn(await addBudget({ tokens: 1 }));
    assertReserved(await process.reserve(small, tokens(1)));
    assertRefused(await process.reserve(small, tokens(1)));
    const again = process.reserve(small, tokens(1));
    assert.ok(!(again instanceof Promise));
    assertRefused(again);
  });

  it("a call may declare more than a whole budget, and then it is the last one", async () => {
    const key = keyOn(await addBudget({ tokens: 10 }));
    const [one, other] = [start(), start()];
    const reservation = await one.reserve(key, tokens(1_000));
    assertReserved(reservation);
    for (const process of [one, other]) {
      const refusal = await process.reserve(key, tokens(1));
      assertRefused(refusal);
      assert.equal(refusal.retryAfterSeconds, 1, "only a call in flight holds the rest");
    }
    one.finish(reservation, tokens(4));
    await one.tend(0);
    await one.ship();
    assertReserved(await start().reserve(key, tokens(6)));
  });

  it("of many processes that ask at one moment for the last of a budget one gets it, whatever they declare", async () => {
    for (const declared of [1, 7, 1_000]) {
      const key = keyOn(await addBudget({ tokens: 1 }));
      const answers = await Promise.all(Array.from({ length: 8 }, async () => start().reserve(key, tokens(declared))));
      assert.equal(answers.filter((answer) => !("refused" in answer)).length, 1);
    }
  });

  it("calls of one moment in one process share what is asked for: a budget of ten admits ten of a hundred", async () => {
    const process = start();
    const key = keyOn(await addBudget({ tokens: 10 }));
    const answers = await Promise.all(Array.from({ length: 100 }, async () => process.reserve(key, tokens(1))));
    assert.equal(answers.filter((answer) => !("refused" in answer)).length, 10);
  });

  it("LiteLLM's fault: two hundred parallel calls over four replicas, recorded late, do not pass a budget five times", async () => {
    const limit = 1_000_000_000;
    const cost = 50_000_000;
    const key = keyOn(await addBudget({ costNanos: limit }));
    const replicas = [start(), start(), start(), start()];
    const call = async (index: number) => {
      const replica = replicas[index % replicas.length];
      const answer = await replica?.reserve(key, { tokens: 10, costNanos: cost });
      if (answer === undefined || "refused" in answer) return 0;
      await new Promise((resolve) => setTimeout(resolve, 5));
      // Nothing is put on record while the calls go on.
      replica?.finish(answer, { tokens: 10, costNanos: cost });
      return cost;
    };
    const costs = await Promise.all(Array.from({ length: 200 }, (_, index) => call(index)));
    const total = costs.reduce<number>((sum, one) => sum + one, 0);
    assert.ok(total > 0 && total < limit + cost, String(total));
  });

  it("LiteLLM's fault: a call whose model has no price is refused as well once the money is used up", async () => {
    const process = start();
    const key = keyOn(await addBudget({ costNanos: 10 }));
    const reservation = await process.reserve(key, { tokens: 1, costNanos: 10 });
    assertReserved(reservation);
    process.finish(reservation, { tokens: 1, costNanos: 10 });
    const refusal = await process.reserve(key, { tokens: 1, costNanos: 0 });
    assertRefused(refusal);
    assert.deepEqual([refusal.unit, refusal.used, refusal.limit], ["micros", 1, 1]);
  });

  it("a key draws on all its budgets, and a refusal by one takes nothing of the others", async () => {
    const process = start();
    const [own, whole] = [await addBudget({ tokens: 5 }), await addBudget({ tokens: 100 })];
    const key = keyOn(own, whole);
    const reservation = await process.reserve(key, tokens(5));
    assertReserved(reservation);
    assert.deepEqual(
      reservation.charges.map(({ budgetId }) => budgetId),
      [own, whole],
    );
    const refusal = await process.reserve(key, tokens(5));
    assertRefused(refusal);
    assert.equal(refusal.budgetId, own);
    process.finish(reservation, tokens(5));
    assertReserved(await process.reserve(keyOn(whole), tokens(95)));
    assertRefused(await process.reserve(keyOn(whole), tokens(1)));
  });

  it("a call that never reached an upstream took nothing, and ends once", async () => {
    const process = start();
    const key = keyOn(await addBudget({ tokens: 10 }));
    const reservation = await process.reserve(key, tokens(10));
    assertReserved(reservation);
    reservation.release();
    reservation.settle(tokens(10));
    reservation.release();
    assertReserved(await process.reserve(key, tokens(10)));
    assertRefused(await process.reserve(key, tokens(1)));
  });

  it("what an idle process holds goes back, and then another one has it", async () => {
    const clock = frozenClock();
    const [idle, busy] = [start({ clock }), start({ clock })];
    const budgetId = await addBudget({ tokens: 1_000 });
    const key = keyOn(budgetId);
    const reservation = await idle.reserve(key, tokens(10));
    assertReserved(reservation);
    idle.finish(reservation, tokens(10));
    await idle.tend(2_000);
    const held = async () => (await periodsOf(budgetId))[0]?.held_tokens ?? 0;
    assert.ok((await held()) > 10, "not at once");
    clock.advance(2_000);
    await idle.tend(2_000);
    assert.equal(await held(), 10, "but for what is not on record yet");
    await idle.ship();
    assert.equal(await held(), 0);
    assertReserved(await busy.reserve(key, tokens(990)));
    assertRefused(await busy.reserve(key, tokens(1)));
  });

  it("a call that takes more than it declared counts in full, for other processes too", async () => {
    const [one, other] = [start(), start()];
    const budgetId = await addBudget({ tokens: 100 });
    const key = keyOn(budgetId);
    const reservation = await one.reserve(key, tokens(10));
    assertReserved(reservation);
    one.finish(reservation, tokens(150));
    await one.tend(0);
    assertRefused(await other.reserve(key, tokens(1)));
    await one.ship();
    assertRefused(await start().reserve(key, tokens(1)));
    const [period] = await periodsOf(budgetId);
    assert.deepEqual([period?.used_tokens, period?.held_tokens], [150, 0]);
  });

  it("what calls leave over in a period that has ended goes back, also where one ends while others' is on its way", async () => {
    const clock = frozenClock(Date.UTC(2026, 10, 20, 23, 59));
    const process = start({ clock });
    const budgetIds = [
      await addBudget({ tokens: 100 }, { period: "day" }),
      await addBudget({ tokens: 100 }, { period: "day" }),
    ] as const;
    const [early, late] = [
      await process.reserve(keyOn(budgetIds[0]), tokens(10)),
      await process.reserve(keyOn(budgetIds[1]), tokens(100)),
    ];
    assertReserved(early);
    assertReserved(late);
    process.finish(early, tokens(10));
    clock.advance(120_000);
    const tending = process.tend(0);
    await setImmediate();
    process.finish(late, tokens(1));
    await tending;
    await process.tend(0);
    await process.ship();
    for (const [index, used] of [10, 1].entries()) {
      const [period] = await periodsOf(budgetIds[index] ?? "");
      assert.deepEqual([period?.used_tokens, period?.held_tokens], [used, 0]);
    }
  });

  it("a call that ends in the next period is charged to the one that it began in", async () => {
    const clock = frozenClock(Date.UTC(2026, 10, 20, 23, 59));
    const process = start({ clock });
    const budgetId = await addBudget({ tokens: 100 }, { period: "day" });
    const key = keyOn(budgetId);
    const reservation = await process.reserve(key, tokens(80));
    assertReserved(reservation);
    clock.advance(120_000);
    const next = await process.reserve(key, tokens(100));
    assertReserved(next);
    process.finish(reservation, tokens(70));
    process.finish(next, tokens(100));
    assertRefused(await process.reserve(key, tokens(1)));
    await process.tend(0);
    await process.ship();
    const periods = await periodsOf(budgetId);
    assert.deepEqual(
      periods.map(({ period_start, used_tokens, held_tokens }) => [
        period_start.toISOString(),
        used_tokens,
        held_tokens,
      ]),
      [
        ["2026-11-20T00:00:00.000Z", 70, 0],
        ["2026-11-21T00:00:00.000Z", 100, 0],
      ],
    );
  });

  it("a clock that is set back to the period before finds what was spent in it", async () => {
    const clock = frozenClock(Date.UTC(2026, 10, 20, 23, 59));
    const process = start({ clock });
    const key = keyOn(await addBudget({ tokens: 100 }, { period: "day" }));
    const reservation = await process.reserve(key, tokens(60));
    assertReserved(reservation);
    process.finish(reservation, tokens(60));
    clock.advance(120_000);
    assertReserved(await process.reserve(key, tokens(1)));
    await process.tend(0);
    clock.advance(-120_000);
    assertReserved(await process.reserve(key, tokens(40)));
    assertRefused(await process.reserve(key, tokens(1)));
  });

  it("a lower limit holds for the next call once the process was told, and a higher one as well", async () => {
    const process = start();
    const budgetId = await addBudget({ tokens: 1_000 });
    const key = keyOn(budgetId);
    const reservation = await process.reserve(key, tokens(10));
    assertReserved(reservation);
    process.finish(reservation, tokens(10));
    const setLimit = (limit: number) =>
      sql`update gateway.budgets set limit_tokens = ${limit} where id = ${budgetId}`.execute(database().kysely);
    await setLimit(10);
    await process.recall(undefined);
    assertRefused(await process.reserve(key, tokens(1)));
    await setLimit(11);
    await process.recall(undefined);
    assertReserved(await process.reserve(key, tokens(1)));
    assertRefused(await process.reserve(key, tokens(1)));
  });

  it("a limit of money that is set later counts what was spent before it", async () => {
    const process = start();
    const budgetId = await addBudget({ tokens: 1_000_000 });
    const key = keyOn(budgetId);
    for (let index = 0; index < 5; index += 1) {
      const reservation = await process.reserve(key, { tokens: 1, costNanos: 20 });
      assertReserved(reservation);
      process.finish(reservation, { tokens: 1, costNanos: 20 });
    }
    await sql`update gateway.budgets set limit_nanos = 100 where id = ${budgetId}`.execute(database().kysely);
    await process.recall(undefined);
    assertRefused(await process.reserve(key, { tokens: 1, costNanos: 1 }));
    assertRefused(await start().reserve(key, { tokens: 1, costNanos: 1 }));
    await process.ship();
    assertRefused(await start().reserve(key, { tokens: 1, costNanos: 1 }));
  });

  it("a budget that is deleted refuses nothing, also while a call is in flight; what that took is charged to the others", async () => {
    const process = start();
    const [gone, kept] = [await addBudget({ tokens: 5 }), await addBudget({ tokens: 100 })];
    const key = keyOn(gone, kept);
    const reservation = await process.reserve(key, tokens(5));
    assertReserved(reservation);
    assertRefused(await process.reserve(key, tokens(5)));
    await sql`delete from gateway.budgets where id = ${gone}`.execute(database().kysely);
    await process.recall(undefined);
    const next = await process.reserve(key, tokens(5));
    assertReserved(next);
    process.finish(reservation, tokens(5));
    process.finish(next, tokens(5));
    await process.ship();
    assert.equal((await periodsOf(kept))[0]?.used_tokens, 10);
  });
});
