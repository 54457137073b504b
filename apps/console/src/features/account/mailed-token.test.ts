import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readMailedToken } from "./mailed-token.ts";

const tokenOf = (payload: unknown): string =>
  ["e30", Buffer.from(JSON.stringify(payload)).toString("base64url"), "signature"].join(".");

describe("the token of a mail about an address", () => {
  it("tells the three kinds of link apart", () => {
    assert.deepEqual(readMailedToken(tokenOf({ email: "ada@example.org" })), {
      purpose: "confirm",
      address: "ada@example.org",
      newAddress: undefined,
    });
    const change = { email: "ada@example.org", updateTo: "ädä@example.org" };
    assert.deepEqual(readMailedToken(tokenOf({ ...change, requestType: "change-email-confirmation" })), {
      purpose: "allow-change",
      address: "ada@example.org",
      newAddress: "ädä@example.org",
    });
    assert.equal(readMailedToken(tokenOf({ ...change, requestType: "change-email-verification" }))?.purpose, "change");
  });

  it("is nothing where it was not copied whole", () => {
    for (const broken of [undefined, "", "abc", "a.b", "a.%%%.c", tokenOf(null), tokenOf({ email: 1 }), tokenOf("x")]) {
      assert.equal(readMailedToken(broken), undefined, String(broken));
    }
  });
});
