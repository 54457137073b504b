import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, it } from "node:test";
import { frameSigningBytes } from "@reef/proofs";
import { describeEachDatabase, until } from "@reef/testing";
import { sql } from "kysely";
import { deleteUnproved } from "../store/requests.ts";
import {
  askToSign,
  found,
  joinBy,
  newKey,
  type RunningReef,
  request,
  signIn,
  signMessage,
  startReef,
  submit,
  type TestAgent,
  testMigrations,
} from "../test/signing-under-test.ts";

const SECOND_MS = 1_000;
const TTL_MS = 300 * SECOND_MS;
const DAY_MS = 86_400_000;

describeEachDatabase("signing requests", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let ada: TestAgent;
  let bo: TestAgent;

  before(async () => {
    reef = await startReef(database(), { loops: false });
    ada = await found(reef, database(), "Ada");
    bo = await joinBy(reef, ada, "Bo");
  });
  after(() => reef.stop());

  const get = (agent: TestAgent, id: string) =>
    request(reef, "GET", `/api/signing-requests/${id}`, { token: agent.token });

  const hostile = [
    "hello",
    "line1\r\nline2\n",
    "🪸 reef 👩‍🚀🏽",
    "שלום \u2028\u2029\u0001",
    "e\u0301",
    " spaces ",
    "x".repeat(100_000),
  ];
  for (const message of hostile) {
    it(`MN3: the signing input of ${JSON.stringify(message.slice(0, 20))} is its frame, and signing it completes the request`, async () => {
      const asked = await askToSign(reef, ada, message);
      const frame = await frameSigningBytes("reef:v1", message, asked.nonce);
      assert.equal(asked.signingInput, Buffer.from(frame).toString("base64"));
      assert.equal(asked.message, message);
      assert.equal(asked.agentId, ada.id);
      assert.match(asked.id, /^sgn_/);
      assert.equal(Date.parse(asked.expiresAt) - Date.parse(asked.createdAt), TTL_MS);
      assert.deepEqual([asked.status, asked.signature, asked.valid, asked.completedAt], ["pending", null, null, null]);
      const signature = ada.key.sign(asked.signingInput);
      const { status, body } = await submit(reef, ada, asked.id, signature);
      assert.equal(status, 200);
      assert.deepEqual([body.status, body.signature, body.valid], ["completed", signature, true]);
      assert.deepEqual((await get(ada, asked.id)).body, body);
    });
  }

  it("MN4: a signature by a wrong key completes the request as invalid, and a second answer is 409", async () => {
    const { id, signingInput } = await askToSign(reef, ada, "hello");
    const wrong = await submit(reef, ada, id, newKey().sign(signingInput));
    assert.equal(wrong.status, 200);
    assert.deepEqual([wrong.body.status, wrong.body.valid], ["completed", false]);
    const second = await submit(reef, ada, id, ada.key.sign(signingInput));
    assert.equal(second.status, 409);
    assert.equal(second.body.code, "signing.already_completed");
    assert.equal((await get(ada, id)).body.valid, false);
  });

  for (const signature of ["x", "AAAA", "A".repeat(88), "☃"]) {
    it(`MN4: ${signature.slice(0, 4)} is simply a wrong signature`, async () => {
      const { id } = await askToSign(reef, ada, "hello");
      const { status, body } = await submit(reef, ada, id, signature);
      assert.deepEqual([status, body.status, body.valid], [200, "completed", false]);
    });
  }

  it("MN4: of twenty answers at once exactly one completes the request", async () => {
    const { id, signingInput } = await askToSign(reef, ada, "hello");
    const signature = ada.key.sign(signingInput);
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit(reef, ada, id, signature)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(19).fill(409)]);
    assert.equal((await get(ada, id)).body.valid, true);
  });

  it("MN4: an answer that got lost may be repeated under its key, and is the same", async () => {
    const { id, signingInput } = await askToSign(reef, ada, "hello");
    const sent = {
      token: ada.token,
      body: { signature: ada.key.sign(signingInput) },
      headers: { "Idempotency-Key": `answer-of-${id}` },
    };
    const [first, second] = [
      await request(reef, "POST", `/api/signing-requests/${id}/sign`, sent),
      await request(reef, "POST", `/api/signing-requests/${id}/sign`, sent),
    ];
    assert.deepEqual([first.status, second.status], [200, 200]);
    assert.deepEqual(second.body, first.body);
  });

  it("MN5: after 300 seconds a request is expired and takes no answer, also in a process that starts later", async () => {
    const { id, signingInput } = await askToSign(reef, ada, "hello");
    const late = await startReef(database(), { loops: false, ahead: TTL_MS });
    const early = await startReef(database(), { loops: false, ahead: TTL_MS - 60 * SECOND_MS });
    try {
      const shown = await request(early, "GET", `/api/signing-requests/${id}`, { token: ada.token });
      assert.equal(shown.body.status, "pending");
      const refused = await submit(late, ada, id, ada.key.sign(signingInput));
      assert.equal(refused.status, 409);
      assert.equal(refused.body.code, "signing.expired");
      const expired = await request(late, "GET", `/api/signing-requests/${id}`, { token: ada.token });
      assert.deepEqual([expired.body.status, expired.body.signature, expired.body.valid], ["expired", null, null]);
    } finally {
      await late.stop();
      await early.stop();
    }
  });

  it("MN5: what was answered in time stays completed", async () => {
    const { id } = await signMessage(reef, ada, "hello");
    const later = await startReef(database(), { loops: false, ahead: 2 * TTL_MS });
    try {
      const { body } = await request(later, "GET", `/api/signing-requests/${id}`, { token: ada.token });
      assert.deepEqual([body.status, body.valid], ["completed", true]);
      assert.equal((await submit(later, ada, id, "x")).body.code, "signing.already_completed");
    } finally {
      await later.stop();
    }
  });

  it("MN6: another agent's request is 404 on get and sign, in the same organization and in another", async () => {
    const stranger = await found(reef, database(), "Eve");
    const { id, signingInput } = await askToSign(reef, ada, "hello");
    for (const agent of [bo, stranger]) {
      for (const answer of [await get(agent, id), await submit(reef, agent, id, ada.key.sign(signingInput))]) {
        assert.equal(answer.status, 404);
        assert.equal(answer.body.code, "signing.not_found");
      }
    }
    const unknown = await get(bo, id.replace(/.$/, id.endsWith("0") ? "1" : "0"));
    assert.equal(unknown.body.detail, (await get(bo, id)).body.detail);
    assert.equal((await get(ada, id)).body.status, "pending");
  });

  it("without a token nothing can be asked, and what is no id names nothing", async () => {
    for (const [method, path] of [
      ["GET", "/api/signing-requests"],
      ["POST", "/api/signing-requests"],
    ] as const) {
      assert.equal(
        (await request(reef, method, path, { ...(method === "POST" && { body: { message: "x" } }) })).status,
        401,
      );
    }
    assert.equal((await get(ada, "nonsense")).status, 404);
    assert.equal((await get(ada, ada.id)).status, 404);
  });

  it("messages that are empty, too long, half a character, or the reef's own are refused", async () => {
    const refusals = await Promise.all(
      ["", "x".repeat(100_001), "\ud800", "reef:", `reef:register:${newKey().publicKey}`].map((message) =>
        request(reef, "POST", "/api/signing-requests", { token: ada.token, body: { message } }),
      ),
    );
    assert.deepEqual(
      refusals.map(({ status, body }) => [status, body.code]),
      [
        [400, "http.invalid_request"],
        [400, "http.invalid_request"],
        [400, "http.invalid_request"],
        [400, "signing.reserved_message"],
        [400, "signing.reserved_message"],
      ],
    );
    // Only the beginning is reserved: no such message is one of the reef's own.
    assert.equal((await askToSign(reef, ada, "about reef: a note")).status, "pending");
  });

  it("an agent has a hundred pending requests at most, also when it asks for many at once", async () => {
    const carol = await joinBy(reef, ada, "Carol");
    const ask = (process: RunningReef) =>
      request(process, "POST", "/api/signing-requests", { token: carol.token, body: { message: "again" } });
    const answers = await Promise.all(Array.from({ length: 110 }, () => ask(reef)));
    const refused = answers.filter(({ status }) => status !== 201);
    assert.equal(answers.length - refused.length, 100);
    for (const { status, body } of refused) {
      assert.deepEqual([status, body.code], [429, "signing.too_many_pending"]);
      assert.ok(body.retryAfterSeconds > 0);
    }
    const later = await startReef(database(), { loops: false, ahead: TTL_MS });
    assert.equal((await ask(later)).status, 201);
    await later.stop();
  });

  it("a list has only the caller's own, newest first, by status and page by page, with the real total", async () => {
    const dora = await joinBy(reef, ada, "Dora");
    const list = (query = "", process = reef) =>
      request(process, "GET", `/api/signing-requests?${query}`, { token: dora.token });
    assert.deepEqual((await list()).body, { items: [], nextCursor: null, total: 0 });
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.unshift((await askToSign(reef, dora, `message ${index}`)).id);
    await signMessage(reef, dora, "signed");
    const all = await list("limit=2");
    assert.equal(all.body.total, 6);
    assert.equal(all.body.items[0].message, "signed");
    const pages: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const { body } = await list(`status=pending&limit=2${cursor && `&cursor=${cursor}`}`);
      assert.equal(body.total, 5);
      pages.push(...body.items.map((item: { id: string }) => item.id));
      cursor = body.nextCursor;
    }
    assert.deepEqual(pages, ids);
    assert.equal((await list("status=completed,expired")).body.total, 1);
    assert.equal((await list("status=done")).status, 400);
    assert.equal((await list("cursor=forged.cursor")).body.code, "list.invalid_cursor");
    const later = await startReef(database(), { loops: false, ahead: TTL_MS });
    assert.equal((await list("status=expired", later)).body.total, 5);
    assert.equal((await list("status=pending", later)).body.total, 0);
    await later.stop();
  });

  it("people see the requests of all agents of the organization with whose they are, answer none, and see no other's", async () => {
    const lead = await found(reef, database(), "Lead");
    const hand = await joinBy(reef, lead, "Hand");
    const ids: string[] = [];
    for (const agent of [lead, hand, lead]) ids.unshift((await askToSign(reef, agent, "a promise")).id);
    const { id: signedId } = await signMessage(reef, hand, "signed");
    const mia = signIn(lead, "member", "Mia");
    const list = (query = "", person = mia) =>
      request(reef, "GET", `/api/signing-requests?${query}`, { token: person.token });
    const { body: all } = await list();
    assert.equal(all.total, 4);
    const agentOf = ({ id, name, fingerprint }: TestAgent) => ({ id, name, fingerprint });
    assert.deepEqual(
      all.items.map(({ id, agent, message }: { id: string; agent: object; message: string }) => [id, agent, message]),
      [
        [signedId, agentOf(hand), "signed"],
        [ids[0], agentOf(lead), "a promise"],
        [ids[1], agentOf(hand), "a promise"],
        [ids[2], agentOf(lead), "a promise"],
      ],
    );
    const { body: pending } = await list("status=pending&limit=2");
    assert.deepEqual([pending.total, pending.items[0].id, pending.items[1].id], [3, ids[0], ids[1]]);
    const { body: rest } = await list(`status=pending&limit=2&cursor=${pending.nextCursor}`);
    assert.deepEqual([rest.items.length, rest.items[0].id, rest.nextCursor], [1, ids[2], null]);
    const one = await request(reef, "GET", `/api/signing-requests/${ids[1]}`, { token: mia.token });
    assert.deepEqual([one.status, one.body], [200, all.items[2]]);
    assert.deepEqual((await get(hand, ids[1] ?? "")).body, one.body, "the agent itself sees the same");
    const answer = { token: mia.token, body: { signature: "x" } };
    const refused = await request(reef, "POST", `/api/signing-requests/${ids[1]}/sign`, answer);
    assert.deepEqual([refused.status, refused.body.code], [403, "http.agents_only"]);
    const eve = signIn(ada, "owner", "Eve");
    const foreign = await request(reef, "GET", `/api/signing-requests/${ids[1]}`, { token: eve.token });
    assert.deepEqual([foreign.status, foreign.body.code], [404, "signing.not_found"]);
    const { items } = (await list("limit=100", eve)).body;
    assert.ok(items.every(({ id }: { id: string }) => ![...ids, signedId].includes(id)));
  });

  it("the newest requests of an organization are found by their index, however many it has", async () => {
    const { kysely } = database();
    const organization = randomUUID();
    await sql`
      insert into signing.requests
        (id, organization_id, agent_id, message, message_hash, nonce, created_at, expires_at)
      select gen_random_uuid(), ${organization}::uuid, gen_random_uuid(), 'm', '', '', now(), now()
      from generate_series(1, 20000)`.execute(kysely);
    await sql`analyze signing.requests`.execute(kysely);
    const { rows } = await sql<{ "QUERY PLAN": string }>`
      explain select * from signing.requests where organization_id = ${organization}::uuid
      order by id desc limit 20`.execute(kysely);
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    assert.match(plan, /Index Scan Backward using requests_organization/, plan);
    await sql`delete from signing.requests where organization_id = ${organization}::uuid`.execute(kysely);
  });

  it("getSigned gives a message with its signature to who signed it, and to nobody else", async () => {
    const { id, nonce, signature } = await signMessage(reef, ada, "an entry's content identifier");
    const callOf = ({ id: agentId, organizationId, key, ...rest }: TestAgent) =>
      ({ caller: { ...rest, agentId, organizationId, publicKey: key.publicKey }, db: database().kysely }) as never;
    const { getSigned } = reef.signing.api;
    assert.deepEqual(await getSigned(callOf(ada), id), {
      message: "an entry's content identifier",
      nonce,
      signature,
      publicKey: ada.key.publicKey,
    });
    await assert.rejects(getSigned(callOf(bo), id), { code: "signing.not_found" });
    const pending = await askToSign(reef, ada, "hello");
    await assert.rejects(getSigned(callOf(ada), pending.id), { code: "signing.not_signed" });
    await submit(reef, ada, pending.id, newKey().sign(pending.signingInput));
    await assert.rejects(getSigned(callOf(ada), pending.id), { code: "signing.not_signed" });
  });

  it("a request that proves nothing is deleted after 30 days, in bounded batches; a proof stays", async () => {
    const { kysely } = database();
    const count = async () =>
      (
        await sql<{ proofs: number; rest: number }>`
        select count(*) filter (where valid) as proofs, count(*) filter (where valid is not true) as rest
        from signing.requests`.execute(kysely)
      ).rows[0];
    const counted = await count();
    assert.ok(counted !== undefined && counted.proofs > 0 && counted.rest > 10);
    assert.equal(await deleteUnproved(kysely, new Date(Date.now() - DAY_MS), 1_000), 0);
    assert.equal(await deleteUnproved(kysely, new Date(Date.now() + DAY_MS), 10), 10);
    const later = await startReef(database(), { ahead: 31 * DAY_MS });
    try {
      await until(async () => (await count())?.rest === 0);
      assert.deepEqual(await count(), { proofs: counted.proofs, rest: 0 });
    } finally {
      await later.stop();
    }
  });
});
