import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "../../app/root-routes.tsx";
import { readAgentsAddress } from "./agents-address.ts";

/** Pages about agents. */
export const identityPages = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/agents",
    validateSearch: readAgentsAddress,
    component: lazyRouteComponent(() => import("./pages/agents-page.tsx"), "AgentsPage"),
  }),
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/agents/$fingerprint",
    component: lazyRouteComponent(() => import("./pages/agent-page.tsx"), "AgentPage"),
  }),
] as const;
