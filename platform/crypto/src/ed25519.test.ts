import assert from "node:assert/strict";
import { createPrivateKey, sign } from "node:crypto";
import { describe, it } from "node:test";
import { fingerprintOf, frameSigningBytes, parsePublicKey, verifySignature } from "./index.ts";

/** The PKCS #8 wrapping of a raw Ed25519 seed (RFC 8410). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

const seedKey = (seed: string) =>
  createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, Buffer.from(seed, "base64")]), format: "der", type: "pkcs8" });

const publicKeyOf = (seed: string) =>
  `ed25519:${Buffer.from(seedKey(seed).export({ format: "jwk" }).x ?? "", "base64url").toString("base64")}`;

const SEED_1 = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
const SEED_2 = "TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=";
const PUBLIC_1 = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const NONCE = "f47ac10b-58cc-4372-a567-0e02b2c3d479";

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

  it("MN1: the frame of a message is the published one", async () => {
    const frame = await frameSigningBytes("moltnet:v1", "hello", NONCE);
    const expected = `${Buffer.from("moltnet:v1").toString("hex")}000000202cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b982400000024${Buffer.from(NONCE).toString("hex")}`;
    assert.equal(Buffer.from(frame).toString("hex"), expected);
    assert.equal(frame.length, 86);
  });

  for (const [message, signature] of [
    ["hello", "360d3D0hfaU4NElEIxWwJGnElpHu5k2u6ZFmO0QeP/b9blJS4JDUMYbhczb5Xu1OWdIMVpDbP/j5jrvIqJlkDg=="],
    ["line1\nline2\nline3", "5YWAAbGXrGg/UCT/b6n7s3rvfDisiCknZKeZ4+jUfHEs/ZqN2oQA+jcFxRiloAufiMGjhAXjbZ0PIR+cb9qwAQ=="],
  ] as const) {
    it(`MN1: the signature of ${JSON.stringify(message)} is the published one, and verifies`, async () => {
      const frame = await frameSigningBytes("moltnet:v1", message, NONCE);
      assert.equal(sign(null, frame, seedKey(SEED_1)).toString("base64"), signature);
      assert.equal(verifySignature(rawOf(PUBLIC_1), frame, signature), true);
      const other = await frameSigningBytes("reef:v1", message, NONCE);
      assert.equal(verifySignature(rawOf(PUBLIC_1), other, signature), false);
    });
  }
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
