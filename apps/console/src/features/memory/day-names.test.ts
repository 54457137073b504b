import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { daysAgo, nameOfDay } from "./day-names.ts";

describe("the names of days", () => {
  const now = new Date(2026, 10, 21, 9, 30).getTime();

  it("are near ones for near days, and have a year where it is another one", () => {
    assert.equal(nameOfDay("2026-11-21", now), "Today, Saturday 21 November");
    assert.equal(nameOfDay("2026-11-20", now), "Yesterday, Friday 20 November");
    assert.equal(nameOfDay("2026-11-12", now), "Thursday 12 November");
    assert.match(nameOfDay("2025-11-21", now), /2025/);
  });

  it("count back over the ends of months", () => {
    assert.equal(daysAgo(0, now), "2026-11-21");
    assert.equal(daysAgo(29, now), "2026-10-23");
  });
});
