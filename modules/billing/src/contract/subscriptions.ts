import { idSchema, pageQuery, pageSchema, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";
import { currencySchema, planSchema } from "./plans.ts";

/** What a subscription can be; see the README of the module for what leads from one to another. */
export const subscriptionStates = ["trial", "active", "past_due", "suspended", "cancelled"] as const;

const state = z
  .enum(subscriptionStates)
  .describe(
    "`trial` and `active` serve; `past_due` serves while a payment is tried again; `suspended` and `cancelled` do not",
  );
const count = z.int().min(0);

const subscriptionSchema = z
  .object({
    id: idSchema("sub"),
    organizationId: idSchema("org"),
    plan: planSchema,
    state,
    paidBy: z.enum(["stripe", "operator"]).describe("Who takes the payments: Stripe, or the reef's operators by hand"),
    periodStart: timeSchema().describe("When the month began"),
    periodEnd: timeSchema().describe("When the month is over, and the next one begins if it is not to end"),
    trialEndsAt: timeSchema().nullable(),
    endsAtPeriodEnd: z.boolean().describe("Whether it was cancelled, and serves until the month is over"),
    isOrphaned: z
      .boolean()
      .describe(
        "Whether nobody takes its payments any more: it was paid for at an account of Stripe that is not the reef's now. A checkout begins a new one, and operators may end it or assign a plan in its place",
      ),
    failedPayments: count.describe("How often the payment that is due has failed; at the third time it is suspended"),
    pendingPlanId: idSchema("pln").nullable().describe("The plan that was chosen and is being arranged with Stripe"),
    cancelledAt: timeSchema().nullable(),
    version: z.int(),
    createdAt: timeSchema(),
    updatedAt: timeSchema(),
  })
  .meta({ id: "Subscription" });

const listedSchema = subscriptionSchema
  .extend({
    organizationName: z.string().nullable().describe("As it is named now; null where it is no more"),
    organizationSlug: z.string().nullable(),
  })
  .meta({ id: "ListedSubscription" });

const periodUse = {
  calls: count,
  inputTokens: count,
  outputTokens: count,
  costMicros: count.describe("What the calls cost by the providers' prices, rounded up"),
};

const periodSchema = z
  .object({
    id: idSchema("per"),
    start: timeSchema(),
    end: timeSchema(),
    planName: z.string(),
    allowanceTokens: z.int().nullable(),
    allowanceMicros: z.int().nullable(),
    ...periodUse,
    overageTokens: count.describe("Tokens beyond the allowance that are charged for"),
    overageCents: count.describe("What they cost together"),
    invoicedOverageCents: count.describe("What of that is on an invoice already"),
    currency: currencySchema,
    rolledUpAt: timeSchema().nullable().describe("When the use was summed up last"),
    closedAt: timeSchema().nullable().describe("When it was summed up for the last time by itself"),
  })
  .meta({ id: "BillingPeriod" });

const standingSchema = z
  .object({
    subscription: subscriptionSchema.nullable().describe("Null where the organization never had one"),
    planRequired: z.boolean().describe("Whether models can be called only with a subscription"),
    payments: z
      .enum(["stripe", "test", "none"])
      .describe("How plans are paid for: at Stripe, at a stand-in for it where nothing is real, or not in the reef"),
    mayTry: z.boolean().describe("Whether a trial is still open to the organization: it gets one"),
  })
  .meta({ id: "BillingStanding" });

const redirectSchema = z.object({
  url: z.url().describe("Where to send the person's browser"),
  expiresAt: timeSchema().nullable(),
});

const chosenSchema = z.strictObject({ planId: idSchema("pln") });
const changeSchema = z
  .strictObject({
    planId: idSchema("pln")
      .optional()
      .describe(
        "Change to this plan, at once. With a dearer one a month begins, paid at once but for what is left of the present one; with any other the month goes on, and nothing is given back",
      ),
    endsAtPeriodEnd: z.boolean().optional().describe("Let it end with the month, or take that back"),
  })
  .refine((change) => Object.keys(change).length === 1, "Change one thing: the plan, or whether it ends");

const assignedSchema = z.strictObject({
  planId: idSchema("pln"),
  trialDays: z.int().min(0).max(365).default(0).describe("Begin with so many days of trial"),
});

const organizationParams = z.object({ organizationId: idSchema("org") });
const seen = { access: "billing:read", agents: false, limit: "read", method: "GET", status: 200 } as const;
const managed = { access: "organization:manage", people: "admin", agents: false, limit: "write" } as const;
const operated = { access: "reef:operate", people: "operator", agents: false, limit: "write" } as const;
const recordedIn = ({ organizationId }: { organizationId: `org_${string}` }) => organizationId;

/** The routes of subscriptions, for members and for operators. */
export const subscriptionRoutes = {
  getSubscription: {
    ...seen,
    people: "member",
    path: "/api/subscription",
    summary: "Tell which plan the organization has, and how it stands",
    response: standingSchema,
    errors: [],
  },
  startCheckout: {
    ...managed,
    method: "POST",
    path: "/api/subscription/checkout",
    summary: "Begin to pay for a plan: answers where to send the browser",
    description:
      "Nothing is owed until the payment is made there. The plan holds a moment after it. While an invoice of the organization is open, that one is paid first.",
    changesNothing: true,
    body: chosenSchema,
    status: 200,
    response: redirectSchema,
    errors: [
      "billing.payments_off",
      "billing.plan_not_found",
      "billing.already_subscribed",
      "billing.invoice_open",
      "billing.stripe_failed",
    ],
  },
  openPortal: {
    ...managed,
    method: "POST",
    path: "/api/subscription/portal",
    summary: "Open Stripe's portal, where cards and addresses are changed: answers where to send the browser",
    changesNothing: true,
    status: 200,
    response: redirectSchema,
    errors: ["billing.payments_off", "billing.not_subscribed", "billing.stripe_failed"],
  },
  updateSubscription: {
    ...managed,
    method: "PATCH",
    path: "/api/subscription",
    summary: "Change the plan, or let the subscription end with the month",
    description:
      "What Stripe must know of is arranged with it within seconds; until then `pendingPlanId` names the plan. What cannot be paid is not changed.",
    versioned: true,
    body: changeSchema,
    status: 200,
    response: subscriptionSchema,
    errors: [
      "billing.not_subscribed",
      "billing.plan_not_found",
      "billing.by_operator",
      "billing.orphaned",
      "billing.suspended",
      "billing.changed",
    ],
  },
  listPeriods: {
    ...seen,
    people: "member",
    path: "/api/subscription/periods",
    summary: "List the months of the organization's subscription with what was used in each, newest first",
    query: z.object(pageQuery),
    response: pageSchema(periodSchema),
    errors: ["list.invalid_cursor"],
  },
  listSubscriptions: {
    method: "GET",
    path: "/api/admin/subscriptions",
    summary: "List the subscriptions of all organizations, newest first",
    access: "reef:operate",
    people: "operator",
    agents: false,
    limit: "read",
    query: z.object({ ...pageQuery, state: state.optional(), organizationId: idSchema("org").optional() }),
    status: 200,
    response: pageSchema(listedSchema),
    errors: ["list.invalid_cursor"],
  },
  assignPlan: {
    ...operated,
    method: "PUT",
    path: "/api/admin/organizations/{organizationId}/subscription",
    summary: "Give an organization a plan, without a payment in the reef",
    description:
      "Its months begin now; a plan that it has already by an operator is changed at once, and the month goes on.",
    recordedIn,
    params: organizationParams,
    body: assignedSchema,
    status: 200,
    response: subscriptionSchema,
    errors: ["identity.organization_not_found", "billing.plan_not_found", "billing.paid_by_stripe"],
  },
  cancelSubscription: {
    ...operated,
    method: "POST",
    path: "/api/admin/organizations/{organizationId}/subscription/cancel",
    summary: "End an organization's subscription now",
    recordedIn,
    params: organizationParams,
    status: 200,
    response: subscriptionSchema,
    errors: ["billing.not_subscribed", "billing.paid_by_stripe"],
  },
  suspendSubscription: {
    ...operated,
    method: "POST",
    path: "/api/admin/organizations/{organizationId}/subscription/suspend",
    summary: "Suspend an organization's subscription: its calls of models stop until it is reactivated",
    recordedIn,
    params: organizationParams,
    status: 200,
    response: subscriptionSchema,
    errors: ["billing.not_subscribed", "billing.paid_by_stripe"],
  },
  reactivateSubscription: {
    ...operated,
    method: "POST",
    path: "/api/admin/organizations/{organizationId}/subscription/reactivate",
    summary: "Reactivate an organization's suspended subscription",
    recordedIn,
    params: organizationParams,
    status: 200,
    response: subscriptionSchema,
    errors: ["billing.not_subscribed", "billing.not_suspended", "billing.paid_by_stripe"],
  },
  rollUpPeriods: {
    ...operated,
    method: "POST",
    path: "/api/admin/organizations/{organizationId}/subscription/roll-up",
    summary: "Sum up the organization's use of its months anew",
    description:
      "It is safe to repeat: the sums are made of the calls on record, and only what is on no invoice yet comes on the next one. Done within seconds.",
    recordedIn,
    params: organizationParams,
    status: 200,
    response: subscriptionSchema,
    errors: ["billing.not_subscribed"],
  },
} as const satisfies Record<string, Route>;

export type Subscription = z.output<typeof subscriptionSchema>;
export type ListedSubscription = z.output<typeof listedSchema>;
export type SubscriptionState = z.output<typeof state>;
export type SubscriptionChange = z.output<typeof changeSchema>;
export type AssignedPlan = z.output<typeof assignedSchema>;
export type BillingPeriod = z.output<typeof periodSchema>;
export type BillingStanding = z.output<typeof standingSchema>;
export type Redirect = z.output<typeof redirectSchema>;
