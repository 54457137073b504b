import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { passwordStrength } from "./password-strength.ts";

describe("the hint at a password's strength", () => {
  it("counts what is missing, in characters as people see them", () => {
    assert.equal(passwordStrength("").level, "none");
    assert.deepEqual(passwordStrength("elevenchars"), { level: "short", advice: "1 more character needed." });
    assert.equal(passwordStrength("🪸🪸🪸").advice, "9 more characters needed.");
    assert.equal(passwordStrength("a".repeat(129)).level, "short");
  });

  it("calls weak what guessers try first", () => {
    for (const weak of [
      "aaaaaaaaaaaaaa",
      "123456789012",
      "password1234",
      "abcabcabcabc",
      "qwertyqwerty",
      "abcdefghijkl",
    ]) {
      assert.equal(passwordStrength(weak).level, "weak", weak);
    }
  });

  it("gives nothing for the person's own name and address", () => {
    assert.equal(passwordStrength("lovelace-ada-12", ["Ada Lovelace", "ada@example.org"]).level, "weak");
    assert.notEqual(passwordStrength("lovelace-ada-12").level, "weak");
  });

  it("calls three words that have nothing to do with one another strong", () => {
    assert.equal(passwordStrength("correct horse battery").level, "strong");
  });
});
