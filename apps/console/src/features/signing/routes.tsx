import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "../../app/root-routes.tsx";
import { type RequestState, requestStates } from "./states.ts";

/** What agents are asked to sign. */
export const signingPages = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/signing",
    validateSearch: ({ status }: Record<string, unknown>): { status?: RequestState } => {
      const known = requestStates.find((state) => state === status);
      return known === undefined ? {} : { status: known };
    },
    component: lazyRouteComponent(() => import("./pages/signing-page.tsx"), "SigningPage"),
  }),
] as const;
