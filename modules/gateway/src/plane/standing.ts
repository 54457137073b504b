import type { Standing } from "../store/standings.ts";
import type { Unserved } from "./call.ts";

/**
 * Why models are not called for an organization that stands like this, now or from when on; null where they are. Undefined: it
 * never had a plan.
 */
export function unservedOf(standing: Standing | undefined, planRequired: boolean): Unserved | null {
  if (standing === undefined) return planRequired ? { reason: "not_subscribed", planName: null, since: 0 } : null;
  const { serves, state, planName, periodEnd, endsAtPeriodEnd } = standing;
  if (!serves) return { reason: state === "cancelled" ? "cancelled" : "suspended", planName, since: 0 };
  // Word that it ended may take a while; its end is known before.
  return endsAtPeriodEnd ? { reason: "cancelled", planName, since: periodEnd.getTime() } : null;
}
