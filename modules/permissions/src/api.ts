import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Events } from "@reef/events";
import type { IdentityApi } from "@reef/identity";
import type { groupDeleted } from "./events.ts";
import type { Checks } from "./service/checks.ts";

/** What the server gives the module. */
export interface PermissionsDependencies {
  identity: Pick<IdentityApi, "findAgent" | "listAgentsById">;
  events: Pick<Events, "emit">;
  masterSecret: string;
}

/** What other modules use of this module: to ask, to give and to take, and to name groups. */
export interface PermissionsApi extends Checks {
  /** The event that a group is gone. */
  groupDeleted: typeof groupDeleted;
  /**
   * Names of the organization's groups with these ids, at most 200 at once; unknown ones are left out. With `lock` they
   * cannot be deleted until the transaction ends.
   */
  listGroupNames(
    db: Connection,
    organizationId: Id<"org">,
    groupIds: readonly Id<"grp">[],
    options?: { lock?: boolean },
  ): Promise<ReadonlyMap<Id<"grp">, string>>;
}
