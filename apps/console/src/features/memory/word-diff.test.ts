import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { diffTexts } from "./word-diff.ts";

const without = (kind: "added" | "removed", older: string, newer: string): string =>
  diffTexts(older, newer)
    .filter((change) => change.kind !== kind)
    .map(({ text }) => text)
    .join("");

describe("what changed between two versions", () => {
  it("is told by whole words, one change for words beside each other", () => {
    assert.deepEqual(diffTexts("two gangs play cards", "three crews play cards"), [
      { kind: "removed", text: "two gangs" },
      { kind: "added", text: "three crews" },
      { kind: "same", text: " play cards" },
    ]);
  });

  it("gives both versions back", () => {
    const older = "Brake did one reset.\n\n1. lift\n2. slew";
    const newer = "Brake did not close: no reset.\n\n1. slew\n2. lift\n3. tell";
    assert.equal(without("added", older, newer).replace(/\s+/g, " "), older.replace(/\s+/g, " "));
    assert.equal(without("removed", older, newer).replace(/\s+/g, " "), newer.replace(/\s+/g, " "));
  });

  it("is nothing between equal ones, and all of it from or to nothing", () => {
    assert.deepEqual(diffTexts("same", "same"), [{ kind: "same", text: "same" }]);
    assert.deepEqual(diffTexts("", "new"), [{ kind: "added", text: "new" }]);
    assert.deepEqual(diffTexts("", ""), []);
  });

  it("comes to an end for two long texts that have nothing in common", () => {
    const textOf = (letter: string) => Array.from({ length: 15_000 }, (_, index) => `${letter}${index}`).join(" ");
    const kinds = diffTexts(textOf("a"), textOf("b")).map(({ kind }) => kind);
    assert.deepEqual(kinds, ["removed", "added"]);
  });
});
