import { z } from "zod";
import { invalid } from "../fault.ts";
import { changeSubscription, endSubscription } from "../subscriptions.ts";
import { idOf, itemOf, need } from "../world.ts";
import { type ApiRoute, flag, listParams, metadata, pageOf, route, whole } from "./route.ts";

const itemChange = z.strictObject({ id: z.string(), price: z.string() });

/** Subscriptions. They begin at a checkout only. */
export const subscriptionRoutes: ApiRoute[] = [
  route(
    "GET /v1/subscriptions",
    z.strictObject({ ...listParams, customer: z.string().optional(), status: z.string().optional() }),
    ({ world, params }) => {
      const { customer, status } = params;
      if (customer !== undefined) need("customer", world.state.customers, customer, "customer");
      const found = Object.values(world.state.subscriptions).filter(
        (one) =>
          (customer === undefined || idOf(one.customer) === customer) &&
          (status === "all" || (status === undefined ? one.status !== "canceled" : one.status === status)),
      );
      return pageOf("/v1/subscriptions", found, params);
    },
  ),
  route("GET /v1/subscriptions/:id", z.strictObject({}), ({ world, id }) =>
    need("subscription", world.state.subscriptions, id),
  ),
  route(
    "POST /v1/subscriptions/:id",
    z.strictObject({
      items: z.array(itemChange).length(1).optional(),
      proration_behavior: z.enum(["always_invoice", "none"]).optional(),
      payment_behavior: z.literal("error_if_incomplete").optional(),
      billing_cycle_anchor: z.strictObject({ type: z.literal("now") }).optional(),
      trial_end: z.union([z.literal("now"), whole]).optional(),
      cancel_at_period_end: flag.optional(),
      metadata,
    }),
    ({ world, id, params }) => {
      const subscription = need("subscription", world.state.subscriptions, id);
      const [item] = params.items ?? [];
      if (item !== undefined && item.id !== itemOf(subscription).id)
        throw invalid(`No such subscription item: ${item.id}`, "resource_missing", "items[0][id]");
      // Stripe's own default puts the difference on the next invoice, which the stand-in does not.
      if (item !== undefined && params.proration_behavior === undefined)
        throw invalid("The stand-in wants to be told the proration_behavior.", undefined, "proration_behavior");
      if (item !== undefined && params.payment_behavior === undefined)
        throw invalid("The stand-in wants to be told the payment_behavior.", undefined, "payment_behavior");
      changeSubscription(world, world.nowOf(idOf(subscription.customer) ?? ""), subscription, {
        price: item?.price,
        prorates: params.proration_behavior === "always_invoice",
        beginsMonth: params.billing_cycle_anchor !== undefined,
        trialEnd: params.trial_end,
        cancelAtPeriodEnd: params.cancel_at_period_end,
        metadata: params.metadata,
      });
      return subscription;
    },
  ),
  route(
    "DELETE /v1/subscriptions/:id",
    z.strictObject({ prorate: z.literal("false").optional(), invoice_now: z.literal("false").optional() }),
    ({ world, id }) => {
      const subscription = need("subscription", world.state.subscriptions, id);
      endSubscription(world, world.nowOf(idOf(subscription.customer) ?? ""), subscription);
      return subscription;
    },
  ),
];
