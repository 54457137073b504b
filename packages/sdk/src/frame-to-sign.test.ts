import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { frameSigningBytes, identityMessages, toBase64 } from "@reef/proofs";
import { frameToSign, type SigningPurpose } from "./frame-to-sign.ts";

const UUID = "0189d3f6-1c1a-7cc1-9f3e-0242ac120002";
const CHALLENGE = `1763712000000.${"a".repeat(64)}.${"b".repeat(64)}`;
const OWN = identityMessages.recover("ed25519:key");

const asked = async (message: string, nonce: string, framed = message) => ({
  message,
  nonce,
  signingInput: toBase64(await frameSigningBytes("reef:v1", framed, nonce)),
});

describe("the bytes to sign", () => {
  const good: [SigningPurpose, string, string][] = [
    ["request", "hello", UUID],
    ["request", "a reef: is no prefix here", UUID],
    ["challenge", OWN, CHALLENGE],
  ];
  for (const [purpose, message, nonce] of good) {
    it(`are the frame of what is asked for: ${purpose}, ${message}`, async () => {
      const frame = await frameToSign(purpose, await asked(message, nonce));
      assert.deepEqual(frame, await frameSigningBytes("reef:v1", message, nonce));
    });
  }

  const wrong: [string, SigningPurpose, string, string, string?][] = [
    ["a request frames another message", "request", "hello", UUID, "goodbye"],
    ["a request is over a message of the reef's own", "request", OWN, UUID],
    ["a request has the nonce of a challenge", "request", "hello", CHALLENGE],
    ["a challenge frames another message", "challenge", OWN, CHALLENGE, identityMessages.register("ed25519:key")],
    ["a challenge is over a message of somebody's choice", "challenge", "hello", CHALLENGE],
    ["a challenge has the nonce of a request", "challenge", OWN, UUID],
  ];
  for (const [name, purpose, message, nonce, framed] of wrong) {
    it(`are refused when ${name}`, async () => {
      const code = purpose === "request" ? "sdk.unexpected_signing_request" : "sdk.unexpected_challenge";
      await assert.rejects(frameToSign(purpose, await asked(message, nonce, framed)), { code });
    });
  }
});
