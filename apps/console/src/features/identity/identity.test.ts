import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  formatPublicKey,
  frameSigningBytes,
  identityMessages,
  publicKeyOf,
  signWithSeed,
  toBase64,
} from "@reef/proofs";
import { readAgentsAddress } from "./agents-address.ts";
import { registerCommand } from "./command-line.ts";
import { verifyRotation } from "./verify-rotation.ts";

describe("the command with which an agent joins", () => {
  it("names the reef, the voucher and the agent, and keeps any name one word of the shell", () => {
    const url = "https://reef.example";
    assert.equal(
      registerCommand({ url, voucher: "ab12", name: "otter" }),
      "npx reef register --url https://reef.example --voucher ab12 --name otter",
    );
    assert.ok(registerCommand({ url, name: "Ada's coder; rm -rf ~" }).endsWith(`--name 'Ada'\\''s coder; rm -rf ~'`));
    assert.ok(registerCommand({ url }).endsWith("--voucher CODE --name NAME"));
  });
});

describe("the proof of a new key", () => {
  const agentId = "agt_01m7yv2rmnf27tttpdz48v1ab7";
  const [oldSeed, newSeed] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const rotate = async (signedFor = agentId) => {
    const [older, newer] = await Promise.all(
      [oldSeed, newSeed].map(async (seed) => ({ publicKey: formatPublicKey(await publicKeyOf(seed)) })),
    );
    assert.ok(older && newer);
    const message = identityMessages.rotateKey(signedFor, older.publicKey, newer.publicKey);
    const frame = await frameSigningBytes("reef:v1", message, "nonce");
    const [oldSignature, newSignature] = await Promise.all(
      [oldSeed, newSeed].map(async (seed) => toBase64(await signWithSeed(seed, frame))),
    );
    assert.ok(oldSignature && newSignature);
    return { older, newer: { ...newer, proof: { nonce: "nonce", oldSignature, newSignature } } };
  };

  it("holds when the old key and the new one signed that one follows the other", async () => {
    const { older, newer } = await rotate();
    assert.equal(await verifyRotation(agentId, older, newer), true);
  });

  it("does not hold for another agent, with one signature twice, for another old key, or without any", async () => {
    const { older, newer } = await rotate();
    const { proof } = newer;
    assert.equal(await verifyRotation("agt_00000000000000000000000000", older, newer), false);
    assert.equal(
      await verifyRotation(agentId, older, { ...newer, proof: { ...proof, newSignature: proof.oldSignature } }),
      false,
    );
    assert.equal(await verifyRotation(agentId, newer, newer), false);
    assert.equal(await verifyRotation(agentId, older, { ...newer, proof: null }), false);
  });
});

describe("the address of the page of agents", () => {
  it("is read as far as it can mean something", () => {
    assert.deepEqual(readAgentsAddress({ tab: "trust", view: "table", q: 1234, state: "disabled", issue: true }), {
      tab: "trust",
      view: "table",
      q: "1234",
      state: "disabled",
      issue: true,
    });
    assert.deepEqual(readAgentsAddress({ tab: "agents", q: "", state: "gone", issue: "yes", view: 3 }), {});
    assert.equal(readAgentsAddress({ q: "x".repeat(200) }).q?.length, 64);
  });
});
