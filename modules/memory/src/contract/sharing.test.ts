import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { idempotencyMigrations } from "@reef/http";
import type { Call } from "@reef/http/call";
import { describeEachDatabase } from "@reef/testing";
import { type ServedRoutes, serveRoutes } from "@reef/testing/http";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "../test/memory-under-test.ts";

describeEachDatabase("sharing over HTTP", { ...testMigrations, ...idempotencyMigrations }, ({ database }) => {
  let memory: MemoryUnderTest;
  let served: ServedRoutes;
  let ada: Call;
  let bo: Call;

  before(async () => {
    memory = createMemoryUnderTest(database());
    await memory.workflows.start();
    ada = memory.callOf("ada");
    bo = memory.callOf("bo", ada);
    const callers = [ada, bo, memory.callOf("cy", ada)].map(({ caller }) => caller);
    const routes = [...memory.routes, ...memory.groupRoutes];
    served = await serveRoutes({ database: database(), routes, callers });
    served.callers.set("reader", { ...bo.caller, scopes: new Set(["diary:read"]) });
  });
  after(async () => {
    await served.stop();
    await memory.workflows.stop(1);
  });

  const request: ServedRoutes["request"] = (...asked) => served.request(...asked);
  const statusOf = async (...parts: Parameters<typeof request>) => (await request(...parts)).status;

  it("MN15, MN16: a share lives from invitation to revocation, and each request sees what the one before it changed", async () => {
    const { body: diary } = await request("ada", "POST", "/diaries", { name: "tides" });
    const at = `/diaries/${diary.id}`;
    assert.equal(diary.role, "owner");
    const entries = await request("ada", "POST", `${at}/entries`, { content: "high at noon" });
    assert.deepEqual(
      [await statusOf("bo", "GET", at), await statusOf("bo", "POST", `${at}/entries`, { content: "x" })],
      [404, 404],
    );

    const invited = await request("ada", "POST", `${at}/shares`, { fingerprint: bo.caller.fingerprint.toLowerCase() });
    assert.deepEqual([invited.status, invited.headers.get("location")], [201, `/api/shares/${invited.body.id}`]);
    assert.equal((await request("ada", "POST", `${at}/shares`, { fingerprint: bo.caller.fingerprint })).status, 409);
    assert.equal((await request("ada", "POST", `${at}/shares`, { fingerprint: ada.caller.fingerprint })).status, 400);
    assert.equal((await request("bo", "GET", "/invitations")).body.items[0].id, invited.body.id);

    assert.equal(await statusOf("cy", "POST", `/invitations/${invited.body.id}/accept`), 404);
    assert.equal(await statusOf("bo", "POST", `/invitations/${invited.body.id}/accept`), 200);
    assert.equal((await request("bo", "GET", at)).body.role, "reader");
    assert.equal((await request("bo", "GET", "/diaries?role=reader")).body.items[0].id, diary.id);
    assert.deepEqual(
      [
        await statusOf("bo", "GET", `/entries/${entries.body.id}`),
        await statusOf("bo", "POST", `${at}/entries`, { content: "x" }),
        await statusOf("bo", "PATCH", at, { name: "mine" }),
        await statusOf("bo", "GET", `${at}/shares`),
        await statusOf("cy", "GET", `${at}/shares`),
      ],
      [200, 403, 403, 403, 404],
    );
    assert.equal(await statusOf("ada", "DELETE", `/shares/${invited.body.id}`), 204);
    assert.deepEqual(
      [await statusOf("bo", "GET", at), await statusOf("bo", "GET", `/entries/${entries.body.id}`)],
      [404, 404],
    );
    assert.equal((await request("ada", "GET", `${at}/shares?status=revoked`)).body.total, 1);
  });

  it("MN17: a deleted diary is gone for those it was shared with by the next request", async () => {
    const { body: diary } = await request("ada", "POST", "/diaries", { name: "short-lived" });
    const invited = await request("ada", "POST", `/diaries/${diary.id}/shares`, {
      fingerprint: bo.caller.fingerprint,
      role: "writer",
    });
    await request("bo", "POST", `/invitations/${invited.body.id}/accept`);
    assert.equal(await statusOf("bo", "POST", `/diaries/${diary.id}/entries`, { content: "x" }), 201);
    assert.equal(await statusOf("ada", "DELETE", `/diaries/${diary.id}`), 204);
    assert.equal(await statusOf("bo", "GET", `/diaries/${diary.id}`), 404);
    assert.equal(await statusOf("bo", "DELETE", `/shares/${invited.body.id}`), 404);
  });

  it("a share names either an agent or a group, in a role that exists, with the scope for it", async () => {
    const { body: diary } = await request("ada", "POST", "/diaries", { name: "strict" });
    const at = `/diaries/${diary.id}/shares`;
    const { fingerprint } = bo.caller;
    const { body: group } = await request("ada", "POST", "/groups", { name: "crew" });
    for (const body of [{}, { fingerprint, groupId: group.id }, { fingerprint, role: "owner" }, { fingerprint: "x" }]) {
      assert.equal(await statusOf("ada", "POST", at, body), 400, JSON.stringify(body));
    }
    assert.equal(await statusOf("ada", "POST", at, { groupId: group.id, role: "writer" }), 201);
    assert.equal(await statusOf("reader", "GET", "/invitations"), 403);
  });

  it("names and titles are one line, so that none goes on as something else where it is listed", async () => {
    const { body: diary } = await request("ada", "POST", "/diaries", { name: "tides" });
    const at = `/diaries/${diary.id}`;
    const { body: group } = await request("ada", "POST", "/groups", { name: "crew" });
    for (const sign of ["\n", "\r", "\u0000", "\u001b", "\u0085", "\u2028", "\u2029"]) {
      const name = `tides${sign}currents`;
      const refused = [
        await statusOf("ada", "POST", "/diaries", { name }),
        await statusOf("ada", "PATCH", at, { name }),
        await statusOf("ada", "POST", "/groups", { name }),
        await statusOf("ada", "PATCH", `/groups/${group.id}`, { name }),
        await statusOf("ada", "POST", `${at}/entries`, { content: "x", title: name }),
      ];
      assert.deepEqual(refused, [400, 400, 400, 400, 400], JSON.stringify(name));
    }
    assert.equal(
      (await request("ada", "POST", "/diaries", { name: " 潮 & <tides> 🌊\n" })).body.name,
      "潮 & <tides> 🌊",
    );
  });

  it("a diary changes hands and a group its members, by the next request", async () => {
    const { body: diary } = await request("ada", "POST", "/diaries", { name: "heirloom" });
    const offer = await request("ada", "POST", `/diaries/${diary.id}/transfer`, { fingerprint: bo.caller.fingerprint });
    assert.equal(offer.status, 201);
    assert.equal(await statusOf("ada", "POST", `/transfers/${offer.body.id}/accept`), 403);
    assert.equal(await statusOf("cy", "POST", `/transfers/${offer.body.id}/accept`), 404);
    assert.equal((await request("bo", "POST", `/transfers/${offer.body.id}/accept`)).body.status, "accepted");
    assert.deepEqual(
      [await statusOf("ada", "DELETE", `/diaries/${diary.id}`), (await request("bo", "GET", "/transfers")).body.total],
      [403, 1],
    );
    const { body: group } = await request("bo", "POST", "/groups", { name: "crew" });
    const member = `/groups/${group.id}/members/${ada.caller.fingerprint}`;
    assert.equal(await statusOf("ada", "GET", `/groups/${group.id}`), 404);
    assert.equal((await request("bo", "PUT", member)).body.role, "member");
    assert.equal((await request("ada", "GET", `/groups/${group.id}/members`)).body.total, 2);
    assert.equal(await statusOf("ada", "PATCH", `/groups/${group.id}`, { name: "mine" }), 403);
    assert.equal(await statusOf("bo", "DELETE", member), 204);
    assert.equal(await statusOf("ada", "GET", `/groups/${group.id}`), 404);
  });
});
