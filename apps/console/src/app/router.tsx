import { QueryCache, QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { accountPages, signedOutPages } from "../features/account/routes.tsx";
import { auditPages } from "../features/audit/routes.tsx";
import { billingPages, operatedBillingPages } from "../features/billing/routes.tsx";
import { feedPages } from "../features/feed/routes.tsx";
import { gatewayPages } from "../features/gateway/routes.tsx";
import { homePages } from "../features/home/routes.tsx";
import { identityPages } from "../features/identity/routes.tsx";
import { membersPages } from "../features/members/routes.tsx";
import { memoryPages } from "../features/memory/routes.tsx";
import { signingPages } from "../features/signing/routes.tsx";
import { systemPages } from "../features/system/routes.tsx";
import { NotFound, RouteProblem } from "../frame/route-states.tsx";
import { accountQuery, dropEverything } from "../session/account.ts";
import { isSignedOut } from "../session/gate.ts";
import { PageSkeleton } from "../ui/skeleton.tsx";
import { organizationRoute, rootRoute, signedInRoute, signedOutRoute } from "./root-routes.tsx";

/** What was fetched. The SDK retries what is worth it, so nothing is retried here. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 10_000, gcTime: 30 * 60_000, networkMode: "always" },
    mutations: { retry: false, networkMode: "always" },
  },
  queryCache: new QueryCache({
    onError: (error, { queryKey, state }) => {
      // At the first question the gate tells where to go; everything else is asked only by who was signed in.
      const isFirst = queryKey === accountQuery.queryKey && state.data === undefined;
      if (!isFirst && isSignedOut(error)) leave();
    },
  }),
});

/** Feature by feature; each list comes from a feature's `routes.tsx`. */
const routeTree = rootRoute.addChildren([
  signedOutRoute.addChildren([...signedOutPages]),
  signedInRoute.addChildren([
    ...accountPages,
    ...systemPages,
    ...operatedBillingPages,
    ...feedPages,
    organizationRoute.addChildren([
      ...homePages,
      ...identityPages,
      ...membersPages,
      ...memoryPages,
      ...signingPages,
      ...gatewayPages,
      ...billingPages,
      ...auditPages,
    ]),
  ]),
]);

export const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 120,
  defaultPendingMinMs: 160,
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: RouteProblem,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

/** The session has ended: forgets everything, and goes to the sign-in page with the way back. */
function leave(): void {
  const { pathname, href } = router.state.location;
  if (pathname === "/sign-in") return;
  dropEverything(queryClient);
  void router.navigate({ to: "/sign-in", search: { return_to: href }, replace: true });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
