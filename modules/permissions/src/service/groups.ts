import type { Cursors } from "@reef/db";
import type { IdentityApi } from "@reef/identity";
import type { PermissionsApi } from "./checks.ts";

export interface GroupDependencies {
  checks: PermissionsApi;
  identity: Pick<IdentityApi, "findAgent" | "listAgentsById">;
  cursors: Cursors;
}

/** Groups of agents. */
export const createGroups = (_dependencies: GroupDependencies) => ({});

export type Groups = ReturnType<typeof createGroups>;
