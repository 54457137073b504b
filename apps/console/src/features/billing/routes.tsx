import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute, signedInRoute } from "../../app/root-routes.tsx";
import { readBillingAddress, readPlanAddress } from "./plan-address.ts";

/** The organization's plan and its invoices. */
export const billingPages = [
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/plan",
    validateSearch: readPlanAddress,
    component: lazyRouteComponent(() => import("./pages/plan-page.tsx"), "PlanPage"),
  }),
  createRoute({
    getParentRoute: () => organizationRoute,
    path: "/plan/invoices/$invoiceId",
    component: lazyRouteComponent(() => import("./pages/invoice-page.tsx"), "InvoicePage"),
  }),
] as const;

/** What operators see of everybody's plans. */
export const operatedBillingPages = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/billing",
    validateSearch: readBillingAddress,
    component: lazyRouteComponent(() => import("./pages/billing-page.tsx"), "BillingPage"),
  }),
] as const;
