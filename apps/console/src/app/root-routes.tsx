import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, Outlet, redirect } from "@tanstack/react-router";
import { Frame } from "../frame/frame.tsx";
import { NoOrganization, NotYours } from "../frame/no-organization.tsx";
import { NotFound, RouteProblem } from "../frame/route-states.tsx";
import { SignedOutFrame } from "../frame/signed-out-frame.tsx";
import { accountQuery } from "../session/account.ts";
import { refusalOf } from "../session/gate.ts";

/** Thrown by the gate where the address names an organization that the person does not belong to. */
class NotYoursError extends Error {}

/** The root: what every page has. `panel` names what the right side shows. */
export const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  validateSearch: ({ panel }: Record<string, unknown>): { panel?: string } =>
    typeof panel === "string" ? { panel } : {},
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: RouteProblem,
});

/** Pages for whoever is not signed in: sign-in, sign-up, links out of mails. */
export const signedOutRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-out",
  component: SignedOutFrame,
});

/** The gate: no page below it is loaded, and nothing of it painted, before the session is known (MO21). */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  async beforeLoad({ context: { queryClient }, location }) {
    try {
      await queryClient.ensureQueryData(accountQuery);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.kind === "not-yours") throw new NotYoursError();
      const search = { return_to: location.href, ...(refusal.reason === "unreachable" && { reason: refusal.reason }) };
      throw redirect({ to: "/sign-in", search, replace: true });
    }
  },
  component: Frame,
  // A skeleton of the page, not of the person: before the gate there is no one to name.
  pendingComponent: () => null,
  errorComponent: (props) => (props.error instanceof NotYoursError ? <NotYours /> : <RouteProblem {...props} />),
});

/** Pages of an organization; without one its place says how to get one. */
export const organizationRoute = createRoute({
  getParentRoute: () => signedInRoute,
  id: "organization",
  component: function Organization() {
    const { organization } = organizationRoute.useRouteContext();
    return organization === null ? <NoOrganization /> : <Outlet />;
  },
  beforeLoad: async ({ context: { queryClient } }) => {
    const { organization } = await queryClient.ensureQueryData(accountQuery);
    return { organization };
  },
});
