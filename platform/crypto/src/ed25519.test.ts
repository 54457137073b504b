import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { describe, it } from "node:test";
import { publicKeyJwk, signingKeyFromSeed } from "./index.ts";

/** A published test key (RFC 8032, section 7.1). */
const SEED = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
const PUBLIC_KEY = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

describe("a key pair of a seed", () => {
  it("MN1: has the seed's published public key, and its signatures verify under it", () => {
    const { publicKey, sign } = signingKeyFromSeed(Buffer.from(SEED, "base64"));
    assert.equal(publicKey, PUBLIC_KEY);
    const message = Buffer.from("hello");
    const jwk = publicKeyJwk(Buffer.from(PUBLIC_KEY.slice("ed25519:".length), "base64"));
    const key = createPublicKey({ key: { ...jwk }, format: "jwk" });
    const signature = Buffer.from(sign(message), "base64");
    assert.equal(verify(null, message, key, signature), true);
    assert.equal(verify(null, Buffer.from("hullo"), key, signature), false);
    assert.throws(() => signingKeyFromSeed(Buffer.alloc(31)), TypeError);
  });
});
