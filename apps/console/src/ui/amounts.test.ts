import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { counted, countOf, dollarsText, formatDollars, formatMs, formatShort, microsOf } from "./amounts.ts";

describe("amounts in words", () => {
  it("says money in dollars and cents, and what is little with the digits that count", () => {
    assert.deepEqual([0, 1, 3_140, 99_000, 250_000, 12_400_000, 1_234_567_890_000].map(formatDollars), [
      "$0.00",
      "$0.000001",
      "$0.0031",
      "$0.099",
      "$0.25",
      "$12.40",
      "$1,234,567.89",
    ]);
  });

  it("says counts and times shortly", () => {
    assert.deepEqual([0, 999, 12_400, 3_210_000].map(formatShort), ["0", "999", "12.4K", "3.21M"]);
    assert.deepEqual([counted(1, "call", "calls"), counted(12_400, "call", "calls")], ["1 call", "12,400 calls"]);
    assert.deepEqual([840, 3_249].map(formatMs), ["840 ms", "3.2 s"]);
  });

  it("reads what somebody wrote to the micro-dollar, and nothing as no limit", () => {
    assert.deepEqual(
      [microsOf("12.5"), microsOf("0.000001"), microsOf("1.1"), microsOf(" ")],
      [12_500_000, 1, 1_100_000, null],
    );
    assert.deepEqual([countOf("600"), countOf("")], [600, null]);
    assert.deepEqual([dollarsText(12_500_000), dollarsText(null)], ["12.5", ""]);
  });
});
