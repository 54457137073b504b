import type { IncomingMessage } from "node:http";
import { type DatabaseHandle, transact } from "@reef/db";
import { type HttpApp, type HttpContext, httpErrors } from "@reef/http";
import type { Logger } from "@reef/telemetry";
import type { Workflows } from "@reef/workflows";
import type Stripe from "stripe";
import { findByCustomer, saveEvent } from "./store.ts";
import type { StripeWorkflows } from "./workflows.ts";

/** Where Stripe posts its events; under the reef's public address. */
export const WEBHOOK_PATH = "/api/stripe/webhook";

const MOST_BYTES = 1_048_576;
/** Older signatures are refused, since they may be repetitions by somebody who overheard one. */
const TOLERANCE_SECONDS = 300;
/** Ids and types of Stripe's are short; what is longer is cut by nobody, but refused. */
const LONGEST = 255;

export interface WebhookDependencies {
  database: DatabaseHandle;
  workflows: Workflows;
  logger: Logger;
  connect(): Promise<WebhookAccess>;
  read: StripeWorkflows["read"];
}

/** What an event is checked with. */
export interface WebhookAccess {
  stripe: Stripe;
  webhookSecret: string;
  isLive: boolean;
}

/**
 * Adds what Stripe posts to. An event is kept, and the reading of its customer ordered, in one transaction; it is believed in
 * nothing but whose state to read. The answer is 200 for whatever was kept, now or before.
 */
export function mountWebhook(app: HttpApp, dependencies: WebhookDependencies): void {
  app.post(WEBHOOK_PATH, async (context) => {
    context.env.outgoing.operation = "billing.take_stripe_event";
    const event = await readEvent(context, dependencies);
    await keep(event, dependencies);
    return context.json({ received: true });
  });
  app.all(WEBHOOK_PATH, (context) => {
    context.header("Allow", "POST");
    throw httpErrors.method_not_allowed();
  });
}

/** @throws http.payload_too_large, http.invalid_request */
async function readEvent(context: HttpContext, { connect, logger }: WebhookDependencies): Promise<Stripe.Event> {
  const { incoming } = context.env;
  const { stripe, webhookSecret, isLive } = await connect();
  const header = incoming.headers["stripe-signature"];
  if (typeof header !== "string") throw refuse("It carries no Stripe-Signature.");
  const bytes = await readBytes(incoming);
  let event: Stripe.Event;
  try {
    event = await stripe.webhooks.constructEventAsync(bytes, header, webhookSecret, TOLERANCE_SECONDS);
  } catch {
    // The SDK's error holds the body and the signature, so nothing of it goes on.
    logger.warn("An event with a wrong or old signature came to Stripe's webhook.");
    throw refuse("Its signature is wrong or too old: check REEF_STRIPE_WEBHOOK_SECRET and the clock.");
  }
  if (event.livemode !== isLive) {
    logger.warn({ livemode: event.livemode }, "An event of Stripe's other mode came to its webhook.");
    throw refuse("It is of Stripe's other mode, test or live, than the reef's secret key.");
  }
  const isWhole = [event.id, event.type].every((text) => typeof text === "string" && text.length <= LONGEST);
  if (!isWhole || !Number.isInteger(event.created)) throw refuse("It is no event of Stripe's.");
  return event;
}

const refuse = (why: string) => httpErrors.invalid_request({ detail: `This event is not taken. ${why}` });

async function readBytes(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) throw httpErrors.payload_too_large();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Events that tell of a customer's subscription or invoices; any other is kept, and nothing follows from it. */
const isTelling = (type: string): boolean =>
  /^(customer\.subscription\.|invoice\.|checkout\.session\.|customer\.deleted$)/.test(type);

/** The customer that an event is about. */
function customerOf({ data: { object } }: Stripe.Event): string | null {
  const { id, object: kind, customer } = object as { id?: unknown; object?: unknown; customer?: unknown };
  const found =
    kind === "customer" ? id : typeof customer === "object" && customer ? Reflect.get(customer, "id") : customer;
  return typeof found === "string" && found.length <= LONGEST ? found : null;
}

async function keep(event: Stripe.Event, { database, workflows, read }: WebhookDependencies): Promise<void> {
  const { id, type, created } = event;
  const customerId = customerOf(event);
  await transact(database.kysely, async (transaction) => {
    const occurredAt = new Date(created * 1_000);
    if (!(await saveEvent(transaction, { id, type, customerId, occurredAt }))) return;
    if (customerId === null || !isTelling(type)) return;
    const found = await findByCustomer(transaction, customerId);
    if (found === undefined) return;
    await workflows.enqueue(transaction, read, { organizationId: found.organizationId, after: found.lastRead });
  });
}
