import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { frameSigningBytes, toBase64, verifySignature } from "@reef/proofs";
import { generateKey, type Key } from "./keys.ts";
import { completeRotation, prepareRotation, recover } from "./recover.ts";
import { createReef } from "./reef.ts";
import { type StandIn, startStandIn } from "./stand-in.ts";

const AGENT_ID = "agt_01h455vb4pex5vsknk084sn02q";
const frame = async (message: string) => toBase64(await frameSigningBytes("reef:v1", message, "n-1"));
const isSigned = async ({ publicKey }: Key, message: string, signature: string) =>
  verifySignature(publicKey, await frameSigningBytes("reef:v1", message, "n-1"), signature);

describe("a recovery and a rotation", () => {
  let server: StandIn;
  afterEach(() => server.close());

  async function standIn(messageOf: (publicKey: string) => string) {
    server = await startStandIn(async ({ path, body }) => {
      if (path === "/api/agents/whoami") return { json: { id: AGENT_ID } };
      if (path === "/api/recovery") return { json: { agent: { id: AGENT_ID }, credentials: { clientId: AGENT_ID } } };
      if (path === "/api/agents/whoami/key") return { json: { id: AGENT_ID } };
      const signingInput = await frame(messageOf(JSON.parse(body).publicKey));
      return { json: { nonce: "n-1", challenge: "n-1", signingInput, expiresAt: "2030-01-01T00:00:00Z" } };
    });
    return server.url;
  }

  it("sends signatures of the keys that it names, and never a private key", async () => {
    const [key, next] = [await generateKey(), await generateKey()];
    const message = `reef:rotate-key:${AGENT_ID}:${key.publicKey}:${next.publicKey}`;
    const url = await standIn((publicKey) => (publicKey === key.publicKey ? `reef:recover:${publicKey}` : message));
    const recovered = await recover({ url, privateKey: key.privateKey });
    assert.equal(recovered.agent.id, AGENT_ID);
    assert.equal(recovered.privateKey, key.privateKey);
    const sent = JSON.parse(server.to("/api/recovery")[0]?.body ?? "");
    assert.ok(await isSigned(key, `reef:recover:${key.publicKey}`, sent.signature));
    const reef = createReef({ url, credentials: { token: "a-token" } });
    const prepared = await prepareRotation(reef, key, next);
    assert.equal(prepared.privateKey, next.privateKey);
    await completeRotation(reef, JSON.parse(JSON.stringify(prepared)));
    const rotation = JSON.parse(server.to("/api/agents/whoami/key")[0]?.body ?? "");
    assert.equal(rotation.publicKey, next.publicKey);
    assert.ok(await isSigned(key, message, rotation.oldSignature));
    assert.ok(await isSigned(next, message, rotation.newSignature));
    for (const { body } of server.seen) {
      assert.ok(!body.includes(key.privateKey) && !body.includes(next.privateKey));
    }
  });

  it("signs nothing that is for something else", async () => {
    const key = await generateKey();
    const url = await standIn((publicKey) => `reef:register:${publicKey}`);
    const refusal = { code: "sdk.unexpected_challenge" };
    await assert.rejects(recover({ url, privateKey: key.privateKey }), refusal);
    const reef = createReef({ url, credentials: { token: "a-token" } });
    await assert.rejects(prepareRotation(reef, key), refusal);
    assert.equal(server.to("/api/recovery").length, 0);
  });
});
