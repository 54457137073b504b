import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toBase64 } from "./base64.ts";
import { formatPublicKey, parseSeed } from "./keys.ts";
import { openSealed, sealFor, sealWith, UnsealError, x25519FromSeed } from "./sealed.ts";
import { KEY_1, KEY_2 } from "./vectors.ts";

const seedOf = ({ seed }: { seed: string }) => parseSeed(seed) ?? new Uint8Array();
const PUBLISHED_INFO = "moltnet:seal:v1";
const chance = { ephemeralPrivateKey: new Uint8Array(32).fill(0xaa), nonce: new Uint8Array(24).fill(1) };

describe("a sealed message", () => {
  it("MN1: uses the published X25519 key of a seed", () => {
    const { privateKey, publicKey } = x25519FromSeed(seedOf(KEY_1));
    assert.equal(toBase64(privateKey), "MHyDhk8oM8tCei7xwAoBPP3/J2jZgMCjpSDwBpBN6U8=");
    assert.equal(toBase64(publicKey), "2F4H7CKwrYgVN8L0TWYtGhQ8+DDFespDBdhcepD2ti4=");
  });

  it("is the published envelope, given its key, its nonce and its purpose", () => {
    const envelope = sealWith(chance, KEY_2.publicKey, "hello bob", PUBLISHED_INFO);
    assert.deepEqual(Object.keys(envelope), ["v", "ephemeral_public_key", "nonce", "ciphertext", "algorithm"]);
    assert.equal(envelope.v, 1);
    assert.equal(envelope.algorithm, "x25519-xchachapoly");
    assert.equal(envelope.nonce, toBase64(chance.nonce));
    assert.equal(envelope.ciphertext, "iT8bY45Lpqq/L8SjO8Q5lWXEhlhWeHHCeA==");
    assert.equal(openSealed(seedOf(KEY_2), envelope, PUBLISHED_INFO), "hello bob");
  });

  for (const text of ["", "hello bob", "a\r\nb\0c", "🪸珊瑚", "\ufeffmarked", "x".repeat(200_000)]) {
    it(`gives back ${text.length} characters (${JSON.stringify(text.slice(0, 12))})`, () => {
      assert.equal(openSealed(seedOf(KEY_2), sealFor(KEY_2.publicKey, text)), text);
    });
  }

  it("differs each time, also for the same text", () => {
    const [first, second] = [sealFor(KEY_2.publicKey, "hello"), sealFor(KEY_2.publicKey, "hello")];
    assert.notEqual(first.ephemeral_public_key, second.ephemeral_public_key);
    assert.notEqual(first.nonce, second.nonce);
    assert.notEqual(first.ciphertext, second.ciphertext);
  });

  it("opens with no other key and for no other purpose", () => {
    const envelope = sealFor(KEY_2.publicKey, "hello");
    assert.throws(() => openSealed(seedOf(KEY_1), envelope), UnsealError);
    assert.throws(() => openSealed(seedOf(KEY_2), envelope, PUBLISHED_INFO), UnsealError);
  });

  it("does not open when any byte of it is another one", () => {
    const envelope = sealFor(KEY_2.publicKey, "hi");
    for (const name of ["ephemeral_public_key", "nonce", "ciphertext"] as const) {
      const bytes = Buffer.from(envelope[name], "base64");
      for (const index of bytes.keys()) {
        // The highest bit of an X25519 key is no part of it (RFC 7748, section 5), so another one is turned over.
        const altered = Buffer.from(bytes);
        altered.writeUInt8(altered.readUInt8(index) ^ 1, index);
        const changed = { ...envelope, [name]: altered.toString("base64") };
        assert.throws(() => openSealed(seedOf(KEY_2), changed), UnsealError, `${name}, byte ${index}`);
      }
    }
  });

  it("is refused with the same error when it is malformed", () => {
    const good = sealFor(KEY_2.publicKey, "hello");
    const malformed: unknown[] = [
      undefined,
      null,
      "text",
      7,
      [],
      {},
      { ...good, v: 2 },
      { ...good, v: "1" },
      { ...good, algorithm: "none" },
      { ...good, nonce: undefined },
      { ...good, nonce: toBase64(new Uint8Array(12)) },
      { ...good, ciphertext: "" },
      { ...good, ciphertext: `${good.ciphertext}\n` },
      { ...good, ciphertext: [1, 2] },
      { ...good, ephemeral_public_key: toBase64(new Uint8Array(31)) },
    ];
    for (const envelope of malformed) {
      assert.throws(() => openSealed(seedOf(KEY_2), envelope), UnsealError, JSON.stringify(envelope));
    }
  });

  it("is refused when the secret that it shares is zero, which anyone knows", () => {
    for (const first of [0, 1]) {
      const point = new Uint8Array(32);
      point[0] = first;
      const envelope = { ...sealFor(KEY_2.publicKey, "hello"), ephemeral_public_key: toBase64(point) };
      assert.throws(() => openSealed(seedOf(KEY_2), envelope), UnsealError);
    }
  });

  it("is not made for a key that nobody holds or that is none", () => {
    const offTheCurve = Uint8Array.from({ length: 32 }, (_zero, index) => (index === 0 ? 2 : 0));
    for (const key of ["", "ed25519:AAAA", formatPublicKey(new Uint8Array(32)), formatPublicKey(offTheCurve)]) {
      assert.throws(() => sealFor(key, "hello"), TypeError, key);
    }
  });
});
