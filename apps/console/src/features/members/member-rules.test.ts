import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { OrganizationRole } from "@reef/sdk/accounts";
import { isLastOwner, mayRemove, rolesToGive, rolesToInvite, type Standing } from "./member-rules.ts";

const standing = (viewer: OrganizationRole, role: OrganizationRole, more: Partial<Standing> = {}): Standing => ({
  viewer,
  role,
  isSelf: false,
  ownerCount: 2,
  ...more,
});

describe("what the page of members offers", () => {
  it("offers nothing to a member", () => {
    for (const role of ["owner", "admin", "member"] as const) {
      assert.deepEqual(rolesToGive(standing("member", role)), []);
      assert.equal(mayRemove(standing("member", role)), false);
    }
    assert.deepEqual(rolesToInvite("member"), []);
  });

  it("lets no admin touch or make an owner", () => {
    assert.deepEqual(rolesToGive(standing("admin", "owner")), []);
    assert.equal(mayRemove(standing("admin", "owner")), false);
    assert.deepEqual(rolesToGive(standing("admin", "member")), ["admin", "member"]);
    assert.equal(mayRemove(standing("admin", "admin")), true);
    assert.deepEqual(rolesToInvite("admin"), ["admin", "member"]);
  });

  it("keeps the last owner, also while the count is not known", () => {
    for (const ownerCount of [1, undefined]) {
      const last = standing("owner", "owner", { ownerCount, isSelf: true });
      assert.equal(isLastOwner(last), true);
      assert.deepEqual(rolesToGive(last), []);
    }
    assert.deepEqual(rolesToGive(standing("owner", "owner", { isSelf: true })), ["owner", "admin", "member"]);
    assert.equal(mayRemove(standing("owner", "owner")), true);
  });

  it("lets nobody remove themselves: that is leaving", () => {
    assert.equal(mayRemove(standing("owner", "owner", { isSelf: true })), false);
  });
});
