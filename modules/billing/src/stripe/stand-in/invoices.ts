import type Stripe from "stripe";
import { invalid } from "./fault.ts";
import { type NewLine, newInvoice, newInvoicePayment } from "./invoice-objects.ts";
import { money } from "./pages/layout.ts";
import { customerOf, idOf, itemOf, need, productOf, type World } from "./world.ts";

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
/** After the first failure an invoice is tried again after three days, and five days after that: three tries. */
const RETRY_DAYS = [3, 5];

/** The line of a month of a subscription. */
export function monthLine(
  world: World,
  { items, id }: Stripe.Subscription,
  period: { start: number; end: number },
  amount?: number,
): NewLine {
  const [item] = items.data;
  if (item === undefined) throw new Error(`The subscription ${id} has no item.`);
  const { price } = item;
  const cents = amount ?? price.unit_amount ?? 0;
  const { name } = need("product", world.state.products, productOf(price));
  return {
    description: amount === 0 ? `Trial period for ${name}` : `1 × ${name} (at ${money(cents, price.currency)} / month)`,
    amount: cents,
    period,
    price: price.id,
    product: productOf(price),
    subscription: id,
    subscriptionItem: item.id,
    invoiceItem: null,
    proration: false,
  };
}

/** Takes what waits for the customer's next invoice: of this subscription, and of none. */
function takeWaiting(
  world: World,
  customerId: string,
  subscriptionId: string | null,
): [NewLine[], Stripe.InvoiceItem[]] {
  const waiting = Object.values(world.state.invoiceItems).filter((item) => {
    const of = item.parent?.subscription_details?.subscription ?? null;
    return item.invoice === null && idOf(item.customer) === customerId && (of === null || of === subscriptionId);
  });
  const lines = waiting.map((item) => ({
    description: item.description ?? "",
    amount: item.amount,
    period: item.period,
    price: null,
    product: null,
    subscription: item.parent?.subscription_details?.subscription ?? null,
    subscriptionItem: null,
    invoiceItem: item.id,
    proration: item.proration,
    metadata: item.metadata ?? {},
  }));
  return [lines, waiting];
}

interface Draft {
  customer: Stripe.Customer;
  subscription: Stripe.Subscription | null;
  reason: Stripe.Invoice.BillingReason;
  period: { start: number; end: number };
  lines: readonly NewLine[];
  /** That of what waits, unless given. */
  currency?: string;
}

/** Makes a draft with whatever waits for it. It becomes final after an hour, as Stripe's do, unless that is done at once. */
export function draftInvoice(world: World, at: number, draft: Draft): Stripe.Invoice {
  const [waitingLines, waiting] = takeWaiting(world, draft.customer.id, draft.subscription?.id ?? null);
  const currency = draft.currency ?? waiting[0]?.currency ?? "usd";
  const invoice = newInvoice(at, { ...draft, currency, lines: [...draft.lines, ...waitingLines] });
  for (const item of waiting) item.invoice = invoice.id;
  invoice.automatically_finalizes_at = at + HOUR_SECONDS;
  world.state.invoices[invoice.id] = invoice;
  if (draft.subscription !== null) draft.subscription.latest_invoice = invoice.id;
  world.tell(at, "invoice.created", invoice);
  return invoice;
}

/** Makes a draft final: it gets its number, and what the customer has in credit is taken off. */
export function finalizeInvoice(world: World, at: number, invoice: Stripe.Invoice): void {
  const customer = customerOf(world, invoice);
  const { state } = world;
  invoice.status = "open";
  invoice.automatically_finalizes_at = null;
  invoice.number = `${state.numberPrefix}-${String(state.nextNumber).padStart(4, "0")}`;
  state.nextNumber += 1;
  invoice.status_transitions.finalized_at = at;
  invoice.effective_at = at;
  invoice.hosted_invoice_url = `${world.origin}/i/${invoice.id}`;
  invoice.starting_balance = customer.balance;
  const due = Math.max(0, invoice.total + customer.balance);
  customer.balance += invoice.total - due;
  invoice.ending_balance = customer.balance;
  invoice.amount_due = due;
  invoice.amount_remaining = due;
  world.tell(at, "invoice.finalized", invoice);
}

/** Tries to take the money with the customer's card. `isFirst`: somebody stands at the checkout. */
export function attemptInvoice(world: World, at: number, invoice: Stripe.Invoice, isFirst = false): void {
  const card = world.state.cards[customerOf(world, invoice).id];
  const pays = card !== undefined && (card.behaviour === "pays" || isFirst);
  if (invoice.amount_due === 0 || pays) settle(world, at, invoice);
  else fail(world, at, invoice);
}

function fail(world: World, at: number, invoice: Stripe.Invoice): void {
  invoice.attempted = true;
  invoice.attempt_count += 1;
  const days = RETRY_DAYS[invoice.attempt_count - 1];
  invoice.next_payment_attempt = days === undefined ? null : at + days * DAY_SECONDS;
  world.tell(at, "invoice.payment_failed", invoice);
  const subscription = subscriptionOf(world, invoice);
  if (subscription?.status !== "active") return;
  subscription.status = "past_due";
  world.tell(at, "customer.subscription.updated", subscription);
}

function settle(world: World, at: number, invoice: Stripe.Invoice): void {
  if (invoice.amount_due > 0) {
    const payment = newInvoicePayment(at, invoice);
    world.state.invoicePayments[payment.id] = payment;
    invoice.attempt_count += 1;
  }
  invoice.attempted = true;
  invoice.next_payment_attempt = null;
  invoice.amount_paid = invoice.amount_due;
  invoice.amount_remaining = 0;
  invoice.status = "paid";
  invoice.status_transitions.paid_at = at;
  world.tell(at, "invoice.paid", invoice);
  world.tell(at, "invoice.payment_succeeded", invoice);
  const subscription = subscriptionOf(world, invoice);
  if (subscription?.status !== "past_due" || idOf(subscription.latest_invoice) !== invoice.id) return;
  subscription.status = "active";
  world.tell(at, "customer.subscription.updated", subscription);
}

/** Pays an open invoice because a person asked for it. @throws StripeFault where the card is declined */
export function payInvoice(world: World, at: number, invoice: Stripe.Invoice): void {
  if (invoice.status !== "open") throw invalid("Invoice is not open.");
  const card = world.state.cards[customerOf(world, invoice).id];
  if (card?.behaviour !== "pays") throw invalid("Your card was declined.", "card_declined");
  settle(world, at, invoice);
}

/** Takes an open invoice back. @throws StripeFault where it is not open */
export function voidInvoice(world: World, at: number, invoice: Stripe.Invoice): void {
  if (invoice.status !== "open") throw invalid("Only an open invoice can be voided.");
  invoice.status = "void";
  invoice.next_payment_attempt = null;
  invoice.status_transitions.voided_at = at;
  world.tell(at, "invoice.voided", invoice);
}

/** Makes final and tries to be paid, at once. */
export function issueNow(world: World, at: number, invoice: Stripe.Invoice, isFirst = false): void {
  finalizeInvoice(world, at, invoice);
  attemptInvoice(world, at, invoice, isFirst);
}

/** The subscription that an invoice is of. */
function subscriptionOf(world: World, invoice: Stripe.Invoice): Stripe.Subscription | undefined {
  const id = idOf(invoice.parent?.subscription_details?.subscription);
  return id === undefined ? undefined : world.state.subscriptions[id];
}

/** What is given back of a month, and what is charged for the rest of it, when its price changes now. */
export function prorationLines(
  subscription: Stripe.Subscription,
  at: number,
  from: Stripe.Price,
  to: Stripe.Price,
): NewLine[] {
  const { id, current_period_start: start, current_period_end: end } = itemOf(subscription);
  const share = Math.max(0, end - at) / (end - start);
  const line = (description: string, cents: number, price: Stripe.Price): NewLine => ({
    description,
    amount: cents,
    period: { start: at, end },
    price: price.id,
    product: productOf(price),
    subscription: subscription.id,
    subscriptionItem: id,
    invoiceItem: null,
    proration: true,
  });
  return [
    line("Unused time on the former plan", -Math.round((from.unit_amount ?? 0) * share), from),
    line("Remaining time on the new plan", Math.round((to.unit_amount ?? 0) * share), to),
  ];
}
