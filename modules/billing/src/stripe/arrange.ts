import type { Id } from "@reef/crypto";
import { type Connection, transact } from "@reef/db";
import type { Logger } from "@reef/telemetry";
import type Stripe from "stripe";
import type { Alerts } from "../service/alerts.ts";
import { serves } from "../service/terms.ts";
import { lockSubscription } from "../store/subscriptions.ts";
import { ask, isPaymentRefusal, isRefusal } from "./client.ts";
import { ensurePrice } from "./prices.ts";
import { isLive } from "./reading.ts";
import type { Recorder } from "./record.ts";
import { clearPending, findKnown, findSoldPlan, type SoldPlan } from "./store.ts";

export interface ArrangerDependencies {
  db: Connection;
  connect(): Promise<Stripe>;
  record: Recorder;
  alerts: Alerts;
}

/** One run of the workflow: what it writes its repetitions with. */
interface Attempt {
  id: string;
  logger: Logger;
}

/**
 * Arranges with Stripe what an organization wants: another plan, or that its subscription ends or goes on. Then it is read back
 * and recorded, before the wish is forgotten. What Stripe refuses is forgotten as well, so that another wish may follow; of a
 * plan that could not be paid for people are told.
 */
export function createArranger({ db, connect, record, alerts }: ArrangerDependencies) {
  return async (organizationId: Id<"org">, attempt: Attempt): Promise<void> => {
    const known = await findKnown(db, organizationId);
    if (known === undefined || (known.pendingPlanId === null && known.pendingEnd === null)) return;
    const { stripeSubscriptionId: subscriptionId, pendingPlanId: planId, pendingEnd: ends } = known;
    let isUnpaid = false;
    if (subscriptionId !== null) {
      const stripe = await connect();
      // Each is tried: that a plan is refused says nothing of the end that is wanted as well.
      const refusals = [
        planId === null ? undefined : await refusalOf(changePlan(stripe, { subscriptionId, planId, attempt })),
        ends === null ? undefined : await refusalOf(changeEnd(stripe, { subscriptionId, ends, attempt })),
      ].filter((refusal) => refusal !== undefined);
      for (const err of refusals)
        attempt.logger.error({ err, organizationId }, "Stripe refused a change of a subscription; it is dropped.");
      isUnpaid = refusals.some(isPaymentRefusal);
    }
    await record(organizationId);
    // One transaction: the wish is there until people are told, and they are told once however often this is repeated.
    await transact(db, async (transaction) => {
      if (isUnpaid && planId !== null) await tellUnpaid(transaction, organizationId, planId, attempt);
      await clearPending(transaction, organizationId, known);
    });
  };

  /** Tells that a plan was not had, since it could not be paid for; not if by now it is had, or nothing is. */
  async function tellUnpaid(
    transaction: Connection,
    organizationId: Id<"org">,
    wantedId: Id<"pln">,
    { id }: Attempt,
  ): Promise<void> {
    const subscription = await lockSubscription(transaction, organizationId);
    if (subscription === undefined || !serves(subscription) || subscription.planId === wantedId) return;
    const wanted = await findSoldPlan(transaction, wantedId);
    const present = await findSoldPlan(transaction, subscription.planId);
    if (wanted === undefined || present === undefined) return;
    const names = { planName: present.name, wantedName: wanted.name };
    await alerts.tell(transaction, organizationId, `${id} ${wantedId}`, { kind: "upgrade-unpaid", ...names });
  }

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

/** What Stripe refuses, once it is asked; undefined where it does not. @throws whatever else fails */
async function refusalOf(change: Promise<void>): Promise<unknown> {
  try {
    await change;
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
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
