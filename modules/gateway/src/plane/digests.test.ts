import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { createDigests } from "./digests.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64");

describe("digests of secrets", () => {
  it("OC13: are those of the secret that is shown, whatever was shown on the connection before", () => {
    const digestOf = createDigests();
    const [one, other] = [{}, {}];
    const secrets = ["rk_a", "rk_a", "rk_b", "rk_", "rk_ab", "xk_b", "rk_b", "rk_a"];
    for (const secret of secrets) {
      for (const connection of [one, other]) assert.equal(digestOf(secret, connection), sha256(secret));
    }
    assert.equal(digestOf("rk_c", one), sha256("rk_c"));
    assert.equal(digestOf("rk_a", other), sha256("rk_a"));
  });
});
