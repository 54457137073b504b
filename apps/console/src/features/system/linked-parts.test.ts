import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { linkedParts } from "./linked-parts.ts";

const ORIGIN = "http://localhost:4200";

describe("links in a mail", () => {
  it("are those of this reef alone", () => {
    const text = `Join:\n${ORIGIN}/invitation?id=1&token=a-b_c\nor see https://evil.example/${ORIGIN} and http://localhost:4201/x`;
    assert.deepEqual(
      linkedParts(text, ORIGIN).filter(({ isLink }) => isLink),
      [{ at: 6, text: `${ORIGIN}/invitation?id=1&token=a-b_c`, isLink: true }],
    );
  });

  it("leave the text as it was", () => {
    for (const text of ["", "no link", ORIGIN, `a ${ORIGIN}/b c ${ORIGIN}/d`]) {
      assert.equal(
        linkedParts(text, ORIGIN)
          .map((part) => part.text)
          .join(""),
        text,
      );
    }
  });
});
