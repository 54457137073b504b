import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type Stripe from "stripe";

/** How a card behaves that was given: it pays, or paid only the first time. */
export interface Card {
  last4: string;
  behaviour: "pays" | "fails_later";
}

/** What a checkout is about, beside what its session shows. */
export interface Chosen {
  price: string;
  metadata: Stripe.Metadata;
  trialDays: number;
}

/** An event that still has to be taken by the webhook. */
interface Delivery {
  eventId: string;
  attempts: number;
  /** Milliseconds since 1970. */
  nextAt: number;
}

/** An answer that is given again to the same idempotency key. */
interface KeptAnswer {
  /** Method, path and parameters: another request may not have the same key. */
  request: string;
  status: number;
  body: string;
  keptAt: number;
}

type ById<Thing> = Record<string, Thing>;

/** All that the stand-in knows; it is a file, so every member is JSON. */
export interface StandInState {
  secretKey: string;
  webhookSecret: string;
  port: number;
  /** Two states that follow each other give no two invoices the same number. */
  numberPrefix: string;
  nextNumber: number;
  customers: ById<Stripe.Customer>;
  /** By customer. */
  cards: ById<Card>;
  products: ById<Stripe.Product>;
  prices: ById<Stripe.Price>;
  subscriptions: ById<Stripe.Subscription>;
  invoices: ById<Stripe.Invoice>;
  invoiceItems: ById<Stripe.InvoiceItem>;
  invoicePayments: ById<Stripe.InvoicePayment>;
  refunds: ById<Stripe.Refund>;
  checkouts: ById<Stripe.Checkout.Session>;
  /** By checkout. */
  chosen: ById<Chosen>;
  portals: ById<Stripe.BillingPortal.Session>;
  portalConfigurations: ById<Stripe.BillingPortal.Configuration>;
  clocks: ById<Stripe.TestHelpers.TestClock>;
  events: ById<Stripe.EventBase>;
  deliveries: Delivery[];
  answers: ById<KeptAnswer>;
}

/** A state in which nothing has happened yet. */
const emptyState = (): StandInState => ({
  // Of the form that Stripe's have, but telling whoever finds one what it is.
  secretKey: `sk_test_standIn${randomBytes(18).toString("hex")}`,
  webhookSecret: `whsec_standIn${randomBytes(18).toString("hex")}`,
  port: 0,
  numberPrefix: `TEST${randomBytes(3).toString("hex").toUpperCase()}`,
  nextNumber: 1,
  customers: {},
  cards: {},
  products: {},
  prices: {},
  subscriptions: {},
  invoices: {},
  invoiceItems: {},
  invoicePayments: {},
  refunds: {},
  checkouts: {},
  chosen: {},
  portals: {},
  portalConfigurations: {},
  clocks: {},
  events: {},
  deliveries: [],
  answers: {},
});

/** What is kept of events, answers and opened pages; what is older is forgotten, as it is by Stripe. */
const MOST_KEPT = 2_000;

const trim = (kept: ById<unknown>): void => {
  for (const id of Object.keys(kept).slice(0, -MOST_KEPT)) delete kept[id];
};

/** Reads the state of a file; an empty one where there is none. */
export function readStateFile(file: string | undefined): StandInState {
  if (file === undefined) return emptyState();
  try {
    return { ...emptyState(), ...(JSON.parse(readFileSync(file, "utf8")) as Partial<StandInState>) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return emptyState();
    throw error;
  }
}

/** Writes the state whole, or not at all. Only this machine's user may read it, since it holds the stand-in's keys. */
export function writeStateFile(file: string | undefined, state: StandInState): void {
  const waiting = new Set(state.deliveries.map(({ eventId }) => eventId));
  for (const id of Object.keys(state.events).slice(0, -MOST_KEPT)) if (!waiting.has(id)) delete state.events[id];
  trim(state.answers);
  trim(state.portals);
  if (file === undefined) return;
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, JSON.stringify(state), { mode: 0o600 });
  renameSync(draft, file);
}

/** A new id in Stripe's form: `cus_…`, `cs_test_…`. It cannot be guessed, since that of a page opens it. */
export const newStripeId = (prefix: string): string => `${prefix}_${randomBytes(14).toString("hex")}`;
