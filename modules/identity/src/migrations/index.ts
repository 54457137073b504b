import type { Migrations } from "@reef/db";
import { createIdentity } from "./202611210101-create-identity.ts";
import { createAgentKeys } from "./202611220110-create-agent-keys.ts";
import { indexRedeemedVouchers } from "./202611220111-index-redeemed-vouchers.ts";
import { createOAuthState } from "./202611220112-create-oauth-state.ts";
import { extendOrganizations } from "./202611230100-extend-organizations.ts";
import { createPeople } from "./202611230101-create-people.ts";
import { openVouchersToPeople } from "./202611230150-open-vouchers-to-people.ts";
import { indexIssuedVouchers } from "./202611230151-index-issued-vouchers.ts";
import { extendAccess } from "./202611230152-extend-access.ts";
import { indexAccess } from "./202611230153-index-access.ts";
import { letMembersApprove } from "./202611230160-let-members-approve.ts";
import { indexMemberGrants } from "./202611230161-index-member-grants.ts";
import { indexVerifications } from "./202611230162-index-verifications.ts";
import { createPrograms } from "./202611240110-create-programs.ts";

/** All migrations of the schema `identity`, by name. */
export const identityMigrations: Migrations = {
  "202611210101-create-identity": createIdentity,
  "202611220110-create-agent-keys": createAgentKeys,
  "202611220111-index-redeemed-vouchers": indexRedeemedVouchers,
  "202611220112-create-oauth-state": createOAuthState,
  "202611230100-extend-organizations": extendOrganizations,
  "202611230101-create-people": createPeople,
  "202611230150-open-vouchers-to-people": openVouchersToPeople,
  "202611230151-index-issued-vouchers": indexIssuedVouchers,
  "202611230152-extend-access": extendAccess,
  "202611230153-index-access": indexAccess,
  "202611230160-let-members-approve": letMembersApprove,
  "202611230161-index-member-grants": indexMemberGrants,
  "202611230162-index-verifications": indexVerifications,
  "202611240110-create-programs": createPrograms,
};
