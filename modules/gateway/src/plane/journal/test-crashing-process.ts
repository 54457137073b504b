import { randomInt, randomUUID } from "node:crypto";
import { openDatabase } from "@reef/db";
import { createSupervisor } from "@reef/supervision";
import { silentLogger } from "@reef/testing";
import { createJournal } from "./journal.ts";
import { createShip } from "./ship.ts";
import { shipperLoop } from "./shipper.ts";
import { begunCall, endOf } from "./test-calls.ts";
import { noteCharges } from "./test-charges.ts";

/**
 * A process that makes calls until it is killed, and tells its parent of each: `asked` before it is begun, `begun` and `ended`
 * when it was told that this is on record. Where it is given a database, it brings its calls there meanwhile.
 */
const [root = "", budgetId = "", url] = process.argv.slice(2);
const processId = randomUUID();
const logger = silentLogger;
const durability = randomInt(2) === 0 ? "process" : "disk";
const options = { root, processId, durability, mostBytes: 1e9, logger, segmentBytes: 20_000, segmentMs: 50 } as const;
const journal = createJournal({ ...options, mostWaiting: 40 });

if (url !== undefined) {
  const database = await openDatabase({ url, poolSize: 2 });
  const ship = createShip({ db: database.kysely, chargeBudgets: noteCharges, logger });
  createSupervisor({ logger }).start(shipperLoop({ journal, ship, logger }));
}

const tell = (word: string, id: string, tokens = 0) => process.stdout.write(`${word} ${id} ${tokens}\n`);

async function makeCalls(): Promise<never> {
  for (;;) {
    const begun = begunCall({ charges: [{ budgetId, periodStart: 0 }] });
    tell("asked", begun.id);
    await journal.begin(begun);
    tell("begun", begun.id);
    await new Promise((resolve) => setTimeout(resolve, randomInt(20)));
    const usage = { ...endOf(begun).usage, outputTokens: randomInt(1, 1_000) };
    await journal.end(endOf(begun, { usage }));
    tell("ended", begun.id, usage.outputTokens);
  }
}

await Promise.all(Array.from({ length: 12 }, makeCalls));
