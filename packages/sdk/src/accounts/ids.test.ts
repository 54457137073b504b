import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { uuidOf } from "./ids.ts";

describe("the UUID in an id", () => {
  it("is the one that the standard's own examples name", () => {
    // https://github.com/jetify-com/typeid/blob/main/spec/valid.yml
    const pairs: [string, string][] = [
      ["org_00000000000000000000000000", "00000000-0000-0000-0000-000000000000"],
      ["org_00000000000000000000000001", "00000000-0000-0000-0000-000000000001"],
      ["prefix_0123456789abcdefghjkmnpqrs", "0110c853-1d09-52d8-d73e-1194e95b5f19"],
      ["prefix_01h455vb4pex5vsknk084sn02q", "01890a5d-ac96-774b-bcce-b302099a8057"],
      ["org_7zzzzzzzzzzzzzzzzzzzzzzzzz", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    ];
    for (const [id, uuid] of pairs) assert.equal(uuidOf(id), uuid);
  });

  it("leaves alone what is no such id", () => {
    const uuid = "01890a5d-ac96-774b-bcce-b302099a8057";
    for (const text of [uuid, "", "org_1", "org_8zzzzzzzzzzzzzzzzzzzzzzzzz", "org_01H455VB4PEX5VSKNK084SN02Q"]) {
      assert.equal(uuidOf(text), text);
    }
  });
});
