import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Price } from "../../prices/price.ts";
import { lineOf, readLine } from "./record.ts";
import { begunCall, endOf } from "./test-calls.ts";

describe("a line of the journal", () => {
  it("OC17: says when it is read what was written, a price with all its tiers included", () => {
    const rates = {
      inputMicros: 3,
      cachedInputMicros: 1,
      cacheWriteMicros: 4,
      cacheWriteHourMicros: 6,
      outputMicros: 15,
    };
    const price: Price = { ...rates, tiers: [{ ...rates, aboveInputTokens: 200_000, inputMicros: 6 }] };
    const begun = begunCall({ price });
    assert.deepEqual(readLine(lineOf({ b: begun })), { b: begun });
    const usage = { ...endOf(begun).usage, cacheWriteTokens: 3, hourCacheWriteTokens: 2 };
    const ended = endOf(begun, { usage });
    assert.deepEqual(readLine(lineOf({ e: ended })), { e: ended });
    assert.deepEqual(readLine(lineOf({ p: [begun.id, 7, 8] })), { p: [begun.id, 7, 8] });
  });

  it("is passed over where it is torn, or says something else", () => {
    const line = lineOf({ b: begunCall() });
    for (const odd of [line.slice(0, -9), "", "null", '{"b":{}}', '{"x":1}']) assert.equal(readLine(odd), undefined);
  });
});
