import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { transact } from "@reef/db";
import { createSupervisor, type Supervisor } from "@reef/supervision";
import { describeEachDatabase, silentLogger, until } from "@reef/testing";
import { sql } from "kysely";
import { z } from "zod";
import { defineEvent } from "./define-event.ts";
import { createEvents, type Events } from "./events.ts";
import { eventMigrations } from "./migrations.ts";
import { deleteOldEvents, getHorizon, listEvents } from "./store.ts";

const counted = defineEvent("test.counted", z.object({ number: z.number() }));
const other = defineEvent("test.other", z.object({}));

describeEachDatabase("events", eventMigrations, ({ database, kind }) => {
  let supervisors: Supervisor[] = [];
  const newEvents = () => createEvents({ database: database(), logger: silentLogger });
  const start = async (events: Events) => {
    let ready = false;
    events.subscribe(other, () => {
      ready = true;
    });
    const supervisor = createSupervisor({ logger: silentLogger });
    supervisors.push(supervisor);
    supervisor.start(events.loop);
    while (!ready) {
      await events.emit(database().kysely, null, other, {});
      await sleep(20);
    }
    return supervisor;
  };
  const emit = (events: Events, number: number) =>
    transact(database().kysely, (transaction) => events.emit(transaction, null, counted, { number }));

  beforeEach(() => sql`truncate platform.events, platform.event_consumers`.execute(database().kysely));
  afterEach(async () => {
    await Promise.all(supervisors.map((supervisor) => supervisor.stop()));
    supervisors = [];
  });

  it("an event exists if and only if its transaction commits", async () => {
    const events = newEvents();
    const seen: number[] = [];
    events.subscribe(counted, ({ payload }) => void seen.push(payload.number));
    await start(events);
    const failing = transact(database().kysely, async (transaction) => {
      await events.emit(transaction, null, counted, { number: 1 });
      throw new Error("rolled back");
    });
    await assert.rejects(failing, /rolled back/);
    await emit(events, 2);
    await until(() => seen.length > 0);
    assert.deepEqual(seen, [2]);
  });

  it("refuses a payload that does not fit the schema", async () => {
    const wrong = { number: "one" } as unknown as { number: number };
    await assert.rejects(newEvents().emit(database().kysely, null, counted, wrong), z.ZodError);
  });

  it("each process gets each event once and in order, with its organization", async () => {
    const processes = [newEvents(), newEvents()];
    const organizationId = "01890a5d-ac96-774b-bcce-b302099a8057";
    const seen: [number, string | null][][] = [[], []];
    for (const [index, events] of processes.entries()) {
      events.subscribe(counted, (event) => void seen[index]?.push([event.payload.number, event.organizationId]));
      await start(events);
    }
    const numbers = Array.from({ length: 300 }, (_, index) => index);
    await transact(database().kysely, async (transaction) => {
      for (const number of numbers) await processes[0]?.emit(transaction, organizationId, counted, { number });
    });
    await until(() => seen.every((list) => list.length >= numbers.length));
    const expected = numbers.map((number) => [number, organizationId]);
    assert.deepEqual(seen, [expected, expected]);
  });

  it("a subscriber that throws keeps no other one from its events", async () => {
    const events = newEvents();
    const seen: number[] = [];
    events.subscribe(counted, () => {
      throw new Error("broken");
    });
    events.subscribe(counted, ({ payload }) => void seen.push(payload.number));
    await start(events);
    await emit(events, 1);
    await emit(events, 2);
    await until(() => seen.length === 2);
  });

  it("of several processes one consumes each event, in order", async () => {
    const seen: number[] = [];
    for (let process = 0; process < 3; process += 1) {
      const events = newEvents();
      events.consume("counter", counted, async ({ payload }) => {
        await sleep(1);
        seen.push(payload.number);
      });
      await start(events);
    }
    await until(
      async () => (await sql`select from platform.event_consumers`.execute(database().kysely)).rows.length === 1,
    );
    const events = newEvents();
    for (let number = 0; number < 150; number += 1) await emit(events, number);
    await until(() => seen.length >= 150);
    await sleep(300);
    assert.deepEqual(
      seen,
      Array.from({ length: 150 }, (_, index) => index),
    );
  });

  it("a consumer that fails is tried again with the same event, and holds back no other consumer", async () => {
    const events = newEvents();
    const tried: number[] = [];
    const steady: number[] = [];
    events.consume("shaky", counted, ({ payload }) => {
      tried.push(payload.number);
      if (tried.length === 1) throw new Error("not yet");
    });
    events.consume("steady", counted, ({ payload }) => void steady.push(payload.number));
    await start(events);
    await until(
      async () => (await sql`select from platform.event_consumers`.execute(database().kysely)).rows.length === 2,
    );
    await emit(events, 1);
    await emit(events, 2);
    await until(() => steady.length === 2);
    await until(() => tried.length === 3);
    assert.deepEqual(tried, [1, 1, 2]);
    assert.deepEqual(steady, [1, 2]);
  });

  it("a consumer that was down gets what it missed", async () => {
    const first = newEvents();
    const seen: number[] = [];
    first.consume("returning", counted, ({ payload }) => void seen.push(payload.number));
    const supervisor = await start(first);
    await emit(first, 1);
    await until(() => seen.length === 1);
    await supervisor.stop();
    await emit(first, 2);
    const second = newEvents();
    second.consume("returning", counted, ({ payload }) => void seen.push(payload.number));
    await start(second);
    await until(() => seen.length === 2);
    assert.deepEqual(seen, [1, 2]);
  });

  it("deletes old events only when every durable consumer has passed them", async () => {
    const { kysely } = database();
    const events = newEvents();
    await sql`insert into platform.event_consumers (name, txid, seq) values ('slow', '0', 0)`.execute(kysely);
    for (let number = 0; number < 3; number += 1) await emit(events, number);
    await sql`update platform.events set created_at = now() - interval '8 days' where seq < (select max(seq) from platform.events)`.execute(
      kysely,
    );
    assert.equal(await deleteOldEvents(kysely, 7, 100), 0);
    await sql`update platform.event_consumers set txid = '9000000000000'`.execute(kysely);
    assert.equal(await deleteOldEvents(kysely, 7, 1), 1);
    assert.equal(await deleteOldEvents(kysely, 7, 100), 1);
    assert.equal((await sql`select from platform.events`.execute(kysely)).rows.length, 1);
  });

  if (kind === "postgres") {
    it("an event whose transaction commits late is never skipped", async () => {
      const { kysely } = database();
      const events = newEvents();
      const start = await getHorizon(kysely);
      const slow = await kysely.startTransaction().execute();
      await events.emit(slow, null, counted, { number: 1 });
      await emit(events, 2);
      const early = await listEvents(kysely, start, counted.name, 10);
      assert.deepEqual(early.events, [], "what is newer than an open transaction waits for it");
      await slow.commit().execute();
      // Transactions of other databases on the same server hold events back too, until they are over.
      const late = await until(async () => {
        const found = await listEvents(kysely, early.end, counted.name, 10);
        return found.events.length > 0 && found;
      });
      assert.deepEqual(
        late.events.map(({ payload }) => payload),
        [{ number: 1 }, { number: 2 }],
      );
    });
  }
});
