import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "@reef/db";
import { eachUnit } from "../plane/budgets/amounts.ts";
import { createBudgetsUnderTest, keyOn } from "./budgets-under-test.ts";
import { type JournalLine, LARGEST_CALL, randomNumbers } from "./random-calls.ts";

interface Options {
  url: string;
  processId: string;
  journal: string;
  budgetId: string;
  seed: number;
}

/** A process that makes calls until it is killed, and writes each into its journal before it begins and when it ends. */
const { url, processId, journal, budgetId, seed } = JSON.parse(process.argv[2] ?? "{}") as Options;
const database = await openDatabase({ url });
const budgets = createBudgetsUnderTest(() => database).start({ processId });
const key = keyOn(budgetId);
const random = randomNumbers(seed);
const write = (line: JournalLine) => appendFileSync(journal, `${JSON.stringify(line)}\n`);
let calls = 0;

async function callOnAndOn(): Promise<never> {
  for (;;) {
    const most = random() < 0.05 ? LARGEST_CALL : { tokens: 12, costNanos: 180 };
    const declared = eachUnit((unit) => Math.floor(random() * most[unit]));
    const answer = await budgets.reserve(key, declared);
    if ("refused" in answer) {
      await sleep(20);
      continue;
    }
    calls += 1;
    const call = calls;
    write({ call, declared });
    await sleep(random() * 20);
    const actual = eachUnit((unit) => Math.floor(random() * (declared[unit] + 1)));
    write({ call, declared, actual });
    budgets.finish(answer, actual);
    if (random() < 0.1) await budgets.tend(0);
  }
}

appendFileSync(journal, "");
process.stdout.write("it spends\n");
await Promise.all(Array.from({ length: 4 }, callOnAndOn));
