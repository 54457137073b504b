import type { Migrations } from "@reef/db";
import * as createMemory from "./202611210200-create-memory.ts";

/** The module's migrations, in order. */
export const memoryMigrations: Migrations = {
  "202611210200-create-memory": createMemory,
};
