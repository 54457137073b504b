import assert from "node:assert/strict";
import { it } from "node:test";
import { type Id, newId, randomToken, signingKeyFromSeed, toUuid } from "@reef/crypto";
import type { DatabaseHandle } from "@reef/db";
import { createEvents } from "@reef/events";
import type { EventStream, PersonCaller, StreamEvent } from "@reef/http/call";
import { describeEachDatabase, silentLogger, until } from "@reef/testing";
import { sql } from "kysely";
import type { Activity } from "../contract.ts";
import { testMigrations } from "../test/signing-under-test.ts";
import { type ActivityStreams, createActivityStreams } from "./activity-streams.ts";
import { createLedger } from "./ledger.ts";

const personOf = (organizationId: Id<"org">): PersonCaller => ({
  kind: "person",
  personId: newId("usr"),
  organizationId,
  name: "Mia",
  role: "member",
  isOperator: false,
  scopes: new Set(["audit:read"]),
});

/** A stream without a socket, that keeps what it is sent. */
interface Listener {
  positions: number[];
  events: StreamEvent<Activity>[];
  reason: string | undefined;
  /** While it is stuck it takes what it was sent, but asks for no more. */
  isStuck: boolean;
  unstick(): void;
  close(): void;
}

async function join(
  streams: ActivityStreams,
  caller: PersonCaller,
  lastEventId?: string,
  answered: () => Promise<unknown> = async () => {},
): Promise<Listener> {
  const closings: (() => void)[] = [];
  let isOpen = true;
  let flow = Promise.withResolvers<void>();
  const close = () => {
    isOpen = false;
    flow.resolve();
    for (const follow of closings.splice(0)) follow();
  };
  const listener: Listener = {
    positions: [],
    events: [],
    reason: undefined,
    isStuck: false,
    unstick() {
      listener.isStuck = false;
      flow.resolve();
      flow = Promise.withResolvers();
    },
    close,
  };
  const stream: EventStream<Activity> = {
    send(event) {
      if (!isOpen) return false;
      listener.events.push(event);
      listener.positions.push(event.data.position);
      return !listener.isStuck;
    },
    mark: () => {},
    drained: async () => {
      if (listener.isStuck && isOpen) await flow.promise;
    },
    onClose: (follow) => closings.push(follow),
    get isOpen() {
      return isOpen;
    },
    end(reason) {
      listener.reason = reason;
      close();
    },
  };
  const begin = await streams.open(caller, lastEventId);
  await answered();
  begin(stream);
  return listener;
}

/** Waits until a count stands still. */
async function settled(count: () => number): Promise<void> {
  for (let before = -1; before !== count(); ) {
    before = count();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describeEachDatabase("streams of activity", testMigrations, ({ database, kind }) => {
  let sequence = 2_000_000;
  const auditKey = signingKeyFromSeed(Buffer.from(randomToken(), "hex"));

  /** Appends records to an organization's ledger, as another process does. */
  async function append(organizationId: Id<"org">, count: number, name = "ada"): Promise<void> {
    const events = createEvents({ database: database(), logger: silentLogger });
    const ledger = createLedger({ events, clock: Date, auditKey });
    for (let index = 0; index < count; index += 1) {
      sequence += 1;
      await ledger.append(database().kysely, {
        sequence,
        name: "signing.action_recorded",
        organizationId: null,
        payload: {
          actor: { agentId: newId("agt"), organizationId, name, fingerprint: "21FE-31DF-A154-A261" },
          operation: "memory.createDiary",
          subject: {},
          fields: [],
          requestId: "request",
        },
        createdAt: new Date(),
      });
    }
  }

  /** The streams of one process over a database, whose queries are counted; `run` is done while its loop runs. */
  async function inProcess(
    run: (
      streams: ActivityStreams,
      process: { queries(): number; questions(): number; failure(): unknown },
    ) => Promise<void>,
    stillAdmitted: (caller: PersonCaller) => Promise<boolean> = async () => true,
    handle: DatabaseHandle = database(),
  ): Promise<void> {
    let queries = 0;
    let questions = 0;
    let failure: unknown;
    const kysely = handle.kysely.withPlugin({
      transformQuery({ node }) {
        queries += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const streams = createActivityStreams({
      database: { ...handle, kysely },
      logger: silentLogger,
      stillAdmitted(caller) {
        questions += 1;
        return stillAdmitted(caller);
      },
    });
    const stop = new AbortController();
    const { signal } = stop;
    const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
    const running = (async () => {
      while (!signal.aborted) {
        await streams.loop.run({ signal, beat: () => {}, sleep }).catch((error: unknown) => {
          failure = error;
        });
      }
    })();
    try {
      await run(streams, { queries: () => queries, questions: () => questions, failure: () => failure });
    } finally {
      stop.abort();
      await running;
    }
  }

  const upTo = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + 1 + index);

  it("many who follow one organization cost as few queries as one, those of a quiet one none, and nobody none", async () => {
    await inProcess(async (streams, { queries }) => {
      const [loud, quiet] = [newId("org"), newId("org")];
      const followers = await Promise.all(Array.from({ length: 100 }, () => join(streams, personOf(loud))));
      const calm = await Promise.all(Array.from({ length: 100 }, () => join(streams, personOf(quiet))));
      await settled(queries);
      const before = queries();
      await append(loud, 1);
      streams.wake(loud);
      await until(async () => followers.every(({ positions }) => positions.length === 1));
      const spent = queries() - before;
      assert.ok(spent < 20, `${spent} queries for 100 who follow`);
      // One event is made once, and written to all.
      assert.equal(new Set(followers.flatMap(({ events }) => events)).size, 1);
      assert.ok(calm.every(({ positions }) => positions.length === 0));
      for (const { close } of [...followers, ...calm]) close();
      streams.wake(loud);
      await settled(queries);
      const idle = queries();
      await append(loud, 1);
      streams.wake(loud);
      await settled(queries);
      assert.equal(queries(), idle);
    });
  });

  it("whoever follows is asked about before anything is sent, once for a rush of records", async () => {
    await inProcess(async (streams, { questions }) => {
      const organizationId = newId("org");
      const followers = await Promise.all(Array.from({ length: 10 }, () => join(streams, personOf(organizationId))));
      const begunAt = performance.now();
      for (let times = 0; times < 20; times += 1) {
        await append(organizationId, 5);
        streams.wake(organizationId);
      }
      await until(async () => followers.every(({ positions }) => positions.length === 100));
      // An answer holds for two seconds, and a poll asks every five: as often as that for as long as this machine took.
      const mostRounds = 5 + (performance.now() - begunAt) / 1_000;
      assert.ok(questions() <= mostRounds * followers.length, `${questions()} questions about ${followers.length}`);
    });
  });

  it("who was admitted long before the stream began is asked about as well, before anything is sent", async () => {
    const organizationId = newId("org");
    const [present, gone] = [personOf(organizationId), personOf(organizationId)];
    await inProcess(
      async (streams, { questions }) => {
        await join(streams, present);
        // The next poll, which asks about everybody, comes five seconds later.
        await until(async () => questions() > 0);
        const askedAt = performance.now();
        const late = await join(streams, gone, undefined, () => until(() => performance.now() - askedAt > 2_000));
        await append(organizationId, 1);
        streams.wake(organizationId);
        await until(() => late.reason !== undefined);
        assert.deepEqual([late.reason, late.positions], ["not_admitted", []]);
      },
      async (caller) => caller === present,
    );
  });

  it("a client that takes nothing for a while gets the rest later, in order, and holds up no other", async () => {
    await inProcess(async (streams) => {
      const organizationId = newId("org");
      const [slow, quick] = [
        await join(streams, personOf(organizationId)),
        await join(streams, personOf(organizationId)),
      ];
      slow.isStuck = true;
      await append(organizationId, 130);
      streams.wake(organizationId);
      await until(async () => quick.positions.length === 130);
      assert.ok(slow.positions.length < 130);
      slow.unstick();
      await until(async () => slow.positions.length === 130);
      await append(organizationId, 1);
      streams.wake(organizationId);
      await until(async () => slow.positions.length === 131);
      assert.deepEqual(slow.positions, upTo(0, 131));
    });
  });

  it("where nobody can tell who may listen, nothing is sent and the stream ends; who comes back misses nothing", async () => {
    let isAway = false;
    let askedAt = 0;
    const ask = async () => {
      if (isAway) throw new Error("The database is away.");
      askedAt = performance.now();
      return true;
    };
    await inProcess(async (streams, { failure }) => {
      const organizationId = newId("org");
      const listener = await join(streams, personOf(organizationId));
      askedAt = Math.max(askedAt, performance.now());
      // The last answer holds for two seconds.
      await until(async () => performance.now() - askedAt > 2_000);
      isAway = true;
      await append(organizationId, 3);
      streams.wake(organizationId);
      await until(async () => listener.reason !== undefined && failure() !== undefined);
      assert.deepEqual([listener.reason, listener.positions], ["failed", []]);
      assert.match(String(failure()), /The database is away/);
      isAway = false;
      const again = await join(streams, personOf(organizationId), "0");
      await append(organizationId, 1);
      streams.wake(organizationId);
      await until(async () => again.positions.length === 4);
      assert.deepEqual(again.positions, upTo(0, 4));
    }, ask);
  });

  it("a record that no notification told of comes with the next poll", async () => {
    await inProcess(
      async (streams) => {
        const organizationId = newId("org");
        const listener = await join(streams, personOf(organizationId));
        await settled(() => listener.positions.length);
        await append(organizationId, 2);
        await until(async () => listener.positions.length === 2);
        assert.deepEqual(listener.positions, [1, 2]);
      },
      undefined,
      { ...database(), listen: async () => ({ close: async () => {} }) },
    );
  });

  if (kind === "postgres") {
    it("a notification tells of each record that another process appends", async () => {
      let told = 0;
      const listening: DatabaseHandle = {
        ...database(),
        listen: (channel, onNotify) =>
          database().listen(channel, (payload) => {
            if (payload !== "") told += 1;
            onNotify(payload);
          }),
      };
      await inProcess(
        async (streams) => {
          const organizationId = newId("org");
          const listener = await join(streams, personOf(organizationId));
          await until(async () => {
            await append(organizationId, 1);
            return told > 0;
          });
          const before = told;
          await append(organizationId, 3);
          await until(async () => told >= before + 3);
          const last = (
            await sql<{ position: number }>`
            select position from signing.ledger_heads
            where organization_id = ${toUuid(organizationId)}::uuid`.execute(database().kysely)
          ).rows[0]?.position;
          await until(async () => listener.positions.at(-1) === last);
          assert.deepEqual(listener.positions, upTo(0, listener.positions.length));
        },
        undefined,
        listening,
      );
    });
  }

  it("the next records are found by the ledger's key, however long it is", async () => {
    const organizationId = newId("org");
    const { kysely } = database();
    await sql`
      insert into signing.ledger
        (organization_id, position, event_sequence, recorded_at, actor_id, operation, canonical, hash)
      select ${toUuid(organizationId)}::uuid, place, 9000000 + place, now(), gen_random_uuid(), 'memory.createEntry',
        '{}', repeat('0', 64)
      from generate_series(1, 20000) as place`.execute(kysely);
    await sql`analyze signing.ledger`.execute(kysely);
    const { rows } = await sql<{ "QUERY PLAN": string }>`
      explain select position, canonical, hash from signing.ledger
      where organization_id = ${toUuid(organizationId)}::uuid and position > 19900
      order by position limit 50`.execute(kysely);
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    assert.match(plan, /Index Scan using ledger_pkey/, plan);
    assert.doesNotMatch(plan, /Sort/, plan);
  });
});
