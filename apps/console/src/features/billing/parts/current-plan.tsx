import type { BillingStanding, Subscription } from "@reef/sdk";
import type { ReactNode } from "react";
import { useMayManage } from "../../../session/account.ts";
import { Card } from "../../../ui/page.tsx";
import { Status } from "../../../ui/status.tsx";
import { useNow } from "../../../ui/time.tsx";
import { beyondOf, dayOf, lookOf, priceOf, serves, timeLeft } from "../billing-words.ts";
import { usePeriods } from "../queries.ts";
import { CancelPlan } from "./change-ending.tsx";
import { MonthUse } from "./month-use.tsx";
import { PortalButton } from "./portal-button.tsx";

interface CurrentPlanProps {
  subscription: Subscription;
  payments: BillingStanding["payments"];
}

/** The organization's plan: what it is, how it stands, and what was used of the month. */
export function CurrentPlan({ subscription, payments }: CurrentPlanProps): ReactNode {
  const { plan, periodStart, pendingPlanId } = subscription;
  const look = lookOf(subscription);
  const period = usePeriods().items.find(({ start }) => Date.parse(start) === Date.parse(periodStart));
  return (
    <Card className="flex flex-col gap-5 p-5">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-col gap-1">
          <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
            <h2 className="text-20 font-semibold wrap-anywhere">{plan.name}</h2>
            <Status state={look.state}>{look.word}</Status>
            {pendingPlanId !== null && <Status state="busy">Changing</Status>}
          </div>
          <p className="text-muted">
            {priceOf(plan)}
            {subscription.paidBy === "operator" && plan.priceCents > 0 && ", by invoice"}
          </p>
        </div>
        <PlanActions subscription={subscription} payments={payments} />
      </header>
      {serves(subscription) && (
        <>
          <MonthUse subscription={subscription} period={period} />
          <p className="text-13 text-muted">
            <MonthLeft subscription={subscription} /> {beyondOf(plan)}
          </p>
        </>
      )}
    </Card>
  );
}

function MonthLeft({ subscription }: { subscription: Subscription }): ReactNode {
  const { periodStart, periodEnd, endsAtPeriodEnd } = subscription;
  const now = useNow();
  // The stand-in for Stripe may have begun a month that is yet to come here.
  const words = `${timeLeft(periodEnd, Math.max(now, Date.parse(periodStart)))} of the month left`;
  return `${words[0]?.toUpperCase()}${words.slice(1)}; ${endsAtPeriodEnd ? "the plan ends" : "the next one begins"} on ${dayOf(periodEnd, now)}.`;
}

function PlanActions({ subscription, payments }: CurrentPlanProps): ReactNode {
  const mayManage = useMayManage();
  const { paidBy, state, endsAtPeriodEnd, isOrphaned } = subscription;
  if (!mayManage || state === "cancelled") return null;
  if (isOrphaned) return null;
  const isPaidHere = paidBy === "stripe" && payments !== "none";
  if (!isPaidHere) {
    return (
      <p className="max-w-[36ch] text-13 text-muted">Assigned by an operator of the reef: ask one to change it.</p>
    );
  }
  return (
    <div className="flex flex-wrap gap-2">
      <PortalButton>Cards and receipts</PortalButton>
      {serves(subscription) && !endsAtPeriodEnd && <CancelPlan subscription={subscription} />}
    </div>
  );
}
