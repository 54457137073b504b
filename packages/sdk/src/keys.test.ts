import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toBase64 } from "@reef/proofs";
import { generateKey, keyFromSeed } from "./keys.ts";

describe("a key", () => {
  it("has the public key and the fingerprint of its seed (RFC 8032, section 7.1, test 1)", async () => {
    const key = await keyFromSeed("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=");
    assert.equal(key.publicKey, "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    assert.equal(key.fingerprint, "21FE-31DF-A154-A261");
    assert.match(toBase64(await key.sign(new Uint8Array())), /^5VZDAMNgrHKQhuLMgG6C/);
  });

  it("is another one each time it is made", async () => {
    assert.notEqual((await generateKey()).publicKey, (await generateKey()).publicKey);
  });

  it("comes only from 32 bytes", async () => {
    await assert.rejects(keyFromSeed("AAAA"), TypeError);
    await assert.rejects(keyFromSeed("not base64"), TypeError);
  });
});
