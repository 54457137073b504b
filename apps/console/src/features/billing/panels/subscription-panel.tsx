import type { ListedSubscription } from "@reef/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { PanelProps } from "../../../app/feature.ts";
import { PanelFrame } from "../../../panel/panel-frame.tsx";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { Fact, Facts } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { Time } from "../../../ui/time.tsx";
import { toast, toastProblem } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { fullDayOf, monthOf, priceOf } from "../billing-words.ts";
import { SubscriptionState } from "../parts/all-subscriptions.tsx";
import { AssignPlanDialog } from "../parts/assign-plan.tsx";
import { subscriptionQuery } from "../queries.ts";

/** The subscription of one organization, for operators. `id` is the organization's. */
export function SubscriptionPanel({ id }: PanelProps): ReactNode {
  const { data: subscription, error, refetch } = useQuery(subscriptionQuery(id));
  if (subscription) return <About subscription={subscription} />;
  return (
    <PanelFrame title="Subscription">
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {error === null && subscription === undefined && <RowsSkeleton rows={4} />}
      {subscription === null && <p className="text-muted">This organization never had a plan.</p>}
    </PanelFrame>
  );
}

function About({ subscription }: { subscription: ListedSubscription }): ReactNode {
  const { plan, paidBy, isOrphaned, periodStart, periodEnd, trialEndsAt, failedPayments, createdAt, cancelledAt } =
    subscription;
  const name = subscription.organizationName ?? subscription.organizationId;
  return (
    <PanelFrame title={`Plan of ${name}`} description={<SubscriptionState subscription={subscription} />}>
      <Facts>
        <Fact name="Plan">
          {plan.name}, {priceOf(plan)}
        </Fact>
        <Fact name="Paid">{paidBy === "stripe" ? "At Stripe" : "By hand, to the reef's operators"}</Fact>
        <Fact name="Month">{monthOf(periodStart, periodEnd)}</Fact>
        {trialEndsAt !== null && <Fact name="Trial until">{fullDayOf(trialEndsAt)}</Fact>}
        {failedPayments > 0 && <Fact name="Failed payments">{failedPayments}</Fact>}
        {cancelledAt !== null && <Fact name="Ended">{fullDayOf(cancelledAt)}</Fact>}
        <Fact name="Since">
          <Time value={createdAt} />
        </Fact>
      </Facts>
      {paidBy === "stripe" && subscription.state !== "cancelled" && (
        <p className="text-13 text-muted">
          {isOrphaned
            ? "Nobody takes its payments: it was paid for at an account of Stripe that is not this reef's now. End it, or assign a plan in its place. If that account still charges for it, end it there as well."
            : "It is paid for at Stripe, so it is changed there or by the organization's admins."}
        </p>
      )}
      <SubscriptionActions subscription={subscription} name={name} />
    </PanelFrame>
  );
}

interface SubscriptionActionsProps {
  subscription: ListedSubscription;
  name: string;
}

function SubscriptionActions({ subscription, name }: SubscriptionActionsProps): ReactNode {
  const queryClient = useQueryClient();
  const rollUp = useSubmit();
  const [isAssigning, setAssigning] = useState(false);
  const { organizationId, state, paidBy, isOrphaned } = subscription;
  const isOurs = paidBy === "operator" || state === "cancelled";
  const isFree = state === "cancelled" || isOrphaned;
  const done = async (work: Promise<unknown>, words: string) => {
    await work;
    await queryClient.invalidateQueries({ queryKey: ["billing"] });
    toast(words);
  };
  return (
    <div className="flex flex-wrap gap-2">
      {(isOurs || isOrphaned) && (
        <Button onClick={() => setAssigning(true)}>{isFree ? "Assign a plan" : "Change plan"}</Button>
      )}
      {isOurs && state === "suspended" && (
        <ConfirmDialog
          title={`Reactivate the plan of ${name}?`}
          consequence="Its calls of models are let through again within seconds."
          action="Reactivate"
          isDangerous={false}
          onConfirm={() => done(reef.billing.reactivateSubscription({ organizationId }), `${name} goes on.`)}
          trigger={<Button>Reactivate</Button>}
        />
      )}
      {isOurs && state !== "suspended" && state !== "cancelled" && (
        <ConfirmDialog
          title={`Suspend the plan of ${name}?`}
          consequence="Its calls of models are refused within seconds, until it is reactivated. Nothing is deleted."
          action="Suspend"
          onConfirm={() => done(reef.billing.suspendSubscription({ organizationId }), `${name} is suspended.`)}
          trigger={<Button kind="danger">Suspend</Button>}
        />
      )}
      {(isOurs || isOrphaned) && state !== "cancelled" && (
        <ConfirmDialog
          title={`Cancel the plan of ${name}?`}
          consequence="It ends now: its calls of models are refused within seconds. What was invoiced stays owed."
          action="Cancel plan"
          onConfirm={() => done(reef.billing.cancelSubscription({ organizationId }), `The plan of ${name} ended.`)}
          trigger={<Button kind="danger">Cancel plan</Button>}
        />
      )}
      <Button
        kind="quiet"
        isBusy={rollUp.isBusy}
        onClick={() =>
          void rollUp.run(() =>
            done(reef.billing.rollUpPeriods({ organizationId }), "The use is summed up anew.").catch(toastProblem),
          )
        }
      >
        Sum up use anew
      </Button>
      <AssignPlanDialog isOpen={isAssigning} onOpenChange={setAssigning} organizationId={organizationId} />
    </div>
  );
}
