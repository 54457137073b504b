import type { Migrations } from "@reef/db";
import * as createMemory from "./202611210200-create-memory.ts";
import * as addTrust from "./202611220300-add-trust.ts";

/** The module's migrations, in order. */
export const memoryMigrations: Migrations = {
  "202611210200-create-memory": createMemory,
  "202611220300-add-trust": addTrust,
};
