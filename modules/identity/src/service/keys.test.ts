import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { sha256Hex } from "@reef/crypto";
import { fingerprintOf, frameSigningBytes, parsePublicKey, verifySignature } from "@reef/proofs";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import {
  type AgentKey,
  clientAssertion,
  emptyReef,
  found,
  insertFoundingVoucher,
  type JoinedAgent,
  join,
  joinBy,
  newAgentKey,
  newPublicUrl,
  type RunningReef,
  registrationBody,
  request,
  rotationBody,
  startReef,
  testMigrations,
  tokenByAssertion,
  tokenBySecret,
} from "../test-reef.ts";

const MINUTE_MS = 60_000;

const fingerprint = async ({ publicKey }: AgentKey): Promise<string> => {
  const raw = parsePublicKey(publicKey);
  assert.ok(raw);
  return fingerprintOf(raw);
};

describeEachDatabase("keys", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let agent: JoinedAgent;
  let publicUrl: string;

  beforeEach(async () => {
    await emptyReef(database());
    publicUrl = await newPublicUrl();
    reef = await startReef({ database: database(), publicUrl, loops: false });
    agent = await found(reef);
  });
  afterEach(() => reef.stop());

  const rotate = (body: unknown, token = agent.token) =>
    request(reef, "POST", "/api/agents/whoami/key", { token, body });
  const whoami = (token: string) => request(reef, "GET", "/api/agents/whoami", { token });
  const tokenByKey = async (key: AgentKey) =>
    tokenByAssertion(reef, await clientAssertion(agent.agent.id, key, publicUrl));
  /** The agent after a rotation to `next`, with a new token. */
  async function rotated(next: AgentKey): Promise<JoinedAgent> {
    const answer = await rotate(await rotationBody(reef, agent, next));
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const token = await tokenByKey(next);
    return { ...agent, agent: answer.body, key: next, token: token.body.access_token };
  }

  it("after a rotation the new key signs in and the old one does not, and every older token is refused", async () => {
    const byKey = await tokenByKey(agent.key);
    const next = newAgentKey();
    const after = await rotated(next);
    assert.equal(after.agent.publicKey, next.publicKey);
    assert.equal(after.agent.fingerprint, await fingerprint(next));
    assert.equal((await whoami(agent.token)).status, 401, "a token got by secret names the old key");
    assert.equal((await whoami(byKey.body.access_token)).status, 401);
    assert.equal((await tokenByKey(agent.key)).body.error, "invalid_client");
    const { body } = await whoami(after.token);
    assert.equal(body.id, agent.agent.id);
    assert.equal(body.publicKey, next.publicKey);
    const bySecret = await tokenBySecret(reef, agent.agent.id, agent.credentials.clientSecret);
    assert.equal((await whoami(bySecret.body.access_token)).body.fingerprint, await fingerprint(next));
    const { rows } = await sql<{ payload: object }>`
      select payload from platform.events where name = 'identity.key_rotated'`.execute(database().kysely);
    assert.deepEqual(
      rows.map(({ payload }) => payload),
      [
        {
          agentId: agent.agent.id,
          organizationId: agent.agent.organizationId,
          oldFingerprint: agent.agent.fingerprint,
          fingerprint: await fingerprint(next),
          publicKey: next.publicKey,
        },
      ],
    );
  });

  it("an agent is found by every fingerprint that it had, and its keys tell when each was valid", async () => {
    const keys = [agent.key, newAgentKey(), newAgentKey()];
    const first = agent;
    for (const next of keys.slice(1)) agent = await rotated(next);
    for (const key of keys) {
      const { body } = await request(reef, "GET", `/api/agents/${await fingerprint(key)}`);
      assert.equal(body.id, first.agent.id);
      assert.equal(body.publicKey, agent.key.publicKey, "whichever is asked for, the current key is the answer");
      const { organizationId } = first.agent;
      const byFormer = await reef.identity.api.findAgent(database().kysely, organizationId, await fingerprint(key));
      assert.equal(byFormer?.fingerprint, await fingerprint(agent.key));
    }
    const list = (query: string) => request(reef, "GET", `/api/agents/${first.agent.fingerprint}/keys?${query}`);
    const page = await list("limit=2");
    const rest = await list(`limit=2&cursor=${page.body.nextCursor}`);
    assert.equal(page.body.total, 3);
    assert.equal(rest.body.nextCursor, null);
    const listed = [...page.body.items, ...rest.body.items];
    assert.deepEqual(
      listed.map(({ publicKey }) => publicKey),
      keys.map(({ publicKey }) => publicKey).reverse(),
    );
    assert.equal(listed[0].validUntil, null);
    for (const [index, { validFrom }] of listed.slice(0, -1).entries()) {
      assert.equal(listed[index + 1].validUntil, validFrom, "a key ends when the next one begins");
    }
    const known = await reef.identity.api.findKey(
      database().kysely,
      (await fingerprint(keys[1] as AgentKey)).toLowerCase(),
    );
    assert.equal(known?.agentId, first.agent.id);
    assert.equal(known?.organizationId, first.agent.organizationId);
    assert.equal(known?.name, "Founder");
    assert.equal(known?.publicKey, keys[1]?.publicKey);
    assert.equal(known?.validUntil?.toISOString(), listed[0].validFrom);
    assert.equal(await reef.identity.api.findKey(database().kysely, "0000-0000-0000-0000"), undefined);
    const nobody = await request(reef, "GET", "/api/agents/0000-0000-0000-0000/keys");
    assert.equal(nobody.body.code, "identity.not_found");
    assert.equal((await list("cursor=abc.def")).body.code, "list.invalid_cursor");
  });

  it("the published proof of a rotation verifies with both keys, and the first key needs none", async () => {
    const next = newAgentKey();
    await rotated(next);
    const { body } = await request(reef, "GET", `/api/agents/${await fingerprint(next)}/keys`);
    const [current, first] = body.items;
    assert.equal(first.proof, null);
    const message = `reef:rotate-key:${agent.agent.id}:${agent.key.publicKey}:${next.publicKey}`;
    const bytes = await frameSigningBytes("reef:v1", message, current.proof.nonce);
    assert.ok(await verifySignature(agent.key.publicKey, bytes, current.proof.oldSignature));
    assert.ok(await verifySignature(next.publicKey, bytes, current.proof.newSignature));
  });

  it("a key that was ever used neither registers again nor is rotated to, by its own agent or another", async () => {
    const first = agent;
    const voucher = await request(reef, "POST", "/api/vouchers", { token: agent.token });
    const other = await joinBy(reef, agent);
    agent = await rotated(newAgentKey());
    const again = await request(reef, "POST", "/api/agents", {
      body: await registrationBody(reef, first.key, voucher.body.code),
    });
    assert.equal(again.status, 409);
    assert.equal(again.body.code, "identity.key_taken");
    await join(reef, voucher.body.code);
    for (const taken of [first.key, agent.key, other.key]) {
      const answer = await rotate(await rotationBody(reef, agent, taken));
      assert.equal(answer.status, 409);
      assert.equal(answer.body.code, "identity.key_taken");
    }
    assert.equal((await whoami(agent.token)).status, 200, "a rotation that is refused leaves no trace");
    assert.equal((await rotate(await rotationBody(reef, other, newAgentKey()), other.token)).status, 200);
  });

  it("of two rotations at once one wins, and the loser's key stays free", async () => {
    const keys = [newAgentKey(), newAgentKey()];
    const bodies = await Promise.all(keys.map((key) => rotationBody(reef, agent, key)));
    const answers = await Promise.all(bodies.map((body) => rotate(body)));
    const winners = answers.filter(({ status }) => status === 200);
    assert.equal(winners.length, 1);
    const loser = answers.find(({ status }) => status !== 200);
    assert.ok(loser?.body.code === "identity.key_replaced" || loser?.body.code === "identity.invalid_token");
    const { body } = await request(reef, "GET", `/api/agents/${agent.agent.fingerprint}/keys`);
    assert.equal(body.total, 2);
    const winning = keys.find(({ publicKey }) => publicKey === winners[0]?.body.publicKey);
    assert.ok(winning);
    agent = { ...agent, key: winning, token: (await tokenByKey(winning)).body.access_token };
    const losing = keys.find((key) => key !== winning);
    assert.ok(losing);
    await rotated(losing);
  });

  it("a registration and a rotation to one key at once: one gets it", async () => {
    const key = newAgentKey();
    const voucher = await request(reef, "POST", "/api/vouchers", { token: agent.token });
    const registration = await registrationBody(reef, key, voucher.body.code);
    const rotation = await rotationBody(reef, agent, key);
    const answers = await Promise.all([request(reef, "POST", "/api/agents", { body: registration }), rotate(rotation)]);
    assert.equal(answers.filter(({ status }) => status < 300).length, 1);
    assert.equal(answers.filter(({ body }) => body.code === "identity.key_taken").length, 1);
  });

  it("a proof that lacks a signature, or is another key's, another agent's, a registration's or too old, is refused", async () => {
    const other = await joinBy(reef, agent);
    const next = newAgentKey();
    const good = await rotationBody(reef, agent, next);
    const forRegistration = await registrationBody(reef, next, "0".repeat(64));
    const wrong = {
      "the old key alone": { ...good, newSignature: good.oldSignature },
      "the new key alone": { ...good, oldSignature: good.newSignature },
      "another key": { ...good, publicKey: newAgentKey().publicKey },
      "another agent": await rotationBody(reef, other, next),
      "a registration": {
        ...good,
        nonce: forRegistration.nonce,
        oldSignature: forRegistration.signature,
        newSignature: forRegistration.signature,
      },
      nonsense: { ...good, nonce: "nonsense" },
    };
    for (const [reason, body] of Object.entries(wrong)) {
      const answer = await rotate(body);
      assert.equal(answer.status, 400, reason);
      assert.equal(answer.body.code, "identity.invalid_proof", reason);
    }
    reef.clock.advance(6 * MINUTE_MS);
    assert.equal((await rotate(good)).body.code, "identity.invalid_proof");
    reef.clock.advance(-6 * MINUTE_MS);
    const weak = await rotate({ ...good, publicKey: `ed25519:${Buffer.alloc(32).toString("base64")}` });
    assert.equal(weak.body.code, "identity.invalid_key");
    assert.equal((await rotate(good)).status, 200);
  });

  it("a rotation needs a token with its scope, and one that was spent cannot be sent again", async () => {
    const next = newAgentKey();
    const body = await rotationBody(reef, agent, next);
    assert.equal((await request(reef, "POST", "/api/agents/whoami/key", { body })).status, 401);
    const { clientId, clientSecret } = agent.credentials;
    const narrow = await tokenBySecret(reef, clientId, clientSecret, { scope: "diary:read" });
    assert.equal((await rotate(body, narrow.body.access_token)).body.code, "http.missing_scope");
    const after = await rotated(next);
    assert.equal((await rotate(body, after.token)).body.code, "identity.invalid_proof");
  });

  for (const table of ["identity.agent_keys", "identity.agents", "platform.events"]) {
    it(`a failure at ${table} leaves the old key in force`, async () => {
      const next = newAgentKey();
      const body = await rotationBody(reef, agent, next);
      const { kysely } = database();
      await sql`
        create or replace function fail() returns trigger language plpgsql as
        $$ begin raise exception 'broken on purpose'; end $$`.execute(kysely);
      await sql`
        create trigger fail before insert or update on ${sql.table(table)}
        for each row execute function fail()`.execute(kysely);
      const answer = await rotate(body);
      await sql`drop trigger fail on ${sql.table(table)}`.execute(kysely);
      assert.equal(answer.status, 500);
      assert.equal((await whoami(agent.token)).body.publicKey, agent.key.publicKey);
      assert.equal((await rotate(body)).status, 200);
    });
  }

  it("a founder is told from the others, and one organization's from another's", async () => {
    const second = await joinBy(reef, agent);
    const code = "cd".repeat(32);
    await insertFoundingVoucher(database(), sha256Hex(code));
    const stranger = await join(reef, code, "Stranger");
    const isFounder = (of: JoinedAgent, who: JoinedAgent) =>
      reef.identity.api.isFounder(database().kysely, of.agent.organizationId, who.agent.id);
    assert.equal(await isFounder(agent, agent), true);
    assert.equal(await isFounder(agent, second), false);
    assert.equal(await isFounder(agent, stranger), false);
    assert.equal(await isFounder(stranger, stranger), true);
  });
});
