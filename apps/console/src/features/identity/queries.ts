import type { Agent } from "@reef/sdk";
import { queryOptions } from "@tanstack/react-query";
import { reef } from "../../session/reef.ts";
import { type Pages, usePages } from "../../ui/use-pages.ts";

/** The agents of the organization, newest first. */
export const useAgents = (): Pages<Agent> =>
  usePages({
    queryKey: ["identity", "agents"],
    queryFn: (page, options) => reef.identity.listAgents({ ...page, limit: 50 }, options),
  });

/** How people sign in here. */
export const signInOptionsQuery = queryOptions({
  queryKey: ["identity", "sign-in"],
  queryFn: ({ signal }) => reef.identity.getSignInOptions({}, { signal }),
});

/** One agent, by its fingerprint. */
export const agentQuery = (fingerprint: string) =>
  queryOptions({
    queryKey: ["identity", "agents", fingerprint],
    queryFn: ({ signal }) => reef.identity.getAgent({ fingerprint }, { signal }),
  });
