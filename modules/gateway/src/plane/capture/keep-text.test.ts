import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { redactionKinds } from "../../contract/captures.ts";
import { keepJson } from "./keep-text.ts";
import { createRedact } from "./redact.ts";

const redact = createRedact(redactionKinds, ["bluefin"]);

const keep = (value: unknown): string => keepJson(value, 1, redact, new Map()).text;

describe("what is kept of JSON", () => {
  it("names that become the same mark stay names of their own, also many of them", () => {
    const fields = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`a${index}@b.example`, 1]));
    const kept = keep(fields);
    assert.match(kept, /^\{"\[email\]":1,"\[email\] 2":1,"\[email\] 3":1,/);
    assert.doesNotMatch(kept, /b\.example/);
    assert.equal(
      keep({ "[email] 2": 0, "a@b.example": 1, "c@b.example": 2 }),
      '{"[email] 2":0,"[email]":1,"[email] 3":2}',
    );
  });

  it("what stands beyond what is looked at is left out, whatever it is made of", () => {
    const long = "tide ".repeat(200_000);
    const many = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`name-${index}`, 1]));
    const kept = keep({ long, after: "bluefin", many });
    assert.match(kept, /\[cut off here\]$/);
    assert.doesNotMatch(kept, /bluefin|name-/);
  });

  it("a field named like what objects inherit is kept as any other", () => {
    assert.equal(
      keep(JSON.parse('{"__proto__":{"text":"bluefin"},"toString":1}')),
      '{"__proto__":{"text":"[word]"},"toString":1}',
    );
  });
});
