import type { Connection } from "@reef/db";
import type Stripe from "stripe";
import type { Overage } from "../payments.ts";
import { ask } from "./client.ts";
import { isLive, isOurs } from "./reading.ts";
import { findCustomer } from "./store.ts";

/** Stripe forgets idempotency keys after a day or so; a charge is looked for among so many of the newest before it is made. */
const MOST = 100;

/**
 * Puts a charge on the customer's next invoice, once a key. Where no subscription is left to have a next invoice, one is made.
 *
 * @throws billing.stripe_failed
 */
export async function chargeOverage(db: Connection, stripe: Stripe, overage: Overage): Promise<void> {
  const { organizationId, periodId, cents, currency, description, key } = overage;
  const customer = await findCustomer(db, organizationId);
  if (customer === undefined) throw new Error("An organization without a customer at Stripe cannot be charged there.");
  const { data: items } = await ask("list charges", () => stripe.invoiceItems.list({ customer, limit: MOST }));
  let charge = items.find(({ metadata }) => metadata?.reef_charge === key);
  const { data } = await ask("list subscriptions", () =>
    stripe.subscriptions.list({ customer, status: "all", limit: MOST }),
  );
  const subscription = data.find((one) => isOurs(one, organizationId) && isLive(one));
  charge ??= await ask("charge what goes beyond an allowance", () =>
    stripe.invoiceItems.create(
      {
        customer,
        amount: cents,
        currency,
        description,
        metadata: { reef_charge: key, reef_period: periodId },
        ...(subscription === undefined ? {} : { subscription: subscription.id }),
      },
      { idempotencyKey: `reef_charge_${key}` },
    ),
  );
  if (subscription !== undefined || charge.invoice !== null) return;
  await ask("invoice a last charge", () =>
    stripe.invoices.create(
      { customer, auto_advance: true, pending_invoice_items_behavior: "include" },
      { idempotencyKey: `reef_charge_invoice_${key}` },
    ),
  );
}
