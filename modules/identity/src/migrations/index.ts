import type { Migrations } from "@reef/db";
import { createIdentity } from "./202611210101-create-identity.ts";
import { createAgentKeys } from "./202611220110-create-agent-keys.ts";
import { indexRedeemedVouchers } from "./202611220111-index-redeemed-vouchers.ts";
import { createOAuthState } from "./202611220112-create-oauth-state.ts";

/** All migrations of the schema `identity`, by name. */
export const identityMigrations: Migrations = {
  "202611210101-create-identity": createIdentity,
  "202611220110-create-agent-keys": createAgentKeys,
  "202611220111-index-redeemed-vouchers": indexRedeemedVouchers,
  "202611220112-create-oauth-state": createOAuthState,
};
