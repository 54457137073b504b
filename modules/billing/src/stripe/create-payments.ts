import { createHash } from "node:crypto";
import { join } from "node:path";
import { type DatabaseHandle, StartupError } from "@reef/db";
import type { HttpApp } from "@reef/http";
import type { Telemetry } from "@reef/telemetry";
import type { Workflows } from "@reef/workflows";
import type { BillingConfig } from "../config.ts";
import { billingErrors } from "../errors.ts";
import type { Lifecycle } from "../lifecycle.ts";
import type { Payments } from "../payments.ts";
import type { Alerts } from "../service/alerts.ts";
import { createArranger } from "./arrange.ts";
import { ensurePortal, openPortal, startCheckout } from "./checkout.ts";
import { createStripeClient, isLiveKey } from "./client.ts";
import { chargeOverage } from "./overage.ts";
import { createRecorder } from "./record.ts";
import { type StandIn, startStandIn } from "./stand-in/start-stand-in.ts";
import { mountWebhook, WEBHOOK_PATH, type WebhookAccess } from "./webhook.ts";
import { registerStripeWorkflows } from "./workflows.ts";

export interface PaymentsDependencies {
  database: DatabaseHandle;
  workflows: Workflows;
  telemetry: Pick<Telemetry, "logger">;
  lifecycle: Lifecycle;
  alerts: Alerts;
  /** The base of the console's and the webhook's addresses; no slash at its end. */
  publicUrl: string;
  /** Where the stand-in keeps its state. */
  dataFolder: string;
  config: Pick<
    BillingConfig,
    "REEF_STRIPE_SECRET_KEY" | "REEF_STRIPE_WEBHOOK_SECRET" | "REEF_STRIPE_FAKE" | "NODE_ENV"
  >;
  /** Stripe's API on this machine, in place of its own: for tests. */
  stripePort?: number;
}

/** Payments, and what belongs to them in a server. */
export interface PaymentsPart {
  payments: Payments;
  /** Adds the webhook, where there are payments. */
  mount(app: HttpApp): void;
  /** Sets up what recurs, and starts the stand-in; after the workflows have started, in processes that work. */
  schedule(): Promise<void>;
  stop(): Promise<void>;
}

/** Payments at Stripe, at its stand-in, or nowhere, as the settings say. @throws StartupError where they contradict each other */
export function createPayments(dependencies: PaymentsDependencies): PaymentsPart {
  const { REEF_STRIPE_FAKE: isFake, REEF_STRIPE_SECRET_KEY: secretKey } = dependencies.config;
  refuseContradictions(dependencies.config);
  if (!isFake && secretKey === undefined) return noPayments;
  return createStripePayments(dependencies);
}

function refuseContradictions(config: PaymentsDependencies["config"]): void {
  const { REEF_STRIPE_FAKE: isFake, REEF_STRIPE_SECRET_KEY: key, REEF_STRIPE_WEBHOOK_SECRET: secret } = config;
  if (isFake && key !== undefined)
    throw new StartupError("REEF_STRIPE_FAKE stands in for Stripe: leave out either it or REEF_STRIPE_SECRET_KEY.");
  if (isFake && config.NODE_ENV === "production")
    throw new StartupError("REEF_STRIPE_FAKE takes no money, so it does not run with NODE_ENV=production.");
  if (key !== undefined && secret === undefined)
    throw new StartupError(
      `REEF_STRIPE_SECRET_KEY needs REEF_STRIPE_WEBHOOK_SECRET: make a webhook at Stripe for <public url>${WEBHOOK_PATH}.`,
    );
}

const refuse = () => Promise.reject(billingErrors.payments_off());
const noPayments: PaymentsPart = {
  payments: {
    kind: "none",
    startCheckout: refuse,
    openPortal: refuse,
    orderChange: refuse,
    chargeOverage: refuse,
  },
  mount: () => {},
  schedule: async () => {},
  stop: async () => {},
};

function createStripePayments(dependencies: PaymentsDependencies): PaymentsPart {
  const { database, workflows, telemetry, lifecycle, alerts, publicUrl } = dependencies;
  const db = database.kysely;
  const { logger } = telemetry;
  const access = createAccess(dependencies);
  const connect = async () => (await access.get()).stripe;
  const keyMark = async () => (await access.get()).keyMark;
  const record = createRecorder({ db, connect, keyMark, lifecycle, alerts, logger });
  const arrange = createArranger({ db, connect, record, alerts });
  const flows = registerStripeWorkflows({ db, workflows, record, arrange, keyMark });
  let portal: Promise<string> | undefined;
  return {
    payments: {
      kind: access.kind,
      startCheckout: async (connection, checkout) =>
        startCheckout({ db: connection, stripe: await connect(), publicUrl }, checkout),
      async openPortal(connection, organizationId) {
        const stripe = await connect();
        portal ??= ensurePortal(stripe);
        // What failed once is asked for again the next time.
        portal.catch(() => {
          portal = undefined;
        });
        return openPortal({ db: connection, stripe, publicUrl }, organizationId, await portal);
      },
      async orderChange(transaction, organizationId) {
        await workflows.enqueue(transaction, flows.arrange, { organizationId }, { key: organizationId });
      },
      chargeOverage: async (connection, overage) => chargeOverage(connection, await connect(), overage),
    },
    mount: (app) => mountWebhook(app, { database, workflows, logger, connect: access.get, read: flows.read }),
    async schedule() {
      await access.get();
      await flows.schedule();
    },
    stop: access.stop,
  };
}

/** Tells one key from another, and nothing of it: it goes into the database. */
const markOf = (secretKey: string): string => createHash("sha256").update(secretKey).digest("hex").slice(0, 16);

/** How Stripe is reached. The stand-in starts when it is first needed. */
function createAccess({ config, dataFolder, publicUrl, telemetry, stripePort }: PaymentsDependencies) {
  const { REEF_STRIPE_SECRET_KEY: secretKey, REEF_STRIPE_WEBHOOK_SECRET: webhookSecret = "" } = config;
  let standIn: Promise<StandIn> | undefined;
  const startedStandIn = () => {
    standIn ??= startStandIn({
      file: join(dataFolder, "stripe-stand-in.json"),
      webhookUrl: `${publicUrl}${WEBHOOK_PATH}`,
      logger: telemetry.logger,
    });
    return standIn;
  };

  let known: (WebhookAccess & { keyMark: string }) | undefined;
  if (secretKey !== undefined) {
    const stripe = createStripeClient({ secretKey, localPort: stripePort });
    known = { stripe, webhookSecret, isLive: isLiveKey(secretKey), keyMark: markOf(secretKey) };
  }
  return {
    kind: secretKey === undefined ? ("test" as const) : ("stripe" as const),
    async get(): Promise<WebhookAccess & { keyMark: string }> {
      if (known !== undefined) return known;
      const { port, secretKey: ownKey, webhookSecret: ownSecret } = await startedStandIn();
      known ??= {
        stripe: createStripeClient({ secretKey: ownKey, localPort: port }),
        webhookSecret: ownSecret,
        isLive: false,
        keyMark: markOf(ownKey),
      };
      return known;
    },
    async stop(): Promise<void> {
      await (await standIn)?.stop();
    },
  };
}
