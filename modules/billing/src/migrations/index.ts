import type { Migrations } from "@reef/db";
import * as createBilling from "./202611280100-create-billing.ts";

/** The module's migrations, in order. */
export const billingMigrations: Migrations = {
  "202611280100-create-billing": createBilling,
};
