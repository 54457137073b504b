import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { slugFault, slugOf } from "./slug.ts";

describe("slugs of organizations", () => {
  it("says what is wrong with one, and nothing of a good one", () => {
    for (const good of ["abc", "coral-lab", "7seas", "a".repeat(40)]) assert.equal(slugFault(good), undefined, good);
    const faults: [string, RegExp][] = [
      ["", /At least 3/],
      ["ab", /At least 3/],
      ["a".repeat(41), /At most 40/],
      ["Coral", /lower-case/],
      ["coral lab", /a to z/],
      ["cörall", /a to z/],
      ["-coral", /hyphen/],
      ["coral-", /hyphen/],
      ["admin", /kept for the reef/],
    ];
    for (const [slug, fault] of faults) assert.match(slugFault(slug) ?? "", fault, slug);
  });

  it("proposes one that may be used, or none", () => {
    const proposals: [string, string][] = [
      ["Coral Lab", "coral-lab"],
      ["  Café Zürich & Söhne GmbH ", "cafe-zurich-sohne-gmbh"],
      ["API", ""],
      ["海", ""],
      [`${"Long name ".repeat(5)}`, "long-name-long-name-long-name-long-name"],
    ];
    for (const [name, slug] of proposals) assert.equal(slugOf(name), slug, name);
  });
});
