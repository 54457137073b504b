import type Stripe from "stripe";
import { newStripeId } from "./state.ts";

/** In JSON, Stripe's decimals are texts; the SDK makes them numbers of its own. */
export const decimal = (value: number): Stripe.Decimal => String(value) as unknown as Stripe.Decimal;

/** A list in Stripe's shape. */
export const listOf = <Thing>(url: string, data: Thing[], hasMore = false): Stripe.ApiList<Thing> => ({
  object: "list",
  data,
  has_more: hasMore,
  url,
});

/** What every created thing begins with. */
const born = (at: number) => ({ created: at, livemode: false }) as const;

/** A customer without a card. */
export const newCustomer = (at: number, metadata: Stripe.Metadata, testClock: string | null): Stripe.Customer => ({
  ...born(at),
  id: newStripeId("cus"),
  object: "customer",
  address: null,
  balance: 0,
  currency: null,
  customer_account: null,
  default_source: null,
  delinquent: false,
  description: null,
  discount: null,
  email: null,
  invoice_prefix: null,
  invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
  metadata,
  name: null,
  phone: null,
  preferred_locales: [],
  shipping: null,
  tax_exempt: "none",
  test_clock: testClock,
});

/** A product. */
export const newProduct = (
  at: number,
  id: string | undefined,
  name: string,
  metadata: Stripe.Metadata,
): Stripe.Product => ({
  ...born(at),
  id: id ?? newStripeId("prod"),
  object: "product",
  active: true,
  default_price: null,
  description: null,
  images: [],
  marketing_features: [],
  metadata,
  name,
  package_dimensions: null,
  shippable: null,
  statement_descriptor: null,
  tax_code: null,
  tax_details: null,
  type: "service",
  unit_label: null,
  updated: at,
  url: null,
});

interface NewPrice {
  product: string;
  currency: string;
  cents: number;
  lookupKey: string | null;
  metadata: Stripe.Metadata;
}

/** A price of one month. */
export const newPrice = (at: number, { product, currency, cents, lookupKey, metadata }: NewPrice): Stripe.Price => ({
  ...born(at),
  id: newStripeId("price"),
  object: "price",
  active: true,
  billing_scheme: "per_unit",
  currency,
  custom_unit_amount: null,
  lookup_key: lookupKey,
  metadata,
  nickname: null,
  product,
  recurring: { interval: "month", interval_count: 1, meter: null, trial_period_days: null, usage_type: "licensed" },
  tax_behavior: "unspecified",
  tiers_mode: null,
  transform_quantity: null,
  type: "recurring",
  unit_amount: cents,
  unit_amount_decimal: decimal(cents),
});

/** A price as the subscription items' older member `plan` shows it. */
const planOf = (price: Stripe.Price): Stripe.Plan => ({
  ...born(price.created),
  id: price.id,
  object: "plan",
  active: price.active,
  amount: price.unit_amount,
  amount_decimal: price.unit_amount_decimal,
  billing_scheme: "per_unit",
  currency: price.currency,
  interval: "month",
  interval_count: 1,
  metadata: price.metadata,
  meter: null,
  nickname: null,
  product: typeof price.product === "string" ? price.product : price.product.id,
  tiers_mode: null,
  transform_usage: null,
  trial_period_days: null,
  usage_type: "licensed",
});

/** The price of a subscription's only item. */
export const pricedAt = (price: Stripe.Price): Pick<Stripe.SubscriptionItem, "price" | "plan"> => ({
  price,
  plan: planOf(price),
});

interface NewSubscription {
  customer: Stripe.Customer;
  price: Stripe.Price;
  metadata: Stripe.Metadata;
  trialEnd: number | null;
  periodEnd: number;
}

/** A subscription to one price, whose months begin now, or when the trial ends. */
export function newSubscription(
  at: number,
  { customer, price, metadata, trialEnd, periodEnd }: NewSubscription,
): Stripe.Subscription {
  const id = newStripeId("sub");
  const item: Stripe.SubscriptionItem = {
    id: newStripeId("si"),
    object: "subscription_item",
    billing_thresholds: null,
    created: at,
    current_period_start: at,
    current_period_end: periodEnd,
    current_trial: null,
    discounts: [],
    metadata: {},
    ...pricedAt(price),
    quantity: 1,
    subscription: id,
    tax_rates: [],
  };
  return {
    ...born(at),
    id,
    object: "subscription",
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: trialEnd ?? at,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: "included" }, type: "flexible" },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: "charge_automatically",
    currency: price.currency,
    customer: customer.id,
    customer_account: null,
    days_until_due: null,
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: "self" },
    },
    items: listOf(`/v1/subscription_items?subscription=${id}`, [item]),
    latest_invoice: null,
    managed_payments: null,
    metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: null,
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: at,
    status: trialEnd === null ? "active" : "trialing",
    test_clock: customer.test_clock ?? null,
    transfer_data: null,
    trial_end: trialEnd,
    trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: "create_invoice" } },
    trial_start: trialEnd === null ? null : at,
  };
}
