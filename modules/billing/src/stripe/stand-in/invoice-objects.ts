import type Stripe from "stripe";
import { decimal, listOf } from "./objects.ts";
import { newStripeId } from "./state.ts";

/** What a line of an invoice is made of. */
export interface NewLine {
  description: string;
  amount: number;
  period: { start: number; end: number };
  price: string | null;
  product: string | null;
  subscription: string | null;
  subscriptionItem: string | null;
  invoiceItem: string | null;
  proration: boolean;
  metadata?: Stripe.Metadata;
}

/** A line of an invoice. */
function newLine(invoice: string, currency: string, line: NewLine): Stripe.InvoiceLineItem {
  const details = { invoice_item: line.invoiceItem, proration: line.proration, proration_details: null };
  const { subscription, subscriptionItem } = line;
  return {
    id: newStripeId("il"),
    object: "line_item",
    amount: line.amount,
    currency,
    description: line.description,
    discount_amounts: [],
    discountable: !line.proration,
    discounts: [],
    invoice,
    livemode: false,
    metadata: line.metadata ?? {},
    parent:
      subscriptionItem === null
        ? {
            invoice_item_details: { ...details, invoice_item: line.invoiceItem ?? "", subscription },
            subscription_item_details: null,
            type: "invoice_item_details",
          }
        : {
            invoice_item_details: null,
            subscription_item_details: { ...details, subscription, subscription_item: subscriptionItem },
            type: "subscription_item_details",
          },
    period: line.period,
    pretax_credit_amounts: [],
    pricing:
      line.price === null || line.product === null
        ? null
        : {
            price_details: { price: line.price, product: line.product },
            type: "price_details",
            unit_amount_decimal: decimal(line.amount),
          },
    quantity: 1,
    quantity_decimal: decimal(1),
    subscription,
    subtotal: line.amount,
    taxes: [],
  };
}

interface NewInvoice {
  customer: Stripe.Customer;
  currency: string;
  reason: Stripe.Invoice.BillingReason;
  subscription: Stripe.Subscription | null;
  period: { start: number; end: number };
  lines: readonly NewLine[];
}

/** A draft of an invoice. It has no tax: nobody lives anywhere. */
export function newInvoice(
  at: number,
  { customer, currency, reason, subscription, period, lines }: NewInvoice,
): Stripe.Invoice {
  const id = newStripeId("in");
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  return {
    id,
    object: "invoice",
    account_country: "US",
    account_name: "Stand-in for Stripe",
    account_tax_ids: null,
    amount_due: Math.max(0, total),
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: Math.max(0, total),
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: null,
    billing_reason: reason,
    collection_method: "charge_automatically",
    created: at,
    currency,
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: null,
    customer_shipping: null,
    customer_tax_exempt: "none",
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: "self" },
    last_finalization_error: null,
    latest_revision: null,
    lines: listOf(
      `/v1/invoices/${id}/lines`,
      lines.map((line) => newLine(id, currency, line)),
    ),
    livemode: false,
    metadata: {},
    next_payment_attempt: null,
    number: null,
    on_behalf_of: null,
    parent:
      subscription === null
        ? null
        : {
            quote_details: null,
            subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
            type: "subscription_details",
          },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: period.end,
    period_start: period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status: "draft",
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: total,
    subtotal_excluding_tax: total,
    test_clock: customer.test_clock ?? null,
    total,
    total_discount_amounts: [],
    total_excluding_tax: total,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: null,
  };
}

/** A payment of an invoice, by a payment intent that nobody asks for. */
export const newInvoicePayment = (at: number, invoice: Stripe.Invoice): Stripe.InvoicePayment => ({
  id: newStripeId("inpay"),
  object: "invoice_payment",
  amount_paid: invoice.amount_due,
  amount_requested: invoice.amount_due,
  created: at,
  currency: invoice.currency,
  invoice: invoice.id,
  is_default: true,
  livemode: false,
  payment: { type: "payment_intent", payment_intent: newStripeId("pi") },
  status: "paid",
  status_transitions: { canceled_at: null, paid_at: at },
});

interface NewInvoiceItem {
  customer: Stripe.Customer;
  amount: number;
  currency: string;
  description: string;
  metadata: Stripe.Metadata;
  subscription: string | null;
}

/** What waits for the customer's next invoice. */
export const newInvoiceItem = (at: number, item: NewInvoiceItem): Stripe.InvoiceItem => ({
  id: newStripeId("ii"),
  object: "invoiceitem",
  amount: item.amount,
  currency: item.currency,
  customer: item.customer.id,
  customer_account: null,
  date: at,
  description: item.description,
  discountable: false,
  discounts: [],
  invoice: null,
  livemode: false,
  metadata: item.metadata,
  parent:
    item.subscription === null
      ? null
      : {
          subscription_details: { subscription: item.subscription },
          type: "subscription_details",
        },
  period: { start: at, end: at },
  pricing: null,
  proration: false,
  quantity: 1,
  quantity_decimal: decimal(1),
  tax_rates: [],
  test_clock: item.customer.test_clock ?? null,
});

/** The whole of a payment, given back. */
export const newRefund = (at: number, payment: Stripe.InvoicePayment, intent: string): Stripe.Refund => ({
  id: newStripeId("re"),
  object: "refund",
  amount: payment.amount_paid ?? 0,
  balance_transaction: null,
  charge: null,
  created: at,
  currency: payment.currency,
  customer: null,
  customer_account: null,
  metadata: {},
  payment_intent: intent,
  payment_method: null,
  reason: "duplicate",
  receipt_number: null,
  source_transfer_reversal: null,
  status: "succeeded",
  transfer_reversal: null,
});
