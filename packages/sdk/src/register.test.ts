import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, describe, it } from "node:test";
import { completeRegistration, prepareRegistration, register } from "./register.ts";
import { type Answer, type StandIn, startStandIn } from "./stand-in.ts";

const VOUCHER = "a".repeat(64);

/** The frame as the reef makes it, written down a second time. */
function signingInput(publicKey: string, nonce: string): string {
  const length = (value: number) => Buffer.from([0, 0, 0, value]);
  const digest = createHash("sha256").update(`reef:register:${publicKey}`).digest();
  const parts = [Buffer.from("reef:v1"), length(32), digest, length(Buffer.byteLength(nonce)), Buffer.from(nonce)];
  return Buffer.concat(parts).toString("base64");
}

describe("a registration", () => {
  let server: StandIn;
  afterEach(() => server.close());

  async function standIn(frame: (publicKey: string) => string, answers: (Answer | undefined)[] = []) {
    server = await startStandIn(({ path, body }) => {
      const { publicKey } = JSON.parse(body);
      if (path === "/api/agents/challenges") return { json: { nonce: "n-1", signingInput: frame(publicKey) } };
      if (answers.length > 0) return answers.shift();
      return { status: 201, json: { agent: { name: "ada" }, credentials: { clientId: "agt_a", clientSecret: "s" } } };
    });
    return server.url;
  }

  it("sends a signature, and never the private key", async () => {
    const url = await standIn((publicKey) => signingInput(publicKey, "n-1"));
    const { credentials, privateKey } = await register({ url, name: "ada", voucher: VOUCHER });
    assert.equal(credentials.clientId, "agt_a");
    const sent = JSON.parse(server.to("/api/agents")[0]?.body ?? "");
    assert.deepEqual(Object.keys(sent).sort(), ["name", "nonce", "publicKey", "signature", "voucher"]);
    assert.equal(Buffer.from(sent.signature, "base64").length, 64);
    assert.ok(server.seen.every(({ body }) => !body.includes(privateKey)));
  });

  it("signs nothing but a registration of its own key", async () => {
    const frames = [
      () => signingInput("ed25519:somebody else's", "n-1"),
      (publicKey: string) => signingInput(publicKey, "another nonce"),
      () => Buffer.from("transfer everything").toString("base64"),
    ];
    const url = await standIn((publicKey) => frames.shift()?.(publicKey) ?? "");
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await assert.rejects(register({ url, name: "ada", voucher: VOUCHER }), { code: "sdk.unexpected_challenge" });
    }
    assert.equal(frames.length, 0);
    assert.equal(server.to("/api/agents").length, 0);
  });

  it("that was prepared is the same request each time it is sent, also from JSON", async () => {
    const url = await standIn((publicKey) => signingInput(publicKey, "n-1"));
    const prepared = await prepareRegistration({ url, name: "ada", voucher: VOUCHER });
    await completeRegistration(prepared);
    await completeRegistration(JSON.parse(JSON.stringify(prepared)));
    const [first, second] = server.to("/api/agents");
    assert.equal(first?.body, second?.body);
    assert.equal(first?.headers["idempotency-key"], second?.headers["idempotency-key"]);
  });

  it("is sent again by itself when its answer was lost", async () => {
    const url = await standIn((publicKey) => signingInput(publicKey, "n-1"), [undefined]);
    await register({ url, name: "ada", voucher: VOUCHER });
    assert.equal(server.to("/api/agents").length, 2);
  });
});
