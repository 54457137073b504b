import type { IdentityApi } from "../api.ts";
import { identityErrors } from "../errors.ts";
import { findPublicOrganization, listPublicOrganizations } from "../people/store/named-organizations.ts";
import { listAdminAddresses, listPeopleById } from "../store/people.ts";
import type { AgentServices } from "./create-services.ts";

type Lookups = Pick<
  IdentityApi,
  | "findAgent"
  | "listAgentsById"
  | "findKey"
  | "isFounder"
  | "listPeopleById"
  | "findOrganization"
  | "getOrganization"
  | "listOrganizationsById"
  | "listAdminAddresses"
>;

/** What other modules look up of agents, people and organizations. */
export const createLookups = ({ findAgent, listAgentsById, findKey, isFounder }: AgentServices["agents"]): Lookups => ({
  findAgent,
  listAgentsById,
  findKey,
  isFounder,
  listPeopleById,
  findOrganization: findPublicOrganization,
  async getOrganization(db, organizationId) {
    const organization = await findPublicOrganization(db, organizationId);
    if (organization === undefined) throw identityErrors.organization_not_found();
    return organization;
  },
  listOrganizationsById: listPublicOrganizations,
  listAdminAddresses,
});
