import type { Id } from "@reef/crypto";
import type { z } from "zod";
import type { allowanceChanged } from "../events.ts";
import type { SubscriptionFacts } from "../lifecycle.ts";
import type { Payments } from "../payments.ts";
import type { PeriodTerms } from "../store/periods.ts";
import type { StoredPlan } from "../store/plans.ts";
import type { StoredSubscription } from "../store/subscriptions.ts";

/** Whether models are called with it. */
export const serves = ({ state }: Pick<SubscriptionFacts, "state">): boolean =>
  state === "trial" || state === "active" || state === "past_due";

/** Whether nobody takes its payments any more: Stripe is not asked now, or by an account that does not know who pays. */
export const isOrphaned = (
  { paidBy, state, orphanedAt }: Pick<StoredSubscription, "paidBy" | "state" | "orphanedAt">,
  { kind }: Pick<Payments, "kind">,
): boolean => paidBy === "stripe" && state !== "cancelled" && (orphanedAt !== null || kind === "none");

/** A month's terms, as its plan has them now. */
export const termsOf = (plan: StoredPlan): PeriodTerms => ({
  planId: plan.id,
  planName: plan.name,
  priceCents: plan.priceCents,
  currency: plan.currency,
  allowanceTokens: plan.allowanceTokens,
  allowanceMicros: plan.allowanceMicros,
  atLimit: plan.atLimit,
  overageCentsPerMillion: plan.overageCentsPerMillion,
});

type Allowance = z.output<typeof allowanceChanged.schema>;

/** What the organization may use, as the gateway is told. */
export function allowanceOf(
  organizationId: Id<"org">,
  subscription: Pick<StoredSubscription, "state" | "periodStart" | "periodEnd" | "endsAtPeriodEnd" | "revision">,
  plan: Pick<StoredPlan, "name" | "atLimit" | "allowanceTokens" | "allowanceMicros">,
): Allowance {
  const stops = plan.atLimit === "stop";
  return {
    organizationId,
    version: subscription.revision,
    serves: serves(subscription),
    state: subscription.state,
    planName: plan.name,
    periodStart: subscription.periodStart.toISOString(),
    periodEnd: subscription.periodEnd.toISOString(),
    endsAtPeriodEnd: subscription.endsAtPeriodEnd,
    limitTokens: stops ? plan.allowanceTokens : null,
    limitMicros: stops ? plan.allowanceMicros : null,
  };
}
