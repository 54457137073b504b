import type { Id } from "@reef/crypto";
import type Stripe from "stripe";
import type { InvoiceLine, InvoiceState } from "../contract/invoices.ts";
import { invoiceStates } from "../contract/invoices.ts";
import type { SubscriptionState } from "../contract/subscriptions.ts";
import { FAILURES_TO_SUSPEND, type SubscriptionFacts } from "../lifecycle.ts";
import { ask } from "./client.ts";
import type { MirroredInvoice } from "./store.ts";

/** Subscriptions and invoices that one reading takes at most, the newest first. */
const MOST_SUBSCRIPTIONS = 100;
const MOST_INVOICES = 50;
/** As the contract's. */
const MOST_LINES = 250;
const LONGEST_DESCRIPTION = 500;

/** What Stripe knows of a customer. */
export interface StripeState {
  /** The organization's, oldest first. */
  subscriptions: Stripe.Subscription[];
  invoices: Stripe.Invoice[];
}

/** What is paid for, or was until a payment failed. What was begun and never paid is no subscription yet. */
export const isLive = ({ status }: Stripe.Subscription): boolean =>
  ["trialing", "active", "past_due", "unpaid", "paused"].includes(status);

/** Whether the reef sold it: an account of Stripe's may have others for the same customer. */
export const isOurs = ({ metadata }: Stripe.Subscription, organizationId: Id<"org">): boolean =>
  metadata.reef_organization === organizationId;

/** Reads what Stripe knows of a customer now. @throws billing.stripe_failed */
export async function readState(stripe: Stripe, customer: string, organizationId: Id<"org">): Promise<StripeState> {
  const { data } = await ask("list subscriptions", () =>
    stripe.subscriptions.list({ customer, status: "all", limit: MOST_SUBSCRIPTIONS }),
  );
  const subscriptions = data.filter((one) => isOurs(one, organizationId));
  subscriptions.sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  const { data: invoices } = await ask("list invoices", () => stripe.invoices.list({ customer, limit: MOST_INVOICES }));
  return { subscriptions, invoices };
}

const toDate = (seconds: number): Date => new Date(seconds * 1_000);
const dateOrNull = (seconds: number | null | undefined): Date | null => (seconds ? toDate(seconds) : null);
const idOf = (thing: string | { id: string } | null | undefined): string | undefined =>
  typeof thing === "string" ? thing : thing?.id;

/** Whether something that was served is not paid for. The first invoice of what was begun and never paid is not: see `isLive`. */
export function isOwing({ subscriptions, invoices }: StripeState): boolean {
  const neverPaid = subscriptions.filter(({ status }) => status === "incomplete" || status === "incomplete_expired");
  const ids = new Set<string | undefined>(neverPaid.map(({ id }) => id));
  return invoices.some(
    ({ status, parent }) => status === "open" && !ids.has(idOf(parent?.subscription_details?.subscription)),
  );
}

/** The most often that paying one of its open invoices has failed. Stripe counts attempts; those of an open one failed. */
function countFailures(subscription: Stripe.Subscription, invoices: readonly Stripe.Invoice[]): number {
  const failed = invoices.filter(
    ({ status, parent }) => status === "open" && idOf(parent?.subscription_details?.subscription) === subscription.id,
  );
  return Math.max(0, ...failed.map((invoice) => invoice.attempt_count));
}

function stateOf(status: Stripe.Subscription.Status, failures: number): SubscriptionState {
  if (status === "trialing") return "trial";
  if (status === "active") return "active";
  if (status === "past_due") return failures >= FAILURES_TO_SUSPEND ? "suspended" : "past_due";
  return status === "canceled" ? "cancelled" : "suspended";
}

/** Whether no month follows the present one. At Stripe an end may also be set for a day of a later month. */
const endsWith = (
  { cancel_at_period_end: ends, cancel_at: endsAt }: Stripe.Subscription,
  { current_period_end: periodEnd }: Stripe.SubscriptionItem,
): boolean => ends || (endsAt !== null && endsAt <= periodEnd);

/** How a subscription stands, in the words of the reef. Undefined where it has no months, which Stripe never answers. */
export function factsOf(
  subscription: Stripe.Subscription,
  planId: Id<"pln">,
  invoices: readonly Stripe.Invoice[],
): SubscriptionFacts | undefined {
  const [item] = subscription.items.data;
  if (item === undefined) return undefined;
  const failures = countFailures(subscription, invoices);
  const state = stateOf(subscription.status, failures);
  return {
    planId,
    state,
    paidBy: "stripe",
    periodStart: toDate(item.current_period_start),
    periodEnd: toDate(item.current_period_end),
    anchor: null,
    trialEndsAt: dateOrNull(subscription.trial_end),
    endsAtPeriodEnd: endsWith(subscription, item),
    failedPayments: state === "past_due" || state === "suspended" ? failures : 0,
    stripeSubscriptionId: subscription.id,
    cancelledAt: state === "cancelled" ? dateOrNull(subscription.ended_at ?? subscription.canceled_at) : null,
  };
}

/** A month that an invoice of the subscription was made for. */
interface InvoicedMonth {
  priceId: string | undefined;
  start: Date;
  end: Date;
}

/** Months that one reading makes up for at most. */
const MOST_MONTHS = 36;

/** The months of a subscription that were invoiced, oldest first; not what was reckoned up within one. */
export function invoicedMonths(
  subscription: Stripe.Subscription,
  invoices: readonly Stripe.Invoice[],
): InvoicedMonth[] {
  const lines = invoices.filter(({ status }) => status !== "draft").flatMap((invoice) => invoice.lines.data);
  const months = lines.flatMap(({ parent, period, pricing }): InvoicedMonth[] => {
    const details = parent?.subscription_item_details;
    if (details?.subscription !== subscription.id || details.proration) return [];
    const priceId = idOf(pricing?.price_details?.price);
    return [{ priceId, start: toDate(period.start), end: toDate(period.end) }];
  });
  months.sort((a, b) => a.start.getTime() - b.start.getTime());
  return months.slice(-MOST_MONTHS);
}

const isState = (status: string): status is InvoiceState => (invoiceStates as readonly string[]).includes(status);

/** Invoices as the reef keeps them, with all their lines; without drafts, which may still change. @throws billing.stripe_failed */
export async function mirrorInvoices(stripe: Stripe, invoices: readonly Stripe.Invoice[]): Promise<MirroredInvoice[]> {
  const mirrored: MirroredInvoice[] = [];
  for (const invoice of invoices) {
    const { status } = invoice;
    if (status === null || !isState(status)) continue;
    mirrored.push(mirrorOf(invoice, status, await linesOf(stripe, invoice)));
  }
  return mirrored;
}

async function linesOf(stripe: Stripe, { id, lines }: Stripe.Invoice): Promise<Stripe.InvoiceLineItem[]> {
  if (!lines.has_more) return lines.data;
  return ask("list an invoice's lines", () =>
    stripe.invoices.listLineItems(id, { limit: 100 }).autoPagingToArray({ limit: MOST_LINES }),
  );
}

function mirrorOf(
  invoice: Stripe.Invoice,
  state: InvoiceState,
  lines: readonly Stripe.InvoiceLineItem[],
): MirroredInvoice {
  const { status_transitions: transitions, total_taxes: taxes } = invoice;
  const failures = state === "open" ? invoice.attempt_count : Math.max(0, invoice.attempt_count - 1);
  return {
    stripeId: invoice.id,
    number: invoice.number ?? invoice.id,
    state,
    billedTo: invoice.customer_name ?? "",
    currency: invoice.currency,
    lines: lines.slice(0, MOST_LINES).map(lineOf),
    subtotalCents: invoice.subtotal,
    taxCents: (taxes ?? []).reduce((sum, { amount }) => sum + amount, 0),
    totalCents: invoice.total,
    failedPayments: failures,
    payUrl: state === "open" ? (invoice.hosted_invoice_url ?? null) : null,
    issuedAt: toDate(transitions.finalized_at ?? invoice.created),
    dueAt: dateOrNull(invoice.due_date),
    paidAt: dateOrNull(transitions.paid_at),
  };
}

const lineOf = ({ description, quantity, amount, period }: Stripe.InvoiceLineItem): InvoiceLine => ({
  description: (description ?? "").slice(0, LONGEST_DESCRIPTION),
  quantity: quantity ?? 1,
  amountCents: amount,
  periodStart: toDate(period.start).toISOString(),
  periodEnd: toDate(period.end).toISOString(),
});
