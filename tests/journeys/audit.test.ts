import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { verifyLedger } from "@reef/proofs";
import { until } from "@reef/testing";
import { startReefWithAgent } from "../support/agents.ts";
import { requestAuthorization, startOAuthProgram } from "../support/oauth-program.ts";
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
    await until(async () => (await recordedIds()).length >= stored.length);
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

describe("the subject of a record", () => {
  it("names what was made or let in, also where the answer is no such thing itself, and never a one-time code", async (test) => {
    const environment = { REEF_OAUTH_LOCAL_CLIENTS: "true", REEF_RATE_LIMIT_FACTOR: "100" };
    const { process, reef } = await startReefWithAgent({ environment });
    const program = await startOAuthProgram();
    test.after(() => Promise.all([process.stop(), program.stop()]));
    const requestCode = () => requestAuthorization(program, process.url);
    const codes = [await requestCode(), await requestCode()] as const;
    const { clientId } = await reef.identity.approveAuthorization({ code: codes[0] });
    const { id: diaryId } = await reef.memory.createDiary({ name: "log" });
    const { items } = await reef.memory.importEntries({ diaryId, entries: [{ content: "ebb" }, { content: "flow" }] });
    const { updatedAt, createdAt } = await reef.memory.getDiary({ diaryId });
    const archived = { sourceId: diaryId, name: "log", visibility: "private", signed: false } as const;
    const restored = await reef.memory.restoreDiary({ ...archived, createdAt, updatedAt });

    const expected = {
      "identity.registerAgent": { id: (await reef.identity.whoami()).id },
      "identity.approveAuthorization": { clientId },
      "memory.createDiary": { id: diaryId },
      "memory.importEntries": { diaryId, ids: items.map(({ id }) => id).join(",") },
      "memory.restoreDiary": { id: restored.diaryId },
    };
    const recorded = async () => {
      const records: [string, unknown][] = [];
      for await (const { record } of reef.signing.listAuditRecords.all({ limit: 100 }))
        records.push([record.operation, { ...record.subject }]);
      return Object.fromEntries(records);
    };
    await until(async () => Object.keys(await recorded()).length >= Object.keys(expected).length);
    assert.deepEqual(await recorded(), expected);
    for await (const line of reef.signing.exportAudit.all({ limit: 500 }))
      for (const code of codes) assert.ok(!line.includes(code) && !line.includes(code.replace("-", "")));
  });
});
