import type Stripe from "stripe";
import { STRIPE_API_VERSION } from "../client.ts";
import { newStripeId } from "./state.ts";

interface NewCheckout {
  customer: Stripe.Customer;
  price: Stripe.Price;
  clientReferenceId: string | null;
  successUrl: string;
  cancelUrl: string | null;
  expiresAt: number;
  metadata: Stripe.Metadata;
  origin: string;
}

/** A checkout of a subscription, which is open. */
export function newCheckout(at: number, checkout: NewCheckout): Stripe.Checkout.Session {
  const id = newStripeId("cs_test");
  const { customer, price } = checkout;
  return {
    id,
    object: "checkout.session",
    adaptive_pricing: null,
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    amount_subtotal: price.unit_amount,
    amount_total: price.unit_amount,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: checkout.cancelUrl,
    client_reference_id: checkout.clientReferenceId,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: at,
    currency: price.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: customer.id,
    customer_account: null,
    customer_creation: null,
    customer_details: null,
    customer_email: null,
    discounts: [],
    expires_at: checkout.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: checkout.metadata,
    mode: "subscription",
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: "always",
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ["card"],
    payment_status: "unpaid",
    permissions: null,
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: "open",
    submit_type: null,
    subscription: null,
    success_url: checkout.successUrl,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: "hosted_page",
    url: `${checkout.origin}/c/pay/${id}`,
    wallet_options: null,
  };
}

interface NewPortal {
  customer: string;
  configuration: string;
  returnUrl: string | null;
  origin: string;
}

/** A visit to the portal. */
export function newPortal(
  at: number,
  { customer, configuration, returnUrl, origin }: NewPortal,
): Stripe.BillingPortal.Session {
  const id = newStripeId("bps");
  return {
    id,
    object: "billing_portal.session",
    configuration,
    created: at,
    customer,
    customer_account: null,
    flow: null,
    livemode: false,
    locale: null,
    on_behalf_of: null,
    return_url: returnUrl,
    url: `${origin}/p/session/${id}`,
  };
}

/** What a portal lets people do; the stand-in's lets everybody do the same. */
export const newPortalConfiguration = (at: number, metadata: Stripe.Metadata): Stripe.BillingPortal.Configuration => ({
  id: newStripeId("bpc"),
  object: "billing_portal.configuration",
  active: true,
  application: null,
  business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
  created: at,
  default_return_url: null,
  features: {
    customer_update: { allowed_updates: [], enabled: false },
    invoice_history: { enabled: true },
    payment_method_update: { enabled: true, payment_method_configuration: null },
    subscription_cancel: {
      cancellation_reason: { enabled: false, feedback_options: null, options: [] },
      enabled: true,
      mode: "at_period_end",
      proration_behavior: "none",
    },
    subscription_pause: { duration: { interval_options: [], type: "indefinite" }, enabled: false },
    subscription_update: {
      billing_cycle_anchor: null,
      default_allowed_updates: [],
      enabled: false,
      proration_behavior: "none",
      schedule_at_period_end: { conditions: [] },
      trial_update_behavior: "continue_trial",
    },
  },
  is_default: false,
  livemode: false,
  login_page: { enabled: false, url: null },
  metadata,
  name: null,
  updated: at,
});

const DAY_SECONDS = 86_400;

/** A clock that stands until it is moved. */
export const newTestClock = (frozenTime: number, name: string | null): Stripe.TestHelpers.TestClock => {
  const created = Math.floor(Date.now() / 1_000);
  return {
    id: newStripeId("clock"),
    object: "test_helpers.test_clock",
    created,
    deletes_after: created + 30 * DAY_SECONDS,
    frozen_time: frozenTime,
    livemode: false,
    name,
    status: "ready",
    status_details: {},
  };
};

/** An event with the thing as it is at this moment. */
export const newEvent = (at: number, type: Stripe.Event.Type, object: object): Stripe.EventBase => ({
  id: newStripeId("evt"),
  object: "event",
  api_version: STRIPE_API_VERSION,
  created: at,
  data: { object: structuredClone(object) },
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type,
});
