import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Plan } from "./contract/plans.ts";
import type { Redirect } from "./contract/subscriptions.ts";

/** A first payment, as it is asked for. */
export interface Checkout {
  organizationId: Id<"org">;
  organizationName: string;
  /** Who pays, as far as the reef knows: what the form is filled in with. */
  email: string | undefined;
  plan: Plan;
  /** 0 where the organization had its trial. */
  trialDays: number;
}

/** What of a month is to be charged for beside the plan's price. */
export interface Overage {
  organizationId: Id<"org">;
  periodId: Id<"per">;
  /** More than 0. */
  cents: number;
  currency: string;
  description: string;
  /** The same for the same charge, however often it is asked for. */
  key: string;
}

/** Who takes payments: Stripe, a stand-in for it, or nobody. */
export interface Payments {
  readonly kind: "stripe" | "test" | "none";
  /** @throws billing.payments_off, billing.already_subscribed, billing.invoice_open, billing.stripe_failed */
  startCheckout(db: Connection, checkout: Checkout): Promise<Redirect>;
  /** @throws billing.payments_off, billing.not_subscribed, billing.stripe_failed */
  openPortal(db: Connection, organizationId: Id<"org">): Promise<Redirect>;
  /**
   * Orders, in the transaction that notes it, that Stripe arranges the subscription's `pending_plan_id` and `pending_end`; what
   * comes of it is recorded by the lifecycle.
   */
  orderChange(transaction: Connection, organizationId: Id<"org">): Promise<void>;
  /** Puts it on the customer's next invoice, once a key. @throws when Stripe does not answer: repeat it later. */
  chargeOverage(db: Connection, overage: Overage): Promise<void>;
}
