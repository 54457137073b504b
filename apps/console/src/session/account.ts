import { type Account, ReefError } from "@reef/sdk";
import { type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  addressedOrganization,
  chosenOrganization,
  forgetOrganization,
  rememberOrganization,
} from "./chosen-organization.ts";
import { reef } from "./reef.ts";

/** Who is signed in, and in which organization. */
export const accountQuery = queryOptions({
  queryKey: ["identity", "account"],
  queryFn: ({ signal }) => fetchAccount(signal),
  staleTime: 60_000,
  gcTime: Number.POSITIVE_INFINITY,
  retry: false,
});

/** Asks the reef; an organization that the browser remembered and that is gone is forgotten, not insisted upon. */
async function fetchAccount(signal: AbortSignal): Promise<Account> {
  try {
    return await reef.identity.getAccount({}, { signal });
  } catch (error) {
    const isUnknown = error instanceof ReefError && error.status === 404;
    if (!isUnknown || addressedOrganization() !== undefined || chosenOrganization() === undefined) throw error;
    forgetOrganization();
    return reef.identity.getAccount({}, { signal });
  }
}

/** The account of who is signed in. Only below the gate, where it is certain that there is one. */
export function useAccount(): Account {
  const { data } = useQuery(accountQuery);
  if (data === undefined) throw new Error("useAccount stands outside of the pages that need a session.");
  return data;
}

/** The organization that the pages show. Only on pages below `organizationRoute`. */
export function useOrganization(): NonNullable<Account["organization"]> {
  const { organization } = useAccount();
  if (organization === null) throw new Error("useOrganization stands outside of the pages of an organization.");
  return organization;
}

/** Whether the person may manage the organization: share, revoke, invite, disable. Others only look. */
export const useMayManage = (): boolean => useAccount().organization?.role !== "member";

/** Goes to another organization: everything that was fetched belongs to the one before, so it is dropped first. */
export function useSwitchOrganization(): (slug: string) => void {
  const queryClient = useQueryClient();
  return (slug) => {
    rememberOrganization(slug);
    dropEverything(queryClient);
    // A full load: nothing of the organization before stays in any component's memory.
    location.assign("/");
  };
}

/** Forgets all that was fetched, so that nothing of it can be painted for somebody else. */
export function dropEverything(queryClient: QueryClient): void {
  void queryClient.cancelQueries();
  queryClient.clear();
}
