import { type Plan, ReefError, type Subscription } from "@reef/sdk";
import { reef } from "../../session/reef.ts";

type Change = { planId: Plan["id"] } | { endsAtPeriodEnd: boolean };

/** What Stripe is told of meanwhile makes a new version, and is no reason to do otherwise. */
const MOST_TRIES = 3;

/**
 * Changes the organization's plan, or whether it ends, as it stands now: what was on the screen may be a version behind, since
 * Stripe is told of a change a moment later. Where it is of another plan meanwhile, that was somebody's doing.
 *
 * @throws ReefError
 */
export async function changeSubscription({ plan, version }: Subscription, change: Change): Promise<Subscription> {
  let present = version;
  for (let tries = 1; ; tries += 1) {
    try {
      return await reef.billing.updateSubscription(change, { ifMatch: present });
    } catch (error) {
      const isBehind = error instanceof ReefError && error.code === "billing.changed" && tries < MOST_TRIES;
      if (!isBehind) throw error;
      const { subscription } = await reef.billing.getSubscription();
      if (subscription?.plan.id !== plan.id) throw error;
      present = subscription.version;
    }
  }
}
