import type { Subscription } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { organizationNamesQuery } from "./queries.ts";

/** The name of an organization, for operators; its id where the reef has too many to know them all here. */
export function useOrganizationName(organizationId: Subscription["organizationId"]): string {
  const { data } = useQuery(organizationNamesQuery);
  return data?.find(({ id }) => id === organizationId)?.name ?? organizationId;
}
