import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fromBase64, toBase64 } from "./base64.ts";
import { signWithSeed, toHex, verifySignature } from "./keys.ts";
import { frameSigningBytes } from "./signing-frame.ts";
import { KEY_1, KEY_2 } from "./vectors.ts";

const NONCE = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
const seedOf = ({ seed }: { seed: string }) => fromBase64(seed) ?? new Uint8Array();
const sign = async (message: string, domain: string) =>
  toBase64(await signWithSeed(seedOf(KEY_1), await frameSigningBytes(domain, message, NONCE)));

describe("MN2: what an agent signs", () => {
  it("MN2: is framed as published", async () => {
    const frame = toHex(await frameSigningBytes("moltnet:v1", "hello", NONCE));
    const nonceHex = toHex(new TextEncoder().encode(NONCE));
    const digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    assert.equal(frame, `6d6f6c746e65743a763100000020${digest}00000024${nonceHex}`);
    assert.equal(frame.length / 2, 86);
  });

  it("MN2: has the published signatures", async () => {
    assert.equal(
      await sign("hello", "moltnet:v1"),
      "360d3D0hfaU4NElEIxWwJGnElpHu5k2u6ZFmO0QeP/b9blJS4JDUMYbhczb5Xu1OWdIMVpDbP/j5jrvIqJlkDg==",
    );
    assert.equal(
      await sign("line1\nline2\nline3", "moltnet:v1"),
      "5YWAAbGXrGg/UCT/b6n7s3rvfDisiCknZKeZ4+jUfHEs/ZqN2oQA+jcFxRiloAufiMGjhAXjbZ0PIR+cb9qwAQ==",
    );
  });

  it("MN2: is another thing in another domain, for another message, with another nonce", async () => {
    const frames = await Promise.all([
      frameSigningBytes("moltnet:v1", "hello", NONCE),
      frameSigningBytes("reef:v1", "hello", NONCE),
      frameSigningBytes("reef:v1", "hello ", NONCE),
      frameSigningBytes("reef:v1", "hello", `${NONCE}0`),
      frameSigningBytes("reef:v1", `hello${NONCE}`, ""),
    ]);
    assert.equal(new Set(frames.map(toHex)).size, frames.length);
  });

  const messages: [string, string][] = [
    ["an empty message", ""],
    ["spaces around it", "  hello  "],
    ["a line break", "line1\nline2"],
    ["CRLF", "line1\r\nline2\r\n"],
    ["a lone carriage return", "line1\rline2"],
    ["emoji", "🪸 reef 👩‍🚀🏽"],
    ["CJK", "珊瑚礁と署名"],
    ["right-to-left text", "שלום עולם"],
    ["NUL", "before\0after"],
    ["a combining accent, which its composed form is not", "e\u0301"],
    ["its composed form", "\u00e9"],
    ["line separators", "a\u2028b\u2029c"],
    ["a byte order mark", "\ufeffhello"],
    ["1 KB", "x".repeat(1024)],
    ["what looks like a frame", `reef:v1\0\0\0 hello.${NONCE}`],
  ];

  for (const [name, message] of messages) {
    it(`MN2: signs ${name} so that it verifies, and nothing else does`, async () => {
      const signature = await sign(message, "reef:v1");
      const frame = await frameSigningBytes("reef:v1", message, NONCE);
      assert.equal(await verifySignature(KEY_1.publicKey, frame, signature), true);
      assert.equal(await verifySignature(KEY_2.publicKey, frame, signature), false);
      for (const [otherName, other] of messages.filter(([, other]) => other !== message)) {
        const otherFrame = await frameSigningBytes("reef:v1", other, NONCE);
        assert.equal(await verifySignature(KEY_1.publicKey, otherFrame, signature), false, otherName);
      }
    });
  }
});
