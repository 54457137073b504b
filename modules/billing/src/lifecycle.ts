import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { SubscriptionState } from "./contract/subscriptions.ts";
import type { PaidBy } from "./schema.ts";

/** How a subscription is now, whoever says so: Stripe, an operator, or the calendar. */
export interface SubscriptionFacts {
  planId: Id<"pln">;
  state: SubscriptionState;
  paidBy: PaidBy;
  periodStart: Date;
  periodEnd: Date;
  /** The moment that months are counted from; null where Stripe counts them. */
  anchor: Date | null;
  trialEndsAt: Date | null;
  endsAtPeriodEnd: boolean;
  failedPayments: number;
  stripeSubscriptionId: string | null;
  cancelledAt: Date | null;
}

/** Keeps subscriptions. */
export interface Lifecycle {
  /**
   * Writes how the organization's subscription is now, in the caller's transaction: the row, its month with the plan's terms,
   * and, where something changed, the events (`billing.subscription_changed`, `billing.allowance_changed`) and the mails that
   * tell people. Saying the same twice changes nothing and tells nobody. What was pending and is so now is pending no more.
   *
   * What Stripe says of a subscription that is over does not touch one that an operator gave since.
   *
   * Invoices are written before it: the mail about a payment that failed says where the open one can be paid.
   */
  record(transaction: Connection, organizationId: Id<"org">, facts: SubscriptionFacts): Promise<void>;
}
