import type { SigningRequest } from "@reef/sdk";
import { queryOptions } from "@tanstack/react-query";
import { reef } from "../../session/reef.ts";
import { type Pages, usePages } from "../../ui/use-pages.ts";

/** Signing requests of the organization's agents, newest first; all of them unless a state is given. */
export const useSigningRequests = (status: SigningRequest["status"] | undefined): Pages<SigningRequest> =>
  usePages({
    queryKey: ["signing", "requests", { status }],
    queryFn: (page, options) =>
      reef.signing.listSigningRequests({ ...page, limit: 50, ...(status && { status: [status] }) }, options),
  });

/** One signing request. */
export const signingRequestQuery = (signingRequestId: SigningRequest["id"]) =>
  queryOptions({
    queryKey: ["signing", "requests", signingRequestId],
    queryFn: ({ signal }) => reef.signing.getSigningRequest({ signingRequestId }, { signal }),
  });
