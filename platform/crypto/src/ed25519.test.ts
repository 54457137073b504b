import assert from "node:assert/strict";
import { createPrivateKey, sign } from "node:crypto";
import { describe, it } from "node:test";
import { fingerprintOf, parsePublicKey, signingKeyFromSeed, verifySignature } from "./index.ts";

/** The PKCS #8 wrapping of a raw Ed25519 seed (RFC 8410). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

const seedKey = (seed: string) =>
  createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, Buffer.from(seed, "base64")]), format: "der", type: "pkcs8" });

const publicKeyOf = (seed: string) =>
  `ed25519:${Buffer.from(seedKey(seed).export({ format: "jwk" }).x ?? "", "base64url").toString("base64")}`;

const SEED_1 = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
const SEED_2 = "TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=";
const PUBLIC_1 = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

const rawOf = (publicKey: string) => {
  const raw = parsePublicKey(publicKey);
  assert.ok(raw);
  return raw;
};

describe("MN1: keys, fingerprints and signatures are the published ones", () => {
  it("MN1: a seed gives the published public key and fingerprint", () => {
    assert.equal(publicKeyOf(SEED_1), PUBLIC_1);
    assert.equal(fingerprintOf(rawOf(PUBLIC_1)), "21FE-31DF-A154-A261");
    assert.equal(fingerprintOf(rawOf(publicKeyOf(SEED_2))), "39F7-13D0-A644-253F");
  });
});

describe("a signature", () => {
  it("verifies under its own key and message alone, and a malformed one is simply wrong", () => {
    const message = Buffer.from("hello");
    const signature = sign(null, message, seedKey(SEED_1)).toString("base64");
    const raw = rawOf(PUBLIC_1);
    assert.equal(verifySignature(raw, message, signature), true);
    assert.equal(verifySignature(raw, Buffer.from("hullo"), signature), false);
    assert.equal(verifySignature(rawOf(publicKeyOf(SEED_2)), message, signature), false);
    assert.equal(verifySignature(raw, message, "not a signature"), false);
  });
});

describe("a key pair of a seed", () => {
  it("has the seed's public key, and its signatures verify under it", () => {
    const { publicKey, sign: signWith } = signingKeyFromSeed(Buffer.from(SEED_1, "base64"));
    assert.equal(publicKey, PUBLIC_1);
    assert.equal(verifySignature(rawOf(publicKey), Buffer.from("hello"), signWith(Buffer.from("hello"))), true);
    assert.throws(() => signingKeyFromSeed(Buffer.alloc(31)), TypeError);
  });
});

describe("a public key that proves nothing is not one", () => {
  it("refuses points of small order, for which anyone can sign", () => {
    const identity = Buffer.alloc(32);
    identity[0] = 1;
    for (const raw of [Buffer.alloc(32), identity, Buffer.alloc(32).fill(0x80, 31)]) {
      assert.equal(parsePublicKey(`ed25519:${raw.toString("base64")}`), undefined);
    }
  });

  it("refuses a second spelling of a key", () => {
    assert.equal(parsePublicKey(PUBLIC_1.replace("Ro=", "Rp=")), undefined);
    assert.equal(parsePublicKey(PUBLIC_1.slice(0, -1)), undefined);
  });
});
