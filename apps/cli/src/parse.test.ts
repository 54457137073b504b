import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { InvalidArgumentError } from "commander";
import {
  actor,
  dollars,
  entryId,
  fingerprint,
  laterMoment,
  moment,
  pricedModels,
  setting,
  tagList,
  typeList,
  weight,
  wholeNumber,
} from "./parse.ts";

describe("what an option takes", () => {
  it("knows an age from a date", () => {
    const [before, aWeekAgo, after] = [Date.now(), Date.parse(moment("7d")), Date.now()];
    assert.ok(before <= aWeekAgo + 7 * 86_400_000 && aWeekAgo + 7 * 86_400_000 <= after);
    assert.equal(moment("2026-11-18T10:00:00+02:00"), "2026-11-18T08:00:00.000Z");
    assert.equal(moment("2026-11-18"), new Date("2026-11-18T00:00").toISOString());
  });

  it("splits lists at commas", () => {
    assert.deepEqual(tagList("ops, deploy,"), ["ops", "deploy"]);
    assert.deepEqual(tagList(""), []);
    assert.deepEqual(typeList("semantic,soul"), ["semantic", "soul"]);
  });

  it("writes fingerprints as the reef does", () => {
    assert.equal(fingerprint("21fe-31df-a154-a261"), "21FE-31DF-A154-A261");
    assert.equal(actor("21fe-31df-a154-a261"), "21FE-31DF-A154-A261");
    assert.equal(actor("usr_01m7y8s8f2fk3bq0cjpbv5rchx"), "usr_01m7y8s8f2fk3bq0cjpbv5rchx");
  });

  it("takes a time to come from now on, and no other", () => {
    const [before, inAQuarter, after] = [Date.now(), Date.parse(laterMoment("90d")), Date.now()];
    assert.ok(before <= inAQuarter - 90 * 86_400_000 && inAQuarter - 90 * 86_400_000 <= after);
    assert.equal(laterMoment("2999-01-31T10:00Z"), "2999-01-31T10:00:00.000Z");
  });

  it("takes dollars to the millionth, and models with what a million tokens of them cost", () => {
    assert.deepEqual([dollars("20"), dollars("0.1"), dollars("0.000001")], [20_000_000, 100_000, 1]);
    assert.deepEqual(pricedModels("a/b:1, c=0.5/2"), [
      { name: "a/b:1" },
      { name: "c", price: { inputMicros: 500_000, outputMicros: 2_000_000 } },
    ]);
    assert.deepEqual(setting("region=eu-central-1", { a: "b" }), { a: "b", region: "eu-central-1" });
  });

  it("refuses what it cannot mean", () => {
    for (const attempt of [
      () => moment("soon"),
      () => laterMoment("2001-01-01"),
      () => laterMoment("0d"),
      () => laterMoment("9999999999w"),
      () => dollars("-1"),
      () => dollars("1e3"),
      () => dollars("$1"),
      () => pricedModels("a=1"),
      () => pricedModels("a=1/b"),
      () => setting("region"),
      () => typeList("feeling"),
      () => fingerprint("21FE"),
      () => actor("ada"),
      () => actor("agt_01m7y8s8f2fk3bq0cjpbv5rchx"),
      () => entryId("dia_01m7y8s8f2fk3bq0cjpbv5rchx"),
      () => weight("1.5"),
      () => weight(""),
      () => wholeNumber(1, 10)("11"),
      () => wholeNumber(1, 10)("2.5"),
    ]) {
      assert.throws(attempt, InvalidArgumentError);
    }
  });
});
