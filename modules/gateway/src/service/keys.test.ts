import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, beforeEach, it } from "node:test";
import { newId } from "@reef/crypto";
import { collectLogs, describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { type GatewayOverHttp, serveGateway, serverMigrations } from "../test/gateway-over-http.ts";

describeEachDatabase("gateway keys over HTTP", serverMigrations, ({ database }) => {
  let gateway: GatewayOverHttp;
  const logs = collectLogs();

  before(async () => {
    gateway = await serveGateway(database(), logs.logger);
  });
  after(() => gateway.stop());
  beforeEach(async () => {
    await sql`truncate gateway.keys, platform.idempotency_keys`.execute(database().kysely);
    gateway.recorded.length = 0;
  });

  const create = async (body: object = { name: "build" }) => {
    const answer = await gateway.request("admin", "POST", "/keys", body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
  };

  it("OC13: a secret of 256 bits is shown once, kept as its SHA-256 alone, and stands in no log and no other row", async () => {
    const repeatable = { "idempotency-key": "the-same-request" };
    const created = await gateway.request("admin", "POST", "/keys", { name: "build" }, repeatable);
    const { secret, ...key } = created.body;
    assert.match(secret, /^rk_[A-Za-z0-9_-]{43}$/);
    assert.equal(Buffer.from(secret.slice(3), "base64url").length, 32);
    assert.equal(created.headers.get("location"), `/api/keys/${key.id}`);
    assert.equal(created.headers.get("etag"), '"1"');
    assert.equal(key.hint, secret.slice(-4));
    const { rows } = await sql<{ hash: Uint8Array; row: string }>`
      select hash, key::text as row from gateway.keys key`.execute(database().kysely);
    assert.deepEqual(Buffer.from(rows[0]?.hash ?? []), createHash("sha256").update(secret).digest());
    const { rows: kept } = await sql<{ row: string }>`
      select answer::text as row from platform.idempotency_keys answer`.execute(database().kysely);
    assert.equal(kept.length, 1);
    const again = await gateway.request("admin", "POST", "/keys", { name: "build" }, repeatable);
    assert.deepEqual(again.body, created.body, "a repeated request gets its own answer again");
    const list = await gateway.request("admin", "GET", "/keys");
    const one = await gateway.request("admin", "GET", `/keys/${key.id}`);
    assert.deepEqual(list.body, { items: [key], nextCursor: null, total: 1 });
    assert.deepEqual(one.body, key);
    const everything = JSON.stringify([rows, kept, list.body, one.body, gateway.recorded, logs.lines()]);
    assert.ok(logs.lines().length > 0);
    for (const part of [secret, secret.slice(3, 20), secret.slice(-20)]) assert.ok(!everything.includes(part));
  });

  it("OC13: a name that looks like a secret is refused, and not repeated", async () => {
    const secrets = [
      "rk_3Jx9aQmVt0Lb5Rn8Yc2Df7Gh1Kp4Sw6Zu0Ev3Xi9Ao",
      "openai sk-proj-4f8a9b2c7d",
      "sk_live_51H8x2yZ",
      "AIzaSyA-1234567890abcdefghijklmnopqrstu",
      "token 0123456789abcdef0123456789abcdef",
      "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW",
    ];
    for (const name of secrets) {
      const { status, body } = await gateway.request("admin", "POST", "/keys", { name });
      assert.deepEqual([status, body.code], [400, "http.invalid_request"], name);
      assert.ok(!JSON.stringify(body).includes(name.slice(-12)));
    }
    const id = (await create()).id;
    assert.equal((await gateway.request("admin", "PATCH", `/keys/${id}`, { name: secrets[0] })).status, 400);
    for (const name of ["production", "Ada's laptop, 2026-11-20", "risk-assessment-of-the-third-quarter", "sk-team"]) {
      await create({ name });
    }
  });

  it("a key is for the organization, an agent, a workspace or both, with what it may do", async () => {
    const agentId = gateway.agentId("ada");
    const workspaceId = newId("wsp");
    const expiresAt = "2099-01-01T00:00:00.000Z";
    const limits = {
      models: ["fast", "openai/gpt"],
      requestsPerMinute: 60,
      tokensPerMinute: 100_000,
      capture: { retentionDays: 3, redact: ["email"] },
      cache: { exact: true, semantic: null, ttlSeconds: 60 },
      expiresAt,
    };
    const key = await create({ name: "ada", agentId, workspaceId, ...limits });
    const admin = gateway.callers.get("admin");
    assert.ok(admin?.kind === "person");
    const { id, hint, secret: _secret, createdAt, ...rest } = key;
    assert.deepEqual(rest, {
      name: "ada",
      agentId,
      workspaceId,
      ...limits,
      state: "active",
      createdBy: { personId: admin.personId, name: "admin" },
      revokedAt: null,
      lastUsedAt: null,
      version: 1,
    });
    assert.deepEqual(gateway.recorded, [
      {
        actor: { personId: admin.personId, organizationId: gateway.organizationId, name: "admin" },
        operation: "gateway.createKey",
        subject: { id },
        fields: ["name", "agentId", "workspaceId", ...Object.keys(limits)],
        requestId: gateway.recorded[0]?.requestId,
      },
    ]);
    assert.ok(hint && createdAt);
  });

  it("what cannot be is refused, each with what is wrong", async () => {
    const refused = async (body: object, status: number, code: string) => {
      const answer = await gateway.request("admin", "POST", "/keys", { name: "build", ...body });
      assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(body));
    };
    await refused({ name: "" }, 400, "http.invalid_request");
    await refused({ name: "two\nlines" }, 400, "http.invalid_request");
    await refused({ requestsPerMinute: 0 }, 400, "http.invalid_request");
    await refused({ models: [] }, 400, "http.invalid_request");
    await refused({ agentId: "agt_nobody" }, 400, "http.invalid_request");
    await refused({ secret: "mine" }, 400, "http.invalid_request");
    await refused({ expiresAt: "2020-01-01T00:00:00Z" }, 400, "gateway.ends_in_the_past");
    await refused({ agentId: newId("agt") }, 404, "gateway.no_such_agent");
    await refused({ agentId: gateway.agentId("eve") }, 404, "gateway.no_such_agent");
    assert.deepEqual(gateway.recorded, []);
  });

  it("admins manage, members look, agents see their own, others nothing at all", async () => {
    const own = await create({ name: "ada's", agentId: gateway.agentId("ada") });
    const whole = await create();
    const ask = async (who: string, method: string, path: string, body?: object) =>
      (await gateway.request(who, method, path, body)).status;
    for (const { id } of [own, whole]) {
      const isOwn = id === own.id;
      const expected = { "": 401, blind: 403, member: 200, ada: isOwn ? 200 : 404, bo: 404, eve: 404, stranger: 404 };
      for (const [who, status] of Object.entries(expected)) {
        assert.equal(await ask(who, "GET", `/keys/${id}`), status, `${who} gets`);
      }
      const managing = { "": 401, member: 403, ada: 403, stranger: 404 };
      for (const [who, status] of Object.entries(managing)) {
        assert.equal(await ask(who, "PATCH", `/keys/${id}`, { name: "mine" }), status, `${who} changes`);
        assert.equal(await ask(who, "DELETE", `/keys/${id}`), status, `${who} revokes`);
      }
    }
    for (const [who, status] of Object.entries({ "": 401, member: 403, ada: 403 })) {
      assert.equal(await ask(who, "POST", "/keys", { name: "mine" }), status);
    }
    const listed = async (who: string, query = "") =>
      (await gateway.request(who, "GET", `/keys${query}`)).body.items.map(({ id }: { id: string }) => id);
    assert.deepEqual(await listed("member"), [whole.id, own.id]);
    assert.deepEqual(await listed("ada"), [own.id]);
    assert.deepEqual(await listed("bo", `?agentId=${gateway.agentId("ada")}`), []);
    assert.deepEqual(await listed("stranger"), []);
    assert.equal(await ask("admin", "GET", `/keys/${newId("key")}`), 404);
    assert.equal(await ask("admin", "GET", "/keys/dia_01h455vb4pex5vsknk084sn02q"), 404);
  });

  it("a list shows what was asked for, page by page, newest first, with the count of all", async () => {
    const workspaceId = newId("wsp");
    const [first, second, third] = [await create(), await create({ name: "w", workspaceId }), await create()];
    await gateway.request("admin", "DELETE", `/keys/${first.id}`);
    const soon = await create({ name: "soon", expiresAt: new Date(gateway.clock.now() + 60_000).toISOString() });
    gateway.clock.advance(60_000);
    const list = async (query: string) => (await gateway.request("admin", "GET", `/keys?${query}`)).body;
    const ids = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id);
    const page = await list("limit=3");
    assert.deepEqual([ids(page), page.total], [[soon.id, third.id, second.id], 4]);
    const last = await list(`limit=3&cursor=${page.nextCursor}`);
    assert.deepEqual([ids(last), last.nextCursor], [[first.id], null]);
    assert.deepEqual(ids(await list("state=active")), [third.id, second.id]);
    assert.deepEqual(ids(await list("state=expired")), [soon.id]);
    assert.deepEqual(ids(await list("state=revoked")), [first.id]);
    assert.deepEqual(ids(await list(`workspaceId=${workspaceId}`)), [second.id]);
    assert.equal((await list("cursor=forged")).code, "list.invalid_cursor");
  });

  it("a change names the version that it is based on, and sets only what it names", async () => {
    const { id, secret: _secret, ...key } = await create({ name: "build", requestsPerMinute: 5 });
    const change = (body: object, version: number) =>
      gateway.request("admin", "PATCH", `/keys/${id}`, body, { "if-match": `"${version}"` });
    const changed = await change({ models: ["fast", "fast"], requestsPerMinute: null }, 1);
    assert.deepEqual(changed.body, { id, ...key, models: ["fast"], requestsPerMinute: null, version: 2 });
    const late = await change({ name: "late" }, 1);
    assert.deepEqual([late.status, late.body.code, late.body.currentVersion], [412, "gateway.changed", 2]);
    assert.equal((await change({ expiresAt: "2020-01-01T00:00:00Z" }, 2)).body.code, "gateway.ends_in_the_past");
    assert.equal((await change({}, 2)).status, 400);
    assert.equal((await change({ agentId: newId("agt") }, 2)).status, 400);
  });

  it("a revoked key stays in the list for good, and nothing of it is changed any more", async () => {
    const { id } = await create();
    assert.equal((await gateway.request("admin", "DELETE", `/keys/${id}`)).status, 204);
    const { body } = await gateway.request("admin", "GET", `/keys/${id}`);
    assert.equal(body.state, "revoked");
    gateway.clock.advance(1_000);
    assert.equal((await gateway.request("admin", "DELETE", `/keys/${id}`)).status, 204);
    const again = await gateway.request("admin", "GET", `/keys/${id}`);
    assert.equal(again.body.revokedAt, body.revokedAt);
    const change = await gateway.request("admin", "PATCH", `/keys/${id}`, { expiresAt: null });
    assert.deepEqual([change.status, change.body.code], [409, "gateway.key_revoked"]);
    assert.equal((await gateway.request("admin", "DELETE", `/keys/${newId("key")}`)).status, 404);
    const operations = gateway.recorded.map(({ operation, subject }) => [operation, subject]);
    assert.deepEqual(operations[1], ["gateway.revokeKey", { keyId: id }]);
  });
});
