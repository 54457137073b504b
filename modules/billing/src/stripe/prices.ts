import type { Connection } from "@reef/db";
import type Stripe from "stripe";
import { ask, stripeCodeOf } from "./client.ts";
import { findPrice, type SoldPlan, savePrice } from "./store.ts";

/** A price of a plan is found again by this name, also where the reef died between making it and keeping it. */
const lookupKeyOf = ({ id, priceCents, currency }: SoldPlan): string => `reef_${id}_${priceCents}_${currency}`;

/** The id that a plan's product has at Stripe: ours to choose, so that there is never a second one. */
const productIdOf = ({ id }: SoldPlan): string => `reef_${id}`;

/** The price at Stripe for what the plan costs now; it is made when it is first needed. @throws billing.stripe_failed */
export async function ensurePrice(db: Connection, stripe: Stripe, plan: SoldPlan): Promise<string> {
  const known = await findPrice(db, plan.id, plan.priceCents, plan.currency);
  if (known !== undefined && (await isThere(stripe, known))) return known;
  const lookupKey = lookupKeyOf(plan);
  const { data } = await ask("find a price", () => stripe.prices.list({ lookup_keys: [lookupKey], limit: 1 }));
  const priceId = data[0]?.id ?? (await createPrice(stripe, plan, lookupKey));
  await savePrice(db, { id: priceId, planId: plan.id, cents: plan.priceCents, currency: plan.currency });
  return priceId;
}

/** Not where the account is another one than when the price was made. */
async function isThere(stripe: Stripe, priceId: string): Promise<boolean> {
  try {
    return (await ask("read a price", () => stripe.prices.retrieve(priceId))).active;
  } catch (error) {
    if (stripeCodeOf(error) === "resource_missing") return false;
    throw error;
  }
}

async function createPrice(stripe: Stripe, plan: SoldPlan, lookupKey: string): Promise<string> {
  const product = productIdOf(plan);
  const metadata = { reef_plan: plan.id };
  try {
    await ask("create a product", () => stripe.products.create({ id: product, name: plan.name, metadata }));
  } catch (error) {
    if (stripeCodeOf(error) !== "resource_already_exists") throw error;
  }
  const { id } = await ask("create a price", () =>
    stripe.prices.create(
      {
        product,
        currency: plan.currency,
        unit_amount: plan.priceCents,
        recurring: { interval: "month" },
        lookup_key: lookupKey,
        metadata,
      },
      { idempotencyKey: lookupKey },
    ),
  );
  return id;
}
