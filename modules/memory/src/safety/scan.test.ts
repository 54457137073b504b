import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { attacks, freshAttacks } from "./attacks.ts";
import { freshSentences, ordinarySentences } from "./ordinary-sentences.ts";
import { looksLikeInjection } from "./scan.ts";

async function flagged(texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const text of texts) if (await looksLikeInjection(text)) found.push(text);
  return found;
}

const missed = async (texts: readonly string[]) => {
  const found = new Set(await flagged(texts));
  return texts.filter((text) => !found.has(text));
};

describe("looking for attempts to instruct the reader (MN21)", () => {
  it("flags fewer than 2 of 100 ordinary sentences from work, and of others that it was not tuned on", async () => {
    const wrong = await flagged(ordinarySentences);
    assert.ok(wrong.length < ordinarySentences.length * 0.02, wrong.join("\n"));
    const fresh = await flagged(freshSentences);
    assert.ok(fresh.length <= 1, fresh.join("\n"));
  });

  it("finds 95 of 100 attempts in many languages and disguises, and most of others that it was not tuned on", async () => {
    const left = await missed(attacks);
    assert.ok(left.length <= attacks.length * 0.05, left.join("\n"));
    const fresh = await missed(freshAttacks);
    assert.ok(fresh.length <= freshAttacks.length * 0.2, fresh.join("\n"));
  });

  it("finds one at the end of a long text, across the edge of what is looked at in one go, and in an encoded part", async () => {
    const filler = "The tide tables were checked twice and filed. ";
    const [attack = ""] = attacks;
    for (const before of [0, 80, 85, 86, 87, 88, 2_100]) {
      const text = `${filler.repeat(before)}${attack} ${filler.repeat(20)}`;
      assert.ok(await looksLikeInjection(text), `behind ${before} sentences`);
    }
    const encoded = Buffer.from(`${filler.repeat(20)}${attack}`).toString("base64");
    assert.ok(await looksLikeInjection(`${filler.repeat(100)}${encoded}`));
    assert.ok(!(await looksLikeInjection(`${filler.repeat(100)}${Buffer.from(filler.repeat(20)).toString("base64")}`)));
  });

  it("lets others have their turn while it reads a long text", async () => {
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await looksLikeInjection("An ordinary sentence about nothing much. ".repeat(2_500));
    isDone = true;
    assert.ok(turns >= 20, `${turns} turns`);
  });

  // A pattern that backtracks without bound would take minutes for one of these.
  for (const [name, piece] of Object.entries({
    "one letter": "a",
    blanks: " ",
    "ligatures that stand for a sentence": "ﷺ",
    "tags that never close": "<system",
    brackets: "[system",
    "halves of role marks": '"role":"system","content":"',
    speakers: "\nhuman:",
    "single letters": "i g n o r e ",
    "verbs without an object": "ignore all ",
    "escaped bytes": "%41",
    "look-alikes": "іgnоrе ",
    "dotted letters": "a.",
    ampersands: "&",
    "rules between dashes": "--- ",
    base64: "QUJD",
    "combining marks": "e\u0301\u0301\u0301",
    ideographs: "忽略之前",
  })) {
    it(`is not slowed down by 100,000 characters of ${name}`, { timeout: 20_000 }, async () => {
      await looksLikeInjection(piece.repeat(Math.ceil(100_000 / piece.length)));
    });
  }
});
