import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { describeEachDatabase } from "@reef/testing";
import { deleteExpiredAssertions } from "../store/tokens.ts";
import {
  type AgentKey,
  emptyReef,
  found,
  type JoinedAgent,
  joinBy,
  newAgentKey,
  type RunningReef,
  registrationBody,
  request,
  rotationBody,
  signInput,
  startReef,
  testMigrations,
  tokenBySecret,
} from "../test-reef.ts";

const MINUTE_MS = 60_000;

describeEachDatabase("recovery", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let agent: JoinedAgent;

  beforeEach(async () => {
    await emptyReef(database());
    reef = await startReef({ database: database(), loops: false });
    agent = await found(reef);
  });
  afterEach(() => reef.stop());

  const challengeFor = ({ publicKey }: AgentKey) =>
    request(reef, "POST", "/api/recovery/challenge", { body: { publicKey } });
  const recover = (body: unknown) => request(reef, "POST", "/api/recovery", { body });
  /** The body of a recovery with a proof that is right. */
  async function recoveryBody(key: AgentKey) {
    const { body } = await challengeFor(key);
    return { publicKey: key.publicKey, challenge: body.challenge, signature: signInput(key, body.signingInput) };
  }
  const whoami = (token: string) => request(reef, "GET", "/api/agents/whoami", { token });
  const assertRefused = (answer: { status: number; body: { code: string } }, code: string, reason?: string) => {
    assert.equal(answer.status, 400, reason);
    assert.equal(answer.body.code, code, reason);
  };

  it("MN14: an agent with nothing but its key gets a new secret; the old one and its tokens fail", async () => {
    const { status, body } = await recover(await recoveryBody(agent.key));
    assert.equal(status, 200);
    // It has signed in since it joined.
    assert.deepEqual({ ...body.agent, lastSeenAt: null }, agent.agent);
    assert.equal(body.credentials.clientId, agent.agent.id);
    assert.notEqual(body.credentials.clientSecret, agent.credentials.clientSecret);
    const renewed = await tokenBySecret(reef, agent.agent.id, body.credentials.clientSecret);
    assert.equal((await whoami(renewed.body.access_token)).body.id, agent.agent.id);
    assert.equal((await whoami(agent.token)).status, 401);
    const old = await tokenBySecret(reef, agent.agent.id, agent.credentials.clientSecret);
    assert.equal(old.body.error, "invalid_client");
  });

  it("MN14: a challenge for a key that nobody has looks like any other, and its answer like a wrong signature's", async () => {
    const stranger = newAgentKey();
    const [known, unknown] = [await challengeFor(agent.key), await challengeFor(stranger)];
    assert.equal(known.status, 200);
    assert.equal(unknown.status, 200);
    const shape = (body: Record<string, string>) =>
      Object.entries(body).map(([name, text]) => [name, text.replace(/[0-9a-z]/gi, "0").replace(/[+/]/g, "0")]);
    assert.deepEqual(shape(unknown.body), shape(known.body));
    const noAgent = await recover(await recoveryBody(stranger));
    const good = await recoveryBody(agent.key);
    const badSignature = await recover({ ...good, signature: signInput(stranger, "AAAA") });
    const { requestId: _first, ...one } = noAgent.body;
    const { requestId: _second, ...two } = badSignature.body;
    assert.deepEqual(one, two);
    assertRefused(noAgent, "identity.invalid_signature");
  });

  it("MN14: a replayed, tampered, expired, future or other-key challenge, and one for a registration, is invalid", async () => {
    const good = await recoveryBody(agent.key);
    const other = await joinBy(reef, agent);
    const [expiry = "", random = "", mac = ""] = good.challenge.split(".");
    const registration = await registrationBody(reef, agent.key, "0".repeat(64));
    const wrong = {
      later: { ...good, challenge: `${Number(expiry) + MINUTE_MS}.${random}.${mac}` },
      "another nonce": {
        ...good,
        challenge: `${expiry}.${random.replace(/^./, (digit: string) => (digit === "0" ? "1" : "0"))}.${mac}`,
      },
      nonsense: { ...good, challenge: "nonsense" },
      empty: { ...good, challenge: "" },
      "another key": { ...(await recoveryBody(other.key)), publicKey: agent.key.publicKey },
      "a registration": {
        publicKey: agent.key.publicKey,
        challenge: registration.nonce,
        signature: registration.signature,
      },
    };
    for (const [reason, body] of Object.entries(wrong)) {
      assertRefused(await recover(body), "identity.invalid_challenge", reason);
    }
    reef.clock.advance(6 * MINUTE_MS);
    assertRefused(await recover(good), "identity.invalid_challenge", "expired");
    const fromTheFuture = await recoveryBody(agent.key);
    reef.clock.advance(-6 * MINUTE_MS);
    assertRefused(await recover(fromTheFuture), "identity.invalid_challenge", "future");
    assert.equal((await recover(good)).status, 200);
    assertRefused(await recover(good), "identity.invalid_challenge", "replayed");
  });

  it("MN14: a wrong signature does not burn the challenge", async () => {
    const good = await recoveryBody(agent.key);
    for (const signature of ["", "AAAA", signInput(newAgentKey(), "AAAA")]) {
      assertRefused(await recover({ ...good, signature }), "identity.invalid_signature");
    }
    assert.equal((await recover(good)).status, 200);
  });

  it("MN14: one challenge sent ten times at once gives one secret, and that one works", async () => {
    const good = await recoveryBody(agent.key);
    const answers = await Promise.all(Array.from({ length: 10 }, () => recover(good)));
    const [success, ...more] = answers.filter(({ status }) => status === 200);
    assert.ok(success);
    assert.equal(more.length, 0);
    const token = await tokenBySecret(reef, agent.agent.id, success.body.credentials.clientSecret);
    assert.equal((await whoami(token.body.access_token)).status, 200);
  });

  it("a challenge that was used is not good again once a process whose clock is ahead has tidied up", async () => {
    reef.clock.freeze();
    const body = await recoveryBody(agent.key);
    assert.equal((await recover(body)).status, 200);
    reef.clock.advance(5 * MINUTE_MS - 1_000);
    await deleteExpiredAssertions(database().kysely, new Date(reef.clock.now() + 4_000), 1_000);
    assertRefused(await recover(body), "identity.invalid_challenge");
  });

  it("a former key recovers nothing, also with a challenge from before the rotation; the current one does", async () => {
    const before = await recoveryBody(agent.key);
    const next = newAgentKey();
    const rotation = await rotationBody(reef, agent, next);
    const rotated = await request(reef, "POST", "/api/agents/whoami/key", { token: agent.token, body: rotation });
    assert.equal(rotated.status, 200);
    assertRefused(await recover(before), "identity.invalid_signature");
    assertRefused(await recover(await recoveryBody(agent.key)), "identity.invalid_signature");
    assert.equal((await recover(await recoveryBody(next))).status, 200);
  });

  it("a disabled agent does not recover, and only who holds its key learns that it is disabled", async () => {
    const second = await joinBy(reef, agent);
    const path = `/api/agents/${second.agent.fingerprint}`;
    await request(reef, "POST", `${path}/disable`, { token: agent.token });
    const good = await recoveryBody(second.key);
    assertRefused(await recover({ ...good, signature: "AAAA" }), "identity.invalid_signature");
    const refused = await recover(good);
    assert.equal(refused.status, 403);
    assert.equal(refused.body.code, "identity.disabled");
    await request(reef, "POST", `${path}/enable`, { token: agent.token });
    assert.equal((await recover(good)).status, 200, "the refusal did not burn the challenge");
  });

  it("MN25: recovery has a small budget for each address", async () => {
    const limited = await startReef({ database: database(), loops: false, limitFactor: 1 });
    const ask = () => request(limited, "POST", "/api/recovery/challenge", { body: { publicKey: agent.key.publicKey } });
    const statuses = [];
    for (let index = 0; index < 6; index += 1) statuses.push((await ask()).status);
    assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429]);
    await limited.stop();
  });
});
