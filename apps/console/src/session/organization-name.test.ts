import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { organizationOfHost, organizationOfMemory } from "./organization-name.ts";

const RESERVED = ["app", "www", "api", "admin", "cp", "dashboard", "billing", "status", "docs"];

describe("the organization that a host names", () => {
  it("MO20: is the one label before the reef's own host", () => {
    assert.equal(organizationOfHost("coral.reef.example", "reef.example"), "coral");
    assert.equal(organizationOfHost("CORAL-2.reef.example:4200", "Reef.Example:4200"), "coral-2");
    assert.equal(organizationOfHost("coral.localhost:4200", "localhost:4200"), "coral");
  });

  it("MO20: is none for a reserved name", () => {
    for (const name of RESERVED) {
      assert.equal(organizationOfHost(`${name}.reef.example`, "reef.example"), undefined);
      assert.equal(organizationOfHost(`${name.toUpperCase()}.reef.example`, "reef.example"), undefined);
      assert.equal(organizationOfMemory(name), undefined);
    }
  });

  it("MO20: is none for the base, a deeper name, another host, or an unknown base", () => {
    for (const host of [
      "reef.example",
      "a.b.reef.example",
      "coral.evil.example",
      "coralreef.example",
      "reef.example.evil",
      ".reef.example",
      "-coral.reef.example",
    ]) {
      assert.equal(organizationOfHost(host, "reef.example"), undefined, host);
    }
    assert.equal(organizationOfHost("coral.reef.example", undefined), undefined);
  });

  it("is remembered only where it can be one", () => {
    assert.equal(organizationOfMemory("coral"), "coral");
    assert.equal(organizationOfMemory("org_01h2xcejqtf2nbrexx3vqjhp41"), "org_01h2xcejqtf2nbrexx3vqjhp41");
    for (const kept of [null, "", "a b", "<b>", "Coral", "a".repeat(64)])
      assert.equal(organizationOfMemory(kept), undefined);
  });
});
