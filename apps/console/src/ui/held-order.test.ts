import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { holdOrder } from "./held-order.ts";

const list = (text: string) => Array.from(text, (id) => ({ id, text }));
const keyOf = ({ id }: { id: string }) => id;
const idsOf = (items: readonly { id: string }[]) => items.map(keyOf).join("");

describe("a list under the pointer", () => {
  it("never moves, and tells how much waits", () => {
    const { shown, waiting } = holdOrder(list("cba"), list("edcba"), keyOf);
    assert.deepEqual([idsOf(shown), waiting], ["cba", 2]);
  });

  it("shows what is new about its items", () => {
    const { shown } = holdOrder(list("cba"), list("dcba"), keyOf);
    assert.deepEqual(shown[0], { id: "c", text: "dcba" });
  });

  it("grows at its end", () => {
    assert.equal(idsOf(holdOrder(list("cba"), list("cbazy"), keyOf).shown), "cbazy");
  });

  it("keeps what was removed until the pointer has left", () => {
    assert.equal(idsOf(holdOrder(list("cba"), list("ca"), keyOf).shown), "cba");
  });

  it("gives way to another list", () => {
    assert.equal(idsOf(holdOrder(list("cba"), list("xyz"), keyOf).shown), "xyz");
    assert.equal(idsOf(holdOrder(list(""), list("xyz"), keyOf).shown), "xyz");
  });
});
