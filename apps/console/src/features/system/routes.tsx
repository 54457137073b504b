import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedInRoute } from "../../app/root-routes.tsx";
import { type OperationsTab, operationsTabs } from "./tabs.ts";

/** What operators see of the reef itself. */
export const systemPages = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/operations",
    validateSearch: ({ tab }: Record<string, unknown>): { tab?: OperationsTab } => {
      const known = operationsTabs.find((name) => name === tab);
      return known === undefined ? {} : { tab: known };
    },
    component: lazyRouteComponent(() => import("./pages/operations-page.tsx"), "OperationsPage"),
  }),
] as const;
