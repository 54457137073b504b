import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Budget } from "@reef/sdk";
import { describeLimits, shareUsed } from "./budget-words.ts";

const limits = { limitMicros: 50_000_000, limitTokens: 2_000_000, period: "month" } as const;
const used = (usedMicros: number, usedTokens: number) => ({ ...limits, usedMicros, usedTokens }) as Budget;

describe("budgets in words", () => {
  it("says what is allowed, and for how long", () => {
    assert.equal(describeLimits(limits), "$50.00 and 2,000,000 tokens a month");
    assert.equal(describeLimits({ ...limits, limitTokens: null, period: "total" }), "$50.00 for all time");
    assert.equal(
      describeLimits({ ...limits, limitMicros: null, period: "plan" }),
      "2,000,000 tokens a month of the plan",
    );
  });

  it("tells how near the nearest limit is; what allows nothing is used up", () => {
    assert.deepEqual([shareUsed(used(25_000_000, 1_800_000)), shareUsed(used(80_000_000, 0))], [0.9, 1]);
    assert.equal(shareUsed({ ...used(0, 0), limitMicros: 0 }), 1);
  });
});
