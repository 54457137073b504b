import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describeEachDatabase, temporaryFolder, until } from "@reef/testing";
import {
  type BudgetProcess,
  budgetMigrations,
  chargesOf,
  createBudgetsUnderTest,
  keyOn,
} from "../../test/budgets-under-test.ts";
import { type JournalLine, LARGEST_CALL, pick, randomNumbers } from "../../test/random-calls.ts";
import type { Amounts, PlaneKey } from "../call.ts";
import type { Reservation } from "../parts.ts";
import { eachUnit, UNITS } from "./amounts.ts";

const LIMIT: Amounts = { tokens: 4_000, costNanos: 60_000 };

/** Takes what is left, a little at a time, and says what it took; what is held by nobody must all be there. */
async function useUp(process: BudgetProcess, key: PlaneKey): Promise<Amounts> {
  const taken = { tokens: 0, costNanos: 0 };
  for (;;) {
    const answer = await process.reserve(key, { tokens: 10, costNanos: 1 });
    if ("refused" in answer) return taken;
    process.finish(answer, { tokens: 10, costNanos: 1 });
    taken.tokens += 10;
    taken.costNanos += 1;
  }
}

describeEachDatabase("the bound of budgets", budgetMigrations, ({ kind, database, url }) => {
  const { start, addBudget, periodsOf, ship, release } = createBudgetsUnderTest(database);

  for (const [seed, largeCalls] of [
    [1, 0],
    [2, 0],
    [3, 0.1],
    [4, 0.1],
  ] as const) {
    it(`over any interleaving of calls, records and crashes a budget is passed by one call alone, and used to its end (${seed})`, async () => {
      const random = randomNumbers(seed);
      const budgetId = await addBudget(LIMIT);
      // The one that is looked at comes last, so that a call is seen here as soon as it was admitted there.
      const key = keyOn(await addBudget({ tokens: 1_000_000 }), budgetId);
      const processes = [start(), start(), start()];
      const delivered = { tokens: 0, costNanos: 0 };
      let largest: Amounts = { tokens: 0, costNanos: 0 };
      const inFlight = new Map<Reservation, { declared: Amounts; process: BudgetProcess }>();
      const isDead = new Set<BudgetProcess>();
      let admitted = 0;

      /** All that was delivered and may yet be, but for one call, is within the limit. */
      function checkBound(): void {
        for (const unit of UNITS) {
          const sum = [...inFlight.values()].reduce((total, call) => total + call.declared[unit], delivered[unit]);
          assert.ok(sum - largest[unit] < LIMIT[unit], `${unit}: ${sum} of ${LIMIT[unit]}, at once ${largest[unit]}`);
        }
      }

      /** The process is no more: who adopts its journal counts what was in flight as if all of it had been delivered. */
      async function crash(process: BudgetProcess): Promise<void> {
        isDead.add(process);
        processes[processes.indexOf(process)] = start();
        const lost = process.unshipped.splice(0);
        for (const [reservation, call] of inFlight) {
          if (call.process !== process) continue;
          inFlight.delete(reservation);
          lost.push(...chargesOf(reservation, call.declared));
          for (const unit of UNITS) delivered[unit] += call.declared[unit];
        }
        await process.kill();
        await sleep(random() * 5);
        await ship(process.processId, lost);
        await release(process.processId);
      }

      async function callOnAndOn(): Promise<void> {
        for (let calls = 0; calls < 40; calls += 1) {
          const process = pick(random, processes);
          const most = random() < largeCalls ? LARGEST_CALL : { tokens: 60, costNanos: 900 };
          const declared = eachUnit((unit) => Math.floor(random() * most[unit]));
          const answer = await Promise.resolve(process.reserve(key, declared)).catch((error: unknown) => {
            assert.ok(isDead.has(process), String(error));
            return undefined;
          });
          // A crash before the call began: it never did.
          if (answer === undefined || isDead.has(process)) continue;
          if ("refused" in answer) {
            await sleep(random() * 3);
            continue;
          }
          admitted += 1;
          inFlight.set(answer, { declared, process });
          largest = eachUnit((unit) => Math.max(largest[unit], declared[unit]));
          checkBound();
          await setImmediate();
          if (random() < 0.7) await sleep(random() * 4);
          if (!inFlight.delete(answer)) continue;
          const actual = eachUnit((unit) => Math.floor(random() * (declared[unit] + 1)));
          for (const unit of UNITS) delivered[unit] += actual[unit];
          process.finish(answer, actual);
          if (random() < 0.3) await process.ship();
          if (random() < 0.1) await process.tend(0);
          if (random() < 0.03) await crash(process);
        }
      }

      await Promise.all(Array.from({ length: 8 }, callOnAndOn));
      assert.ok(admitted > 20, String(admitted));
      for (const process of processes) {
        await process.tend(0);
        await process.ship();
      }
      const last = start();
      const taken = await useUp(last, key);
      for (const unit of UNITS) delivered[unit] += taken[unit];
      assert.ok(
        UNITS.some((unit) => delivered[unit] >= LIMIT[unit]),
        "all of it could be used",
      );
      await last.ship();
      await last.tend(0);
      const [period] = await periodsOf(budgetId);
      assert.deepEqual([period?.used_tokens, period?.used_nanos], [delivered.tokens, delivered.costNanos]);
      assert.deepEqual([period?.held_tokens, period?.held_nanos], [0, 0], "nothing is held of what nobody uses");
    });
  }

  // The embedded database is in one process alone.
  if (kind === "embedded") return;

  it("processes that are killed while they spend pass a budget by their calls in flight at most, and lose none of it", async () => {
    const budgetId = await addBudget(LIMIT);
    const key = keyOn(budgetId);
    const folder = temporaryFolder("reef-budgets");
    const program = fileURLToPath(new URL("../../test/doomed-caller.ts", import.meta.url));
    const delivered = { tokens: 0, costNanos: 0 };
    for (const round of [0, 1, 2]) {
      const children = [0, 1].map((index) => {
        const processId = randomUUID();
        const journal = join(folder, `${round}-${index}`);
        const options = JSON.stringify({ url: url(), processId, journal, budgetId, seed: round * 2 + index });
        const child = spawn(process.execPath, [program, options], { stdio: ["ignore", "pipe", "inherit"] });
        return { child, processId, journal };
      });
      await Promise.all(children.map(({ child }) => once(child.stdout, "data")));
      // Once at least they are killed when something was used; in the next rounds nothing may be left to use.
      if (round === 0) await until(() => children.some(({ journal }) => hasUsed(journal)));
      await sleep(20 + round * 40);
      for (const { child } of children) child.kill("SIGKILL");
      await Promise.all(children.map(({ child }) => once(child, "exit")));
      for (const { processId, journal } of children) {
        const calls = readJournal(journal);
        const charges = [...calls.values()].map(({ declared, actual }) => ({
          budgetId,
          periodStart: 0,
          ...(actual ?? declared),
        }));
        for (const { tokens, costNanos } of charges) {
          delivered.tokens += tokens;
          delivered.costNanos += costNanos;
        }
        await ship(processId, charges);
        await release(processId);
      }
    }
    assert.ok(delivered.tokens > 0);
    for (const unit of UNITS) assert.ok(delivered[unit] < LIMIT[unit] + LARGEST_CALL[unit], unit);
    const last = start();
    const taken = await useUp(last, key);
    await last.ship();
    await last.tend(0);
    const [period] = await periodsOf(budgetId);
    assert.deepEqual(
      [period?.used_tokens, period?.used_nanos],
      [delivered.tokens + taken.tokens, delivered.costNanos + taken.costNanos],
    );
    assert.deepEqual([period?.held_tokens, period?.held_nanos], [0, 0]);
  });
});

/** Whether a call in this journal is over, and took something. */
const hasUsed = (file: string): boolean =>
  [...readJournal(file).values()].some(({ actual }) => actual !== undefined && actual.tokens > 0);

/** What a killed process had begun and ended; a last line that is cut is none. */
function readJournal(file: string): Map<number, Omit<JournalLine, "call">> {
  const calls = new Map<number, Omit<JournalLine, "call">>();
  for (const line of readFileSync(file, "utf8").split("\n").slice(0, -1)) {
    const { call, ...rest } = JSON.parse(line) as JournalLine;
    calls.set(call, rest);
  }
  return calls;
}
