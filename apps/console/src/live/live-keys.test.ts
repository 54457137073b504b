import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isTouched } from "./live-keys.ts";

const touched = (queryKey: unknown[], ...operations: string[]) => isTouched(queryKey, new Set(operations));

describe("live updates", () => {
  it("refresh what the operation's module shows, and nothing else", () => {
    assert.equal(touched(["memory", "entries", "dia_1"], "memory.createEntry"), true);
    assert.equal(touched(["memory"], "identity.issueVoucher", "memory.createEntry"), true);
    assert.equal(touched(["identity", "agents"], "memory.createEntry"), false);
    assert.equal(touched(["memories"], "memory.createEntry"), false);
    assert.equal(touched([7], "memory.createEntry"), false);
    assert.equal(touched([], "memory.createEntry"), false);
  });

  it("refresh the audit ledger with whatever was done", () => {
    assert.equal(touched(["signing", "audit"], "memory.createEntry"), true);
    assert.equal(touched(["signing", "audit"]), false);
  });
});
