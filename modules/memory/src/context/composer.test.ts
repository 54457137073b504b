import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { createComposer } from "./composer.ts";
import type { ContextOrder } from "./order.ts";

const order: ContextOrder = {
  task: "rotate the deploy key",
  budgetTokens: 200,
  candidates: [],
  ties: [],
  trust: { floor: 0.2, leads: true },
  whenEmpty: "noneBears",
};

describe("the composer", () => {
  const composer = createComposer();
  after(() => composer.close());

  it("answers one after another; who comes when too many wait already is told to come back, and loses nobody else's turn", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, async () => {
        try {
          return typeof (await composer.compose(order)).markdown;
        } catch (error) {
          return (error as { code?: string }).code;
        }
      }),
    );
    assert.deepEqual(new Set(outcomes), new Set(["string", "memory.busy"]));
    assert.equal(outcomes.filter((outcome) => outcome === "string").length, 17, "one at work and sixteen that waited");
    assert.equal(typeof (await composer.compose(order)).markdown, "string", "and then there is room again");
  });

  it("takes new orders after its thread ended, and tells those that it had", async () => {
    const lost = createComposer();
    const pending = lost.compose(order);
    await Promise.all([assert.rejects(pending), lost.close()]);
    assert.equal(typeof (await lost.compose(order)).markdown, "string");
    await lost.close();
  });
});
