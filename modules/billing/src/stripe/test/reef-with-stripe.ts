import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import { afterCommit, type DatabaseHandle, type Migrations } from "@reef/db";
import { createEvents, eventMigrations } from "@reef/events";
import { idempotencyMigrations } from "@reef/http";
import type { Mail } from "@reef/mail";
import { createTelemetry, type Logger } from "@reef/telemetry";
import { silentLogger, temporaryFolder, until } from "@reef/testing";
import { serveRoutes } from "@reef/testing/http";
import { createWorkflows } from "@reef/workflows";
import { sql } from "kysely";
import type Stripe from "stripe";
import { systemClock } from "../../clock.ts";
import type { Plan } from "../../contract/plans.ts";
import { billingMigrations } from "../../migrations/index.ts";
import { tables } from "../../schema.ts";
import { createAlerts } from "../../service/alerts.ts";
import { createLifecycle } from "../../service/lifecycle.ts";
import { createStripeClient } from "../client.ts";
import { createPayments } from "../create-payments.ts";
import { type StandIn, startStandIn } from "../stand-in/start-stand-in.ts";

/** All that billing needs in the database of a server. */
export const serverMigrations: Migrations = { ...eventMigrations, ...idempotencyMigrations, ...billingMigrations };

/** Stripe's test cards. */
export const cards = { pays: "4242 4242 4242 4242", failsLater: "4000000000000341", declined: "4000000000000002" };

const PUBLIC_URL = "http://localhost:4200";
/** Those that order others first. */
const QUEUES = [
  "billing.reconcile-stripe",
  "billing.sweep-stripe-events",
  "billing.arrange-with-stripe",
  "billing.read-stripe",
];
const DAY_SECONDS = 86_400;

/** Of calls other tests tell. */
const nothingUsed = {
  sumOf: async () => ({ calls: 0, inputTokens: 0, outputTokens: 0, costNanos: 0 }),
};

export type ReefWithStripe = Awaited<ReturnType<typeof startReefWithStripe>>;

interface ReefOptions {
  logger?: Logger;
  /** One that runs already, in place of one of its own. */
  standIn?: StandIn;
  /** False where it takes events, but does nothing else. */
  work?: boolean;
  secretKey?: string;
  /** A way to the stand-in, in place of the straight one. */
  stripePort?: number;
}

/** The part of a server that takes payments, over real sockets, with the official client and the stand-in for Stripe. */
export async function startReefWithStripe(
  database: DatabaseHandle,
  { logger = silentLogger, standIn: given, work = true, secretKey, stripePort }: ReefOptions = {},
) {
  const db = database.kysely;
  const telemetry = { ...createTelemetry({ serviceName: "test", version: "0", logLevel: "silent" }), logger };
  const { app, url, ...server } = await serveRoutes({ database, routes: [], publicUrl: PUBLIC_URL, logger });
  const webhookUrl = `${url}/api/stripe/webhook`;
  const standIn = given ?? (await startStandIn({ webhookUrl, logger }));
  const mails: Mail[] = [];
  const alerts = createAlerts({
    identity: {
      findOrganization: async (_db, id) => ({ id, name: "Anemone", slug: "anemone" }),
      // Each organization has an admin whose address says whose it is.
      listAdminAddresses: async (_db, id) => [{ personId: newId("usr"), name: "Ada", email: `${id}@example.com` }],
    },
    mailer: {
      async send(transaction, mail) {
        afterCommit(transaction ?? db, () => mails.push(mail));
      },
    },
    logger,
    publicUrl: PUBLIC_URL,
    clock: systemClock,
  });
  const events = createEvents({ database, logger });
  const lifecycle = createLifecycle({ events, usage: nothingUsed, alerts, clock: systemClock });
  const workflows = createWorkflows({ database, logger });
  const part = createPayments({
    database,
    workflows,
    telemetry,
    lifecycle,
    alerts,
    publicUrl: PUBLIC_URL,
    dataFolder: temporaryFolder("reef-billing"),
    config: {
      REEF_STRIPE_SECRET_KEY: secretKey ?? standIn.secretKey,
      REEF_STRIPE_WEBHOOK_SECRET: standIn.webhookSecret,
      REEF_STRIPE_FAKE: false,
      NODE_ENV: undefined,
    },
    stripePort: stripePort ?? standIn.port,
  });
  part.mount(app);
  await workflows.start({ work });
  const stripe = createStripeClient({ secretKey: standIn.secretKey, localPort: standIn.port });

  /** Waits until the stand-in has told all it had to. */
  const settleEvents = () => until(() => standIn.deliveries.waiting().length === 0);

  /** Whether just now no event waits, and no job waits or runs. */
  async function isQuiet(): Promise<boolean> {
    // First the events, since each of them may order a job.
    const isTold = () => standIn.deliveries.waiting().length === 0;
    if (!isTold()) return false;
    for (const queue of QUEUES) if ((await workflows.countPending(queue)) > 0) return false;
    return isTold();
  }

  /** Waits until the stand-in has told all it had to, and every job that followed is done. */
  const settle = () =>
    // A job that ends between two of the questions leaves events which the first time does not see.
    until(async () => (await isQuiet()) && (await isQuiet()));

  return {
    db,
    stripe,
    standIn,
    workflows,
    webhookUrl,
    payments: part.payments,
    schedule: part.schedule,
    /** What organizations' admins were told, by the subjects. */
    mailsTo: (organizationId: Id<"org">) =>
      mails.filter(({ to }) => to.startsWith(organizationId)).map(({ subject }) => subject),
    settle,
    settleEvents,
    getPlan: (slug: string) => getPlan(database, slug),
    newOrganization: () => createPayer({ database, stripe, part, settle }, newId("org")),
    /** One that is there already, as it pays here. */
    newPayer: (id: Id<"org">) => createPayer({ database, stripe, part, settle }, id),
    async stop() {
      if (given === undefined) await standIn.stop();
      await server.stop();
      await workflows.stop(5);
      await part.stop();
    },
  };
}

interface PayerDependencies {
  database: DatabaseHandle;
  stripe: Stripe;
  part: ReturnType<typeof createPayments>;
  settle(): Promise<unknown>;
}

export type Payer = ReturnType<typeof createPayer>;

/** An organization of its own, and what its people do. */
function createPayer({ database, stripe, part, settle }: PayerDependencies, id: Id<"org">) {
  const db = database.kysely;
  let clockId: string | undefined;

  const customer = async (): Promise<string> => {
    const row = await tables(db)
      .selectFrom("billing.stripe_customers")
      .select("stripe_customer_id")
      .where("organization_id", "=", toUuid(id))
      .executeTakeFirstOrThrow();
    return row.stripe_customer_id;
  };

  async function setClock(daysAgo: number): Promise<string> {
    const time = Math.floor(Date.now() / 1_000) - daysAgo * DAY_SECONDS;
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: time, customer: await customer() });
    clockId = clock.id;
    return clock.id;
  }

  async function openCheckout(slug = "starter", trialDays = 0): Promise<string> {
    const plan = await getPlan(database, slug);
    const checkout = { organizationId: id, organizationName: "Anemone", email: "ada@example.com", plan, trialDays };
    return (await part.payments.startCheckout(db, checkout)).url;
  }

  return {
    id,
    customer,
    openCheckout,
    /** Walks through the checkout page. */
    async pay(slug = "starter", card = cards.pays, trialDays = 0): Promise<void> {
      const answer = await submit(await openCheckout(slug, trialDays), { card });
      if (answer.status !== 303) throw new Error(`The checkout answered ${answer.status}.`);
    },
    /** Sets the customer's clock, once: to now, or to so many days ago. */
    setClock,
    /** Lets days pass for this organization's customer alone. */
    async letPass(days: number): Promise<void> {
      clockId ??= await setClock(0);
      const { frozen_time: now } = await stripe.testHelpers.testClocks.retrieve(clockId);
      await stripe.testHelpers.testClocks.advance(clockId, { frozen_time: now + days * DAY_SECONDS });
    },
    /** Does something at the portal's page. */
    async atPortal(form: Record<string, string>): Promise<Response> {
      return submit((await part.payments.openPortal(db, id)).url, form);
    },
    /** Notes a wish as the service does, and orders it; without waiting for what comes of it. */
    async noteWish(wanted: { pending_plan_id?: string; pending_end?: boolean }): Promise<void> {
      await db.transaction().execute(async (transaction) => {
        await tables(transaction)
          .updateTable("billing.subscriptions")
          .set(wanted)
          .where("organization_id", "=", toUuid(id))
          .execute();
        await part.payments.orderChange(transaction, id);
      });
    },
    /** Notes a wish, and waits until it is arranged. */
    async wish(wanted: { pending_plan_id?: string; pending_end?: boolean }): Promise<void> {
      await this.noteWish(wanted);
      await settle();
    },
    async subscription() {
      return tables(db)
        .selectFrom("billing.subscriptions")
        .selectAll()
        .where("organization_id", "=", toUuid(id))
        .executeTakeFirst();
    },
    /** What others were told of it, in the order of it: `none > active`. */
    async changes(): Promise<string[]> {
      const { rows } = await sql<{ change: string }>`
        select coalesce(payload->>'previousState', 'none') || ' > ' || (payload->>'state') as change
        from platform.events where name = 'billing.subscription_changed' and organization_id = ${toUuid(id)}
        order by seq`.execute(db);
      return rows.map(({ change }) => change);
    },
    /** The newest allowance that the gateway was told of. */
    async allowance(): Promise<Record<string, unknown> | undefined> {
      const { rows } = await sql<{ payload: Record<string, unknown> }>`
        select payload from platform.events
        where name = 'billing.allowance_changed' and organization_id = ${toUuid(id)}
        order by seq desc limit 1`.execute(db);
      return rows[0]?.payload;
    },
    async periods() {
      return tables(db)
        .selectFrom("billing.periods")
        .selectAll()
        .where("organization_id", "=", toUuid(id))
        .orderBy("period_start")
        .execute();
    },
    async state(): Promise<string | undefined> {
      return (await this.subscription())?.state;
    },
    async invoices() {
      return tables(db)
        .selectFrom("billing.invoices")
        .selectAll()
        .where("organization_id", "=", toUuid(id))
        .orderBy("number")
        .execute();
    },
  };
}

/** Sends a form as a browser does, without going where the answer leads. */
export const submit = (url: string, form: Record<string, string>): Promise<Response> =>
  fetch(url, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });

async function getPlan(database: DatabaseHandle, slug: string): Promise<Plan> {
  const row = await tables(database.kysely)
    .selectFrom("billing.plans")
    .selectAll()
    .where("slug", "=", slug)
    .executeTakeFirstOrThrow();
  const id: Id<"pln"> = toTypeId("pln", row.id);
  return {
    id,
    slug,
    name: row.name,
    description: row.description,
    priceCents: row.price_cents,
    currency: row.currency,
    allowanceTokens: row.allowance_tokens,
    allowanceMicros: row.allowance_micros,
    atLimit: row.at_limit,
    overageCentsPerMillion: row.overage_cents,
    trialDays: row.trial_days,
    isOffered: row.offered,
    position: row.position,
    archivedAt: null,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
