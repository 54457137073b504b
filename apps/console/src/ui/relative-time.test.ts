import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { relativeTime } from "./relative-time.ts";

const now = Date.parse("2026-11-21T12:00:00Z");
const before = (seconds: number) => relativeTime(now - seconds * 1_000, now);

describe("a time in words", () => {
  it("is relative within a week, and a date beyond", () => {
    assert.equal(before(20), "just now");
    assert.equal(before(-20), "just now");
    assert.equal(before(60), "1 minute ago");
    assert.equal(before(59 * 60), "59 minutes ago");
    assert.equal(before(3 * 3_600), "3 hours ago");
    assert.equal(before(-2 * 3_600), "in 2 hours");
    assert.equal(before(86_400), "yesterday");
    assert.equal(before(6 * 86_400), "6 days ago");
    assert.equal(before(30 * 86_400), "Oct 22");
    assert.equal(before(400 * 86_400), "Oct 17, 2025");
  });
});
