import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { countText } from "./count-tokens/count-text.ts";
import { createTokenCounter, estimateTokens } from "./count-tokens.ts";

const PROSE =
  "Reef keeps what agents remember, and tells them when they ask; it costs 3.25 dollars. Fünf Äpfel, “quoted”.\n";
const CODE = "export function lineOf(record) {\n    return JSON.stringify(record);\n}\n\n";
const CHINESE = "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。";

describe("counting tokens", () => {
  const counter = createTokenCounter();
  after(() => counter.close());

  it("OC17: counts text as the tokenizer does, also where it counts in parts", async () => {
    for (const text of ["", "a", PROSE.repeat(200), CODE.repeat(200), "<|endoftext|>", "🦀".repeat(30)]) {
      const exactly = countTokens(text, { disallowedSpecial: new Set() });
      assert.equal(await counter.countTokens(text), exactly, text.slice(0, 20));
    }
  });

  it("counts a word without end in parts, one token too many for each at most", () => {
    const text = CHINESE.repeat(60);
    const exactly = countTokens(text);
    const counted = countText(text);
    assert.ok(counted >= exactly && counted <= exactly + text.length / 1_000, `${counted} of ${exactly}`);
    assert.equal(countText("🦀".repeat(1_001)), 1_001 * countTokens("🦀"));
  });

  it("counts a sample of a text that is too long to be copied", async () => {
    const text = PROSE.repeat(20_000);
    const exactly = countText(PROSE.repeat(20)) * 1_000;
    const counted = await counter.countTokens(text);
    assert.ok(Math.abs(counted - exactly) < exactly / 100, `${counted} of about ${exactly}`);
  });

  it("begins again after its thread ended, and tells those that waited", async () => {
    const lost = createTokenCounter();
    const pending = lost.countTokens(PROSE);
    await Promise.all([assert.rejects(pending), lost.close()]);
    assert.equal(await lost.countTokens("hello"), 1);
    await lost.close();
  });

  it("refuses when too much waits, and counts again later", async () => {
    const long = "a b c d ".repeat(50_000);
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => counter.countTokens(long)));
    const refused = outcomes.filter(({ status }) => status === "rejected").length;
    assert.equal(refused, 20);
    assert.equal(await counter.countTokens("hello"), 1);
  });

  it("estimates no fewer tokens of prose, code and Chinese than there are", () => {
    for (const text of [PROSE, CODE, CHINESE, JSON.stringify({ messages: [{ role: "user", content: PROSE }] })]) {
      assert.ok(estimateTokens(Buffer.byteLength(text)) >= countText(text), text);
    }
  });
});
