import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, it } from "node:test";
import type { Connection } from "@reef/db";
import { createSupervisor } from "@reef/supervision";
import { collectLogs, describeEachDatabase, silentLogger, temporaryFolder, until } from "@reef/testing";
import { sql } from "kysely";
import { gatewayMigrations } from "../../migrations/index.ts";
import type { EndedCall } from "../call.ts";
import { type AdoptionDependencies, adoptJournals } from "./adoption.ts";
import { createJournal, type LocalJournal } from "./journal.ts";
import { createMetering } from "./metering.ts";
import { lineOf } from "./record.ts";
import { createShip, type Ship } from "./ship.ts";
import { shipperLoop } from "./shipper.ts";
import { begunCall, endOf } from "./test-calls.ts";
import { createCharges, noteCharges } from "./test-charges.ts";
import { killedProcess } from "./test-killed-process.ts";

const logger = silentLogger;
const { signal } = new AbortController();
const DEAD = { host: "a machine that is gone", pid: 1, instance: null, startedAt: 0 };

const open = (root = temporaryFolder("reef-journal"), mostWaiting = 1_000): LocalJournal =>
  createJournal({ root, processId: randomUUID(), durability: "process", mostBytes: 1e9, logger, mostWaiting });

/** A call from beginning to end in a journal. */
async function callIn(journal: LocalJournal, of: Partial<EndedCall> = {}, budgetId = randomUUID()) {
  const begun = begunCall({ charges: [{ budgetId, periodStart: 0 }] });
  await journal.begin(begun);
  await journal.end(endOf(begun, of));
  return begun;
}

/** The journal of a process that is no more, with these lines. */
function leaveJournal(root: string, lines: string[], id: string = randomUUID()): string {
  const folder = join(root, id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "owner.json"), JSON.stringify(DEAD));
  writeFileSync(join(folder, "000001.log"), lines.join(""));
  return id;
}

describeEachDatabase("usage on its way into the database", gatewayMigrations, ({ database, url }) => {
  const db = (): Connection => database().kysely;
  const shipOf = (): Ship => createShip({ db: db(), chargeBudgets: noteCharges, logger });

  before(() => createCharges(db()));

  const adopt = (root: string, of: Partial<AdoptionDependencies> = {}) =>
    adoptJournals(
      { root, processId: randomUUID(), db: db(), ship: shipOf(), releaseSlices: async () => {}, logger, ...of },
      signal,
    );

  async function eventsOf(ids: readonly string[]) {
    const { rows } = await sql<{
      id: string;
      outcome: string;
      output_tokens: number;
      input_tokens: number;
      cost_nanos: number;
    }>`
      select id, outcome, output_tokens, input_tokens, cost_nanos from gateway.usage_events
      where id = any(${ids}::uuid[]) order by id`.execute(db());
    return rows;
  }

  async function chargedTo(budgetId: string): Promise<{ tokens: number; nanos: number }> {
    const { rows } = await sql<{ tokens: number; nanos: number }>`
      select coalesce(sum(tokens), 0)::bigint as tokens, coalesce(sum(nanos), 0)::bigint as nanos
      from charged where budget_id = ${budgetId}`.execute(db());
    return rows[0] ?? { tokens: -1, nanos: -1 };
  }

  /** What a hit of the cache has in tokens was not used, but saved. */
  const used = (column: string) => sql`coalesce(sum(${sql.ref(column)}) filter (where outcome <> 'cached'), 0)::bigint`;

  async function assertHoursEqualEvents(): Promise<void> {
    const { rows } = await sql`
      with summed as (
        select organization_id, date_trunc('hour', started_at, 'UTC') as hour, key_id, agent_id, workspace_id, provider_id,
          model, count(*) as calls, count(*) filter (where outcome in ('failed', 'cut', 'interrupted')) as failures,
          ${used("input_tokens")}, ${used("cached_input_tokens")}, ${used("output_tokens")}, ${used("reasoning_tokens")},
          sum(cost_nanos)::bigint, sum(latency_ms)::bigint, count(*) filter (where outcome = 'cached'),
          coalesce(sum(input_tokens + output_tokens) filter (where outcome = 'cached'), 0)::bigint, sum(saved_nanos)::bigint
        from gateway.usage_events group by 1, 2, 3, 4, 5, 6, 7
      )
      (select * from summed except select * from gateway.usage_hours)
      union all (select * from gateway.usage_hours except select * from summed)`.execute(db());
    assert.deepEqual(rows, []);
  }

  it("OC17: stores a call once, sums it once and charges it once, however often it is brought", async () => {
    const budgetId = randomUUID();
    const begun = begunCall({ charges: [{ budgetId, periodStart: 0 }], agentId: randomUUID() });
    const again = begunCall({ ...begun, id: begunCall().id });
    const failed = { outcome: "failed", status: 502 } as const;
    const ship = shipOf();
    const record = { begun, ended: endOf(begun) };
    await ship(randomUUID(), [record, record]);
    await ship(randomUUID(), [record, { begun: again, ended: endOf(again, failed) }]);
    await ship(randomUUID(), [record]);
    assert.equal((await eventsOf([begun.id, again.id])).length, 2);
    assert.deepEqual(await chargedTo(budgetId), { tokens: 60, nanos: 660_000 });
    const { rows } = await sql`
      select calls, failures, input_tokens, output_tokens, cost_nanos from gateway.usage_hours
      where key_id = ${begun.keyId}`.execute(db());
    assert.deepEqual(rows, [{ calls: 2, failures: 1, input_tokens: 20, output_tokens: 40, cost_nanos: 660_000 }]);
    await assertHoursEqualEvents();
  });

  it("OC17: a call that no upstream was asked for is no event, live or adopted; an answer from the cache is one", async () => {
    const [live, adopted, hit] = [begunCall(), begunCall(), begunCall()];
    const unasked = { outcome: "failed", status: 503, attempts: 0 } as const;
    const root = temporaryFolder("reef-journal");
    leaveJournal(root, [lineOf({ b: adopted }), lineOf({ e: endOf(adopted, unasked) })]);
    await shipOf()(randomUUID(), [
      { begun: live, ended: endOf(live, unasked) },
      { begun: hit, ended: endOf(hit, { outcome: "cached", attempts: 0 }) },
    ]);
    await adopt(root);
    assert.deepEqual(
      (await eventsOf([live.id, adopted.id, hit.id])).map(({ id }) => id),
      [hit.id],
    );
    assert.deepEqual(
      readdirSync(root).filter((name) => existsSync(join(root, name, "000001.log"))),
      [],
    );
    await assertHoursEqualEvents();
  });

  it("OC17: a group that was taken for new, and of which some was stored before, is stored once, summed once and charged once", async () => {
    const budgetId = randomUUID();
    const records = Array.from({ length: 5 }, () => begunCall({ charges: [{ budgetId, periodStart: 0 }] })).map(
      (begun) => ({ begun, ended: endOf(begun) }),
    );
    const ship = shipOf();
    await ship(randomUUID(), records.slice(0, 2), true);
    await ship(randomUUID(), records, true);
    await ship(randomUUID(), records, true);
    assert.equal((await eventsOf(records.map(({ begun }) => begun.id))).length, 5);
    assert.deepEqual(await chargedTo(budgetId), { tokens: 5 * 30, nanos: 5 * 330_000 });
    await assertHoursEqualEvents();
  });

  it("OC17: two processes that bring the same calls at once store each once, and neither fails", async () => {
    const budgetId = randomUUID();
    const keyId = randomUUID();
    const records = Array.from({ length: 60 }, (_, count) => {
      const begun = begunCall({ keyId, charges: [{ budgetId, periodStart: 0 }], model: `model-${count % 7}` });
      return { begun, ended: endOf(begun) };
    });
    const ship = shipOf();
    await Promise.all([ship(randomUUID(), records), ship(randomUUID(), records.toReversed())]);
    assert.equal((await eventsOf(records.map(({ begun }) => begun.id))).length, 60);
    assert.deepEqual(await chargedTo(budgetId), { tokens: 60 * 30, nanos: 60 * 330_000 });
    await assertHoursEqualEvents();
  });

  it("OC17: a group whose charges fail leaves nothing, and is whole when it is brought again", async () => {
    const journal = open();
    const begun = await callIn(journal);
    const broken = createShip({ db: db(), logger, chargeBudgets: () => Promise.reject(new Error("not now")) });
    await assert.rejects(broken(journal.processId, journal.peek(10)), /not now/);
    assert.deepEqual(await eventsOf([begun.id]), []);
    await shipOf()(journal.processId, journal.peek(10));
    assert.equal((await eventsOf([begun.id])).length, 1);
    await assertHoursEqualEvents();
  });

  it("OC17: odd counts and texts of an upstream are stored as far as they go, and hold nobody up", async () => {
    const usage = {
      inputTokens: Number.NaN,
      cachedInputTokens: -5,
      cacheWriteTokens: 1.5,
      outputTokens: 1e300,
      reasoningTokens: Infinity,
    };
    const odd = begunCall({ requestedModel: "a\0b\ud800", requestId: "x".repeat(9_000) });
    const good = begunCall();
    await shipOf()(randomUUID(), [
      { begun: odd, ended: endOf(odd, { usage, latencyMs: 1e20, firstTokenMs: -1 }) },
      { begun: good, ended: endOf(good) },
    ]);
    const stored = await eventsOf([odd.id]);
    assert.deepEqual([stored[0]?.input_tokens, stored[0]?.output_tokens], [0, 1e12]);
    assert.equal((await eventsOf([good.id])).length, 1);
  });

  it("a call that the database refuses for good is logged and given up, and those around it are stored", async () => {
    const logs = collectLogs();
    const records = Array.from({ length: 9 }, () => begunCall()).map((begun) => ({ begun, ended: endOf(begun) }));
    const bad = records[4];
    assert.ok(bad !== undefined);
    const providerId = "no id at all";
    records[4] = { begun: bad.begun, ended: { ...bad.ended, providerId } };
    await createShip({ db: db(), chargeBudgets: noteCharges, logger: logs.logger })(randomUUID(), records);
    assert.equal((await eventsOf(records.map(({ begun }) => begun.id))).length, 8);
    assert.equal(logs.lines().length, 1);
    assert.match(JSON.stringify(logs.lines()), new RegExp(bad.begun.id));
  });

  it("OC17: the shipper brings what ends, what waits on the disk alone, and on its stop what is left", async () => {
    const journal = open(undefined, 3);
    const begun = [];
    for (let count = 0; count < 20; count += 1) begun.push(await callIn(journal));
    assert.equal(journal.counts().waiting, 3);
    const supervisor = createSupervisor({ logger });
    supervisor.start(shipperLoop({ journal, ship: shipOf(), logger }));
    const ids = begun.map(({ id }) => id);
    await until(async () => (await eventsOf(ids)).length === 20);
    const last = await callIn(journal);
    await supervisor.stop();
    assert.equal((await eventsOf([last.id])).length, 1);
    await journal.close();
    assert.equal(existsSync(journal.folder), false);
    await assertHoursEqualEvents();
  });

  it("OC17: a process that stops brings its calls and gives back what it holds; what it could not bring, the next one does", async () => {
    const dataFolder = temporaryFolder("reef-metering");
    const settings = { REEF_GATEWAY_DURABILITY: "process", REEF_GATEWAY_JOURNAL_BYTES: 1e9 } as const;
    const released: string[] = [];
    const releaseSlices = async (_transaction: Connection, processId: string) => void released.push(processId);
    const start = (chargeBudgets = noteCharges) => {
      const charges = { chargeBudgets, releaseSlices };
      const processId = randomUUID();
      const metering = createMetering({ dataFolder, processId, database: database(), charges, logger, settings });
      const supervisor = createSupervisor({ logger });
      for (const loop of metering.loops) supervisor.start(loop);
      return { ...metering, stop: () => supervisor.stop().then(() => metering.close()) };
    };
    const failing = start(() => Promise.reject(new Error("not now")));
    const begun = await callIn(failing.journal);
    await failing.stop();
    assert.deepEqual(released, []);
    writeFileSync(join(failing.journal.folder, "owner.json"), JSON.stringify(DEAD));

    const next = start();
    const own = await callIn(next.journal);
    await until(async () => (await eventsOf([begun.id, own.id])).length === 2 && released.length === 1);
    await next.stop();
    assert.deepEqual(released, [failing.journal.processId, next.journal.processId]);
    assert.deepEqual(readdirSync(join(dataFolder, "gateway")), []);
  });

  it("OC17: what a process could not give back when it stopped, the next one gives back", async () => {
    const dataFolder = temporaryFolder("reef-metering");
    const settings = { REEF_GATEWAY_DURABILITY: "process", REEF_GATEWAY_JOURNAL_BYTES: 1e9 } as const;
    const processId = randomUUID();
    const charges = { chargeBudgets: noteCharges, releaseSlices: () => Promise.reject(new Error("not now")) };
    const metering = createMetering({ dataFolder, processId, database: database(), charges, logger, settings });
    await callIn(metering.journal);
    metering.journal.shipped(1);
    await assert.rejects(metering.close(), /not now/);

    writeFileSync(join(metering.journal.folder, "owner.json"), JSON.stringify(DEAD));
    const released: string[] = [];
    await adopt(join(dataFolder, "gateway"), { releaseSlices: async (_transaction, id) => void released.push(id) });
    assert.deepEqual(released, [processId]);
  });

  it("OC17: the shipper goes on when the database is back, and loses nothing", async () => {
    const journal = open();
    const begun = await callIn(journal);
    const logs = collectLogs();
    let refusals = 0;
    const ship: Ship = async (processId, records) => {
      if (refusals < 2) {
        refusals += 1;
        throw new Error("connection refused");
      }
      await shipOf()(processId, records);
    };
    const supervisor = createSupervisor({ logger });
    supervisor.start(shipperLoop({ journal, ship, logger: logs.logger }));
    await until(async () => (await eventsOf([begun.id])).length === 1);
    await supervisor.stop();
    assert.equal(logs.lines().length, 2);
    assert.equal(journal.counts().waiting, 0);
  });

  it("OC17: a dead process's calls are counted: what ended as it ended, what did not as interrupted by what was delivered", async () => {
    const root = temporaryFolder("reef-journal");
    const [over, cut, silent] = [begunCall(), begunCall(), begunCall({ price: null })];
    const lines = [
      lineOf({ b: over }),
      lineOf({ b: cut }),
      lineOf({ b: silent }),
      lineOf({ p: [cut.id, 11, cut.startedAt + 1_500] }),
      lineOf({ p: [cut.id, 25, cut.startedAt + 2_500] }),
      lineOf({ e: endOf(over) }),
      lineOf({ e: endOf(begunCall()) }),
      '{"b":{"id":"',
    ];
    const released: string[] = [];
    const id = leaveJournal(root, lines);
    const releaseSlices = async (transaction: Connection, processId: string) => {
      assert.equal(transaction.isTransaction, true);
      released.push(processId);
    };
    assert.equal(await adopt(root, { releaseSlices }), 3);
    const byId = new Map((await eventsOf([over.id, cut.id, silent.id])).map((event) => [event.id, event]));
    assert.equal(byId.get(over.id)?.outcome, "completed");
    assert.deepEqual(byId.get(cut.id), {
      id: cut.id,
      outcome: "interrupted",
      input_tokens: 40,
      output_tokens: 25,
      cost_nanos: 40 * 3_000 + 25 * 15_000,
    });
    assert.deepEqual(byId.get(silent.id), {
      id: silent.id,
      outcome: "interrupted",
      input_tokens: 40,
      output_tokens: 0,
      cost_nanos: 0,
    });
    assert.deepEqual(released, [id]);
    assert.equal(readdirSync(root).includes(id), false);
    await assertHoursEqualEvents();
  });

  it("OC17: a crash between the transaction and the deletion of the journal counts nothing twice", async () => {
    const root = temporaryFolder("reef-journal");
    const budgetId = randomUUID();
    const charges = [{ budgetId, periodStart: 0 }];
    const [over, cut] = [begunCall({ charges }), begunCall({ charges })];
    leaveJournal(root, [lineOf({ b: over }), lineOf({ b: cut }), lineOf({ e: endOf(over) })]);
    // The first adopter dies when all is in the database and its folder still there; so does the second, over the first's.
    for (const adopter of [randomUUID(), randomUUID()]) {
      const crash = () => Promise.reject(new Error("killed"));
      await assert.rejects(adopt(root, { processId: adopter, releaseSlices: crash }), /killed/);
      writeFileSync(join(root, adopter, "owner.json"), JSON.stringify(DEAD));
    }
    assert.equal(await adopt(root), 2);
    assert.deepEqual(await chargedTo(budgetId), { tokens: 30 + 40, nanos: 330_000 + 40 * 3_000 });
    assert.equal((await eventsOf([over.id, cut.id])).length, 2);
    await assertHoursEqualEvents();
  });

  it("OC17: of many processes that find a dead one's journal, one adopts it", async () => {
    const root = temporaryFolder("reef-journal");
    const begun = begunCall();
    leaveJournal(root, [lineOf({ b: begun })]);
    const adopted = await Promise.all(Array.from({ length: 8 }, () => adopt(root)));
    assert.deepEqual(adopted.sort(), [0, 0, 0, 0, 0, 0, 0, 1]);
    assert.equal((await eventsOf([begun.id])).length, 1);
  });

  it("OC17: the journal of a process that lives is left alone, here and on another machine", async () => {
    const root = temporaryFolder("reef-journal");
    const journal = open(root);
    await journal.begin(begunCall());
    const elsewhere = leaveJournal(root, [lineOf({ b: begunCall() })]);
    await sql`insert into gateway.processes (id, host, seen_at) values (${elsewhere}, 'far', clock_timestamp())`.execute(
      db(),
    );
    const young = leaveJournal(root, [lineOf({ b: begunCall() })]);
    writeFileSync(join(root, young, "owner.json"), JSON.stringify({ ...DEAD, startedAt: Date.now() }));
    assert.equal(await adopt(root), 0);
    assert.ok([journal.processId, elsewhere, young].every((id) => existsSync(join(root, id))));
    await sql`update gateway.processes set seen_at = clock_timestamp() - interval '61 s' where id = ${elsewhere}`.execute(
      db(),
    );
    assert.equal(await adopt(root), 1);
    assert.equal(existsSync(join(root, elsewhere)), false);
  });

  it("OC17: killed at any moment, what a process was told is on record is there, once; at most what it had begun is interrupted", async () => {
    const root = temporaryFolder("reef-journal");
    const budgetId = randomUUID();
    const told = { asked: new Set<string>(), begun: new Set<string>(), ended: new Map<string, number>() };
    let rounds = 0;
    // Six times, and on a slow machine as often as it takes for more than a handful of calls.
    for (; rounds < 6 || (told.ended.size <= 50 && rounds < 60); rounds += 1) {
      const output = await killedProcess([root, budgetId, ...[url()].filter((given) => given !== undefined)]);
      // The last line may have been cut by the kill.
      for (const line of output.slice(0, output.lastIndexOf("\n")).split("\n")) {
        const [word, id = "", tokens] = line.split(" ");
        if (word === "ended") told.ended.set(id, Number(tokens));
        else told[word as "asked" | "begun"].add(id);
      }
    }
    await adopt(root);
    const events = await eventsOf(Array.from(told.asked));
    const byId = new Map(events.map((event) => [event.id, event]));
    assert.ok(told.ended.size > 50, `${told.ended.size} calls`);
    for (const [id, tokens] of told.ended) {
      assert.deepEqual([byId.get(id)?.outcome, byId.get(id)?.output_tokens], ["completed", tokens]);
    }
    for (const id of told.begun) assert.ok(byId.has(id), "what was begun is on record");
    const interrupted = events.filter(({ outcome }) => outcome === "interrupted");
    assert.ok(interrupted.length <= rounds * 12, "no more than were in flight");
    assert.deepEqual(await chargedTo(budgetId), {
      tokens: events.reduce((sum, event) => sum + event.input_tokens + event.output_tokens, 0),
      nanos: events.reduce((sum, event) => sum + event.cost_nanos, 0),
    });
    assert.deepEqual(
      readdirSync(root).filter((id) => existsSync(join(root, id, "000001.log"))),
      [],
    );
    await assertHoursEqualEvents();
  });
});
