import type { Migrations } from "@reef/db";
import * as createBilling from "./202611280100-create-billing.ts";
import * as carryOverage from "./202611290200-carry-overage.ts";
import * as knowPayers from "./202611290300-know-payers.ts";

/** The module's migrations, in order. */
export const billingMigrations: Migrations = {
  "202611280100-create-billing": createBilling,
  "202611290200-carry-overage": carryOverage,
  "202611290300-know-payers": knowPayers,
};
