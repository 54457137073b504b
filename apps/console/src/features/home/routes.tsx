import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "../../app/root-routes.tsx";

/** The page that one comes to. */
export const homePages = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/",
    component: lazyRouteComponent(() => import("./pages/home-page.tsx"), "HomePage"),
  }),
] as const;
