import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type Stripe from "stripe";
import type { Redirect } from "../contract/subscriptions.ts";
import { billingErrors } from "../errors.ts";
import type { Checkout } from "../payments.ts";
import { ask, isRefusal } from "./client.ts";
import { ensureCustomer } from "./customers.ts";
import { ensurePrice } from "./prices.ts";
import { isLive, isOurs, isOwing } from "./reading.ts";
import { findCustomer, noteCheckout } from "./store.ts";

/** How long a checkout can be paid. Stripe takes half an hour to a day. */
const OPEN_SECONDS = 3_600;
/** More than a customer ever has, since each new checkout ends the ones before it. */
const MOST = 100;

/** What every call here is given. */
export interface StripeCall {
  db: Connection;
  stripe: Stripe;
  publicUrl: string;
}

const toTime = (seconds: number): string => new Date(seconds * 1_000).toISOString();

/**
 * Opens a checkout. Whoever has a subscription at Stripe gets none, and one that was opened before can no longer be paid: so
 * two checkouts make one subscription. (Two that begin within the same moment may both be paid; the second is ended and
 * given back when it is read: see `duplicates.ts`.)
 *
 * Nor does whoever has an invoice open there: a plan serves while a payment is tried again, and whoever let each one end unpaid
 * and began the next would be served for nothing.
 *
 * @throws billing.already_subscribed, billing.invoice_open, billing.stripe_failed
 */
export async function startCheckout({ db, stripe, publicUrl }: StripeCall, checkout: Checkout): Promise<Redirect> {
  const { organizationId, plan, trialDays } = checkout;
  const customer = await ensureCustomer(db, stripe, checkout);
  const { data: subscriptions } = await ask("list subscriptions", () =>
    stripe.subscriptions.list({ customer, status: "all", limit: MOST }),
  );
  if (subscriptions.some((one) => isOurs(one, organizationId) && isLive(one))) throw billingErrors.already_subscribed();
  // Asked of Stripe and not of what is on record here: what was paid a moment ago, or taken back, is in nobody's way.
  const { data: invoices } = await ask("list open invoices", () =>
    stripe.invoices.list({ customer, status: "open", limit: MOST }),
  );
  if (isOwing({ subscriptions, invoices })) throw billingErrors.invoice_open();
  await expireOpen(stripe, customer);
  const price = await ensurePrice(db, stripe, plan);
  const metadata = { reef_organization: organizationId, reef_plan: plan.id };
  const trial = trialDays > 0 ? { trial_period_days: trialDays } : {};
  const session = await ask("open a checkout", () =>
    stripe.checkout.sessions.create({
      mode: "subscription",
      customer,
      client_reference_id: organizationId,
      line_items: [{ price, quantity: 1 }],
      success_url: `${publicUrl}/plan?checkout=done`,
      cancel_url: `${publicUrl}/plan?checkout=cancelled`,
      expires_at: Math.floor(Date.now() / 1_000) + OPEN_SECONDS,
      metadata,
      subscription_data: { metadata, ...trial },
    }),
  );
  if (session.url === null)
    throw billingErrors.stripe_failed({ internal: { purpose: "open a checkout", session: session.id } });
  await noteCheckout(db, organizationId);
  return { url: session.url, expiresAt: toTime(session.expires_at) };
}

async function expireOpen(stripe: Stripe, customer: string): Promise<void> {
  const { data } = await ask("list checkouts", () =>
    stripe.checkout.sessions.list({ customer, status: "open", limit: MOST }),
  );
  for (const { id } of data) await expire(stripe, id);
}

/** Another request may have ended it meanwhile, or the person may have paid. @throws billing.already_subscribed */
async function expire(stripe: Stripe, sessionId: string): Promise<void> {
  try {
    await ask("end a checkout", () => stripe.checkout.sessions.expire(sessionId));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { status } = await ask("read a checkout", () => stripe.checkout.sessions.retrieve(sessionId));
    if (status === "complete") throw billingErrors.already_subscribed();
    if (status === "open") throw error;
  }
}

/** Marks the portal's settings that are the reef's, among those that the account may have. */
const PORTAL_MARK = { reef_portal: "1" };

/**
 * Opens the portal: cards, addresses and invoices, and to let the subscription end. Plans are changed in the reef, which knows
 * which of them are offered.
 *
 * @throws billing.not_subscribed, billing.stripe_failed
 */
export async function openPortal(
  { db, stripe, publicUrl }: StripeCall,
  organizationId: Id<"org">,
  configuration: string,
): Promise<Redirect> {
  const customer = await findCustomer(db, organizationId);
  if (customer === undefined) throw billingErrors.not_subscribed();
  const { url } = await ask("open the portal", () =>
    stripe.billingPortal.sessions.create({ customer, configuration, return_url: `${publicUrl}/plan?portal=done` }),
  );
  return { url, expiresAt: null };
}

/** The id of the portal's settings, which are made where they are missing. @throws billing.stripe_failed */
export async function ensurePortal(stripe: Stripe): Promise<string> {
  const { data } = await ask("list portals", () =>
    stripe.billingPortal.configurations.list({ active: true, limit: MOST }),
  );
  const known = data.find(({ metadata }) => metadata?.reef_portal === PORTAL_MARK.reef_portal);
  if (known !== undefined) return known.id;
  const { id } = await ask("create a portal", () =>
    stripe.billingPortal.configurations.create(
      {
        metadata: PORTAL_MARK,
        features: {
          customer_update: { enabled: true, allowed_updates: ["name", "email", "address", "tax_id"] },
          invoice_history: { enabled: true },
          payment_method_update: { enabled: true },
          subscription_cancel: { enabled: true, mode: "at_period_end" },
        },
      },
      { idempotencyKey: "reef_portal_1" },
    ),
  );
  return id;
}
