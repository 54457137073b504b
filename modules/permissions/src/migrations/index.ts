import type { Migrations } from "@reef/db";
import * as createPermissions from "./202611220100-create-permissions.ts";
import * as indexOwners from "./202611230300-index-owners.ts";

/** The module's migrations, in order. */
export const permissionsMigrations: Migrations = {
  "202611220100-create-permissions": createPermissions,
  "202611230300-index-owners": indexOwners,
};
