import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "node:test";
import type { Id } from "@reef/crypto";
import { transact } from "@reef/db";
import { describeEachDatabase, until } from "@reef/testing";
import { sql } from "kysely";
import type { Activity } from "../contract.ts";
import {
  type Answer,
  askToSign,
  found,
  joinBy,
  type RunningReef,
  request,
  signIn,
  startReef,
  type TestAgent,
  type TestPerson,
  testMigrations,
} from "../test/signing-under-test.ts";

/** A client that follows the activity over a real socket. */
interface Client {
  /** Positions of the records that came, in their order. */
  positions: number[];
  activities: Activity[];
  /** The last event's id, or where the stream began. */
  lastId(): string;
  /** Resolves once so many records have come. */
  until(count: number): Promise<void>;
  /** Why the server ended the stream; rejects when it broke off without a word. */
  ended(): Promise<string>;
  close(): void;
}

describeEachDatabase("what happens in an organization", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let founder: TestAgent;
  let mia: TestPerson;
  const clients: Client[] = [];

  before(async () => {
    reef = await startReef(database());
    founder = await found(reef, database(), "Founder");
    mia = signIn(founder, "member", "Mia");
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  after(() => reef.stop());

  const list = (person: TestPerson, query = ""): Promise<Answer> =>
    request(reef, "GET", `/api/activity?${query}`, { token: person.token });
  const lengthOf = async (person: TestPerson): Promise<number> => (await list(person)).body.total;
  const open = (person: TestPerson, { query = "", lastEventId }: { query?: string; lastEventId?: string } = {}) =>
    fetch(`${reef.url}/api/activity/stream${query}`, {
      headers: {
        Authorization: `Bearer ${person.token}`,
        ...(lastEventId !== undefined && { "Last-Event-ID": lastEventId }),
      },
    });

  async function follow(...how: Parameters<typeof open>): Promise<Client> {
    const response = await open(...how);
    assert.equal(response.status, 200);
    const { body } = response;
    assert.ok(body);
    const activities: Activity[] = [];
    const positions: number[] = [];
    const started = Promise.withResolvers<void>();
    let arrival = Promise.withResolvers<void>();
    let lastId = "";
    let reason: string | undefined;
    const read = (block: string) => {
      const fields = new Map(
        block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
      );
      lastId = fields.get("id") ?? lastId;
      if (lastId !== "") started.resolve();
      const data = JSON.parse(fields.get("data") ?? "{}");
      if (fields.get("event") === "end") reason = data.reason;
      if (fields.get("event") === "activity") {
        assert.equal(fields.get("id"), String(data.position));
        positions.push(data.position);
        activities.push(data);
        arrival.resolve();
        arrival = Promise.withResolvers();
      }
    };
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    const over = (async () => {
      let text = "";
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        const blocks = `${text}${chunk.value}`.split("\n\n");
        text = blocks.pop() ?? "";
        blocks.forEach(read);
      }
    })();
    const client: Client = {
      positions,
      activities,
      lastId: () => lastId,
      async until(count) {
        while (positions.length < count) await arrival.promise;
      },
      async ended() {
        await over;
        return reason ?? assert.fail("it broke off without a reason");
      },
      close: () => void reader.cancel(),
    };
    clients.push(client);
    await Promise.race([started.promise, over]);
    return client;
  }

  /** Does two things that are recorded, so many times. */
  async function act(agent: TestAgent, times = 1): Promise<void> {
    for (let count = 0; count < times; count += 1) {
      // Each request is answered, if wrongly, since an agent may have only so many pending ones.
      const { id } = await askToSign(reef, agent, "something");
      const body = { signature: "x" };
      await request(reef, "POST", `/api/signing-requests/${id}/sign`, { token: agent.token, body });
    }
  }

  /** Does as much, and waits until the ledger has all that was done. */
  async function actAndWait(agent: TestAgent, person: TestPerson, times = 1): Promise<void> {
    await settled();
    const before = await lengthOf(person);
    await act(agent, times);
    await until(async () => (await lengthOf(person)) === before + 2 * times);
  }

  /** Waits until all that was done is in the ledger. */
  const settled = () =>
    until(async () => {
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from platform.events as event
        where name = 'signing.action_recorded'
          and not exists (select from signing.ledger where event_sequence = event.seq)`.execute(database().kysely);
      return rows[0]?.count === 0;
    });

  /** What a person does; in this module no route for people changes anything, so it is recorded as a route does it. */
  const recordAs = (person: TestPerson, operation: string) =>
    transact(database().kysely, (transaction) =>
      reef.signing.api.recorder.record(transaction, {
        actor: {
          personId: person.id,
          organizationId: founder.organizationId as Id<"org">,
          name: person.name,
        },
        operation,
        subject: { id: "grp_01m7y6d3pvfk4vqmtqye1mzf9m" },
        fields: ["name"],
        requestId: randomUUID(),
      }),
    );

  describe("as a list", () => {
    it("a member sees who did what, agents and people, newest first, and neither fields nor hashes", async () => {
      const noa = signIn(founder, "admin", "Noa");
      await settled();
      const before = await lengthOf(mia);
      await recordAs(noa, "permissions.updateGroup");
      await until(async () => (await lengthOf(mia)) === before + 1);
      const { items } = (await list(mia)).body;
      assert.deepEqual(Object.keys(items[0]).sort(), ["actor", "at", "operation", "position", "subject"]);
      assert.deepEqual(
        [items[0].position, items[0].actor, items[0].operation],
        [before + 1, { personId: noa.id, name: "Noa" }, "permissions.updateGroup"],
      );
      assert.deepEqual(
        { ...items.at(-1).actor },
        { agentId: founder.id, name: "Founder", fingerprint: founder.fingerprint },
      );
    });

    it("is narrowed to an agent, to a person and to a time, page by page", async () => {
      const ida = signIn(founder, "owner", "Ida");
      const ada = await joinBy(reef, founder, "Ada");
      await actAndWait(ada, mia);
      await recordAs(ida, "identity.disableAgent");
      await settled();
      const by = async (query: string) => {
        const positions: number[] = [];
        let cursor: string | null = "";
        while (cursor !== null) {
          const { body }: Answer = await list(mia, `limit=1&${query}${cursor && `&cursor=${cursor}`}`);
          positions.push(...body.items.map(({ position }: Activity) => position));
          cursor = body.nextCursor;
        }
        return positions;
      };
      const all: Activity[] = (await list(mia, "limit=100")).body.items;
      const expected = (fits: (activity: Activity) => boolean) => all.filter(fits).map(({ position }) => position);
      assert.deepEqual(
        await by(`actor=${ada.fingerprint}`),
        expected(({ actor }) => "agentId" in actor && actor.agentId === ada.id),
      );
      assert.deepEqual(
        await by(`actor=${ida.id}`),
        expected(({ actor }) => "personId" in actor && actor.personId === ida.id),
      );
      assert.equal((await by(`actor=${ida.id}`)).length, 1);
      const { at } = all[2] ?? assert.fail("too little was done");
      assert.deepEqual(
        await by(`after=${at}`),
        expected((activity) => activity.at >= at),
      );
      assert.deepEqual(await by("actor=0000-0000-0000-0000"), []);
      assert.equal((await list(mia, "actor=nobody")).status, 400);
    });

    it("MO20: is for people of the organization alone: no agent, and nothing of another organization", async () => {
      const stranger = await found(reef, database(), "Stranger");
      const eve = signIn(stranger, "owner", "Eve");
      await until(async () => (await lengthOf(eve)) === 1);
      const { items } = (await list(eve)).body;
      assert.deepEqual(
        items.map(({ actor }: { actor: { agentId: string } }) => actor.agentId),
        [stranger.id],
      );
      assert.deepEqual((await list(eve, `actor=${founder.fingerprint}`)).body.total, 0);
      assert.deepEqual((await list(eve, `actor=${mia.id}`)).body.total, 0);
      for (const path of ["/api/activity", "/api/activity/stream"]) {
        const { status, body } = await request(reef, "GET", path, { token: founder.token });
        assert.deepEqual([status, body.code], [403, "http.people_only"]);
      }
    });
  });

  describe("as a stream", () => {
    it("a person gets what is done from then on, in the ledger's order, whoever of the organization did it", async () => {
      const bo = await joinBy(reef, founder, "Bo");
      await settled();
      const first = await lengthOf(mia);
      const client = await follow(mia);
      assert.equal(client.lastId(), String(first));
      await Promise.all([act(founder, 2), act(bo, 2)]);
      await recordAs(mia, "permissions.updateGroup");
      await client.until(9);
      assert.deepEqual(
        client.positions,
        Array.from({ length: 9 }, (_, index) => first + 1 + index),
      );
      const { items } = (await list(mia, "limit=9")).body;
      assert.deepEqual(client.activities.toReversed(), items);
    });

    it("who comes back with Last-Event-ID misses nothing and gets nothing twice, however far behind", async () => {
      const first = await follow(mia);
      await act(founder);
      await first.until(2);
      first.close();
      await actAndWait(founder, mia, 60);
      for (const how of [{ lastEventId: first.lastId() }, { query: `?lastEventId=${first.lastId()}` }]) {
        const again = await follow(mia, how);
        await again.until(120);
        assert.deepEqual(
          again.positions.slice(0, 120),
          Array.from({ length: 120 }, (_, index) => Number(first.lastId()) + 1 + index),
        );
      }
      const again = await follow(mia, { lastEventId: first.lastId() });
      await act(founder);
      await again.until(122);
      assert.deepEqual(new Set(again.positions).size, 122);
    });

    it("clients that come and go while many act get each record once", async () => {
      const anchor = await follow(mia);
      const from = anchor.lastId();
      const total = 80;
      const writing = Promise.all(Array.from({ length: 4 }, () => act(founder, total / 8)));
      const restless = async (patience: number) => {
        const got: number[] = [];
        let lastEventId = from;
        while (got.length < total) {
          const client = await follow(mia, { lastEventId });
          await client.until(Math.min(patience, total - got.length));
          client.close();
          got.push(...client.positions);
          lastEventId = client.lastId();
        }
        return got;
      };
      const walks = await Promise.all([restless(1), restless(7), restless(30)]);
      await writing;
      await anchor.until(total);
      const expected = Array.from({ length: total }, (_, index) => Number(from) + 1 + index);
      assert.deepEqual(anchor.positions, expected);
      for (const got of walks) assert.deepEqual(got.slice(0, total), expected);
    });

    it("goes on behind the end when it is asked to go on behind what never was, and refuses what is no position", async () => {
      await settled();
      const end = await lengthOf(mia);
      const client = await follow(mia, { lastEventId: "999999999999" });
      assert.equal(client.lastId(), String(end));
      await act(founder);
      await client.until(2);
      assert.deepEqual(client.positions, [end + 1, end + 2]);
      for (const lastEventId of ["forged", "-1", "1.5", "9".repeat(16)]) {
        const refused = await open(mia, { lastEventId });
        assert.deepEqual(
          [refused.status, ((await refused.json()) as Answer["body"]).code],
          [400, "list.invalid_cursor"],
        );
      }
    });

    it("MO20: nothing of another organization comes, however much happens there", async () => {
      const stranger = await found(reef, database(), "Stranger");
      const eve = signIn(stranger, "owner", "Eve");
      await settled();
      const [client, foreign] = [await follow(mia), await follow(eve)];
      await act(stranger, 2);
      await foreign.until(4);
      await act(founder);
      await client.until(2);
      assert.ok(client.activities.every(({ actor }) => "agentId" in actor && actor.agentId === founder.id));
      assert.ok(foreign.activities.every(({ actor }) => "agentId" in actor && actor.agentId === stranger.id));
    });

    it("who may listen no longer is told so and gets nothing more, at the next record or without one", async () => {
      const [gone, other] = [signIn(founder), signIn(founder)];
      const [first, second] = [await follow(gone), await follow(other)];
      await act(founder);
      await Promise.all([first.until(2), second.until(2)]);
      reef.shutOut(gone);
      // The answer to whether a person may listen holds for two seconds.
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      await act(founder);
      assert.equal(await first.ended(), "not_admitted");
      assert.equal(first.positions.length, 2);
      await second.until(4);
      reef.shutOut(other);
      // Nothing happens any more, and it ends all the same.
      assert.equal(await second.ended(), "not_admitted");
    });
  });
});
