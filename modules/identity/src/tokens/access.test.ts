import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, it } from "node:test";
import { deriveKey, openSealed } from "@reef/crypto";
import { openDatabase } from "@reef/db";
import { collectLogs, describeEachDatabase, until } from "@reef/testing";
import { decodeJwt, decodeProtectedHeader, importJWK, type JWK, SignJWT } from "jose";
import { sql } from "kysely";
import {
  clientAssertion,
  emptyReef,
  found,
  type JoinedAgent,
  joinBy,
  MASTER_SECRET,
  newPublicUrl,
  type RunningReef,
  registrationBody,
  request,
  startReef,
  testMigrations,
  tokenByAssertion,
  tokenBySecret,
} from "../test-reef.ts";

describeEachDatabase("access tokens", testMigrations, ({ database, kind, url }) => {
  let publicUrl: string;
  let processes: RunningReef[];

  const start = async (options: Partial<Parameters<typeof startReef>[0]> = {}) => {
    const reef = await startReef({ database: database(), publicUrl, ...options });
    processes.push(reef);
    return reef;
  };
  const whoami = (reef: RunningReef, token: string) => request(reef, "GET", "/api/agents/whoami", { token });
  const disable = (reef: RunningReef, { agent }: JoinedAgent, token: string) =>
    request(reef, "POST", `/api/agents/${agent.fingerprint}/disable`, { token });

  beforeEach(async () => {
    await emptyReef(database());
    publicUrl = await newPublicUrl();
    processes = [];
  });
  afterEach(() => Promise.all(processes.map((reef) => reef.stop())));

  it("a token is good in every process of the reef", async () => {
    const [here, there] = [await start(), await start()];
    const founder = await found(here);
    assert.equal((await whoami(there, founder.token)).body.id, founder.agent.id);
  });

  it("an agent disabled in one process is refused in another", async () => {
    const [here, there] = [await start(), await start()];
    const founder = await found(here);
    const agent = await joinBy(here, founder);
    assert.equal((await whoami(there, agent.token)).status, 200);
    assert.equal((await disable(here, agent, founder.token)).status, 200);
    await until(async () => (await whoami(there, agent.token)).status === 401);
    assert.equal((await whoami(there, founder.token)).status, 200);
  });

  it("MN13: after a rotation in one process, also by Idempotency-Key, another refuses the old secret's tokens", async () => {
    const [here, there] = [await start(), await start()];
    const founder = await found(here);
    assert.equal((await whoami(there, founder.token)).status, 200);
    const headers = { "Idempotency-Key": "rotate-elsewhere" };
    const path = "/api/agents/whoami/client-secret";
    const rotated = await request(here, "POST", path, { token: founder.token, headers });
    await until(async () => (await whoami(there, founder.token)).status === 401);
    await until(async () => (await whoami(here, founder.token)).status === 401);
    const renewed = await tokenBySecret(there, founder.agent.id, rotated.body.clientSecret);
    assert.equal((await whoami(here, renewed.body.access_token)).status, 200);
  });

  it("without events the change is found in the table, and a process that starts later knows of it", async () => {
    const here = await start({ loops: false });
    const there = await start({ loops: false });
    const founder = await found(here);
    const agent = await joinBy(here, founder);
    assert.equal((await whoami(there, agent.token)).status, 200);
    await disable(here, agent, founder.token);
    there.clock.advance(5_001);
    assert.equal((await whoami(there, agent.token)).status, 401);
    const later = await start({ loops: false });
    assert.equal((await whoami(later, agent.token)).status, 401);
  });

  it("while the database is away, tokens are refused with 503 once the list may miss a change", async () => {
    const reef = await start({ loops: false });
    reef.clock.freeze();
    const founder = await found(reef);
    const { kysely } = database();
    await sql`alter table identity.agents rename to agents_away`.execute(kysely);
    try {
      assert.equal((await whoami(reef, founder.token)).status, 200, "a list of less than five seconds is good enough");
      reef.clock.advance(5_001);
      for (let index = 0; index < 2; index += 1) {
        const refused = await whoami(reef, founder.token);
        assert.equal(refused.status, 503);
        assert.equal(refused.body.code, "http.unavailable");
        assert.equal(refused.headers.get("retry-after"), "1");
      }
    } finally {
      await sql`alter table identity.agents_away rename to agents`.execute(kysely);
    }
    reef.clock.advance(1_001);
    assert.equal((await whoami(reef, founder.token)).status, 200);
  });

  it("an expired token is refused, though its signature was verified before", async () => {
    const reef = await start();
    const founder = await found(reef);
    assert.equal((await whoami(reef, founder.token)).status, 200);
    reef.clock.advance(3_600_001);
    const refused = await whoami(reef, founder.token);
    assert.equal(refused.status, 401);
    assert.equal(refused.body.code, "identity.invalid_token");
    assert.match(refused.headers.get("www-authenticate") ?? "", /error="invalid_token"/);
  });

  /** A process that has not looked for keys since another one began to sign with a new one, and the other one's founder. */
  async function startBehind() {
    const behind = await start({ loops: false });
    behind.clock.freeze();
    await sql`delete from identity.signing_keys`.execute(database().kysely);
    const here = await start({ loops: false });
    const founder = await found(here);
    behind.clock.advance(5_001);
    const authenticate = async (token: string) =>
      behind.identity.api.authenticator.authenticate({ method: "GET", headers: { authorization: `Bearer ${token}` } });
    return { here, behind, founder, authenticate };
  }

  it("of tokens that come at once with a key that is new to a process all are good", async () => {
    const { here, founder, authenticate } = await startBehind();
    const agent = await joinBy(here, founder);
    const callers = await Promise.all([authenticate(founder.token), authenticate(agent.token)]);
    assert.deepEqual(
      callers.map((caller) => caller?.kind === "agent" && caller.agentId),
      [founder.agent.id, agent.agent.id],
    );
  });

  it("a look for a key that failed is taken again at once: the token is good, and nobody says that it is not", async () => {
    const { founder, authenticate } = await startBehind();
    const { kysely } = database();
    await sql`alter table identity.signing_keys rename to signing_keys_away`.execute(kysely);
    try {
      await assert.rejects(authenticate(founder.token), ({ code }) => code !== "identity.invalid_token");
    } finally {
      await sql`alter table identity.signing_keys_away rename to signing_keys`.execute(kysely);
    }
    const caller = await authenticate(founder.token);
    assert.equal(caller?.kind === "agent" && caller.agentId, founder.agent.id);
  });

  it("refuses what this reef did not sign for its API", async () => {
    const reef = await start();
    const { token, key, agent } = await found(reef);
    const payload = decodeJwt(token);
    const { rows } = await sql<{ kid: string; sealed_jwk: string }>`select * from identity.signing_keys`.execute(
      database().kysely,
    );
    const [row] = rows;
    assert.ok(row);
    const sealing = deriveKey(MASTER_SECRET, "identity.signing_keys");
    const jwk = JSON.parse(openSealed(sealing, row.sealed_jwk, `identity.signing_keys/${row.kid}`)) as JWK;
    const ours = await importJWK(jwk, "Ed25519");
    const theirs = generateKeyPairSync("ed25519").privateKey;
    const { kid = "" } = jwk;
    type Signer = Parameters<SignJWT["sign"]>[0];
    const make = (claims: object, header: object, signer: Signer) =>
      new SignJWT({ ...payload, ...claims })
        .setProtectedHeader({ alg: "Ed25519", typ: "at+jwt", kid, ...header })
        .sign(signer);
    assert.equal((await whoami(reef, await make({}, {}, ours))).status, 200, "the way these are made is right");
    const [head = "", , tail = ""] = token.split(".");
    const wrong = {
      "another key": await make({}, {}, theirs),
      "an unknown key id": await make({}, { kid: "unknown" }, theirs),
      "no key id": await make({}, { kid: undefined }, ours),
      "another issuer": await make({ iss: "https://evil.example" }, {}, ours),
      "another audience": await make({ aud: publicUrl }, {}, ours),
      "another type": await make({}, { typ: "JWT" }, ours),
      "a missing claim": await make({ org: undefined }, {}, ours),
      "an agent's own signature": await make({}, { kid: undefined, typ: "at+jwt" }, key.privateKey),
      "a client assertion": await clientAssertion(agent.id, key, `${publicUrl}/api`),
      "changed claims": `${head}.${Buffer.from(JSON.stringify({ ...payload, scope: "x" })).toString("base64url")}.${tail}`,
      "no algorithm": `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url")}.${token.split(".")[1]}.`,
      nonsense: "nonsense",
      "a very long text": `${"a".repeat(5_000)}.b.c`,
    };
    for (const [reason, bad] of Object.entries(wrong)) {
      const refused = await whoami(reef, bad);
      assert.equal(refused.status, 401, reason);
      assert.equal(refused.body.code, "identity.invalid_token", reason);
    }
    const basic = await request(reef, "GET", "/api/agents/whoami", { headers: { Authorization: "Basic abc" } });
    assert.equal(basic.status, 401);
  });

  it("a flood of unknown key ids looks into the database once", async () => {
    const reef = await start({ loops: false });
    reef.clock.freeze();
    const { token } = await found(reef);
    const signer = generateKeyPairSync("ed25519").privateKey;
    const forge = (kid: string) =>
      new SignJWT(decodeJwt(token)).setProtectedHeader({ alg: "Ed25519", typ: "at+jwt", kid }).sign(signer);
    reef.clock.advance(5_001);
    assert.equal((await whoami(reef, await forge("first"))).status, 401);
    // Another look would find no key at all.
    await sql`delete from identity.signing_keys`.execute(database().kysely);
    await Promise.all(Array.from({ length: 50 }, async (_, index) => whoami(reef, await forge(`kid-${index}`))));
    assert.equal((await whoami(reef, token)).status, 200, "the keys in memory are still those from before");
  });

  it("a rotation publishes the new key before it signs, and the old one keeps its tokens valid in every process", async () => {
    const [here, there] = [await start({ loops: false }), await start({ loops: false })];
    const founder = await found(here);
    const kids = async (reef: RunningReef) =>
      (await request(reef, "GET", "/oauth2/jwks")).body.keys.map(({ kid }: JWK) => kid) as string[];
    const newToken = async (reef: RunningReef) => {
      const { body } = await tokenBySecret(reef, founder.agent.id, founder.credentials.clientSecret);
      return body.access_token as string;
    };
    const kidOf = (token: string) => decodeProtectedHeader(token).kid;
    const { kysely } = database();

    const oldKid = kidOf(founder.token);
    await here.identity.api.rotateSigningKeys();
    assert.deepEqual(await kids(here), [oldKid], "nothing is due yet");

    const age = (days: number) =>
      sql`
        update identity.signing_keys set created_at = created_at - make_interval(days => ${days}),
          active_from = active_from - make_interval(days => ${days})`.execute(kysely);
    await age(30);
    await Promise.all([here, there].map((reef) => reef.identity.api.rotateSigningKeys()));
    const published = await kids(here);
    assert.equal(published.length, 2, "two processes at once make one new key");
    assert.ok(oldKid !== undefined && published.includes(oldKid));
    assert.equal(kidOf(await newToken(here)), oldKid, "the new key is published, but does not sign yet");

    here.clock.advance(3_600_000 - 60_000);
    assert.equal(kidOf(await newToken(here)), oldKid);
    here.clock.advance(-3_600_000 + 60_000);
    await sql`update identity.signing_keys set active_from = now() - interval '1 second' where kid <> ${oldKid}`.execute(
      kysely,
    );
    await here.identity.api.rotateSigningKeys();
    const renewed = await newToken(here);
    assert.notEqual(kidOf(renewed), oldKid);
    there.clock.advance(5_001);
    for (const token of [founder.token, renewed]) {
      assert.equal((await whoami(here, token)).status, 200);
      assert.equal((await whoami(there, token)).status, 200);
    }

    await age(2);
    await here.identity.api.rotateSigningKeys();
    assert.deepEqual(await kids(here), [kidOf(renewed)], "the old key goes when its last token has expired");
  });

  it("another master secret cannot open the signing keys, and the start says so", async () => {
    await start();
    await assert.rejects(startReef({ database: database(), publicUrl, masterSecret: "another" }), /master secret/);
  });

  it("expired assertions are forgotten by the loop, and no others", async () => {
    const reef = await start({ loops: false });
    const { agent, key } = await found(reef);
    const { kysely } = database();
    await sql`
      insert into identity.used_assertions (id, expires_at)
      select 'old-' || n, now() - interval '1 hour' from generate_series(1, 2500) n`.execute(kysely);
    assert.equal((await tokenByAssertion(reef, await clientAssertion(agent.id, key, publicUrl))).status, 200);
    await start();
    await until(async () => {
      const { rows } = await sql<{ id: string }>`select id from identity.used_assertions`.execute(kysely);
      return rows.length === 1 && rows.every(({ id }) => !id.startsWith("old-"));
    });
  });

  it("MN25: no secret, voucher, token, signature of a client or private key reaches the log", async () => {
    const { logger, lines } = collectLogs();
    const reef = await start({ logger });
    const { kysely } = database();
    const code = await reef.identity.api.issueFoundingVoucher();
    const founder = await found(reef);
    const issued = await request(reef, "POST", "/api/vouchers", { token: founder.token });
    const assertion = await clientAssertion(founder.agent.id, founder.key, publicUrl);
    await tokenByAssertion(reef, assertion);
    await tokenByAssertion(reef, assertion);
    await tokenBySecret(reef, founder.agent.id, "f".repeat(40));
    const headers = { "Idempotency-Key": "rotate-and-log-it" };
    const rotated = await request(reef, "POST", "/api/agents/whoami/client-secret", { token: founder.token, headers });
    await whoami(reef, `${founder.token.slice(0, -4)}AAAA`);
    await request(reef, "POST", "/api/agents", { body: await registrationBody(reef, founder.key, issued.body.code) });
    await sql`alter table identity.agents rename to agents_away`.execute(kysely);
    const broken = await tokenBySecret(reef, founder.agent.id, rotated.body.clientSecret);
    await sql`alter table identity.agents_away rename to agents`.execute(kysely);
    assert.equal(broken.status, 500);
    assert.equal(broken.body.error, "server_error");
    const text = JSON.stringify(lines());
    assert.ok(lines().some(({ message }) => message === "OAuth request failed"));
    assert.ok(lines().some(({ message }) => message === "token refused"));
    const { rows } = await sql<{ sealed_jwk: string }>`select sealed_jwk from identity.signing_keys`.execute(kysely);
    const secrets = {
      voucher: issued.body.code,
      "founding voucher": code,
      secret: founder.credentials.clientSecret,
      "new secret": rotated.body.clientSecret,
      "wrong secret": "f".repeat(40),
      token: founder.token,
      "signature of the token": founder.token.split(".")[2],
      assertion,
      "master secret": MASTER_SECRET,
      "sealed key": rows[0]?.sealed_jwk,
    };
    for (const [what, secret] of Object.entries(secrets)) {
      assert.ok(secret);
      assert.ok(!text.includes(secret), what);
    }
  });

  // The embedded database has one session, so nothing waits for anything there.
  if (kind === "postgres") {
    it("a token whose key takes long to be found is asked about once more: the agent may be disabled by then", async () => {
      const { here, behind, founder, authenticate } = await startBehind();
      const agent = await joinBy(here, founder);
      const answer = await database()
        .kysely.transaction()
        .execute(async (transaction) => {
          await sql`lock table identity.signing_keys in access exclusive mode`.execute(transaction);
          const admitted = authenticate(agent.token).then(
            () => "admitted",
            ({ code }) => code,
          );
          await until(async () => {
            const { rows } = await sql`
              select from pg_stat_activity
              where datname = current_database() and wait_event_type = 'Lock'`.execute(database().kysely);
            return rows.length === 1;
          });
          assert.equal((await disable(here, agent, founder.token)).status, 200);
          behind.clock.advance(5_001);
          return { admitted };
        });
      assert.equal(await answer.admitted, "identity.invalid_token");
    });

    it("works between processes with connections of their own", async () => {
      const second = await openDatabase({ url: url() });
      const here = await start();
      const there = await start({ database: second });
      const founder = await found(here);
      const agent = await joinBy(there, founder);
      assert.equal((await whoami(here, agent.token)).status, 200);
      await disable(there, agent, founder.token);
      await until(async () => (await whoami(here, agent.token)).status === 401);
      await there.stop();
      processes = [here];
      await second.close();
    });
  }
});
