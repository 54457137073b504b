import { deriveKey } from "@reef/crypto";
import { createCursors } from "@reef/db";
import type { PermissionsApi, PermissionsDependencies } from "./api.ts";
import { groupDeleted } from "./events.ts";
import { createPermissionsRoutes } from "./routes.ts";
import { createChecks } from "./service/checks.ts";
import { createGroups } from "./service/groups.ts";
import { listGroupNames } from "./store/groups.ts";

/** Puts the module together. */
export function createPermissionsModule({ identity, events, masterSecret }: PermissionsDependencies) {
  const checks = createChecks();
  const cursors = createCursors(deriveKey(masterSecret, "permissions.cursors"));
  const groups = createGroups({ checks, identity, events, cursors });
  const api: PermissionsApi = { ...checks, groupDeleted, listGroupNames };
  return { api, groups, routes: createPermissionsRoutes(groups) };
}

export type PermissionsModule = ReturnType<typeof createPermissionsModule>;
