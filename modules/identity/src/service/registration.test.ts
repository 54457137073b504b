import assert from "node:assert/strict";
import { sign } from "node:crypto";
import { afterEach, beforeEach, it } from "node:test";
import { sha256Hex } from "@reef/crypto";
import { fingerprintOf, parsePublicKey } from "@reef/proofs";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import {
  emptyReef,
  found,
  insertFoundingVoucher,
  join,
  joinBy,
  newAgentKey,
  type RunningReef,
  registrationBody,
  request,
  startReef,
  testMigrations,
} from "../test-reef.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

describeEachDatabase("registration", testMigrations, ({ database }) => {
  let reef: RunningReef;

  beforeEach(async () => {
    await emptyReef(database());
    reef = await startReef({ database: database(), loops: false });
  });
  afterEach(() => reef.stop());

  const register = (body: unknown, headers = {}) => request(reef, "POST", "/api/agents", { body, headers });

  const counts = async () => {
    const { rows } = await sql<Record<string, number>>`
      select (select count(*) from identity.agents) as agents,
        (select count(*) from identity.organizations) as organizations,
        (select count(*) from identity.vouchers where redeemed_at is null) as unspent,
        (select count(*) from platform.events where name = 'identity.agent_registered') as events
    `.execute(database().kysely);
    return rows[0];
  };

  const foundingVoucher = async () => {
    const code = await reef.identity.api.issueFoundingVoucher();
    assert.ok(code);
    return code;
  };

  it("MN9: registering with a valid voucher returns working credentials", async () => {
    const founder = await found(reef);
    assert.match(founder.agent.id, /^agt_/);
    assert.match(founder.credentials.clientSecret, /^[0-9a-f]{64}$/);
    const raw = parsePublicKey(founder.key.publicKey);
    assert.ok(raw);
    assert.equal(founder.agent.fingerprint, await fingerprintOf(raw));
    const whoami = await request(reef, "GET", "/api/agents/whoami", { token: founder.token });
    assert.equal(whoami.status, 200);
    assert.equal(whoami.body.id, founder.agent.id);
    assert.equal(whoami.body.publicKey, founder.key.publicKey);
    const second = await joinBy(reef, founder, "Second");
    assert.equal(second.agent.organizationId, founder.agent.organizationId);
    assert.deepEqual(await counts(), { agents: 2, organizations: 1, unspent: 0, events: 2 });
  });

  it("MN9: an unknown, a used and an expired voucher get one and the same refusal", async () => {
    const code = await foundingVoucher();
    const founder = await join(reef, code);
    const issued = await request(reef, "POST", "/api/vouchers", { token: founder.token });
    const refusals = [];
    for (const voucher of ["0".repeat(64), code]) {
      refusals.push(await register(await registrationBody(reef, newAgentKey(), voucher)));
    }
    reef.clock.advance(DAY_MS + MINUTE_MS);
    refusals.push(await register(await registrationBody(reef, newAgentKey(), issued.body.code)));
    for (const { status, body } of refusals) {
      assert.equal(status, 403);
      assert.equal(body.code, "identity.registration_failed");
      assert.equal(body.detail, refusals[0]?.body.detail);
    }
    assert.equal((await counts())?.agents, 1);
  });

  it("MN10: of ten parallel registrations with one voucher exactly one succeeds, and the others leave nothing", async () => {
    const code = await foundingVoucher();
    const bodies = await Promise.all(Array.from({ length: 10 }, () => registrationBody(reef, newAgentKey(), code)));
    const answers = await Promise.all(bodies.map((body) => register(body)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(9).fill(403)]);
    assert.deepEqual(await counts(), { agents: 1, organizations: 1, unspent: 0, events: 1 });
  });

  it("a key that is registered is refused, and the voucher stays good for another", async () => {
    const founder = await found(reef);
    const { body } = await request(reef, "POST", "/api/vouchers", { token: founder.token });
    const again = await register(await registrationBody(reef, founder.key, body.code));
    assert.equal(again.status, 409);
    assert.equal(again.body.code, "identity.key_taken");
    await join(reef, body.code);
  });

  it("one key registered twice at once, with two vouchers, joins once and leaves one voucher unspent", async () => {
    const founder = await found(reef);
    const key = newAgentKey();
    const bodies = [];
    for (let index = 0; index < 2; index += 1) {
      const { body } = await request(reef, "POST", "/api/vouchers", { token: founder.token });
      bodies.push(await registrationBody(reef, key, body.code));
    }
    const answers = await Promise.all(bodies.map((body) => register(body)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409]);
    assert.deepEqual(await counts(), { agents: 2, organizations: 1, unspent: 1, events: 2 });
  });

  for (const table of [
    "identity.vouchers",
    "identity.organizations",
    "identity.agents",
    "identity.agent_keys",
    "platform.events",
  ]) {
    it(`MN12: a failure at ${table} leaves no agent, no organization, no event and an unspent voucher`, async () => {
      const code = await foundingVoucher();
      const { kysely } = database();
      const body = await registrationBody(reef, newAgentKey(), code);
      await sql`
        create or replace function fail() returns trigger language plpgsql as
        $$ begin raise exception 'broken on purpose'; end $$`.execute(kysely);
      await sql`
        create trigger fail before insert or update on ${sql.table(table)}
        for each row execute function fail()`.execute(kysely);
      const answer = await register(body);
      await sql`drop trigger fail on ${sql.table(table)}`.execute(kysely);
      assert.equal(answer.status, 500);
      assert.doesNotMatch(JSON.stringify(answer.body), /broken on purpose/);
      assert.deepEqual(await counts(), { agents: 0, organizations: 0, unspent: 1, events: 0 });
      assert.equal((await register(body)).status, 201);
    });
  }

  it("MN12: a repetition with the same Idempotency-Key gets the same credentials and spends nothing more", async () => {
    const body = await registrationBody(reef, newAgentKey(), await foundingVoucher());
    const headers = { "Idempotency-Key": "register-once-0001" };
    const [first, second] = [await register(body, headers), await register(body, headers)];
    assert.equal(first.status, 201);
    assert.deepEqual(second.body, first.body);
    assert.equal((await counts())?.agents, 1);
  });

  it("a proof that is forged, of another key, for another reef or too old is refused before the voucher is looked at", async () => {
    const code = await foundingVoucher();
    const [key, other] = [newAgentKey(), newAgentKey()];
    const good = await registrationBody(reef, key, code);
    const resigned = sign(null, Buffer.from(good.nonce), key.privateKey).toString("base64");
    const [expiry = "", random = "", mac = ""] = good.nonce.split(".");
    const later = `${Number(expiry) + MINUTE_MS}.${random}.${mac}`;
    const wrong = [
      { ...good, signature: resigned },
      { ...good, signature: "AAAA" },
      { ...good, publicKey: other.publicKey },
      { ...good, nonce: later },
      { ...good, nonce: "nonsense" },
      { ...(await registrationBody(reef, other, code)), publicKey: key.publicKey },
    ];
    for (const body of wrong) {
      const answer = await register(body);
      assert.equal(answer.status, 400);
      assert.equal(answer.body.code, "identity.invalid_proof");
    }
    reef.clock.advance(5 * MINUTE_MS + 1);
    assert.equal((await register(good)).body.code, "identity.invalid_proof");
    assert.equal((await counts())?.unspent, 1);
  });

  it("a key that anyone could sign for is refused", async () => {
    const publicKey = `ed25519:${Buffer.alloc(32).toString("base64")}`;
    const answer = await request(reef, "POST", "/api/agents/challenges", { body: { publicKey } });
    assert.equal(answer.body.code, "identity.invalid_key");
  });

  it("a founding voucher replaces the older one, and there is none once somebody has joined", async () => {
    const [older, newer] = [await foundingVoucher(), await foundingVoucher()];
    assert.equal((await register(await registrationBody(reef, newAgentKey(), older))).status, 403);
    await join(reef, newer);
    assert.equal(await reef.identity.api.issueFoundingVoucher(), undefined);
  });

  it("a founding voucher issued while the older one is being redeemed founds no second organization", async () => {
    const code = await foundingVoucher();
    const body = await registrationBody(reef, newAgentKey(), code);
    const [answer, ...codes] = await Promise.all([
      register(body),
      ...Array.from({ length: 5 }, () => reef.identity.api.issueFoundingVoucher()),
    ]);
    // Either the redemption was first and no new code works, or a new code took the old one's place before it.
    const works = codes.filter((issued) => issued !== undefined);
    const rest = await Promise.all(
      works.map(async (issued) => register(await registrationBody(reef, newAgentKey(), issued))),
    );
    assert.equal([answer, ...rest].filter(({ status }) => status === 201).length, 1);
    assert.equal((await counts())?.organizations, 1);
  });

  it("the voucher of a disabled agent fails, and works again when the agent is enabled", async () => {
    const founder = await found(reef);
    const sponsor = await joinBy(reef, founder);
    const { body } = await request(reef, "POST", "/api/vouchers", { token: sponsor.token });
    const change = (verb: string) =>
      request(reef, "POST", `/api/agents/${sponsor.agent.fingerprint}/${verb}`, { token: founder.token });
    assert.equal((await change("disable")).status, 200);
    assert.equal((await register(await registrationBody(reef, newAgentKey(), body.code))).status, 403);
    assert.equal((await change("enable")).status, 200);
    await join(reef, body.code);
  });

  it("each founding voucher founds its own organization", async () => {
    const founder = await found(reef);
    const code = "ab".repeat(32);
    await insertFoundingVoucher(database(), sha256Hex(code));
    const other = await join(reef, code);
    assert.notEqual(other.agent.organizationId, founder.agent.organizationId);
  });
});
