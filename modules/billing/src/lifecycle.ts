import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { SubscriptionState } from "./contract/subscriptions.ts";
import type { PaidBy } from "./schema.ts";

/** With so many failed payments of an invoice a subscription no longer serves: OC18. */
export const FAILURES_TO_SUSPEND = 3;

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

/** A month that is over, as Stripe's invoices tell of it. */
export interface PastMonth {
  planId: Id<"pln">;
  start: Date;
  end: Date;
}

/** Keeps subscriptions. */
export interface Lifecycle {
  /**
   * Writes how the organization's subscription is now, in the caller's transaction: the row, its month with the plan's terms,
   * and, where something changed, the events (`billing.subscription_changed`, `billing.allowance_changed`) and the mails that
   * tell people. Saying the same twice changes nothing and tells nobody. What was pending and becomes so is pending no more.
   *
   * What Stripe says of a subscription that is over does not touch one that an operator gave since.
   *
   * Invoices are written before it: the mail about a payment that failed says where the open one can be paid.
   */
  record(transaction: Connection, organizationId: Id<"org">, facts: SubscriptionFacts): Promise<void>;
  /**
   * Writes months of the present subscription that passed while the reef was stopped, so that what was used in them is summed
   * up; where a month is on record for any of the time, that one stays as it is.
   */
  recordPast(transaction: Connection, organizationId: Id<"org">, months: readonly PastMonth[]): Promise<void>;
  /**
   * Notes that the account at Stripe that the reef has now does not know who pays for it, so that an operator may change it and
   * a checkout begin a new one; whatever is recorded next of it takes that back. False where there was nothing to note.
   */
  orphan(transaction: Connection, organizationId: Id<"org">): Promise<boolean>;
}
