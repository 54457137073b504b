import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createWordFinder, cutAtWords } from "./terms.ts";

const wordsOf = (query: string, terms: readonly string[], text: string): string[] =>
  createWordFinder(query, terms)(text).map(({ start, end }) => text.slice(start, end));

describe("the words that an entry was found by", () => {
  it("are found in every form of theirs", () => {
    assert.deepEqual(wordsOf("cranes stopping", ["crane", "stop"], "The crane's stop: Cranes stopped, craned."), [
      "crane's",
      "stop",
      "Cranes",
      "stopped",
      "craned",
    ]);
  });

  it("are found with accents and capitals, and where they stand", () => {
    const text = "Das CAFÉ, ein Cafe\u0301.";
    assert.deepEqual(wordsOf("cafe", ["cafe"], text), ["CAFÉ", "Cafe\u0301"]);
  });

  it("are found in irregular forms that the question itself has", () => {
    assert.deepEqual(wordsOf("why was it held", ["hold"], "It was held; he holds it."), ["held", "holds"]);
  });

  it("are none of the words that only begin alike", () => {
    assert.deepEqual(wordsOf("the car", ["car"], "The cargo was careful; the cars were not."), ["cars"]);
    assert.deepEqual(wordsOf("was the citrus", ["citrus"], "It was the lemon"), []);
  });

  it("cut a text into pieces that make it up again", () => {
    const text = "stop the crane";
    const pieces = cutAtWords(text, createWordFinder("stop crane", ["stop", "crane"])(text));
    assert.deepEqual(pieces, [
      { text: "stop", isFound: true },
      { text: " the ", isFound: false },
      { text: "crane", isFound: true },
    ]);
    assert.deepEqual(cutAtWords("", []), []);
  });
});
