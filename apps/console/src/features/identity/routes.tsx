import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute, signedOutRoute } from "../../app/root-routes.tsx";

/** Pages that sign people in. */
export const signInPages = [
  createRoute({
    getParentRoute: () => signedOutRoute,
    path: "/sign-in",
    validateSearch: ({
      return_to,
      reason,
    }: Record<string, unknown>): { return_to?: string; reason?: "unreachable" } => ({
      ...(typeof return_to === "string" && { return_to }),
      ...(reason === "unreachable" && { reason }),
    }),
    component: lazyRouteComponent(() => import("./pages/sign-in-page.tsx"), "SignInPage"),
  }),
] as const;

/** Pages about agents. */
export const identityPages = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/agents",
    component: lazyRouteComponent(() => import("./pages/agents-page.tsx"), "AgentsPage"),
  }),
] as const;
