import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, it } from "node:test";
import { describeEachDatabase } from "@reef/testing";
import {
  askToSign,
  found,
  joinBy,
  newKey,
  type RunningReef,
  request,
  signMessage,
  startReef,
  submit,
  type TestAgent,
  testMigrations,
  tokenOf,
  verify,
} from "../test/signing-under-test.ts";

const INVALID = {
  valid: false,
  signer: null,
  signedAt: null,
  messageHash: null,
  signingRequestId: null,
  keyRetiredAt: null,
};
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describeEachDatabase("verification", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let ada: TestAgent;
  let mallory: TestAgent;

  before(async () => {
    reef = await startReef(database(), { loops: false });
    ada = await found(reef, database(), "Ada");
    mallory = await joinBy(reef, ada, "Mallory");
  });
  after(() => reef.stop());

  const signerOf = ({ id, name, fingerprint, key }: TestAgent) => ({
    agentId: id,
    name,
    fingerprint,
    publicKey: key.publicKey,
  });

  it("MN7: anybody may ask: an unknown signature is not valid, a completed one is, with its signer and no message", async () => {
    assert.deepEqual(await verify(reef, { signature: Buffer.alloc(64, 7).toString("base64") }), INVALID);
    assert.deepEqual(await verify(reef, { signature: "nonsense" }), INVALID);
    const { id, signature, completedAt } = await signMessage(reef, ada, "the tide is at noon");
    const answer = await request(reef, "POST", "/api/signatures/verify", { body: { signature } });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.body, {
      valid: true,
      signer: signerOf(ada),
      signedAt: completedAt,
      messageHash: sha256("the tide is at noon"),
      signingRequestId: id,
      keyRetiredAt: null,
    });
    assert.doesNotMatch(JSON.stringify(answer.body), /tide/);
  });

  it("MN7: a signature is found in whichever spelling, and stored in one", async () => {
    const { id, signingInput } = await askToSign(reef, ada, "spelled");
    const signature = ada.key.sign(signingInput);
    const withoutPadding = signature.replaceAll("=", "").replaceAll("+", "-").replaceAll("/", "_");
    const { body } = await submit(reef, ada, id, withoutPadding);
    assert.deepEqual([body.valid, body.signature], [true, signature]);
    for (const spelling of [signature, withoutPadding])
      assert.equal((await verify(reef, { signature: spelling })).valid, true);
  });

  it("MN7: a pending, an expired and a wrongly answered request prove nothing", async () => {
    const pending = await askToSign(reef, ada, "not yet");
    assert.deepEqual(await verify(reef, { signature: ada.key.sign(pending.signingInput) }), INVALID);
    const wrong = newKey().sign(pending.signingInput);
    assert.equal((await submit(reef, ada, pending.id, wrong)).body.valid, false);
    assert.deepEqual(await verify(reef, { signature: wrong }), INVALID);
  });

  it("MN8: replaying a victim's signature on one's own request leaves it verifiable, as the victim's", async () => {
    const message = "bafkreidxfykbrvutwidnpsnto4ij6kpe6r3oofqthfc5ohvcmrpsw3irse";
    const { id, nonce, signature } = await signMessage(reef, ada, message);
    const before = await verify(reef, { signature });
    for (const copied of [message, "something else"]) {
      const own = await askToSign(reef, mallory, copied);
      const { body } = await submit(reef, mallory, own.id, signature);
      assert.deepEqual([body.status, body.valid], ["completed", false]);
      await assert.rejects(reef.signing.api.getSigned(callOf(mallory), own.id), { code: "signing.not_signed" });
    }
    assert.deepEqual(await verify(reef, { signature }), before);
    assert.deepEqual(before.signer, signerOf(ada));
    // What a signed entry is made from.
    assert.deepEqual(await reef.signing.api.getSigned(callOf(ada), id), {
      message,
      nonce,
      signature,
      publicKey: ada.key.publicKey,
    });
  });

  it("MN8: whoever submits a victim's signature before the victim does gains nothing and hinders nothing", async () => {
    const { id, signingInput } = await askToSign(reef, ada, "first");
    const signature = ada.key.sign(signingInput);
    const own = await askToSign(reef, mallory, "first");
    assert.equal((await submit(reef, mallory, own.id, signature)).body.valid, false);
    assert.deepEqual(await verify(reef, { signature }), INVALID);
    assert.equal((await submit(reef, ada, id, signature)).body.valid, true);
    assert.deepEqual((await verify(reef, { signature })).signer, signerOf(ada));
  });

  const callOf = ({ id: agentId, organizationId, key, ...rest }: TestAgent) =>
    ({ caller: { ...rest, agentId, organizationId, publicKey: key.publicKey }, db: database().kysely }) as never;

  it("message, nonce and key verify by computation alone, and each of them counts", async () => {
    const message = "line1\r\nline2 🪸";
    const { nonce, signature } = await signMessage(reef, ada, message);
    const check = { message, nonce, signature };
    const good = {
      ...INVALID,
      valid: true,
      signer: signerOf(ada),
      messageHash: sha256(message),
    };
    const { publicKey } = ada.key;
    const { fingerprint } = ada;
    assert.deepEqual(await verify(reef, { ...check, publicKey }), good);
    assert.deepEqual(await verify(reef, { ...check, fingerprint: fingerprint.toLowerCase() }), good);
    for (const wrong of [
      { ...check, publicKey, message: message.replace("\r", "") },
      { ...check, publicKey, nonce: nonce.toUpperCase() },
      { ...check, publicKey: mallory.key.publicKey },
      { ...check, fingerprint: mallory.fingerprint },
      { ...check, fingerprint: "0000-0000-0000-0000" },
      { ...check, publicKey, signature: Buffer.alloc(64).toString("base64") },
      // Anyone can sign for this key.
      { ...check, publicKey: `ed25519:${Buffer.alloc(32).toString("base64")}` },
    ]) {
      assert.deepEqual(await verify(reef, wrong), INVALID);
    }
  });

  it("a key that is unknown here verifies as well, as nobody's", async () => {
    const key = newKey();
    const { nonce, signingInput } = await askToSign(reef, ada, "elsewhere");
    const signature = key.sign(signingInput);
    const answer = await verify(reef, { message: "elsewhere", nonce, signature, publicKey: key.publicKey });
    assert.deepEqual(answer, { ...INVALID, valid: true, messageHash: sha256("elsewhere") });
  });

  it("a check that is neither one nor the other is refused", async () => {
    const { publicKey } = ada.key;
    for (const rest of [
      { message: "x" },
      { publicKey },
      { message: "x", nonce: "y" },
      { message: "x", publicKey },
      { message: "x", nonce: "y", publicKey, fingerprint: ada.fingerprint },
      { messages: "x" },
    ]) {
      const answer = await request(reef, "POST", "/api/signatures/verify", { body: { signature: "AAAA", ...rest } });
      assert.equal(answer.body.code, "http.invalid_request");
    }
  });

  it("a signature stays its agent's after the key was replaced, which a check by the old key tells", async () => {
    const rosa = await joinBy(reef, ada, "Rosa");
    const message = "signed with the first key";
    const { nonce, signature } = await signMessage(reef, rosa, message);
    const looked = await verify(reef, { signature });
    const pending = await askToSign(reef, rosa, "asked before, answered after");
    const next = await rotate(rosa);
    assert.deepEqual(await verify(reef, { signature }), looked);
    assert.equal(looked.signer.fingerprint, rosa.fingerprint);
    const computed = await verify(reef, { message, nonce, signature, fingerprint: rosa.fingerprint });
    assert.deepEqual([computed.valid, computed.signer], [true, signerOf(rosa)]);
    assert.ok(Date.parse(computed.keyRetiredAt) > 0);
    // From now on only the new key answers.
    assert.equal((await submit(reef, next, pending.id, next.key.sign(pending.signingInput))).body.valid, true);
    const again = await askToSign(reef, next, "by the old key");
    assert.equal((await submit(reef, next, again.id, rosa.key.sign(again.signingInput))).body.valid, false);
  });

  /** The same agent with a new key. */
  async function rotate(agent: TestAgent): Promise<TestAgent> {
    const key = newKey();
    const { publicKey } = key;
    const { token } = agent;
    const { body: challenge } = await request(reef, "POST", "/api/agents/whoami/key/challenges", {
      token,
      body: { publicKey },
    });
    const { nonce, signingInput } = challenge;
    const proof = {
      publicKey,
      nonce,
      oldSignature: agent.key.sign(signingInput),
      newSignature: key.sign(signingInput),
    };
    const { status, body } = await request(reef, "POST", "/api/agents/whoami/key", { token, body: proof });
    assert.equal(status, 200, JSON.stringify(body));
    return { ...agent, ...body, key, token: await tokenOf(reef, agent.id, agent.clientSecret) };
  }

  it("no request can be used to sign what the reef itself asks for: a registration, a recovery, a change of key", async () => {
    const { body: challenge } = await request(reef, "POST", "/api/recovery/challenge", {
      body: { publicKey: ada.key.publicKey },
    });
    const asked = `reef:recover:${ada.key.publicKey}`;
    const refused = await request(reef, "POST", "/api/signing-requests", {
      token: ada.token,
      body: { message: asked },
    });
    assert.equal(refused.body.code, "signing.reserved_message");
    // The frame of any message that is not reserved differs from what the reef asks for.
    const { signature } = await signMessage(reef, ada, ` ${asked}`);
    const recovery = { publicKey: ada.key.publicKey, challenge: challenge.challenge, signature };
    assert.notEqual((await request(reef, "POST", "/api/recovery", { body: recovery })).status, 200);
  });
});
