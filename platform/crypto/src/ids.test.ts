import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Id, newId, toTypeId, toUuid } from "./index.ts";

describe("ids", () => {
  it("a new id is the same again after its time in the database", () => {
    const id = newId("dia");
    assert.match(toUuid(id), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    assert.equal(toTypeId("dia", toUuid(id)), id);
  });

  it("a well-formed id has a UUID whatever its bits are, so that an unknown one is not found instead of an error", () => {
    for (const suffix of ["01jd0000000000000000000000", "00000000000000000000000000", "7zzzzzzzzzzzzzzzzzzzzzzzzz"]) {
      const id: Id<"dia"> = `dia_${suffix}`;
      assert.equal(toTypeId("dia", toUuid(id)), id);
    }
  });
});
