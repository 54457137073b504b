import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filterOf, partsOf, rangeAt, recentMonths } from "./usage-range.ts";

const NOW = Date.parse("2026-03-05T14:25:36.789Z");
const used = (start: string, calls: number) => ({
  start,
  group: 0,
  calls,
  inputTokens: 10,
  outputTokens: 5,
  costMicros: 7,
});

describe("ranges of usage", () => {
  it("begins with a whole hour or a whole day, so that it stays the same until the next one", () => {
    assert.deepEqual(rangeAt("24h", NOW), { from: "2026-03-04T15:00:00.000Z", bucket: "hour" });
    assert.deepEqual(rangeAt("7d", NOW), { from: "2026-02-27T00:00:00.000Z", bucket: "day" });
    assert.deepEqual(rangeAt("30d", NOW), { from: "2026-02-04T00:00:00.000Z", bucket: "day" });
  });

  it("takes a month that is over as a whole, and the present one up to now", () => {
    const february = { from: "2026-02-01T00:00:00.000Z", to: "2026-03-01T00:00:00.000Z", bucket: "day" };
    assert.deepEqual(rangeAt("2026-02", NOW), february);
    assert.deepEqual(rangeAt("2026-03", NOW), { from: "2026-03-01T00:00:00.000Z", bucket: "day" });
    assert.deepEqual(
      recentMonths(NOW)
        .slice(0, 4)
        .map(({ value }) => value),
      ["2026-03", "2026-02", "2026-01", "2025-12"],
    );
  });

  it("shows every part of the range, and sums what several groups used in one", () => {
    const parts = partsOf(rangeAt("7d", NOW), [used("2026-03-01T00:00:00Z", 2), used("2026-03-01T00:00:00Z", 1)], NOW);
    assert.deepEqual(
      parts.map(({ calls }) => calls),
      [0, 0, 3, 0, 0, 0, 0],
    );
    const amount = { tokens: 30, costMicros: 14 };
    assert.deepEqual(parts[2], { start: Date.parse("2026-03-01"), calls: 3, ...amount, bands: [amount] });
    assert.equal(partsOf(rangeAt("2026-02", NOW), [], NOW).length, 28);
  });

  it("narrows down by what usage is summed by", () => {
    assert.deepEqual(
      [filterOf("model", "gpt"), filterOf("key", "key_1"), filterOf("agent", undefined)],
      [{ model: "gpt" }, { keyId: "key_1" }, {}],
    );
  });
});
