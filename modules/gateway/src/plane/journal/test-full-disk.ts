import { randomUUID } from "node:crypto";
import { silentLogger } from "@reef/testing";
import { createJournal } from "./journal.ts";
import { begunCall, endOf } from "./test-calls.ts";

/** A process whose files the system stops at a size: it makes calls, and says which of them it was told are on record. */
const root = String(process.argv[2]);
const processId = randomUUID();
const journal = createJournal({ root, processId, durability: "process", mostBytes: 1e9, logger: silentLogger });
const acknowledged: string[] = [];
let refused = 0;
for (let count = 0; count < 40; count += 1) {
  const begun = begunCall();
  try {
    await journal.begin(begun);
  } catch {
    refused += 1;
    // It tries again four times a second by itself.
    await new Promise((resolve) => setTimeout(resolve, 60));
    continue;
  }
  await journal.end(endOf(begun));
  acknowledged.push(begun.id);
}
process.stdout.write(JSON.stringify({ acknowledged, refused, folder: processId }));
