import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { idempotencyMigrations } from "@reef/http";
import type { Call } from "@reef/http/call";
import { describeEachDatabase } from "@reef/testing";
import { type ServedRoutes, serveRoutes } from "@reef/testing/http";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "../test/memory-under-test.ts";

describeEachDatabase("people over HTTP", { ...testMigrations, ...idempotencyMigrations }, ({ database }) => {
  let memory: MemoryUnderTest;
  let served: ServedRoutes;
  let ada: Call;
  let bo: Call;

  before(async () => {
    memory = createMemoryUnderTest(database());
    await memory.workflows.start();
    ada = memory.callOf("ada");
    bo = memory.callOf("bo", ada);
    const people = [
      memory.personOf("member", "member", ada),
      memory.personOf("admin", "admin", ada),
      memory.personOf("owner", "owner", ada),
      memory.personOf("stranger", "owner", memory.callOf("eve")),
    ];
    const callers = [ada, bo, ...people].map(({ caller }) => caller);
    served = await serveRoutes({ database: database(), routes: memory.routes, callers });
  });
  after(async () => {
    await served.stop();
    await memory.workflows.stop(1);
    await memory.stop();
  });

  const request: ServedRoutes["request"] = (...asked) => served.request(...asked);
  /** Diary and entry of ada's, made anew, and a share of the diary with bo that waits for its answer. */
  const make = async () => {
    const { body: diary } = await request("ada", "POST", "/diaries", { name: "tides" });
    const { body: entry } = await request("ada", "POST", `/diaries/${diary.id}/entries`, { content: "high at noon" });
    const at = `/diaries/${diary.id}`;
    const { fingerprint } = bo.caller;
    const { body: share } = await request("ada", "POST", `${at}/shares`, { fingerprint });
    return { diaryId: diary.id, at, entry: `/entries/${entry.id}`, share: `/shares/${share.id}`, fingerprint };
  };
  type Attempt = readonly [method: string, path: string, body?: unknown];
  /** The statuses of the requests, each with what it is about made anew. */
  const statuses = async (who: string, attempts: (made: Awaited<ReturnType<typeof make>>) => readonly Attempt[]) => {
    const found: number[] = [];
    for (const index of attempts(await make()).keys()) {
      const [method, path, body] = attempts(await make())[index] as Attempt;
      found.push((await request(who, method, path, body)).status);
    }
    return found;
  };

  it("MN15, MO21: members read what is the organization's, admins and owners manage it, another organization's people get 404", async () => {
    const reads = ({ diaryId, at, entry, share }: Awaited<ReturnType<typeof make>>): Attempt[] => [
      ["GET", at],
      ["GET", `${at}/entries?signed=false&injectionRisk=false&order=oldest`],
      ["GET", `${at}/relations`],
      ["GET", `${at}/clusters`],
      ["GET", entry],
      ["GET", `${entry}/versions`],
      ["GET", `${entry}/verify`],
      ["GET", `${entry}/relations`],
      ["GET", share],
      ["POST", "/search", { query: "noon", diaryId }],
      ["POST", "/context", { task: "noon", diaryId }],
    ];
    const changes = ({ at, share }: Awaited<ReturnType<typeof make>>): Attempt[] => [
      ["PATCH", at, { name: "currents" }],
      ["DELETE", at],
      ["GET", `${at}/shares`],
      ["DELETE", share],
    ];
    const all = (status: number) => new Set([status]);
    for (const who of ["member", "admin", "owner"]) {
      assert.deepEqual(new Set(await statuses(who, reads)), all(200), who);
    }
    assert.deepEqual(new Set(await statuses("member", changes)), all(403));
    for (const who of ["admin", "owner"]) {
      assert.deepEqual(await statuses(who, changes), [200, 204, 200, 204], who);
    }
    assert.deepEqual(new Set(await statuses("stranger", (made) => [...reads(made), ...changes(made)])), all(404));
  });

  it("people list and search all of their organization, and no other", async () => {
    const { at } = await make();
    await request("ada", "POST", `${at}/entries`, { content: "kelp on the rocks" });
    const { body: mine } = await request("admin", "GET", "/diaries?nameContains=tid&limit=1");
    assert.deepEqual([mine.items[0].owner.name, mine.items[0].entries, mine.items[0].role], ["ada", 2, "owner"]);
    const { body: found } = await request("member", "POST", "/search", { query: "kelp" });
    assert.deepEqual(
      found.items.map(({ content }: { content: string }) => content),
      ["kelp on the rocks"],
    );
    assert.equal((await request("stranger", "GET", "/diaries")).body.total, 0);
    assert.deepEqual((await request("stranger", "POST", "/search", { query: "kelp" })).body.items, []);
  });

  it("people list shares, transfers and entries across all diaries of their organization, an agent its transfers alone", async () => {
    const { at, entry, share, fingerprint } = await make();
    const { body: transfer } = await request("ada", "POST", `${at}/transfer`, { fingerprint });
    const idsAt = async (who: string, path: string) => {
      const { status, body } = await request(who, "GET", `${path}&limit=100`);
      assert.deepEqual([status, body.total >= body.items.length], [200, true], `${who} ${path}`);
      return body.items.map(({ id }: { id: string }) => id);
    };
    const lists = {
      "/shares?status=pending": share.slice("/shares/".length),
      "/transfers?status=pending": transfer.id,
      [`/entries?signed=false&injectionRisk=false&author=${ada.caller.fingerprint.toLowerCase()}`]: entry.slice(
        "/entries/".length,
      ),
    };
    for (const [path, id] of Object.entries(lists)) {
      for (const who of ["member", "admin", "owner"])
        assert.ok((await idsAt(who, path)).includes(id), `${who} ${path}`);
      assert.deepEqual(await idsAt("stranger", path), []);
    }
    assert.equal((await request("member", "GET", `/transfers/${transfer.id}`)).body.id, transfer.id);
    assert.equal((await request("stranger", "GET", `/transfers/${transfer.id}`)).status, 404);
    for (const path of ["/shares", "/entries"]) {
      const { status, body } = await request("ada", "GET", path);
      assert.deepEqual([status, body.code], [403, "http.people_only"], path);
    }
    assert.deepEqual(
      await idsAt("bo", "/transfers?status=pending"),
      await idsAt("member", "/transfers?status=pending"),
    );
    assert.equal((await request("member", "GET", "/transfers?status=lost")).status, 400);
  });

  it("what only an agent does, with its own key, is refused to every person, whoever it is", async () => {
    const agentsOnly = ({ at, entry, share, diaryId, fingerprint }: Awaited<ReturnType<typeof make>>): Attempt[] => [
      ["POST", "/diaries", { name: "mine" }],
      ["POST", `${at}/entries`, { content: "x" }],
      ["POST", `${at}/entries/import`, { entries: [{ content: "x" }] }],
      ["PATCH", entry, { importance: 9 }],
      ["DELETE", entry],
      ["PUT", `${entry}/relations/supports/${entry.slice("/entries/".length)}`, {}],
      ["GET", "/invitations"],
      ["POST", `/invitations/${share.slice("/shares/".length)}/accept`],
      ["POST", `/invitations/${share.slice("/shares/".length)}/decline`],
      ["POST", `${at}/transfer`, { fingerprint }],
      ["POST", `/restored/diaries/${diaryId}/entries`, { entries: [] }],
    ];
    const made = await make();
    for (const who of ["member", "owner", "stranger"]) {
      for (const [method, path, body] of agentsOnly(made)) {
        const { status, body: problem } = await request(who, method, path, body);
        assert.deepEqual([status, problem.code], [403, "http.agents_only"], `${who} ${method} ${path}`);
      }
    }
  });

  it("MN16: a person's invitation names the person to who is invited, and is recorded as that person's", async () => {
    const { at, share, fingerprint } = await make();
    await request("ada", "DELETE", share);
    const { status, body } = await request("admin", "POST", `${at}/shares`, { fingerprint, role: "writer" });
    const admin = served.callers.get("admin");
    assert.ok(admin?.kind === "person");
    const { personId, name, organizationId } = admin;
    assert.deepEqual([status, body.invitedBy], [201, { personId, name }]);
    assert.deepEqual(served.recorded.at(-1)?.actor, { personId, name, organizationId });
    const { body: waiting } = await request("bo", "GET", "/invitations");
    const invitation = waiting.items.find(({ id }: { id: string }) => id === body.id);
    assert.deepEqual(invitation.invitedBy, { personId, name });
    assert.equal((await request("bo", "POST", `/invitations/${body.id}/accept`)).status, 200);
    assert.equal((await request("bo", "POST", `${at}/entries`, { content: "x" })).status, 201);
    assert.equal((await request("admin", "DELETE", `/shares/${body.id}`)).status, 204);
    assert.equal((await request("bo", "GET", at)).status, 404);
  });
});
