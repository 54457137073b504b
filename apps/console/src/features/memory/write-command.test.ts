import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { writeCommand } from "./write-command.ts";

const id = "dia_01m7ytdjgaecyran3e8pmytmya";

describe("the command that is copied into a terminal", () => {
  it("names a diary as people know it", () => {
    assert.match(writeCommand({ id, name: "notes" }), /--diary notes "/);
    assert.match(writeCommand({ id, name: "Harbour desk" }), /--diary "Harbour desk" "/);
  });

  it("names by its id a diary whose name a shell would run, expand or take for an option", () => {
    for (const name of [
      '"; rm -rf ~; "',
      "$(id)",
      "`id`",
      "a\\",
      "a!b",
      "a'b",
      "-rf",
      "a;b",
      "a|b",
      "a\u00a0b",
      "日誌",
    ]) {
      assert.equal(writeCommand({ id, name }), `reef remember --diary ${id} "What happened"`, name);
    }
  });
});
