import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ReefError } from "@reef/sdk";
import { isSignedOut, refusalOf } from "./gate.ts";

const answered = (status: number, code = "x") => new ReefError({ code, status, title: "Refused", detail: "Do this." });

describe("the gate of the session", () => {
  it("MO21: nobody is sent to sign in", () => {
    assert.deepEqual(refusalOf(answered(401)), { kind: "sign-in", reason: "signed-out" });
    assert.deepEqual(refusalOf(answered(403)), { kind: "sign-in", reason: "signed-out" });
  });

  it("MO21: a reef that fails, is away or says nothing readable opens nothing", () => {
    for (const error of [
      answered(500),
      answered(502),
      answered(503),
      answered(429),
      answered(0, "network"),
      answered(200, "sdk.unreadable_answer"),
      new TypeError("Failed to fetch"),
      undefined,
    ]) {
      assert.deepEqual(refusalOf(error), { kind: "sign-in", reason: "unreachable" });
    }
  });

  it("MO20: an organization that is not the person's is told from no session", () => {
    assert.deepEqual(refusalOf(answered(404, "http.404")), { kind: "not-yours" });
  });

  it("tells that a session has ended in the middle of the work", () => {
    assert.equal(isSignedOut(answered(401)), true);
    assert.equal(isSignedOut(answered(403)), false);
    assert.equal(isSignedOut(new Error("x")), false);
  });
});
