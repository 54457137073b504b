import type Stripe from "stripe";
import { attemptInvoice, finalizeInvoice } from "./invoices.ts";
import { endSubscription, renew } from "./subscriptions.ts";
import { idOf, itemOf, type World } from "./world.ts";

/** Something that happens by itself at its time. */
interface Due {
  at: number;
  happen(): void;
}

/** More than years of a few subscriptions have; then the rest waits for the next time. */
const MOST_AT_ONCE = 5_000;

/**
 * Lets everything happen that is due until `until` to the customers of a test clock, or to those without one: in the order of
 * its time, since one thing leads to another.
 */
export function runDue(world: World, clockId: string | null, until: number): void {
  const clock = clockId === null ? undefined : world.state.clocks[clockId];
  for (let count = 0; count < MOST_AT_ONCE; count += 1) {
    const next = findNext(world, clockId, until);
    if (next === undefined) break;
    if (clock !== undefined) clock.frozen_time = Math.max(clock.frozen_time, next.at);
    next.happen();
  }
  if (clock !== undefined) clock.frozen_time = until;
}

function findNext(world: World, clockId: string | null, until: number): Due | undefined {
  let next: Due | undefined;
  for (const due of listDue(world, clockId))
    if (due.at <= until && (next === undefined || due.at < next.at)) next = due;
  return next;
}

function* listDue(world: World, clockId: string | null): Generator<Due> {
  const { state } = world;
  const isHere = ({ customer }: { customer: unknown }): boolean => {
    const id = idOf(customer as string | { id: string } | null);
    return (idOf(id === undefined ? null : state.customers[id]?.test_clock) ?? null) === clockId;
  };
  for (const invoice of Object.values(state.invoices)) if (isHere(invoice)) yield* dueOfInvoice(world, invoice);
  for (const subscription of Object.values(state.subscriptions)) {
    if (subscription.status === "canceled" || !isHere(subscription)) continue;
    const at = itemOf(subscription).current_period_end;
    const happen = subscription.cancel_at_period_end ? endSubscription : renew;
    yield { at, happen: () => happen(world, at, subscription) };
  }
  for (const session of Object.values(state.checkouts)) {
    if (session.status !== "open" || !isHere(session)) continue;
    yield { at: session.expires_at, happen: () => expireCheckout(world, session.expires_at, session) };
  }
}

function* dueOfInvoice(world: World, invoice: Stripe.Invoice): Generator<Due> {
  const { status, automatically_finalizes_at: finalAt, next_payment_attempt: attemptAt } = invoice;
  if (status === "draft" && finalAt !== null) {
    const happen = () => {
      finalizeInvoice(world, finalAt, invoice);
      attemptInvoice(world, finalAt, invoice);
    };
    yield { at: finalAt, happen };
  }
  if (status === "open" && attemptAt !== null)
    yield { at: attemptAt, happen: () => attemptInvoice(world, attemptAt, invoice) };
}

/** Closes a checkout that nobody paid. */
export function expireCheckout(world: World, at: number, session: Stripe.Checkout.Session): void {
  session.status = "expired";
  session.url = null;
  world.tell(at, "checkout.session.expired", session);
}
