import assert from "node:assert/strict";
import { it } from "node:test";
import { type Id, newId, randomToken, signingKeyFromSeed, toUuid } from "@reef/crypto";
import { transact } from "@reef/db";
import { createEvents, type ReefEvent } from "@reef/events";
import type { Action } from "@reef/http/call";
import { type LedgerRecord, verifyLedger } from "@reef/proofs";
import { describeEachDatabase, silentLogger, until } from "@reef/testing";
import { sql } from "kysely";
import type { RecordedAction } from "../events.ts";
import { listLines } from "../store/ledger.ts";
import { found, type RunningReef, startReef, testMigrations } from "../test/signing-under-test.ts";
import { createLedger } from "./ledger.ts";

/** Texts that are changed by what escapes, normalizes, orders or reads numbers anew. */
const HOSTILE = [
  "🪸👩‍🚀🏽",
  "a\u2028b\u2029c",
  "\u0001\b\f\u001f\u007f\u0085",
  "e\u0301 is not \u00e9",
  '"}\\u0041,{"\\',
  "\ufffd\ufeff",
  "9007199254740993",
  "1e400",
  "-0.10",
  "__proto__",
  "</script>&amp;",
  " \t\r\n",
  "名前",
];

describeEachDatabase("the audit ledger", testMigrations, ({ database }) => {
  let sequence = 1_000_000;
  const auditKey = signingKeyFromSeed(Buffer.from(randomToken(), "hex"));
  const events = () => createEvents({ database: database(), logger: silentLogger });
  const newLedger = () => createLedger({ events: events(), clock: Date, auditKey });

  const actionOf = (organizationId: Id<"org">, changes: Partial<Action> = {}): Action => ({
    actor: { agentId: newId("agt"), organizationId, name: "ada", fingerprint: "21FE-31DF-A154-A261" },
    operation: "memory.createDiary",
    subject: { id: "dia_01m7y6d3pvfk4vqmtqye1mzf9m" },
    fields: ["name"],
    requestId: "request-1",
    ...changes,
  });

  const eventOf = (organizationId: Id<"org">, changes: Partial<Action> = {}): ReefEvent<RecordedAction> => {
    sequence += 1;
    const payload = actionOf(organizationId, changes) as RecordedAction;
    return { sequence, name: "signing.action_recorded", organizationId: null, payload, createdAt: new Date() };
  };

  const linesOf = async (organizationId: Id<"org">) => {
    const beyond = { position: 0, isCheckpoint: true };
    const page = { beyond, upTo: Number.MAX_SAFE_INTEGER, limit: 10_000 };
    return (await listLines(database().kysely, organizationId, page)).map(({ line }) => line);
  };
  const recordsOf = async (organizationId: Id<"org">): Promise<LedgerRecord[]> =>
    (await linesOf(organizationId)).flatMap((line) => JSON.parse(line).record ?? []);
  const verdictOf = async (organizationId: Id<"org">) =>
    verifyLedger(await linesOf(organizationId), { publicKey: auditKey.publicKey });

  it("has an event once, in the order of events, however often and by however many it is delivered", async () => {
    const organizationId = newId("org");
    const [one, other] = [newLedger(), newLedger()];
    const { kysely } = database();
    const told = Array.from({ length: 10 }, (_, index) => eventOf(organizationId, { requestId: `request-${index}` }));
    for (const event of told) {
      await Promise.all([one.append(kysely, event), other.append(kysely, event).catch(() => {})]);
      await other.append(kysely, event);
    }
    for (const event of told) await one.append(kysely, event);
    const records = await recordsOf(organizationId);
    assert.deepEqual(
      records.map(({ position, requestId }) => [position, requestId]),
      told.map(({ payload }, index) => [index + 1, payload.requestId]),
    );
    await one.checkpointHead(kysely, organizationId);
    assert.deepEqual((await verdictOf(organizationId)).faults, []);
  });

  it("stays whole when two processes append different events at once", async () => {
    const organizationId = newId("org");
    const { kysely } = database();
    const ledgers = [newLedger(), newLedger()];
    await Promise.all(
      ledgers.map(async (ledger) => {
        for (let count = 0; count < 20; count += 1) await ledger.append(kysely, eventOf(organizationId));
      }),
    );
    await newLedger().checkpointHead(kysely, organizationId);
    const verdict = await verdictOf(organizationId);
    assert.deepEqual([verdict.ok, verdict.records], [true, 40]);
  });

  it("gives every text back as it was hashed, whatever it holds", async () => {
    const organizationId = newId("org");
    const { kysely } = database();
    const emitter = newLedger();
    const actions = HOSTILE.map((text) =>
      actionOf(organizationId, {
        actor: { agentId: newId("agt"), organizationId, name: text, fingerprint: text },
        operation: text,
        subject: { id: text, [`in ${text}`]: text },
        fields: [text, "b", "a", text],
        requestId: text,
      }),
    );
    for (const action of actions) {
      await transact(kysely, (transaction) => emitter.recorder.record(transaction, action));
    }
    const { rows } = await sql<{ sequence: number; payload: RecordedAction; createdAt: Date }>`
      select seq as sequence, payload, created_at as "createdAt" from platform.events
      where organization_id = ${toUuid(organizationId)}::uuid order by seq`.execute(kysely);
    for (const row of rows) await emitter.append(kysely, { ...row, name: "", organizationId: null });
    await emitter.checkpointHead(kysely, organizationId);
    const records = await recordsOf(organizationId);
    assert.deepEqual(
      records.map(({ actor, operation, subject, fields, requestId }) => ({
        actor: { ...actor, organizationId },
        operation,
        subject: { ...subject },
        fields,
        requestId,
      })),
      actions.map((action) => ({ ...action })),
    );
    const verdict = await verdictOf(organizationId);
    assert.deepEqual([verdict.faults, verdict.ok, verdict.records], [[], true, HOSTILE.length]);
  });

  it("is signed after a hundred records at the latest, at every round of housekeeping, and never twice at one place", async () => {
    const organizationId = newId("org");
    const { kysely } = database();
    const ledger = newLedger();
    for (let count = 0; count < 205; count += 1) await ledger.append(kysely, eventOf(organizationId));
    const signedAt = async () =>
      (await linesOf(organizationId)).flatMap((line) => JSON.parse(line).checkpoint?.position ?? []);
    assert.deepEqual(await signedAt(), [100, 200]);
    assert.equal((await verdictOf(organizationId)).uncovered, 5);
    const signal = new AbortController().signal;
    await Promise.all([
      ledger.checkpointAll(kysely, signal, () => {}),
      newLedger().checkpointAll(kysely, signal, () => {}),
    ]);
    await ledger.checkpointAll(kysely, signal, () => {});
    assert.deepEqual(await signedAt(), [100, 200, 205]);
    const verdict = await verdictOf(organizationId);
    assert.deepEqual([verdict.ok, verdict.uncovered], [true, 0]);
  });

  it("keeps organizations apart: each has its own chain from 1 on", async () => {
    const [mine, other] = [newId("org"), newId("org")];
    const ledger = newLedger();
    for (const organizationId of [mine, other, mine]) await ledger.append(database().kysely, eventOf(organizationId));
    assert.deepEqual(
      (await recordsOf(mine)).map(({ position }) => position),
      [1, 2],
    );
    const [first] = await recordsOf(other);
    assert.deepEqual([first?.position, first?.previous], [1, null]);
  });

  it("cannot be changed, by raw SQL either", async () => {
    const organizationId = newId("org");
    const { kysely } = database();
    const ledger = newLedger();
    await ledger.append(kysely, eventOf(organizationId));
    await ledger.checkpointHead(kysely, organizationId);
    const before = await linesOf(organizationId);
    for (const statement of [
      sql`update signing.ledger set operation = 'nothing'`,
      sql`delete from signing.ledger`,
      sql`truncate signing.ledger`,
      sql`update signing.checkpoints set signature = ''`,
      sql`delete from signing.checkpoints`,
      sql`truncate signing.checkpoints cascade`,
    ]) {
      await assert.rejects(statement.execute(kysely), /only ever added to/);
    }
    assert.deepEqual(await linesOf(organizationId), before);
  });

  it("shows a record that was changed although the database forbids it", async () => {
    const organizationId = newId("org");
    const { kysely } = database();
    const ledger = newLedger();
    for (let count = 0; count < 5; count += 1) await ledger.append(kysely, eventOf(organizationId));
    await ledger.checkpointHead(kysely, organizationId);
    await sql`alter table signing.ledger disable trigger immutable`.execute(kysely);
    await sql`
      update signing.ledger set canonical = replace(canonical, '"name":"ada"', '"name":"eve"')
      where organization_id = ${toUuid(organizationId)}::uuid and position = 3`.execute(kysely);
    await sql`alter table signing.ledger enable trigger immutable`.execute(kysely);
    const { faults } = await verdictOf(organizationId);
    assert.deepEqual(
      faults.map(({ kind, position }) => [kind, position]),
      [["altered", 3]],
    );
  });

  it("has all that a process recorded which was killed before it could append it, the first registration too", async () => {
    let killed: RunningReef | undefined;
    let next: RunningReef | undefined;
    try {
      killed = await startReef(database(), { loops: false });
      const founder = await found(killed, database());
      const organizationId = founder.organizationId as Id<"org">;
      // What the killed one had appended, without getting to move its cursor.
      const { rows } = await sql<{ sequence: number; payload: RecordedAction; createdAt: Date }>`
        select seq as sequence, payload, created_at as "createdAt" from platform.events
        where name = 'signing.action_recorded' and organization_id = ${toUuid(organizationId)}::uuid
        order by txid, seq limit 1`.execute(database().kysely);
      for (const row of rows) await newLedger().append(database().kysely, { ...row, name: "", organizationId: null });
      assert.equal((await recordsOf(organizationId)).length, 1);
      const response = await fetch(`${killed.url}/api/vouchers`, {
        method: "POST",
        headers: { Authorization: `Bearer ${founder.token}` },
      });
      assert.equal(response.status, 201);
      next = await startReef(database());
      await until(async () => (await recordsOf(organizationId)).length >= 2);
      const records = await recordsOf(organizationId);
      assert.deepEqual(
        records.map(({ position, operation, actor }) => [
          position,
          operation,
          "fingerprint" in actor && actor.fingerprint,
        ]),
        [
          [1, "identity.registerAgent", founder.fingerprint],
          [2, "identity.issueVoucher", founder.fingerprint],
        ],
      );
    } finally {
      await killed?.stop();
      await next?.stop();
    }
  });
});
