import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { indexText } from "./index-text.ts";
import { normalize, termsOf } from "./language.ts";
import { parseQuery } from "./parse-query.ts";

describe("the words of a text", () => {
  it("are the same for all their forms, spellings and accents", () => {
    for (const [left, right] of [
      ["deployment", "deploys"],
      ["wrote", "writing"],
      ["Ångström", "angstrom"],
      ["don’t", "don't"],
      ["ﬁle", "file"],
    ]) {
      assert.deepEqual(termsOf(left ?? ""), termsOf(right ?? ""), left);
    }
  });

  it("leave out what every text has", () => {
    assert.deepEqual(termsOf("What is the of and?"), []);
  });

  it("are decomposed in pieces as they would be as a whole", () => {
    const whole = (text: string) =>
      text
        .normalize("NFKD")
        .replace(/\p{M}+/gu, "")
        .toLowerCase();
    const text = "Crème brûlée – Ａｂｃ – 한국어 – Việt Nam – ｶﾞ – ";
    for (let length = 0; length <= text.length * 8; length += 7) {
      const piece = text.repeat(8).slice(0, length);
      assert.equal(normalize(piece), whole(piece));
    }
  });

  it("stay bounded for text that is made to grow or to take long", () => {
    const marks = `a${"\u0301".repeat(50_000)}${"\u0316".repeat(50_000)}`;
    assert.equal(normalize(marks), "a");
    assert.ok(normalize("\ufdfa".repeat(1_000)).length <= 4_000);
  });
});

describe("an indexed entry", () => {
  it("knows who speaks from its label, apart from who is spoken of", () => {
    const { terms } = indexText({
      content: "Ada: I met Grace",
      tags: [],
      happenedAt: new Date("2026-06-03T10:00:00Z"),
    });
    assert.deepEqual([...terms.keys()].toSorted(), ["@6", "@6-3", "ada:", "grace", "meet"]);
  });
});

describe("a query", () => {
  it("has words, phrases, exclusions and dates", () => {
    assert.deepEqual(parseQuery('what did Ada say on 3 June about "the blue door" -paint'), {
      words: ["ada", "say", "3", "june", "blue", "door"],
      terms: ["ada", "say", "3", "june", "blue", "door", "ada:", "say:", "3:", "june:", "blue:", "door:", "@6-3"],
      phrases: ["the blue door"],
      excluded: ["paint", "paint:"],
    });
  });
});
