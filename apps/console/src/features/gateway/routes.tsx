import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "../../app/root-routes.tsx";
import { readModelsAddress } from "./models-address.ts";

/** Models: who may call them, who serves them, and what it costs. */
export const gatewayPages = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/models",
    validateSearch: readModelsAddress,
    component: lazyRouteComponent(() => import("./pages/models-page.tsx"), "ModelsPage"),
  }),
] as const;
