import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { newId } from "@reef/crypto";
import { Problem } from "@reef/errors";
import { scopes } from "@reef/http/contract";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import {
  emptyReef,
  found,
  type JoinedAgent,
  joinBy,
  type RunningReef,
  request,
  startReef,
  testMigrations,
  tokenBySecret,
} from "../test-reef.ts";

const MINUTE_MS = 60_000;
const WRONG = "0".repeat(64);
const ADDRESS = "192.0.2.1";

describeEachDatabase("client secrets in headers", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let elsewhere: RunningReef;
  let founder: JoinedAgent;
  let agent: JoinedAgent;

  beforeEach(async () => {
    await emptyReef(database());
    reef = await startReef({ database: database(), loops: false });
    elsewhere = await startReef({ database: database(), loops: false });
    for (const process of [reef, elsewhere]) process.clock.freeze();
    founder = await found(reef);
    agent = await joinBy(reef, founder);
  });
  afterEach(() => Promise.all([reef.stop(), elsewhere.stop()]));

  const authenticate = (clientId: string, secret: string, at = reef, address = ADDRESS) =>
    at.identity.api.authenticateSecret(clientId, secret, address);
  const right = (at = reef) => authenticate(agent.agent.id, agent.credentials.clientSecret, at);
  const wrong = (secret = WRONG, address = ADDRESS) => problemOf(authenticate(agent.agent.id, secret, reef, address));
  async function problemOf(answer: Promise<unknown>): Promise<Problem> {
    const error = await answer.then(
      () => assert.fail("It should have been refused."),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof Problem, String(error));
    return error;
  }
  const disable = (verb: string) =>
    request(reef, "POST", `/api/agents/${agent.agent.fingerprint}/${verb}`, { token: founder.token });

  it("a client id and its secret are the agent, with all scopes", async () => {
    const caller = await right();
    assert.deepEqual(
      { ...caller, scopes: [...caller.scopes] },
      {
        kind: "agent",
        agentId: agent.agent.id,
        organizationId: agent.agent.organizationId,
        name: agent.agent.name,
        fingerprint: agent.agent.fingerprint,
        publicKey: agent.agent.publicKey,
        scopes: Object.keys(scopes),
      },
    );
  });

  it("an unknown client, a malformed one, a wrong secret and a disabled agent get one answer", async () => {
    await disable("disable");
    const refusals = [
      await problemOf(authenticate(founder.agent.id, WRONG)),
      await problemOf(authenticate(founder.agent.id, "")),
      await problemOf(authenticate(newId("agt"), WRONG)),
      await problemOf(authenticate("'; drop table", WRONG)),
      await problemOf(authenticate(founder.agent.id, agent.credentials.clientSecret)),
      await problemOf(right()),
    ];
    for (const { code, status } of refusals) {
      assert.equal(code, "identity.invalid_credentials");
      assert.equal(status, 401);
    }
  });

  it("a secret that is remembered asks the database no more, and after a minute it does again", async () => {
    await right();
    const { kysely } = database();
    await sql`alter table identity.agents rename to agents_away`.execute(kysely);
    try {
      assert.equal((await right()).agentId, agent.agent.id);
      reef.clock.advance(2 * MINUTE_MS);
      await assert.rejects(right());
    } finally {
      await sql`alter table identity.agents_away rename to agents`.execute(kysely);
    }
  });

  it("a secret in use is not compared again; one that was unused for a minute is", async () => {
    await right();
    // What no request does: the digest changes, and no list tells of it.
    await sql`update identity.agents set secret_hash = ${WRONG} where name = ${agent.agent.name}`.execute(
      database().kysely,
    );
    for (let index = 0; index < 4; index += 1) {
      reef.clock.advance(0.9 * MINUTE_MS);
      assert.equal((await right()).agentId, agent.agent.id);
    }
    reef.clock.advance(MINUTE_MS + 1);
    assert.equal((await problemOf(right())).code, "identity.invalid_credentials");
  });

  it("a remembered secret ends with a disabling and with another secret, here at once and elsewhere in five seconds", async () => {
    await Promise.all([right(), right(elsewhere)]);
    await disable("disable");
    assert.equal((await problemOf(right())).code, "identity.invalid_credentials");
    elsewhere.clock.advance(5_001);
    assert.equal((await problemOf(right(elsewhere))).code, "identity.invalid_credentials");
    await disable("enable");
    await right();
    elsewhere.clock.advance(5_001);
    await right(elsewhere);
    const token = await tokenBySecret(reef, agent.agent.id, agent.credentials.clientSecret);
    await request(reef, "POST", "/api/agents/whoami/client-secret", { token: token.body.access_token });
    assert.equal((await problemOf(right())).code, "identity.invalid_credentials");
    elsewhere.clock.advance(5_001);
    assert.equal((await problemOf(right(elsewhere))).code, "identity.invalid_credentials");
  });

  it("more than five wrong secrets from an address in a minute are told to wait; the right one passes, from anywhere", async () => {
    for (let index = 0; index < 5; index += 1) assert.equal((await wrong()).status, 401);
    const refused = await wrong();
    assert.equal(refused.code, "identity.too_many_failures");
    assert.equal(refused.status, 429);
    assert.ok((refused.options.retryAfterSeconds ?? 0) > 0 && (refused.options.retryAfterSeconds ?? 0) <= 60);
    assert.equal((await wrong(WRONG, "192.0.2.2")).status, 401, "another address has not guessed");
    await authenticate(founder.agent.id, founder.credentials.clientSecret);
    assert.equal((await right()).agentId, agent.agent.id, "whoever guesses does not lock the agent itself out");
  });

  it("the wait is over after a minute, also for who goes on guessing meanwhile", async () => {
    for (let index = 0; index < 5; index += 1) await wrong();
    reef.clock.advance(MINUTE_MS / 2);
    assert.equal((await wrong()).status, 429);
    reef.clock.advance(MINUTE_MS / 2 + 1);
    assert.equal((await wrong()).status, 401);
  });

  it("wrong secrets that come in one instant are counted like any, and the right one among them passes", async () => {
    const guesses = Array.from({ length: 12 }, (_, index) => wrong(String(index).padStart(64, "0")));
    const [caller, ...refusals] = await Promise.all([right(), ...guesses]);
    assert.equal(caller.agentId, agent.agent.id);
    const late = refusals.filter(({ code }) => code === "identity.too_many_failures");
    assert.ok(late.length >= 6, `${late.length} of 12 guesses were told to wait`);
  });

  it("wrong secrets that are a minute apart, or before a right one, do not add up", async () => {
    for (let index = 0; index < 4; index += 1) await wrong();
    await right();
    for (let index = 0; index < 4; index += 1) assert.equal((await wrong()).status, 401);
    reef.clock.advance(MINUTE_MS + 1);
    for (let index = 0; index < 4; index += 1) assert.equal((await wrong()).status, 401);
    await right();
  });
});
