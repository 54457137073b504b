import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describePrice, describeTest, namesOf } from "./provider-words.ts";

describe("providers in words", () => {
  it("tells what came of a test, with the provider's own words where it failed", () => {
    const asked = { ok: true, models: ["a", "b"], latencyMs: 120, problem: null };
    assert.equal(describeTest(asked), "It answers, in 120 ms, and lists 2 models.");
    assert.equal(describeTest({ ...asked, models: [] }), "It answers, in 120 ms.");
    assert.equal(describeTest({ ...asked, ok: false, problem: "It refused the key." }), "It refused the key.");
  });

  it("tells a price for a million tokens", () => {
    assert.equal(describePrice({ inputMicros: 3_000_000, outputMicros: 15_000_000 }), "$3.00 in, $15.00 out");
  });

  it("reads models one a line, each once", () => {
    assert.deepEqual(namesOf(" gpt-5 \n\ngpt-5-mini\r\ngpt-5\n"), ["gpt-5", "gpt-5-mini"]);
  });
});
