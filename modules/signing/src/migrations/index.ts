import type { Migrations } from "@reef/db";
import * as createSigning from "./202611220200-create-signing.ts";

/** The module's migrations, in order. */
export const signingMigrations: Migrations = {
  "202611220200-create-signing": createSigning,
};
