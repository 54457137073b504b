import type Stripe from "stripe";
import { ask, stripeCodeOf } from "./client.ts";

/** A subscription that is ended as soon as it is seen has one invoice. */
const MOST = 10;

/**
 * Ends a subscription that an organization has beside its own, since two checkouts were paid at the same moment, and gives back
 * what was paid for it. First the money: once it is ended nobody looks at it again. Each step may be repeated.
 *
 * @throws billing.stripe_failed
 */
export async function endDuplicate(stripe: Stripe, subscription: string): Promise<void> {
  const { data: invoices } = await ask("list a duplicate's invoices", () =>
    stripe.invoices.list({ subscription, status: "paid", limit: MOST }),
  );
  for (const { id } of invoices) await refund(stripe, id);
  await ask("end a duplicate", () =>
    stripe.subscriptions.cancel(
      subscription,
      { prorate: false, invoice_now: false },
      { idempotencyKey: `reef_duplicate_${subscription}` },
    ),
  );
}

async function refund(stripe: Stripe, invoice: string): Promise<void> {
  const { data: payments } = await ask("list an invoice's payments", () =>
    stripe.invoicePayments.list({ invoice, status: "paid", limit: MOST }),
  );
  for (const { id, payment } of payments) {
    const intent = typeof payment.payment_intent === "string" ? payment.payment_intent : payment.payment_intent?.id;
    if (intent === undefined) continue;
    try {
      await ask("give a duplicate's payment back", () =>
        stripe.refunds.create({ payment_intent: intent, reason: "duplicate" }, { idempotencyKey: `reef_refund_${id}` }),
      );
    } catch (error) {
      if (stripeCodeOf(error) !== "charge_already_refunded") throw error;
    }
  }
}
