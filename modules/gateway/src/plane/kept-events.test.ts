import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createKeptEvents } from "./kept-events.ts";

const gauge = { textOf: (events: readonly { data: string }[]) => events.map(({ data }) => data).join(",") };
const names = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => String(from + index));

describe("what is kept of a stream that goes by", () => {
  for (const mostBytes of [undefined, 120, 30, 0]) {
    for (const count of [0, 1, 3, 6, 8, 50]) {
      it(`OC17: has both ends, and all text or how much there was besides: ${count} events, ${mostBytes ?? "all"} bytes`, async () => {
        const events = createKeptEvents(mostBytes === undefined ? {} : { mostBytes });
        for (const name of names(0, count)) events.add(`data: ${name}\n\n`);
        assert.equal(events.count, count);
        const { text, tokensBeyond } = await events.readDelivered(gauge);
        const kept = text === "" ? [] : text.split(",");
        assert.deepEqual(kept, names(0, count - tokensBeyond));
        const ends = events.readEnds().map(({ data }) => data);
        assert.deepEqual(ends.slice(-5), names(Math.max(0, count - ends.length, count - 5), count));
        if (mostBytes !== 0) assert.deepEqual(ends.slice(0, 2), names(0, Math.min(2, count)));
        assert.equal(new Set(ends).size, ends.length);
        if (mostBytes === undefined) assert.equal(tokensBeyond, 0);
      });
    }
  }
});
