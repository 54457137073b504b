import { deriveKey } from "@reef/crypto";
import { createCursors } from "@reef/db";
import type { IdentityApi } from "@reef/identity";
import { createPermissionsRoutes } from "./routes.ts";
import { createChecks } from "./service/checks.ts";
import { createGroups } from "./service/groups.ts";

export interface PermissionsDependencies {
  identity: Pick<IdentityApi, "findAgent" | "listAgentsById">;
  masterSecret: string;
}

/** Puts the module together. */
export function createPermissionsModule({ identity, masterSecret }: PermissionsDependencies) {
  const checks = createChecks();
  const groups = createGroups({
    checks,
    identity,
    cursors: createCursors(deriveKey(masterSecret, "permissions.cursors")),
  });
  return { api: checks, routes: createPermissionsRoutes(groups) };
}

export type PermissionsModule = ReturnType<typeof createPermissionsModule>;
