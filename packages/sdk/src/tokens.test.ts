import assert from "node:assert/strict";
import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { afterEach, describe, it } from "node:test";
import { generateKey } from "./keys.ts";
import { createReef } from "./reef.ts";
import { type Answer, problem, type SeenRequest, type StandIn, startStandIn } from "./stand-in.ts";

const secret = { clientId: "agt_a", clientSecret: "s" };
const METADATA = "/.well-known/oauth-authorization-server";

describe("an access token", () => {
  let server: StandIn;
  afterEach(() => server.close());

  /** A stand-in with a token endpoint that numbers its tokens, and `answer` for the rest. */
  async function standIn(
    { lifeSeconds = 600, issuer }: { lifeSeconds?: number; issuer?: string } = {},
    answer: (request: SeenRequest) => Answer = () => ({ json: {} }),
  ) {
    let count = 0;
    server = await startStandIn((request) => {
      if (request.path === METADATA) return { json: { issuer: issuer ?? server.url } };
      if (request.path !== "/oauth2/token") return answer(request);
      count += 1;
      return { json: { access_token: `token-${count}`, expires_in: lifeSeconds, token_type: "Bearer" } };
    });
    return server.url;
  }

  it("is kept between calls", async () => {
    const reef = createReef({ url: await standIn(), credentials: secret });
    await reef.identity.whoami();
    await reef.identity.whoami();
    assert.equal(server.to("/oauth2/token").length, 1);
  });

  it("is replaced 30 seconds before its end", async () => {
    const reef = createReef({ url: await standIn({ lifeSeconds: 30 }), credentials: secret });
    await reef.identity.whoami();
    await reef.identity.whoami();
    assert.deepEqual(
      server.to("/api/agents/whoami").map((request) => request.headers.authorization),
      ["Bearer token-1", "Bearer token-2"],
    );
  });

  it("is asked for once by calls that start together", async () => {
    const reef = createReef({ url: await standIn(), credentials: secret });
    await Promise.all(Array.from({ length: 10 }, () => reef.identity.whoami()));
    assert.equal(server.to("/oauth2/token").length, 1);
  });

  it("goes on being fetched for the others when one who waits is aborted", async () => {
    const reef = createReef({ url: await standIn(), credentials: secret });
    const controller = new AbortController();
    const aborted = reef.identity.whoami(undefined, { signal: controller.signal });
    const other = reef.identity.whoami();
    controller.abort(new Error("enough"));
    await assert.rejects(aborted, /enough/);
    await other;
    assert.equal(server.to("/oauth2/token").length, 1);
  });

  it("that is refused is replaced once, and the call sent again", async () => {
    const url = await standIn({}, ({ headers }) =>
      headers.authorization === "Bearer token-1" ? problem(401, "identity.invalid_token") : { json: { ok: true } },
    );
    const reef = createReef({ url, credentials: secret });
    assert.deepEqual(await reef.identity.whoami(), { ok: true });
  });

  it("that is refused twice is an error", async () => {
    const url = await standIn({}, () => problem(401, "identity.invalid_token"));
    const reef = createReef({ url, credentials: secret });
    await assert.rejects(reef.identity.whoami(), { code: "identity.invalid_token", status: 401 });
    assert.equal(server.to("/api/agents/whoami").length, 2);
  });

  it("from outside is sent as it is, and never replaced", async () => {
    const url = await standIn({}, () => problem(401, "identity.invalid_token"));
    const reef = createReef({ url, credentials: { token: "given" } });
    await assert.rejects(reef.identity.whoami(), { status: 401 });
    assert.deepEqual(
      server.seen.map((request) => request.headers.authorization),
      ["Bearer given"],
    );
  });

  it("is not fetched for what is public", async () => {
    const reef = createReef({ url: await standIn(), credentials: secret });
    await reef.system.health();
    assert.equal(server.to("/oauth2/token").length, 0);
  });

  it("is got by an assertion that the agent's key signed for the issuer", async () => {
    const key = await generateKey();
    const reef = createReef({ url: await standIn(), credentials: { clientId: "agt_a", privateKey: key.privateKey } });
    await reef.identity.whoami();
    const form = new URLSearchParams(server.to("/oauth2/token")[0]?.body);
    const [header = "", claims = "", signature = ""] = (form.get("client_assertion") ?? "").split(".");
    const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
    const { iss, sub, aud, jti, iat, exp } = decode(claims);
    assert.equal(decode(header).alg, "EdDSA");
    assert.deepEqual([iss, sub, aud, exp - iat], ["agt_a", "agt_a", server.url, 60]);
    assert.ok(jti.length >= 32);
    const jwk: JsonWebKey = {
      kty: "OKP",
      crv: "Ed25519",
      x: Buffer.from(key.publicKey.slice("ed25519:".length), "base64").toString("base64url"),
    };
    const publicKey = createPublicKey({ key: jwk, format: "jwk" });
    assert.ok(verify(null, Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, "base64url")));
    assert.equal(form.get("client_secret"), null);
  });

  it("is not asked for with an assertion that another reef would take", async () => {
    const { privateKey } = await generateKey();
    const url = await standIn({ issuer: "https://reef.example.com" });
    const reef = createReef({ url, credentials: { clientId: "agt_a", privateKey } });
    await assert.rejects(reef.identity.whoami(), { code: "sdk.foreign_issuer" });
    assert.equal(server.to("/oauth2/token").length, 0);
  });

  it("that is refused to an unknown agent tells OAuth's code", async () => {
    server = await startStandIn(() => ({ status: 401, json: { error: "invalid_client", error_description: "Who?" } }));
    const reef = createReef({ url: server.url, credentials: secret });
    await assert.rejects(reef.identity.whoami(), { code: "invalid_client", status: 401, detail: "Who?" });
    assert.equal(server.seen.length, 1);
  });
});
