import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { matchCommand } from "./match-command.ts";

describe("what the command palette finds", () => {
  it("wants each typed word to begin a word, in any order and in capitals or not", () => {
    assert.equal(matchCommand("Issue a voucher", "issue a v"), 1);
    assert.equal(matchCommand("Issue a voucher", "VOU iss"), 0.8);
    assert.equal(matchCommand("Issue a voucher", "agent", ["let", "an", "agent", "join"]), 0.6);
  });

  it("finds nothing by letters that are somewhere in it", () => {
    assert.equal(matchCommand("Make an API key", "mar"), 0);
    assert.equal(matchCommand("Search memories", "mar", ["find", "remember"]), 0);
    assert.equal(matchCommand("Issue a voucher", "issue nothing"), 0);
  });

  it("keeps what the reef found, whose keywords are what was typed", () => {
    assert.equal(matchCommand("Maren Holt Agents EBC6-D32A", "maren", ["maren"]), 1);
    assert.equal(matchCommand("Why the citrus was held Entries ent_01", "oranges held", ["oranges held"]), 0.6);
  });
});
