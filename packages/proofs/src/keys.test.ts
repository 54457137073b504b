import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fromBase64, toBase64, toBase64Url } from "./base64.ts";
import {
  fingerprintOf,
  formatPublicKey,
  parsePublicKey,
  parseSeed,
  publicKeyOf,
  signWithSeed,
  verifySignature,
} from "./keys.ts";
import { KEY_1, KEY_2 } from "./vectors.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const seedOf = ({ seed }: { seed: string }) => parseSeed(seed) ?? new Uint8Array();

describe("MN1: a key", () => {
  for (const key of [KEY_1, KEY_2]) {
    it(`MN1: of a published seed is ${key.fingerprint}`, async () => {
      const raw = await publicKeyOf(seedOf(key));
      assert.equal(formatPublicKey(raw), key.publicKey);
      assert.equal(await fingerprintOf(raw), key.fingerprint);
      assert.deepEqual(parsePublicKey(key.publicKey), raw);
    });
  }

  it("has one spelling", () => {
    for (const wrong of ["", "ed25519:", KEY_1.seed, KEY_1.publicKey.slice(0, -1), `${KEY_1.publicKey} `]) {
      assert.equal(parsePublicKey(wrong), undefined, wrong);
    }
    assert.equal(parsePublicKey(KEY_1.publicKey.replace("Ro=", "Rp=")), undefined);
    assert.equal(parsePublicKey(KEY_1.publicKey.replace("ed25519", "ED25519")), undefined);
    assert.equal(parseSeed(KEY_1.seed.replace("2A=", "2B=")), undefined);
    assert.equal(parseSeed("AAAA"), undefined);
  });

  it("is refused where anyone can sign for it", () => {
    const identity = new Uint8Array(32);
    identity[0] = 1;
    for (const raw of [new Uint8Array(32), identity, new Uint8Array(32).fill(0x80, 31)]) {
      assert.equal(parsePublicKey(formatPublicKey(raw)), undefined);
    }
  });
});

describe("a signature", () => {
  it("verifies under its own key and message alone, and a malformed one is simply wrong", async () => {
    const message = bytesOf("hello");
    const signature = toBase64(await signWithSeed(seedOf(KEY_1), message));
    assert.equal(await verifySignature(KEY_1.publicKey, message, signature), true);
    assert.equal(await verifySignature(KEY_1.publicKey, bytesOf("hullo"), signature), false);
    assert.equal(await verifySignature(KEY_2.publicKey, message, signature), false);
    assert.equal(await verifySignature("ed25519:none", message, signature), false);
    for (const wrong of ["", "not a signature", signature.slice(0, -2), ` ${signature}`]) {
      assert.equal(await verifySignature(KEY_1.publicKey, message, wrong), false, wrong);
    }
  });

  it("is refused under a key of small order", async () => {
    const nobody = formatPublicKey(Uint8Array.from({ length: 32 }, (_zero, index) => (index === 0 ? 1 : 0)));
    const signature = toBase64(Uint8Array.from({ length: 64 }, (_zero, index) => (index === 0 ? 1 : 0)));
    assert.equal(await verifySignature(nobody, bytesOf("anything"), signature), false);
  });
});

describe("base64", () => {
  it("gives back what it was made of, at every length and when it is long", () => {
    for (const length of [0, 1, 2, 3, 31, 32, 33, 8_191, 8_192, 8_193, 300_000]) {
      const bytes = Uint8Array.from({ length }, (_zero, index) => (index * 7) & 0xff);
      assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
    }
  });

  it("is refused when malformed, with spaces, or with bits that say nothing", () => {
    for (const wrong of ["A", "AB", "AAA", "AB==C", "A A=", "AB==\n", "_w==", "Zh=="]) {
      assert.equal(fromBase64(wrong), undefined, wrong);
    }
  });

  it("is safe in URLs without padding", () => {
    assert.equal(toBase64Url(Uint8Array.from([0xfb, 0xff, 0xfe, 0xff])), "-__-_w");
  });
});
