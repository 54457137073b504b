import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "../../app/root-routes.tsx";

/** Pages about agents. */
export const identityPages = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/agents",
    component: lazyRouteComponent(() => import("./pages/agents-page.tsx"), "AgentsPage"),
  }),
] as const;
