import type Stripe from "stripe";
import { invalid, StripeFault } from "./fault.ts";
import { draftInvoice, issueNow, monthLine, payInvoice, prorationLines } from "./invoices.ts";
import { addMonths, nextMonth } from "./months.ts";
import { newSubscription, pricedAt } from "./objects.ts";
import type { Card, Chosen } from "./state.ts";
import { customerOf, idOf, itemOf, need, type World } from "./world.ts";

const DAY_SECONDS = 86_400;

/** Completes a checkout: the subscription begins, and its first invoice is paid, unless a trial comes first. */
export function completeCheckout(
  world: World,
  at: number,
  session: Stripe.Checkout.Session,
  chosen: Chosen,
  card: Card,
): void {
  if (session.status !== "open") throw invalid("This checkout is no longer open.");
  const customer = customerOf(world, session);
  world.state.cards[customer.id] = card;
  const price = need("price", world.state.prices, chosen.price);
  const trialEnd = chosen.trialDays > 0 ? at + chosen.trialDays * DAY_SECONDS : null;
  const periodEnd = trialEnd ?? addMonths(at, 1);
  const { metadata } = chosen;
  const subscription = newSubscription(at, { customer, price, metadata, trialEnd, periodEnd });
  world.state.subscriptions[subscription.id] = subscription;
  const period = { start: at, end: periodEnd };
  const lines = [monthLine(world, subscription, period, trialEnd === null ? undefined : 0)];
  const { currency } = price;
  const draft = { customer, subscription, reason: "subscription_create", period, lines, currency } as const;
  const invoice = draftInvoice(world, at, draft);
  issueNow(world, at, invoice, true);
  world.tell(at, "customer.subscription.created", subscription);
  session.status = "complete";
  session.payment_status = trialEnd === null ? "paid" : "no_payment_required";
  session.subscription = subscription.id;
  session.invoice = invoice.id;
  session.url = null;
  world.tell(at, "checkout.session.completed", session);
}

/** Begins the next month, with a draft of its invoice. A trial that ends becomes a paid month. */
export function renew(world: World, at: number, subscription: Stripe.Subscription): void {
  const item = itemOf(subscription);
  if (subscription.status === "trialing") subscription.status = "active";
  item.current_period_start = at;
  item.current_period_end = nextMonth(subscription.billing_cycle_anchor, at);
  const period = { start: at, end: item.current_period_end };
  const customer = customerOf(world, subscription);
  const { currency } = subscription;
  const lines = [monthLine(world, subscription, period)];
  draftInvoice(world, at, { customer, subscription, reason: "subscription_cycle", period, lines, currency });
  world.tell(at, "customer.subscription.updated", subscription);
}

/** Ends a subscription now. What is owed for it stays open, as at Stripe, and no card is charged for it by itself any more. */
export function endSubscription(world: World, at: number, subscription: Stripe.Subscription): void {
  if (subscription.status === "canceled") throw invalid("This subscription is canceled.", "resource_missing");
  subscription.status = "canceled";
  subscription.ended_at = at;
  subscription.canceled_at ??= at;
  for (const invoice of Object.values(world.state.invoices)) {
    const of = idOf(invoice.parent?.subscription_details?.subscription);
    if (of !== subscription.id) continue;
    invoice.next_payment_attempt = null;
    if (invoice.status === "draft") invoice.automatically_finalizes_at = null;
  }
  world.tell(at, "customer.subscription.deleted", subscription);
}

/** What of a subscription is changed. */
export interface Change {
  price?: string | undefined;
  /** Whether what the new price makes of the month is invoiced at once; else it is not reckoned. */
  prorates?: boolean | undefined;
  /** Whether a month begins now, which is paid at once. */
  beginsMonth?: boolean | undefined;
  /** When its trial ends; with the end of it the first month begins. */
  trialEnd?: number | "now" | undefined;
  cancelAtPeriodEnd?: boolean | undefined;
  metadata?: Stripe.Metadata | undefined;
}

/**
 * Changes a subscription. Another plan holds at once; what that makes of the month, and a month that begins with it, are paid at
 * once as well.
 *
 * @throws StripeFault where it cannot be paid: then nothing is changed.
 */
export function changeSubscription(
  world: World,
  at: number,
  subscription: Stripe.Subscription,
  { price, cancelAtPeriodEnd, metadata, ...change }: Change,
): void {
  if (subscription.status === "canceled") throw invalid("A canceled subscription cannot be changed.");
  if (price !== undefined) changePrice(world, at, subscription, { ...change, price });
  Object.assign(subscription.metadata, metadata);
  if (cancelAtPeriodEnd !== undefined) {
    subscription.cancel_at_period_end = cancelAtPeriodEnd;
    subscription.cancel_at = cancelAtPeriodEnd ? itemOf(subscription).current_period_end : null;
    subscription.canceled_at = cancelAtPeriodEnd ? at : null;
  }
  world.tell(at, "customer.subscription.updated", subscription);
}

function changePrice(
  world: World,
  at: number,
  subscription: Stripe.Subscription,
  { price, prorates = false, beginsMonth = false, trialEnd }: Change & { price: string },
): void {
  const item = itemOf(subscription);
  const from = item.price;
  const to = need("price", world.state.prices, price, "items[0][price]");
  if (from.id === to.id) return;
  const isTrial = subscription.status === "trialing";
  const begins = isTrial ? trialEnd === "now" : beginsMonth;
  const [unused, remaining] = prorates && !isTrial ? prorationLines(subscription, at, from, to) : [];
  const changes = [unused, begins ? undefined : remaining].filter((line) => line !== undefined);
  const owed = changes.reduce((sum, { amount }) => sum + amount, begins ? (to.unit_amount ?? 0) : 0);
  refuseUnpaid(world, subscription, owed);
  Object.assign(item, pricedAt(to));
  if (begins) beginMonth(subscription, at, addMonths(at, 1));
  else if (isTrial && typeof trialEnd === "number") endTrialAt(subscription, trialEnd);
  if (!begins && changes.length === 0) return;
  const customer = customerOf(world, subscription);
  const period = { start: at, end: item.current_period_end };
  const { currency } = to;
  const lines = begins ? [...changes, monthLine(world, subscription, period)] : changes;
  const draft = { customer, subscription, reason: "subscription_update", period, lines, currency } as const;
  issueNow(world, at, draftInvoice(world, at, draft));
}

function refuseUnpaid(world: World, subscription: Stripe.Subscription, owed: number): void {
  const customer = customerOf(world, subscription);
  if (owed + customer.balance <= 0 || world.state.cards[customer.id]?.behaviour === "pays") return;
  throw new StripeFault(402, { type: "card_error", code: "card_declined", message: "Your card was declined." });
}

/** Ends the trial, if it is in one, and the month that it is in. */
function beginMonth(subscription: Stripe.Subscription, at: number, end: number): void {
  if (subscription.status === "trialing") {
    subscription.status = "active";
    subscription.trial_end = at;
  }
  subscription.billing_cycle_anchor = at;
  Object.assign(itemOf(subscription), { current_period_start: at, current_period_end: end });
}

function endTrialAt(subscription: Stripe.Subscription, at: number): void {
  subscription.trial_end = at;
  subscription.billing_cycle_anchor = at;
  itemOf(subscription).current_period_end = at;
}

/** Gives the customer another card, with which whatever is due is paid, the newest invoice first. */
export function changeCard(world: World, at: number, customerId: string, card: Card): void {
  world.state.cards[customerId] = card;
  if (card.behaviour !== "pays") return;
  for (const invoice of Object.values(world.state.invoices).reverse())
    if (invoice.status === "open" && idOf(invoice.customer) === customerId) payInvoice(world, at, invoice);
}
