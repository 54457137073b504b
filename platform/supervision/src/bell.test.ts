import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createBell } from "./bell.ts";

/** Longer than any test may take: who rests so long is only ever woken. */
const FOR_EVER_MS = 2_000_000_000;

describe("a bell", () => {
  it("ends the rest of the loop that waits for it", async () => {
    const bell = createBell();
    const rested = bell.rest(FOR_EVER_MS);
    bell.ring();
    await rested;
  });

  it("is not slept through when it rings before the loop rests, until the loop has looked", async () => {
    const bell = createBell();
    bell.ring();
    await bell.rest(FOR_EVER_MS);
    bell.clear();
    let isAwake = false;
    const rested = bell.rest(FOR_EVER_MS).then(() => {
      isAwake = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isAwake, false);
    bell.ring();
    await rested;
  });
});
