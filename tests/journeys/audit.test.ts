import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { verifyLedger } from "@reef/proofs";
import { startReefWithAgent } from "../support/agent.ts";
import { startReefProcess } from "../support/reef-process.ts";

const WRITES = 100;

describe("the audit ledger of a reef that is killed", () => {
  it("has every acknowledged change once, in one unbroken chain, after kill -9 amid writes", async () => {
    const environment = { REEF_RATE_LIMIT_FACTOR: "100" };
    const { process: first, reef } = await startReefWithAgent({ environment });
    const port = Number(new URL(first.url).port);
    const acknowledged: string[] = [];
    const writes = Array.from({ length: WRITES }, async (_, index) => {
      const { id } = await reef.memory.createDiary({ name: `diary ${index}` });
      acknowledged.push(id);
      // Some are in the ledger by then, some are being appended, some wait in the outbox.
      if (acknowledged.length === WRITES / 2) await first.kill();
    });
    await Promise.allSettled(writes);
    assert.ok(acknowledged.length >= WRITES / 2);
    // The same port, so that the agent's client finds its reef again at the address that it knows.
    const again = await startReefProcess({ dataFolder: first.dataFolder, port, environment });

    const recordedIds = async () => {
      const ids: string[] = [];
      for await (const { record } of reef.signing.listAuditRecords.all({
        operation: "memory.createDiary",
        limit: 100,
      })) {
        ids.push(record.subject.id ?? "");
      }
      return ids;
    };
    const stored: string[] = [];
    for await (const { id } of reef.memory.listDiaries.all({ limit: 100 })) stored.push(id);
    // The killed process held the ledger's consumer by a lease, which has to run out first.
    while ((await recordedIds()).length < stored.length) await new Promise((resolve) => setTimeout(resolve, 100));
    // Some were stored whose acknowledgement the kill cut off; they are recorded as well.
    assert.deepEqual((await recordedIds()).sort(), stored.sort());
    assert.deepEqual(
      acknowledged.filter((id) => !stored.includes(id)),
      [],
    );
    const verdict = await verifyLedger(reef.signing.exportAudit.all({ limit: 500 }));
    assert.deepEqual([verdict.faults, verdict.ok], [[], true]);
    await again.stop();
  });
});
