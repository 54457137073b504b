import { defineEvent } from "@reef/events";
import { idSchema, timeSchema } from "@reef/http/contract";
import { z } from "zod";
import { subscriptionStates } from "./contract/subscriptions.ts";

/**
 * What an organization may use from now on: said in the transaction of whatever changed it. The gateway makes a budget of it.
 * One with a higher `version` replaces one with a lower, in whichever order they come: two transactions that wait for each
 * other may be told of in the order of their beginnings.
 */
export const allowanceChanged = defineEvent(
  "billing.allowance_changed",
  z.object({
    organizationId: idSchema("org"),
    /** The subscription's revision, which grows with every change; an organization's first one has 1. */
    version: z.int(),
    /** Whether the subscription serves; while it does not, no model is called. */
    serves: z.boolean(),
    state: z.enum(subscriptionStates),
    planName: z.string(),
    periodStart: timeSchema(),
    periodEnd: timeSchema(),
    /** Whether no month follows: from the period's end on nothing is called, whether or not that it ended was told by then. */
    endsAtPeriodEnd: z.boolean(),
    /** Where calls stop; null where nothing stops them: no limit, or what goes beyond is charged for. */
    limitTokens: z.int().nullable(),
    limitMicros: z.int().nullable(),
  }),
);

/** A subscription began, or came into another state, or got another plan. Workspaces follow it: OC18. */
export const subscriptionChanged = defineEvent(
  "billing.subscription_changed",
  z.object({
    organizationId: idSchema("org"),
    subscriptionId: idSchema("sub"),
    /** Null when it began. */
    previousState: z.enum(subscriptionStates).nullable(),
    state: z.enum(subscriptionStates),
    previousPlanId: idSchema("pln").nullable(),
    planId: idSchema("pln"),
    /** The start of its present month. */
    periodStart: timeSchema(),
  }),
);
