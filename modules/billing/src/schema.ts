import type { Connection } from "@reef/db";
import type { Generated, JSONColumnType, Kysely } from "kysely";
import type { InvoiceLine, InvoiceState } from "./contract/invoices.ts";
import type { SubscriptionState } from "./contract/subscriptions.ts";

/** Who takes the payments of a subscription or an invoice. */
export type PaidBy = "stripe" | "operator";

/** Tables of the module; every id is a UUID here and a TypeID outside the store. */
export type BillingTables = {
  "billing.plans": {
    id: string;
    slug: string;
    name: string;
    description: string;
    price_cents: number;
    currency: string;
    allowance_tokens: number | null;
    allowance_micros: number | null;
    at_limit: "stop" | "charge";
    overage_cents: number | null;
    trial_days: number;
    offered: boolean;
    position: number;
    archived_at: Date | null;
    version: Generated<number>;
    created_at: Date;
    updated_at: Date;
  };
  /** Prices of plans at Stripe: one for each price that a plan ever had there. */
  "billing.stripe_prices": {
    stripe_price_id: string;
    plan_id: string;
    price_cents: number;
    currency: string;
    created_at: Date;
  };
  /** At most one for each organization; what it was before is in the periods. */
  "billing.subscriptions": {
    organization_id: string;
    id: string;
    plan_id: string;
    state: SubscriptionState;
    paid_by: PaidBy;
    period_start: Date;
    period_end: Date;
    /** The day of the month on which months begin, kept through shorter months. Null where Stripe reckons them. */
    anchor: Date | null;
    trial_ends_at: Date | null;
    ends_at_period_end: Generated<boolean>;
    failed_payments: Generated<number>;
    pending_plan_id: string | null;
    /** What the organization wants of Stripe and is not arranged yet. */
    pending_end: boolean | null;
    stripe_subscription_id: string | null;
    had_trial: Generated<boolean>;
    cancelled_at: Date | null;
    /** Since when the present account at Stripe does not know who pays for it; null where it does. */
    orphaned_at: Date | null;
    /** Grows with what people change of it. */
    version: Generated<number>;
    /** Grows with every change. */
    revision: Generated<number>;
    created_at: Date;
    updated_at: Date;
  };
  /**
   * Organizations as customers of Stripe. Reading Stripe's state takes a number before it asks; what it read is written only
   * if nothing with a higher number was, since that was read later: so no order of events matters.
   */
  "billing.stripe_customers": {
    organization_id: string;
    stripe_customer_id: string;
    last_read: Generated<number>;
    last_written: Generated<number>;
    /** A mark of the key that it was read with last: with another one it may be read of another account. */
    read_with: string | null;
    /** When somebody of it went to pay last: it is looked after when no event comes. */
    checkout_at: Date | null;
    created_at: Date;
  };
  /** Every event that Stripe's webhook took: each takes effect once. */
  "billing.stripe_events": {
    id: string;
    type: string;
    stripe_customer_id: string | null;
    /** When it happened, as Stripe says. */
    occurred_at: Date;
    received_at: Date;
  };
  /** The months of subscriptions, each with its terms as they are or were, and what was used. */
  "billing.periods": {
    id: string;
    organization_id: string;
    subscription_id: string;
    period_start: Date;
    period_end: Date;
    plan_id: string;
    plan_name: string;
    price_cents: number;
    currency: string;
    allowance_tokens: number | null;
    allowance_micros: number | null;
    at_limit: "stop" | "charge";
    overage_cents_per_million: number | null;
    calls: Generated<number>;
    input_tokens: Generated<number>;
    output_tokens: Generated<number>;
    cost_nanos: Generated<number>;
    overage_tokens: Generated<number>;
    overage_cents: Generated<number>;
    invoiced_overage_cents: Generated<number>;
    /** Of the overage: what was reckoned with the terms of plans that another one followed within the month. */
    carried_tokens: Generated<number>;
    carried_cents: Generated<number>;
    rolled_up_at: Date | null;
    closed_at: Date | null;
  };
  "billing.invoices": {
    id: string;
    organization_id: string;
    number: string;
    state: InvoiceState;
    paid_by: PaidBy;
    billed_to: string;
    currency: string;
    lines: JSONColumnType<InvoiceLine[]>;
    subtotal_cents: number;
    tax_cents: number;
    total_cents: number;
    failed_payments: Generated<number>;
    stripe_invoice_id: string | null;
    pay_url: string | null;
    issued_at: Date;
    due_at: Date | null;
    paid_at: Date | null;
    updated_at: Date;
  };
  /** The last number that the reef gave an invoice of its own, by year. */
  "billing.invoice_numbers": { year: number; last: number };
  /** What people were told of, so that nobody is told twice. */
  "billing.alerts": { organization_id: string; kind: string; about: string; sent_at: Date };
};

/** A connection that knows the module's tables. */
export const tables = (db: Connection): Kysely<BillingTables> => db.$extendTables<BillingTables>();
