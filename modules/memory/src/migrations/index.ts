import type { Migrations } from "@reef/db";
import * as createMemory from "./202611210200-create-memory.ts";
import * as addTrust from "./202611220300-add-trust.ts";
import * as addSharing from "./202611220310-add-sharing.ts";
import * as guardSignedEntries from "./202611220320-guard-signed-entries.ts";
import * as createFeed from "./202611220330-create-feed.ts";
import * as createEntryRelations from "./202611220340-create-entry-relations.ts";
import * as addRestoring from "./202611220350-add-restoring.ts";
import * as indexNewSignatures from "./202611220351-index-new-signatures.ts";
import * as addInviterName from "./202611230300-add-inviter-name.ts";
import * as indexForPeople from "./202611230301-index-for-people.ts";
import * as dateWriting from "./202611240300-date-writing.ts";
import * as indexOrganizationLists from "./202611240301-index-organization-lists.ts";

/** The module's migrations, in order. */
export const memoryMigrations: Migrations = {
  "202611210200-create-memory": createMemory,
  "202611220300-add-trust": addTrust,
  "202611220310-add-sharing": addSharing,
  "202611220320-guard-signed-entries": guardSignedEntries,
  "202611220330-create-feed": createFeed,
  "202611220340-create-entry-relations": createEntryRelations,
  "202611220350-add-restoring": addRestoring,
  "202611220351-index-new-signatures": indexNewSignatures,
  "202611230300-add-inviter-name": addInviterName,
  "202611230301-index-for-people": indexForPeople,
  "202611240300-date-writing": dateWriting,
  "202611240301-index-organization-lists": indexOrganizationLists,
};
