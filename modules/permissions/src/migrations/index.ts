import type { Migrations } from "@reef/db";
import * as createPermissions from "./202611220100-create-permissions.ts";

/** The module's migrations, in order. */
export const permissionsMigrations: Migrations = {
  "202611220100-create-permissions": createPermissions,
};
