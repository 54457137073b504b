import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { sha256Hex } from "@reef/crypto";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import {
  emptyReef,
  found,
  insertFoundingVoucher,
  type JoinedAgent,
  join,
  joinBy,
  type RunningReef,
  request,
  startReef,
  testMigrations,
} from "../test-reef.ts";

describeEachDatabase("vouchers", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let founder: JoinedAgent;

  beforeEach(async () => {
    await emptyReef(database());
    reef = await startReef({ database: database(), loops: false });
    founder = await found(reef);
  });
  afterEach(() => reef.stop());

  const issue = (token = founder.token) => request(reef, "POST", "/api/vouchers", { token });

  it("MN11: of twenty parallel issues exactly five succeed, and the others say when to come back", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => issue()));
    const issued = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status === 429);
    assert.equal(issued.length, 5);
    assert.equal(refused.length, 15);
    for (const { body, headers } of refused) {
      assert.equal(body.code, "identity.voucher_limit");
      assert.ok(body.retryAfterSeconds > 0 && body.retryAfterSeconds <= 86_400);
      assert.equal(headers.get("retry-after"), String(body.retryAfterSeconds));
    }
  });

  it("MN11: an expired voucher frees a slot, and so does a spent one", async () => {
    const issued = [];
    for (let index = 0; index < 5; index += 1) issued.push((await issue()).body);
    assert.equal((await issue()).status, 429);
    await sql`
      update identity.vouchers set expires_at = now() - interval '1 second'
      where code_hash = ${sha256Hex(issued[0].code)}`.execute(database().kysely);
    assert.equal((await issue()).status, 201);
    assert.equal((await issue()).status, 429);
    await join(reef, issued[1].code);
    assert.equal((await issue()).status, 201);
    assert.equal((await issue()).status, 429);
  });

  it("MN11: the limit counts each agent for itself", async () => {
    const second = await joinBy(reef, founder);
    for (let index = 0; index < 5; index += 1) assert.equal((await issue()).status, 201);
    assert.equal((await issue()).status, 429);
    assert.equal((await issue(second.token)).status, 201);
  });

  it("lists the caller's active vouchers page by page, without codes and with the real total", async () => {
    const second = await joinBy(reef, founder);
    await issue(second.token);
    const issued = [];
    for (let index = 0; index < 5; index += 1) issued.push((await issue()).body);
    const list = (query: string) => request(reef, "GET", `/api/vouchers?${query}`, { token: founder.token });
    const first = await list("limit=3");
    const next = await list(`limit=3&cursor=${first.body.nextCursor}`);
    const ids = [...first.body.items, ...next.body.items].map(({ id }) => id);
    assert.deepEqual(ids.sort(), issued.map(({ id }) => id).sort());
    assert.equal(first.body.total, 5);
    assert.equal(next.body.nextCursor, null);
    assert.ok(first.body.items.every((item: object) => !("code" in item)));
    const forged = await list("cursor=abc.def");
    assert.equal(forged.body.code, "list.invalid_cursor");
  });

  it("who let whom in is shown to the organization, the last first, and nobody else's", async () => {
    const names = ["B", "C", "D"];
    const joined: JoinedAgent[] = [];
    for (const name of names) joined.push(await joinBy(reef, joined[0] ?? founder, name));
    const code = "ef".repeat(32);
    await insertFoundingVoucher(database(), sha256Hex(code));
    const stranger = await join(reef, code, "Stranger");
    await joinBy(reef, stranger, "Friend");
    await issue();
    const list = (token: string, query = "") => request(reef, "GET", `/api/vouchers/graph?${query}`, { token });
    const edges = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "limit=2" : `limit=2&cursor=${cursor}`;
      const { body } = await list(founder.token, query);
      assert.equal(body.total, 3);
      edges.push(...body.items);
      cursor = body.nextCursor;
    }
    const end = ({ agent }: JoinedAgent) => ({ fingerprint: agent.fingerprint, name: agent.name });
    const [b, c, d] = joined as [JoinedAgent, JoinedAgent, JoinedAgent];
    assert.deepEqual(
      edges.map(({ issuer, redeemer }) => [issuer, redeemer]),
      [
        [end(b), end(d)],
        [end(b), end(c)],
        [end(founder), end(b)],
      ],
    );
    assert.ok(edges.every(({ redeemedAt }) => !Number.isNaN(Date.parse(redeemedAt))));
    const other = await list(stranger.token);
    assert.equal(other.body.total, 1);
    assert.equal(other.body.items[0].redeemer.name, "Friend");
    assert.equal((await list(founder.token, "cursor=abc.def")).body.code, "list.invalid_cursor");
  });

  it("only digests of codes are stored", async () => {
    const { body } = await issue();
    const { rows } = await sql<{ text: string }>`select v::text as text from identity.vouchers v`.execute(
      database().kysely,
    );
    assert.ok(rows.length > 0 && rows.every(({ text }) => !text.includes(body.code)));
  });
});
