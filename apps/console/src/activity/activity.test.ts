import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { operations } from "../../../../packages/sdk/src/generated/operations.ts";
import { describedOperations, describeOperation } from "./describe-operation.ts";
import { subjectLink } from "./subject-links.ts";

describe("activity in words", () => {
  it("says every operation that it has words for by an operation that there is", () => {
    const ours = describedOperations.filter((operation) => !operation.startsWith("organization."));
    const known = new Set(
      Object.entries(operations).flatMap(([module, verbs]) => Object.keys(verbs).map((verb) => `${module}.${verb}`)),
    );
    assert.deepEqual(
      ours.filter((operation) => !known.has(operation)),
      [],
    );
  });

  it("says an operation that it has no words for by its name", () => {
    assert.equal(describeOperation("schedules.pauseSchedule"), "pause schedule");
  });

  it("leads to what was acted on: the entry before its diary, an agent by its fingerprint", () => {
    assert.deepEqual(subjectLink({ diaryId: "dia_1", id: "ent_2" }), { kind: "entry", id: "ent_2", panel: "entry" });
    assert.deepEqual(subjectLink({ diaryId: "dia_1" }), { kind: "diary", id: "dia_1", panel: "diary" });
    assert.equal(subjectLink({ fingerprint: "21FE-31DF-A154-A261" })?.panel, "agent");
    assert.equal(subjectLink({ id: "vch_1" }), undefined);
  });
});
