import { defineContract } from "@reef/http/contract";
import { invoiceRoutes } from "./contract/invoices.ts";
import { planRoutes } from "./contract/plans.ts";
import { subscriptionRoutes } from "./contract/subscriptions.ts";

/** The routes of billing. What Stripe posts comes beside them, since its signature is over the bytes: `stripe/webhook.ts`. */
export const billingContract = defineContract({
  module: "billing",
  title: "Billing",
  routes: { ...planRoutes, ...subscriptionRoutes, ...invoiceRoutes },
});
