import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Logger } from "@reef/telemetry";
import type Stripe from "stripe";
import { ask, isRefusal } from "./client.ts";
import { ensurePrice } from "./prices.ts";
import { isLive } from "./reading.ts";
import type { Recorder } from "./record.ts";
import { clearPending, findKnown, findSoldPlan, type SoldPlan } from "./store.ts";

export interface ArrangerDependencies {
  db: Connection;
  connect(): Promise<Stripe>;
  record: Recorder;
}

/** One run of the workflow: what it writes its repetitions with. */
interface Attempt {
  id: string;
  logger: Logger;
}

/**
 * Arranges with Stripe what an organization wants: another plan, or that its subscription ends or goes on. Then it is read back
 * and recorded, before the wish is forgotten. What Stripe refuses is forgotten as well, so that another wish may follow.
 */
export function createArranger({ db, connect, record }: ArrangerDependencies) {
  return async (organizationId: Id<"org">, attempt: Attempt): Promise<void> => {
    const known = await findKnown(db, organizationId);
    if (known === undefined || (known.pendingPlanId === null && known.pendingEnd === null)) return;
    const { stripeSubscriptionId, pendingPlanId, pendingEnd } = known;
    try {
      if (stripeSubscriptionId !== null) {
        const stripe = await connect();
        const wanted = { subscriptionId: stripeSubscriptionId, attempt };
        if (pendingPlanId !== null) await changePlan(stripe, { ...wanted, planId: pendingPlanId });
        if (pendingEnd !== null) await changeEnd(stripe, { ...wanted, ends: pendingEnd });
      }
    } catch (error) {
      if (!isRefusal(error)) throw error;
      attempt.logger.error({ err: error, organizationId }, "Stripe refused a change of a subscription; it is dropped.");
    }
    await record(organizationId);
    await clearPending(db, organizationId, known);
  };

  async function changePlan(
    stripe: Stripe,
    { subscriptionId, planId, attempt }: { subscriptionId: string; planId: Id<"pln">; attempt: Attempt },
  ): Promise<void> {
    const plan = await findSoldPlan(db, planId);
    if (plan === undefined) return;
    const price = await ensurePrice(db, stripe, plan);
    const subscription = await ask("read a subscription", () => stripe.subscriptions.retrieve(subscriptionId));
    const [item] = subscription.items.data;
    if (item === undefined || !isLive(subscription) || item.price.id === price) return;
    await ask("change a plan", () =>
      stripe.subscriptions.update(
        subscriptionId,
        {
          items: [{ id: item.id, price }],
          ...termsOfChange(subscription, item.price, plan),
          // A plan that is not paid for is not had: what cannot be paid at once stays as it was.
          payment_behavior: "error_if_incomplete",
          metadata: { reef_plan: planId },
        },
        { idempotencyKey: `reef_plan_${attempt.id}_${planId}` },
      ),
    );
  }

  async function changeEnd(
    stripe: Stripe,
    { subscriptionId, ends, attempt }: { subscriptionId: string; ends: boolean; attempt: Attempt },
  ): Promise<void> {
    await ask("change a subscription's end", () =>
      stripe.subscriptions.update(
        subscriptionId,
        { cancel_at_period_end: ends },
        { idempotencyKey: `reef_end_${attempt.id}_${ends}` },
      ),
    );
  }
}

const DAY_SECONDS = 86_400;

/**
 * When a plan that follows another one is paid for. Its allowance holds at once and as a whole, so it is not sold by the day: who
 * took a dear plan for a day, used all of it and went back would have had it for nearly nothing. So with a dearer plan a month
 * begins, paid at once but for what is left of the present one; with any other the month goes on, and nothing is given back.
 * A trial goes on as long as that plan's own would have.
 */
function termsOfChange(
  { status, trial_start: trialStart, trial_end: trialEnd }: Stripe.Subscription,
  { unit_amount: cents }: Stripe.Price,
  { priceCents, trialDays }: SoldPlan,
): Stripe.SubscriptionUpdateParams {
  if (status === "trialing" && trialStart !== null && trialEnd !== null) {
    const ownEnd = trialStart + trialDays * DAY_SECONDS;
    const isOver = ownEnd <= Date.now() / 1_000;
    return { proration_behavior: "none", ...(ownEnd < trialEnd && { trial_end: isOver ? "now" : ownEnd }) };
  }
  if (priceCents <= (cents ?? 0)) return { proration_behavior: "none" };
  return { proration_behavior: "always_invoice", billing_cycle_anchor: { type: "now" } };
}
