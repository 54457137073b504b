import type { Migrations } from "@reef/db";
import { createIdentity } from "./202611210101-create-identity.ts";

/** All migrations of the schema `identity`, by name. */
export const identityMigrations: Migrations = {
  "202611210101-create-identity": createIdentity,
};
