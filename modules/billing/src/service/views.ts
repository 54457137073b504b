import type { Invoice } from "../contract/invoices.ts";
import type { Plan } from "../contract/plans.ts";
import type { BillingPeriod, Subscription } from "../contract/subscriptions.ts";
import type { Payments } from "../payments.ts";
import type { StoredInvoice } from "../store/invoices.ts";
import type { StoredPeriod } from "../store/periods.ts";
import type { StoredPlan } from "../store/plans.ts";
import type { StoredSubscription } from "../store/subscriptions.ts";
import { isOrphaned } from "./terms.ts";

const NANOS_PER_MICRO = 1_000;

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

/** A plan as everybody sees it. */
export const planView = (plan: StoredPlan): Plan => ({
  ...plan,
  archivedAt: time(plan.archivedAt),
  createdAt: plan.createdAt.toISOString(),
  updatedAt: plan.updatedAt.toISOString(),
});

/** A subscription as its organization and operators see it. What is being arranged with Stripe counts as said. */
export const subscriptionView = (
  subscription: StoredSubscription,
  plan: StoredPlan,
  payments: Pick<Payments, "kind">,
): Subscription => ({
  id: subscription.id,
  organizationId: subscription.organizationId,
  plan: planView(plan),
  state: subscription.state,
  paidBy: subscription.paidBy,
  periodStart: subscription.periodStart.toISOString(),
  periodEnd: subscription.periodEnd.toISOString(),
  trialEndsAt: time(subscription.trialEndsAt),
  endsAtPeriodEnd: subscription.pendingEnd ?? subscription.endsAtPeriodEnd,
  isOrphaned: isOrphaned(subscription, payments),
  failedPayments: subscription.failedPayments,
  pendingPlanId: subscription.pendingPlanId,
  cancelledAt: time(subscription.cancelledAt),
  version: subscription.version,
  createdAt: subscription.createdAt.toISOString(),
  updatedAt: subscription.updatedAt.toISOString(),
});

/** A month as its organization sees it. */
export const periodView = (period: StoredPeriod): BillingPeriod => ({
  id: period.id,
  start: period.start.toISOString(),
  end: period.end.toISOString(),
  planName: period.planName,
  allowanceTokens: period.allowanceTokens,
  allowanceMicros: period.allowanceMicros,
  calls: period.calls,
  inputTokens: period.inputTokens,
  outputTokens: period.outputTokens,
  costMicros: Math.ceil(period.costNanos / NANOS_PER_MICRO),
  overageTokens: period.overageTokens,
  overageCents: period.overageCents,
  invoicedOverageCents: period.invoicedOverageCents,
  currency: period.currency,
  rolledUpAt: time(period.rolledUpAt),
  closedAt: time(period.closedAt),
});

/** An invoice as its organization and operators see it. */
export const invoiceView = (invoice: StoredInvoice): Invoice => ({
  ...invoice,
  issuedAt: invoice.issuedAt.toISOString(),
  dueAt: time(invoice.dueAt),
  paidAt: time(invoice.paidAt),
});
