import { billingMigrations } from "@reef/billing";
import type { Migrations } from "@reef/db";
import { eventMigrations } from "@reef/events";
import { gatewayMigrations } from "@reef/gateway";
import { idempotencyMigrations } from "@reef/http";
import { identityMigrations } from "@reef/identity";
import { mailMigrations } from "@reef/mail";
import { memoryMigrations } from "@reef/memory";
import { permissionsMigrations } from "@reef/permissions";
import { signingMigrations } from "@reef/signing";

/** The migrations of everything; their names order them. */
export const migrations: Migrations = {
  ...idempotencyMigrations,
  ...eventMigrations,
  ...mailMigrations,
  ...identityMigrations,
  ...permissionsMigrations,
  ...signingMigrations,
  ...memoryMigrations,
  ...billingMigrations,
  ...gatewayMigrations,
};
