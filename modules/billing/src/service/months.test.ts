import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addMonths, monthAt } from "./months.ts";

const day = (date: Date) => date.toISOString().replace(":00.000Z", "");
const at = (text: string) => new Date(`${text}:00.000Z`);
const monthsFrom = (anchor: string, count: number) =>
  Array.from({ length: count }, (_, index) => day(addMonths(at(anchor), index)).slice(0, 10));

describe("months of a subscription", () => {
  it("begin on the same day at the same time, and on a month's last day where it has no such day", () => {
    assert.deepEqual(monthsFrom("2027-01-31T23:30", 6), [
      "2027-01-31",
      "2027-02-28",
      "2027-03-31",
      "2027-04-30",
      "2027-05-31",
      "2027-06-30",
    ]);
    assert.deepEqual(monthsFrom("2027-11-30T00:00", 4), ["2027-11-30", "2027-12-30", "2028-01-30", "2028-02-29"]);
    assert.equal(day(addMonths(at("2028-02-29T12:00"), 12)), "2029-02-28T12:00");
    assert.equal(day(addMonths(at("2028-02-29T12:00"), 48)), "2032-02-29T12:00");
    assert.equal(day(addMonths(at("2027-12-31T05:06"), 2)), "2028-02-29T05:06");
  });

  it("follow each other without a gap: every moment is in the one month that it is in", () => {
    for (const anchor of ["2027-01-31T12:00", "2028-02-29T00:00", "2027-03-30T23:59", "2027-05-01T00:00"]) {
      for (let index = 0; index < 60; index += 1) {
        const [start, end] = [addMonths(at(anchor), index), addMonths(at(anchor), index + 1)];
        assert.ok(start < end);
        assert.deepEqual(monthAt(at(anchor), start), { start, end }, `${anchor} at its start`);
        assert.deepEqual(monthAt(at(anchor), new Date(end.getTime() - 1)), { start, end }, `${anchor} before its end`);
      }
    }
  });

  it("before the first one it is the first one", () => {
    const anchor = at("2027-03-31T12:00");
    assert.deepEqual(monthAt(anchor, at("2027-01-01T00:00")), { start: anchor, end: at("2027-04-30T12:00") });
  });
});
