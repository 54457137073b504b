import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { sha256Hex } from "@reef/crypto";
import { describeEachDatabase } from "@reef/testing";
import {
  clientAssertion,
  emptyReef,
  found,
  insertFoundingVoucher,
  type JoinedAgent,
  join,
  joinBy,
  newPublicUrl,
  type RunningReef,
  request,
  startReef,
  testMigrations,
  tokenByAssertion,
  tokenBySecret,
} from "../test-reef.ts";

describeEachDatabase("agents", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let founder: JoinedAgent;
  let publicUrl: string;

  beforeEach(async () => {
    await emptyReef(database());
    publicUrl = await newPublicUrl();
    reef = await startReef({ database: database(), publicUrl, loops: false });
    founder = await found(reef);
  });
  afterEach(() => reef.stop());

  const whoami = (token: string) => request(reef, "GET", "/api/agents/whoami", { token });
  const rotate = (token: string, headers = {}) =>
    request(reef, "POST", "/api/agents/whoami/client-secret", { token, headers });
  const change = (verb: "disable" | "enable", target: JoinedAgent, token: string) =>
    request(reef, "POST", `/api/agents/${target.agent.fingerprint}/${verb}`, { token });
  const otherOrganization = async () => {
    const code = "cd".repeat(32);
    await insertFoundingVoucher(database(), sha256Hex(code));
    return join(reef, code, "Stranger");
  };

  it("MN13: after a rotation the old secret and its tokens fail, and the new one gets a token whose whoami matches", async () => {
    const { id } = founder.agent;
    const byKey = await tokenByAssertion(reef, await clientAssertion(id, founder.key, publicUrl));
    const rotated = await rotate(founder.token);
    assert.equal(rotated.status, 200);
    assert.equal(rotated.body.clientId, id);
    const old = await tokenBySecret(reef, id, founder.credentials.clientSecret);
    assert.equal(old.status, 401);
    assert.equal(old.body.error, "invalid_client");
    assert.equal((await whoami(founder.token)).status, 401);
    const renewed = await tokenBySecret(reef, id, rotated.body.clientSecret);
    const { body } = await whoami(renewed.body.access_token);
    assert.equal(body.id, id);
    assert.equal(body.fingerprint, founder.agent.fingerprint);
    assert.equal((await whoami(byKey.body.access_token)).status, 200, "a token got by key outlives the secret");
  });

  it("MN13: a repeated rotation with one Idempotency-Key rotates once", async () => {
    const headers = { "Idempotency-Key": "rotate-once-0001" };
    const first = await rotate(founder.token, headers);
    const second = await rotate(founder.token, headers);
    assert.deepEqual(second.body, first.body);
    const { clientSecret } = first.body;
    assert.equal((await tokenBySecret(reef, founder.agent.id, clientSecret)).status, 200);
  });

  it("a disabled agent is refused at once here, gets no token, and comes back with a new one when it is enabled", async () => {
    const agent = await joinBy(reef, founder);
    const { id } = agent.agent;
    const disabled = await change("disable", agent, founder.token);
    assert.equal(disabled.status, 200);
    assert.equal(disabled.body.disabled, true);
    const refused = await whoami(agent.token);
    assert.equal(refused.status, 401);
    assert.equal(refused.body.code, "identity.invalid_token");
    const byKey = await tokenByAssertion(reef, await clientAssertion(id, agent.key, publicUrl));
    assert.equal(byKey.body.error, "unauthorized_client");
    const bySecret = await tokenBySecret(reef, id, agent.credentials.clientSecret);
    assert.equal(bySecret.body.error, "unauthorized_client");
    assert.equal((await tokenBySecret(reef, id, "wrong")).body.error, "invalid_client");
    assert.equal((await change("enable", agent, founder.token)).body.disabled, false);
    assert.equal((await whoami(agent.token)).status, 401, "a token from before stays refused");
    const renewed = await tokenBySecret(reef, id, agent.credentials.clientSecret);
    assert.equal((await whoami(renewed.body.access_token)).status, 200);
  });

  it("the founder disables any agent of its organization, another agent only itself", async () => {
    const [first, second] = [await joinBy(reef, founder), await joinBy(reef, founder)];
    for (const target of [founder, second]) {
      const answer = await change("disable", target, first.token);
      assert.equal(answer.status, 403);
      assert.equal(answer.body.code, "identity.forbidden");
    }
    assert.equal((await change("enable", first, first.token)).status, 403);
    assert.equal((await change("disable", first, first.token)).status, 200);
    assert.equal((await change("disable", second, founder.token)).status, 200);
    const again = await change("disable", second, founder.token);
    assert.equal(again.status, 200);
    assert.equal(again.body.disabled, true);
  });

  it("an agent of another organization is not found, and not listed", async () => {
    const stranger = await otherOrganization();
    for (const verb of ["disable", "enable"] as const) {
      const answer = await change(verb, stranger, founder.token);
      assert.equal(answer.status, 404);
      assert.equal(answer.body.code, "identity.not_found");
    }
    const list = await request(reef, "GET", "/api/agents", { token: founder.token });
    assert.deepEqual(
      list.body.items.map(({ id }: { id: string }) => id),
      [founder.agent.id],
    );
    assert.equal(list.body.total, 1);
  });

  it("lists agents newest first, each once, with the real total on every page", async () => {
    const joined = [founder];
    for (const name of ["B", "C", "D", "E"]) joined.push(await joinBy(reef, founder, name));
    const ids = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "limit=2" : `limit=2&cursor=${cursor}`;
      const { body } = await request(reef, "GET", `/api/agents?${query}`, { token: founder.token });
      assert.equal(body.total, 5);
      ids.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
    }
    assert.deepEqual(ids, joined.map(({ agent }) => agent.id).reverse());
  });

  it("anyone finds an agent's public key by its fingerprint, and nothing more", async () => {
    const { agent, key } = founder;
    const answer = await request(reef, "GET", `/api/agents/${agent.fingerprint.toLowerCase()}`);
    assert.deepEqual(answer.body, {
      id: agent.id,
      name: "Founder",
      fingerprint: agent.fingerprint,
      publicKey: key.publicKey,
    });
    assert.equal((await request(reef, "GET", "/api/agents/0000-0000-0000-0000")).body.code, "identity.not_found");
    assert.equal((await request(reef, "GET", "/api/agents/nobody")).status, 404);
  });

  it("a route needs a token, and a token with its scope", async () => {
    const anonymous = await request(reef, "GET", "/api/agents");
    assert.equal(anonymous.status, 401);
    assert.equal(anonymous.headers.get("www-authenticate"), 'Bearer realm="reef"');
    const { clientId, clientSecret } = founder.credentials;
    const narrow = await tokenBySecret(reef, clientId, clientSecret, { scope: "agent:profile" });
    const token = narrow.body.access_token;
    assert.equal((await whoami(token)).status, 200);
    const refused = await request(reef, "GET", "/api/agents", { token });
    assert.equal(refused.status, 403);
    assert.equal(refused.body.code, "http.missing_scope");
  });
});
