import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plainTextOf, summarize, titleOf, windowOf } from "./excerpt.ts";

describe("what a list shows of an entry", () => {
  it("is free of Markdown's signs", () => {
    const markdown = [
      "# Berth 3",
      "",
      "- [x] **sounded** at `05:40`",
      "> by [Tobias](https://example.org) ~~twice~~",
      "---",
      "| a | b |",
      "| - | :-: |",
      "| 1 | 2 |",
      "```sh",
      "reef remember x",
      "```",
    ].join("\n");
    assert.equal(plainTextOf(markdown), "Berth 3 sounded at 05:40 by Tobias twice a, b. 1, 2. reef remember x");
  });

  it("leaves words and signs alone that are no Markdown", () => {
    for (const text of ["snake_case and 2 * 3 * 4", "a - b", "5 > 3", "<b>bold</b> & co.", "C# and F#"]) {
      assert.equal(plainTextOf(text), text);
    }
  });

  it("is not read to its end where the entry is long", () => {
    assert.ok(plainTextOf("word ".repeat(20_000)).length <= 4_000);
    const nested = "[".repeat(50_000) + "(".repeat(50_000);
    assert.ok(plainTextOf(nested).length <= 4_000);
  });

  it("has a head and a rest that together say all of it once", () => {
    assert.deepEqual(summarize({ title: "T", content: "*x* y" }), { head: "T", rest: "x y" });
    const content = `${"word ".repeat(30)}end`;
    const { head, rest } = summarize({ title: null, content });
    assert.equal(`${head} ${rest}`, content);
    assert.ok(head.length <= 80);
    assert.equal(titleOf({ title: null, content }), `${head} …`);
    assert.equal(titleOf({ title: null, content: "short" }), "short");
    assert.equal(titleOf({ title: null, content: "```\n```" }), "An entry without words");
  });
});

describe("the piece of a text that a hit shows", () => {
  const text = Array.from({ length: 400 }, (_, index) => `w${index}`).join(" ");
  const placeOf = (word: string) => ({ start: text.indexOf(`${word} `), end: text.indexOf(`${word} `) + word.length });

  it("holds as many of the found words as fit, and is cut at words", () => {
    const places = [placeOf("w10"), placeOf("w200"), placeOf("w210"), placeOf("w220")];
    const { start, end } = windowOf(text, places, 200);
    const piece = text.slice(start, end);
    for (const word of ["w200", "w210", "w220"]) assert.match(piece, new RegExp(`\\b${word}\\b`));
    assert.ok(piece.length <= 240);
    assert.match(text.slice(start - 1, start), /^ $/);
    assert.match(text.slice(end, end + 1), /^ $/);
  });

  it("is the beginning where no word stands in it, and all of a short text", () => {
    assert.equal(windowOf(text, [], 200).start, 0);
    assert.deepEqual(windowOf("short", [{ start: 0, end: 5 }]), { start: 0, end: 5 });
  });

  it("ends in the middle of a word that has no end", () => {
    const { start, end } = windowOf("x".repeat(5_000), [{ start: 4_000, end: 4_001 }], 200);
    assert.ok(start <= 4_000 && end >= 4_001 && end - start <= 200);
  });
});
