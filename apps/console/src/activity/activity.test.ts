import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { operations } from "../../../../packages/sdk/src/generated/operations.ts";
import { countedOperations, countOperations, describeCount } from "./count-operations.ts";
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

  it("counts the kinds of what was done, the most frequent first, and says each as one speaks", () => {
    const done = ["memory.createEntry", "signing.submitSignature", "memory.createEntry", "identity.rotateKey"];
    const counts = countOperations(done.map((operation) => ({ operation })));
    assert.deepEqual(counts.map(describeCount), ["remembered 2 things", "took a new key", "signed 1 message"]);
    assert.equal(describeCount({ operation: "identity.rotateKey", count: 2 }), "took a new key, 2 times");
    assert.deepEqual(
      countedOperations.filter((operation) => !describedOperations.includes(operation)),
      [],
    );
  });

  it("leads to what was acted on: the entry before its diary, an agent by its fingerprint", () => {
    const [diary, entry] = ["dia_01m7yv2rsmf27tttq6y91ybqg5", "ent_01m7yv2zdnf27ttxmn0ktkcwd8"];
    assert.deepEqual(subjectLink({ diaryId: diary, id: entry }), { kind: "entry", id: entry });
    assert.deepEqual(subjectLink({ diaryId: diary }), { kind: "diary", id: diary });
    assert.deepEqual(subjectLink({ diaryId: diary, ids: `${entry},${entry}` }), { kind: "diary", id: diary });
    assert.equal(subjectLink({ fingerprint: "21FE-31DF-A154-A261" })?.kind, "agent");
    assert.equal(subjectLink({ id: "vch_01m7yv2rsmf27tttq6y91ybqg5" }), undefined);
  });
});
