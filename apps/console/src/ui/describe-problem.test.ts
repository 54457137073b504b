import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ReefError } from "@reef/sdk";
import { describeProblem } from "./describe-problem.ts";

const problem = (status: number, code: string) => {
  return new ReefError({ title: "Its title", detail: "Its text", status, code, retryAfterSeconds: 12 });
};

describe("problems in words", () => {
  it("asks for a pause when requests came too fast, and leaves the words of every other limit", () => {
    assert.match(describeProblem(problem(429, "http.rate_limited")).detail, /12 seconds/);
    assert.equal(describeProblem(problem(429, "identity.voucher_limit")).detail, "Its text");
  });

  it("blames the page for what the reef did not say", () => {
    assert.equal(describeProblem(new TypeError("x is not a function")).title, "The page has a fault");
  });
});
