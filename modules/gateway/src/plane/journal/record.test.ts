import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import type { Price } from "../../prices/price.ts";
import type { BegunCall } from "../call.ts";
import { createBeginLines } from "./begin-lines.ts";
import { endedCallOf, endedLineOf, lineOf, readLine } from "./record.ts";
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

  it("OC17: says a call's begin whole, whichever of its fields differs from the key's last call", () => {
    const beginLineOf = createBeginLines();
    const first = begunCall({ charges: [{ budgetId: randomUUID(), periodStart: 0 }] });
    const other = {
      ...begunCall({ keyId: first.keyId, startedAt: 5, estimatedInputTokens: 7, streamed: !first.streamed }),
      ...{ agentId: randomUUID(), workspaceId: randomUUID(), requestedModel: 'odd "name"', model: "other" },
      ...{ dialect: "anthropic-messages", price: null, charges: [{ budgetId: randomUUID(), periodStart: 1 }] },
    } as const;
    const fields = Object.keys(first) as (keyof BegunCall)[];
    for (const field of fields) {
      const second = { ...first, [field]: other[field] };
      for (const begun of [first, second, second]) assert.deepEqual(readLine(beginLineOf(begun)), { b: begun }, field);
    }
  });

  it("OC17: says a call's end whole, also where another provider answered than was asked first", () => {
    const begun = begunCall();
    for (const difference of [{}, { providerId: randomUUID() }, { model: "other" }, { price: null }]) {
      const ended = endOf(begun, difference);
      const read = readLine(lineOf({ e: endedLineOf(begun, ended) }));
      assert.ok(read !== undefined && "e" in read);
      assert.deepEqual(endedCallOf(begun, read.e), ended);
    }
  });

  it("is passed over where it is torn, or says something else", () => {
    const line = lineOf({ b: begunCall() });
    for (const odd of [line.slice(0, -9), "", "null", '{"b":{}}', '{"x":1}']) assert.equal(readLine(odd), undefined);
  });
});
