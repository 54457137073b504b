import type { Migrations } from "@reef/db";
import * as createSigning from "./202611220200-create-signing.ts";
import * as openToPeople from "./202611230200-open-to-people.ts";

/** The module's migrations, in order. */
export const signingMigrations: Migrations = {
  "202611220200-create-signing": createSigning,
  "202611230200-open-to-people": openToPeople,
};
