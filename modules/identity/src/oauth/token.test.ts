import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { afterEach, beforeEach, it } from "node:test";
import { newId } from "@reef/crypto";
import { callerId } from "@reef/http";
import { scopes } from "@reef/http/contract";
import { describeEachDatabase } from "@reef/testing";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import {
  clientAssertion,
  emptyReef,
  found,
  type JoinedAgent,
  newAgentKey,
  newPublicUrl,
  type RunningReef,
  request,
  requestToken,
  startReef,
  testMigrations,
  tokenByAssertion,
  tokenBySecret,
} from "../test-reef.ts";

describeEachDatabase("the token endpoint", testMigrations, ({ database }) => {
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

  const assertion = (options = {}, key = agent.key, audience: string | string[] = publicUrl) =>
    clientAssertion(agent.agent.id, key, audience, options);
  const bySecret = (form = {}) => tokenBySecret(reef, agent.agent.id, agent.credentials.clientSecret, form);

  it("an assertion for several audiences is refused, also when this server is one of them", async () => {
    const shared = await assertion({}, agent.key, ["https://elsewhere.example", publicUrl]);
    assert.equal((await tokenByAssertion(reef, shared)).body.error, "invalid_client");
  });

  it("MN9: an agent gets a token with its own key, by either name of the algorithm and for either audience", async () => {
    for (const [alg, audience] of [
      ["EdDSA", publicUrl],
      ["Ed25519", `${publicUrl}/oauth2/token`],
    ] as const) {
      const answer = await tokenByAssertion(reef, await assertion({ alg }, agent.key, audience));
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      const { body } = await request(reef, "GET", "/api/agents/whoami", { token: answer.body.access_token });
      assert.equal(body.id, agent.agent.id);
    }
  });

  it("MN9: an agent gets a token with its secret, in the header or in the form", async () => {
    const { clientId: client_id, clientSecret: client_secret } = agent.credentials;
    for (const answer of [await bySecret(), await requestToken(reef, { client_id, client_secret })]) {
      assert.equal(answer.status, 200);
      assert.equal(answer.body.token_type, "Bearer");
      assert.equal(answer.body.expires_in, 3600);
      assert.equal(answer.headers.get("cache-control"), "no-store");
    }
  });

  it("a token is a signed at+jwt for the API that anyone can verify with the published keys", async () => {
    const { body } = await bySecret();
    const keys = createRemoteJWKSet(new URL(`${reef.url}/oauth2/jwks`));
    const { payload } = await jwtVerify(body.access_token, keys, {
      issuer: publicUrl,
      audience: `${publicUrl}/api`,
      typ: "at+jwt",
      algorithms: ["Ed25519"],
    });
    const { iat, exp, jti, ...claims } = payload;
    assert.ok(iat !== undefined && exp === iat + 3600 && jti !== undefined);
    assert.deepEqual(claims, {
      iss: publicUrl,
      aud: `${publicUrl}/api`,
      sub: agent.agent.id,
      client_id: agent.agent.id,
      org: agent.agent.organizationId,
      name: "Founder",
      fingerprint: agent.agent.fingerprint,
      public_key: agent.key.publicKey,
      agent_version: 1,
      secret_version: 1,
      scope: Object.keys(scopes).join(" "),
    });
    const jwks = await request(reef, "GET", "/oauth2/jwks");
    assert.equal(jwks.body.keys.length, 1);
    assert.equal(jwks.body.keys[0].kid, decodeProtectedHeader(body.access_token).kid);
    assert.ok(!("d" in jwks.body.keys[0]));
  });

  it("an assertion is good once, also when two requests bring it at the same moment", async () => {
    const once = await assertion();
    const answers = await Promise.all(Array.from({ length: 5 }, () => tokenByAssertion(reef, once)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401, 401, 401, 401]);
    const replayed = await tokenByAssertion(reef, once);
    assert.equal(replayed.status, 401);
    assert.equal(replayed.body.error, "invalid_client");
  });

  it("an assertion that was used in one process is refused in another", async () => {
    const other = await startReef({ database: database(), publicUrl, loops: false });
    const once = await assertion();
    assert.equal((await tokenByAssertion(reef, once)).status, 200);
    assert.equal((await tokenByAssertion(other, once)).status, 401);
    await other.stop();
  });

  it("refuses an assertion that is expired, too long-lived, for somebody else, or signed with another key", async () => {
    const id = agent.agent.id;
    const wrong = {
      expired: await assertion({ expiresIn: "-1m" }),
      "too long-lived": await assertion({ expiresIn: "10m" }),
      "for somebody else": await assertion({}, agent.key, "https://reef.example"),
      "another key": await assertion({}, newAgentKey()),
      "another agent": await clientAssertion(newId("agt"), agent.key, publicUrl),
      unsigned: `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ sub: id, iss: id, aud: publicUrl, jti: "1", exp: 4e9 }))}.`,
    };
    for (const [reason, bad] of Object.entries(wrong)) {
      const answer = await tokenByAssertion(reef, bad.replaceAll("=", ""));
      assert.equal(answer.status, 401, reason);
      assert.deepEqual(
        answer.body,
        { error: "invalid_client", error_description: "client authentication failed" },
        reason,
      );
    }
  });

  it("an unknown client, a malformed one and a wrong secret get the same answer", async () => {
    const answers = [
      await tokenBySecret(reef, agent.agent.id, "0".repeat(64)),
      await tokenBySecret(reef, newId("agt"), "0".repeat(64)),
      await tokenBySecret(reef, "nobody", "0".repeat(64)),
      await tokenBySecret(reef, "agt_00000000000000000000000000'; drop", "0".repeat(64)),
    ];
    for (const { status, body } of answers) {
      assert.equal(status, 401);
      assert.deepEqual(body, answers[0]?.body);
    }
  });

  it("a token has the scopes that were asked for, all of them when none was, and none that is unknown", async () => {
    const narrow = await bySecret({ scope: "diary:read agent:profile" });
    assert.equal(narrow.body.scope, "diary:read agent:profile");
    const whoami = await request(reef, "GET", "/api/agents/whoami", { token: narrow.body.access_token });
    assert.deepEqual(whoami.body.scopes, ["diary:read", "agent:profile"]);
    assert.equal((await bySecret()).body.scope, Object.keys(scopes).join(" "));
    const unknown = await bySecret({ scope: "diary:read diary:own" });
    assert.equal(unknown.status, 400);
    assert.equal(unknown.body.error, "invalid_scope");
    assert.equal(unknown.body.scope, "diary:own");
    assert.equal((await bySecret({ scope: "__proto__" })).body.error, "invalid_scope");
  });

  it("a token is for the API or for the MCP endpoint, good there and refused at the other", async () => {
    const { api, mcp } = {
      api: await bySecret({ resource: `${publicUrl}/api` }),
      mcp: await bySecret({ resource: `${publicUrl}/mcp` }),
    };
    const { authenticator, mcpAuthenticator } = reef.identity.api;
    const good = [
      await authenticator.authenticate({ headers: { authorization: `Bearer ${api.body.access_token}` } }),
      await mcpAuthenticator.authenticate(`Bearer ${mcp.body.access_token}`),
    ];
    assert.deepEqual(
      good.map((caller) => caller && callerId(caller)),
      [agent.agent.id, agent.agent.id],
    );
    const refused = { code: "identity.invalid_token" };
    await assert.rejects(
      async () => authenticator.authenticate({ headers: { authorization: `Bearer ${mcp.body.access_token}` } }),
      refused,
    );
    await assert.rejects(async () => mcpAuthenticator.authenticate(`Bearer ${api.body.access_token}`), refused);
    assert.equal((await request(reef, "GET", "/api/agents/whoami", { token: mcp.body.access_token })).status, 401);
    const foreign = await bySecret({ resource: "https://elsewhere.example/api" });
    assert.equal(foreign.status, 400);
    assert.equal(foreign.body.error, "invalid_target");
  });

  it("errors have OAuth's own form, and an agent gets tokens by client credentials alone", async () => {
    const { clientId: client_id, clientSecret: client_secret } = agent.credentials;
    const wrongGrant = await requestToken(reef, { client_id, client_secret, grant_type: "authorization_code" });
    assert.equal(wrongGrant.body.error, "invalid_request");
    const unknownGrant = await requestToken(reef, { client_id, client_secret, grant_type: "password" });
    assert.equal(unknownGrant.body.error, "unsupported_grant_type");
    const anonymous = await requestToken(reef, {});
    assert.equal(anonymous.body.error, "invalid_request");
    const json = await request(reef, "POST", "/oauth2/token", { body: { grant_type: "client_credentials" } });
    assert.equal(json.body.error, "invalid_request");
    const browser = await requestToken(reef, {}, { Accept: "text/html" });
    assert.equal(browser.body.error, "invalid_request");
  });

  it("the metadata names the issuer and what works, whatever Host a request claims", async () => {
    for (const document of ["oauth-authorization-server", "openid-configuration"]) {
      const { status, body } = await request(reef, "GET", `/.well-known/${document}`);
      assert.equal(status, 200);
      assert.deepEqual(body, {
        issuer: publicUrl,
        token_endpoint: `${publicUrl}/oauth2/token`,
        authorization_endpoint: `${publicUrl}/oauth2/authorize`,
        jwks_uri: `${publicUrl}/oauth2/jwks`,
        grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        code_challenge_methods_supported: ["S256"],
        authorization_response_iss_parameter_supported: true,
        client_id_metadata_document_supported: true,
        scopes_supported: Object.keys(scopes),
        token_endpoint_auth_methods_supported: ["private_key_jwt", "client_secret_basic", "client_secret_post", "none"],
        token_endpoint_auth_signing_alg_values_supported: ["Ed25519", "EdDSA"],
      });
    }
    const spoofed = await rawRequest(reef, "GET /.well-known/openid-configuration HTTP/1.1\r\nHost: evil.example");
    assert.doesNotMatch(spoofed, /evil/);
    const audience = "http://evil.example/oauth2/token";
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await assertion({}, agent.key, audience),
    }).toString();
    const answer = await rawRequest(
      reef,
      `POST /oauth2/token HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}`,
      form,
    );
    assert.match(answer, /^HTTP\/1.1 401 /);
  });

  it("MN25: limits, large bodies, other methods and unknown addresses are answered with a problem", async () => {
    const big = await requestToken(reef, { scope: "x".repeat(20_000) });
    assert.equal(big.status, 413);
    assert.equal(big.body.code, "http.payload_too_large");
    const method = await request(reef, "GET", "/oauth2/token");
    assert.equal(method.status, 405);
    assert.equal(method.headers.get("allow"), "POST");
    for (const path of ["/oauth2/interaction", "/oauth2/token/introspection", "/oauth2", "/token", "/jwks", "/auth"]) {
      const answer = await request(reef, "GET", path);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.body.code, "http.not_found");
      assert.equal(answer.headers.get("content-type"), "application/problem+json");
    }
    const limited = await startReef({ database: database(), publicUrl, loops: false, limitFactor: 0.01 });
    const answers = [await requestToken(limited, {}), await requestToken(limited, {})];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [400, 429],
    );
    assert.equal(answers[1]?.body.code, "http.rate_limited");
    assert.ok(Number(answers[1]?.headers.get("retry-after")) > 0);
    await limited.stop();
  });

  it("a body without a length is cut off as well", async () => {
    const chunk = `4000\r\n${"a".repeat(0x4000)}\r\n`.repeat(8);
    const head =
      "POST /oauth2/token HTTP/1.1\r\nHost: reef\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked";
    assert.match(await rawRequest(reef, head, `${chunk}0\r\n\r\n`), /^HTTP\/1.1 4/);
  });

  it("every response carries a request id, and the security headers of the others", async () => {
    const id = randomUUID();
    const answer = await requestToken(reef, {}, { "X-Request-Id": id });
    assert.equal(answer.headers.get("x-request-id"), id);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.ok(answer.headers.get("ratelimit"));
  });
});

/** Sends bytes that no HTTP client would, and gives back the whole answer. */
function rawRequest(reef: RunningReef, head: string, body = ""): Promise<string> {
  const { hostname, port } = new URL(reef.url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(`${head}\r\nConnection: close\r\n\r\n${body}`));
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}
