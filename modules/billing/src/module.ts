import { deriveKey } from "@reef/crypto";
import { createCursors } from "@reef/db";
import type { BillingDependencies, BillingModule } from "./api.ts";
import { systemClock } from "./clock.ts";
import { createInvoicePdfs } from "./invoice-pdf/render-invoice-pdf.ts";
import { createBillingRoutes } from "./routes.ts";
import { createAlerts } from "./service/alerts.ts";
import { tellOfBudgets } from "./service/budget-alerts.ts";
import { createCalendar } from "./service/calendar.ts";
import { createInvoiceService } from "./service/invoices.ts";
import { createLifecycle } from "./service/lifecycle.ts";
import { createOperations } from "./service/operations.ts";
import { createOwnInvoices } from "./service/own-invoices.ts";
import { createPlanService } from "./service/plans.ts";
import { createRollUp } from "./service/roll-up.ts";
import { createSubscriptionService } from "./service/subscriptions.ts";
import { createPayments } from "./stripe/create-payments.ts";
import { registerCharging, registerFollowing, registerTurns } from "./workflows.ts";

/** Puts the module together; before the workflows start. @throws StartupError where the settings contradict each other */
export function createBillingModule(dependencies: BillingDependencies): BillingModule {
  const { database, events, workflows, telemetry, identity, masterSecret, usage, config } = dependencies;
  const { clock = systemClock } = dependencies;
  const { logger } = telemetry;
  const db = database.kysely;
  const cursors = createCursors(deriveKey(masterSecret, "billing.cursors"));
  const alerts = createAlerts({ ...dependencies, logger, clock });
  const lifecycle = createLifecycle({ events, usage, alerts, clock });
  const { payments, ...paying } = createPayments({ ...dependencies, lifecycle, alerts });
  const ownInvoices = createOwnInvoices({ identity, alerts, clock });
  const orderCharge = registerCharging({ db, workflows, payments });
  const rollUp = createRollUp({ usage, invoices: ownInvoices, orderCharge, clock });
  const calendar = createCalendar({ lifecycle, rollUp, invoices: ownInvoices, alerts, logger, clock });
  const turns = registerTurns({ db, workflows, calendar, rollUp });
  const orderFollowing = registerFollowing({ db, workflows, lifecycle });
  tellOfBudgets({ ...dependencies, alerts });
  const planRequired = config.REEF_PLAN_REQUIRED ?? payments.kind !== "none";
  const pdfs = createInvoicePdfs();
  const { orderRollUp } = turns;
  const issuer = config.REEF_INVOICE_ISSUER;
  return {
    routes: createBillingRoutes({
      plans: createPlanService({ cursors, orderFollowing, clock }),
      subscriptions: createSubscriptionService({ identity, payments, planRequired, cursors, clock }),
      operations: createOperations({
        identity,
        lifecycle,
        payments,
        invoices: ownInvoices,
        orderRollUp,
        cursors,
        clock,
      }),
      invoices: createInvoiceService({ identity, pdfs, issuer, isTest: payments.kind === "test", cursors, clock }),
    }),
    mount: paying.mount,
    planRequired,
    async schedule() {
      await turns.schedule();
      await paying.schedule();
    },
    async stop() {
      await paying.stop();
      await pdfs.close();
    },
  };
}
