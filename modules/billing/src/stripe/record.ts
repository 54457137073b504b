import type { Id } from "@reef/crypto";
import { type Connection, transact } from "@reef/db";
import { idSchema } from "@reef/http/contract";
import type { Logger } from "@reef/telemetry";
import type Stripe from "stripe";
import type { Lifecycle, PastMonth, SubscriptionFacts } from "../lifecycle.ts";
import type { Alerts } from "../service/alerts.ts";
import { ask, stripeCodeOf } from "./client.ts";
import { endDuplicate } from "./duplicates.ts";
import { factsOf, invoicedMonths, isLive, mirrorInvoices, readState, type StripeState } from "./reading.ts";
import {
  beginReading,
  findKnown,
  findPlanOfPrice,
  findSoldPlan,
  holdWriting,
  type KnownSubscription,
  type MirroredInvoice,
  noteWritten,
  saveInvoice,
} from "./store.ts";

export interface RecorderDependencies {
  db: Connection;
  connect(): Promise<Stripe>;
  /** A mark of the key that Stripe is asked with. */
  keyMark(): Promise<string>;
  lifecycle: Lifecycle;
  alerts: Alerts;
  logger: Logger;
}

const planIdSchema = idSchema("pln");

/** Of an invoice that was paid so long ago nobody is told: the reef was stopped, or has just come to know it. */
const TOLD_OF_MS = 3 * 86_400_000;

/** Reads how an organization stands at Stripe and records it. */
export type Recorder = (organizationId: Id<"org">) => Promise<void>;

/**
 * Reads and records. A reading takes its number before it asks, and is written down only if none with a higher number was: so
 * what is on record is the newest that anybody read, in whatever order events came and however long an answer took.
 *
 * Of several readings at once each may have seen another subscription. So the one that counts is put on record before any
 * other is ended, and only in place of the one that this reading began with: else it begins again.
 */
export function createRecorder({ db, connect, keyMark, lifecycle, alerts, logger }: RecorderDependencies): Recorder {
  return async function record(organizationId): Promise<void> {
    const stripe = await connect();
    const begun = await beginReading(db, organizationId);
    if (begun === undefined) return;
    const known = await findKnown(db, organizationId);
    const reading = { ...begun, readWith: await keyMark() };
    const state = await findState(stripe, reading.customerId, organizationId);
    const own = chooseOwn(state, known);
    const others = state.subscriptions.filter((one) => one !== own && isLive(one));
    const isOrphaned = own === undefined && known !== undefined && !(await isKnown(stripe, known));
    const facts = await factsFor(own, known, state.invoices);
    const past = own === undefined ? [] : await pastMonths(own, facts, state.invoices);
    const invoices = await mirrorInvoices(stripe, state.invoices);
    const written = await transact(db, async (transaction) => {
      if (!(await holdWriting(transaction, organizationId, reading))) return "late";
      const present = await findKnown(transaction, organizationId);
      if (present?.stripeSubscriptionId !== known?.stripeSubscriptionId) return "outdated";
      for (const invoice of invoices) await keepInvoice(transaction, organizationId, invoice);
      if (facts !== undefined) await lifecycle.record(transaction, organizationId, facts);
      await lifecycle.recordPast(transaction, organizationId, past);
      const isNews = isOrphaned && (await lifecycle.orphan(transaction, organizationId));
      // While others are to be ended it is not written as a whole: who dies before that reads again.
      if (others.length === 0) await noteWritten(transaction, organizationId, reading);
      return isNews ? "orphaned" : "recorded";
    });
    if (written === "late") return;
    if (written === "outdated") return record(organizationId);
    if (written === "orphaned") {
      logger.warn({ organizationId }, "The present account at Stripe does not know who pays for a subscription.");
    }
    if (others.length === 0) return;
    for (const { id } of others) {
      logger.warn({ organizationId, subscription: id }, "A second subscription was paid for; it is given back.");
      await endDuplicate(stripe, id);
    }
    await noteWritten(db, organizationId, reading);
  };

  /** Keeps an invoice, and tells of it once it is paid; not of those that were paid long ago, or cost nothing. */
  async function keepInvoice(db: Connection, organizationId: Id<"org">, invoice: MirroredInvoice): Promise<void> {
    const { id, wasPaid } = await saveInvoice(db, organizationId, invoice);
    const { state, paidAt, number, totalCents, currency } = invoice;
    if (wasPaid || state !== "paid" || totalCents <= 0) return;
    if (paidAt === null || paidAt.getTime() < Date.now() - TOLD_OF_MS) return;
    await alerts.tell(db, organizationId, id, { kind: "invoice-paid", invoice: { id, number, totalCents, currency } });
  }

  /** The months that are over of which Stripe's invoices tell, each with the plan that its price is of. */
  async function pastMonths(
    own: Stripe.Subscription,
    facts: SubscriptionFacts | undefined,
    invoices: readonly Stripe.Invoice[],
  ): Promise<PastMonth[]> {
    if (facts === undefined) return [];
    const months: PastMonth[] = [];
    for (const { priceId, start, end } of invoicedMonths(own, invoices)) {
      if (end > facts.periodStart) continue;
      const planId = priceId === undefined ? undefined : await findPlanOfPrice(db, priceId);
      months.push({ planId: planId ?? facts.planId, start, end });
    }
    return months;
  }

  async function factsFor(
    own: Stripe.Subscription | undefined,
    known: KnownSubscription | undefined,
    invoices: readonly Stripe.Invoice[],
  ): Promise<SubscriptionFacts | undefined> {
    if (own === undefined) return undefined;
    // Prices that somebody set at Stripe by hand are of no plan: the organization keeps the one that it has.
    const planId = (await planOf(own)) ?? known?.planId;
    if (planId === undefined) throw new Error(`The subscription ${own.id} at Stripe is of no plan of the reef.`);
    return factsOf(own, planId, invoices);
  }

  /** A price that is not on record, as after a copy of the database was put back, still says whose it is. */
  async function planOf({ items }: Stripe.Subscription): Promise<Id<"pln"> | undefined> {
    const price = items.data[0]?.price;
    if (price === undefined) return undefined;
    const known = await findPlanOfPrice(db, price.id);
    if (known !== undefined) return known;
    const named = planIdSchema.safeParse(price.metadata.reef_plan);
    return named.success ? (await findSoldPlan(db, named.data))?.id : undefined;
  }
}

/** What Stripe knows of a customer: nothing where it is of another account, or was deleted. @throws billing.stripe_failed */
async function findState(stripe: Stripe, customer: string, organizationId: Id<"org">): Promise<StripeState> {
  try {
    return await readState(stripe, customer, organizationId);
  } catch (error) {
    if (stripeCodeOf(error) !== "resource_missing") throw error;
    return { subscriptions: [], invoices: [] };
  }
}

/** Whether the account knows the subscription that is on record; what is not Stripe's need not be known. @throws billing.stripe_failed */
async function isKnown(stripe: Stripe, { isStripes, stripeSubscriptionId }: KnownSubscription): Promise<boolean> {
  if (!isStripes || stripeSubscriptionId === null) return true;
  try {
    await ask("look for a subscription", () => stripe.subscriptions.retrieve(stripeSubscriptionId));
    return true;
  } catch (error) {
    if (stripeCodeOf(error) !== "resource_missing") throw error;
    return false;
  }
}

/**
 * The subscription that counts: what is on record while it lives, else the oldest that lives, else the newest that has ended. An
 * organization that an operator gave a plan keeps it, unless it has paid.
 */
function chooseOwn(
  { subscriptions }: StripeState,
  known: KnownSubscription | undefined,
): Stripe.Subscription | undefined {
  const living = subscriptions.filter(isLive);
  const recorded = living.find(({ id }) => known?.isStripes && id === known.stripeSubscriptionId);
  if (living.length > 0) return recorded ?? living[0];
  return known?.isStripes === false ? undefined : subscriptions.findLast(({ status }) => status === "canceled");
}
