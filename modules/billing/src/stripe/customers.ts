import type { Connection } from "@reef/db";
import type Stripe from "stripe";
import type { Checkout } from "../payments.ts";
import { ask, stripeCodeOf } from "./client.ts";
import { findCustomer, forgetCustomer, saveCustomer } from "./store.ts";

/**
 * The organization's customer at Stripe, with its present name and address. What makes one is the same each time, so that
 * Stripe's idempotency keeps two at once, or a reef that died in between, from making two.
 *
 * @throws billing.stripe_failed
 */
export async function ensureCustomer(
  db: Connection,
  stripe: Stripe,
  { organizationId, organizationName, email }: Pick<Checkout, "organizationId" | "organizationName" | "email">,
): Promise<string> {
  const named = { name: organizationName, ...(email === undefined ? {} : { email }) };
  const known = await findCustomer(db, organizationId);
  try {
    return await nameCustomer(known ?? (await createCustomer("")));
  } catch (error) {
    // Somebody deleted it there, or it is of another account than the one that the reef has now.
    if (known === undefined || stripeCodeOf(error) !== "resource_missing") throw error;
    await forgetCustomer(db, organizationId, known);
    return nameCustomer(await createCustomer(`_after_${known}`));
  }

  async function nameCustomer(customerId: string): Promise<string> {
    await ask("name a customer", () => stripe.customers.update(customerId, named));
    return customerId;
  }

  async function createCustomer(suffix: string): Promise<string> {
    const { id } = await ask("create a customer", () =>
      stripe.customers.create(
        { metadata: { reef_organization: organizationId } },
        { idempotencyKey: `reef_customer_${organizationId}${suffix}` },
      ),
    );
    return saveCustomer(db, organizationId, id);
  }
}
