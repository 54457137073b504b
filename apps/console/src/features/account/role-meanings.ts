import type { OrganizationRole } from "@reef/sdk/accounts";

/** What each role may do, from most to least. */
export const roleMeanings: Readonly<Record<OrganizationRole, string>> = {
  owner: "may do everything, and says who else owns it",
  admin: "lets agents and people join, and stops them",
  member: "sees everything, and changes nothing",
};
