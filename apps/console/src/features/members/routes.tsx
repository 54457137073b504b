import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "../../app/root-routes.tsx";

/** Who is in the organization, and what it is called. */
export const membersPages = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/members",
    validateSearch: ({ invite }: Record<string, unknown>): { invite?: true } =>
      invite === true ? { invite: true } : {},
    component: lazyRouteComponent(() => import("./pages/members-page.tsx"), "MembersPage"),
  }),
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/settings",
    component: lazyRouteComponent(() => import("./pages/settings-page.tsx"), "SettingsPage"),
  }),
] as const;
