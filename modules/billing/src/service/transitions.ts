import type { Connection } from "@reef/db";
import type { Alert } from "../mails/contents.ts";
import { findPayUrl } from "../store/invoices.ts";
import type { StoredPlan } from "../store/plans.ts";
import type { StoredSubscription } from "../store/subscriptions.ts";
import type { Alerts } from "./alerts.ts";

/** A subscription before and after a change; none before where it began. */
export interface Transition {
  previous: StoredSubscription | undefined;
  previousPlan: StoredPlan;
  after: StoredSubscription;
  plan: StoredPlan;
}

/** Tells people what a change of their subscription means to them. */
export const createTransitions = (alerts: Alerts) => ({
  async tell(db: Connection, transition: Transition): Promise<void> {
    const { after } = transition;
    const { organizationId, failedPayments, periodStart } = after;
    const isUnpaid = after.state === "past_due" || after.state === "suspended";
    const payUrl = isUnpaid ? await findPayUrl(db, organizationId) : undefined;
    for (const alert of alertsOf(transition, payUrl)) {
      // A failed payment is told of once, however often it is read; all else once with each change.
      const what =
        alert.kind === "payment-failed"
          ? `${periodStart.toISOString()} ${failedPayments}`
          : `version ${after.revision}`;
      await alerts.tell(db, organizationId, `${after.id} ${what}`, alert);
    }
  },
});

/** What there is to tell of a change. */
function alertsOf({ previous, previousPlan, after, plan }: Transition, payUrl: string | undefined): Alert[] {
  const { state, failedPayments, periodEnd, trialEndsAt } = after;
  const planName = plan.name;
  if (state === "cancelled") {
    return previous === undefined || previous.state === "cancelled" ? [] : [{ kind: "cancelled", planName }];
  }
  const alerts: Alert[] = [];
  if (previous === undefined) {
    if (state === "trial") alerts.push({ kind: "trial-began", planName, endsAt: trialEndsAt ?? periodEnd });
    else if (state === "active") alerts.push({ kind: "plan-began", planName });
  } else {
    if (previous.planId !== plan.id) {
      alerts.push({ kind: "plan-changed", planName, previousName: previousPlan.name });
    }
    if (previous.state === "suspended" && state !== "suspended") alerts.push({ kind: "reactivated", planName });
    if (previous.endsAtPeriodEnd && !after.endsAtPeriodEnd) alerts.push({ kind: "goes-on", planName });
  }
  if (after.endsAtPeriodEnd && previous?.endsAtPeriodEnd !== true) {
    alerts.push({ kind: "will-end", planName, endsAt: periodEnd });
  }
  if (state === "past_due" && failedPayments > (previous?.failedPayments ?? 0)) {
    alerts.push({ kind: "payment-failed", failedPayments, payUrl });
  }
  if (state === "suspended" && previous?.state !== "suspended") {
    alerts.push({ kind: "suspended", isUnpaid: after.paidBy === "stripe", payUrl });
  }
  return alerts;
}
