import type { BillingStanding, Plan, Subscription } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { toast, toastProblem } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { priceOf, serves } from "../billing-words.ts";
import { goTo } from "../go-to.ts";
import { standingQuery } from "../queries.ts";

/** The button that chooses a plan, or changes to it; nothing where that is not done here. */
export function ChoosePlan({ plan, standing }: { plan: Plan; standing: BillingStanding }): ReactNode {
  const { subscription, payments } = standing;
  if (payments === "none") return null;
  if (subscription === null || subscription.state === "cancelled" || subscription.isOrphaned) {
    return <CheckOut plan={plan} isTried={standing.mayTry && plan.trialDays > 0} />;
  }
  if (subscription.paidBy === "operator" || !serves(subscription)) return null;
  return <ChangePlan plan={plan} subscription={subscription} />;
}

function CheckOut({ plan, isTried }: { plan: Plan; isTried: boolean }): ReactNode {
  const { isBusy, run } = useSubmit();
  const leave = async () => {
    try {
      goTo((await reef.billing.startCheckout({ planId: plan.id })).url);
    } catch (error) {
      toastProblem(error);
    }
  };
  return (
    <Button isBusy={isBusy} onClick={() => void run(leave)}>
      {isTried ? `Try ${plan.name}` : `Choose ${plan.name}`}
    </Button>
  );
}

function ChangePlan({ plan, subscription }: { plan: Plan; subscription: Subscription }): ReactNode {
  const queryClient = useQueryClient();
  const isComing = subscription.pendingPlanId === plan.id;
  const change = async () => {
    const changed = await reef.billing.updateSubscription({ planId: plan.id }, { ifMatch: subscription.version });
    // What is being arranged is seen, however soon it is over: else nobody would see that it was refused.
    queryClient.setQueryData(standingQuery.queryKey, (known) => known && { ...known, subscription: changed });
    await queryClient.invalidateQueries({ queryKey: ["billing"] });
    toast(`The change to ${plan.name} is being arranged.`);
  };
  return (
    <ConfirmDialog
      title={`Change to ${plan.name}?`}
      consequence={consequenceOf(plan, subscription)}
      action={`Change to ${plan.name}`}
      isDangerous={false}
      onConfirm={change}
      trigger={<Button isBusy={isComing}>{isComing ? "Changing …" : `Change to ${plan.name}`}</Button>}
    />
  );
}

/** What a change costs, and when. */
function consequenceOf(plan: Plan, { state, plan: present }: Subscription): string {
  if (state === "trial") {
    return `It holds within seconds. The trial goes on as long as that of ${plan.name} would; then it is ${priceOf(plan)}.`;
  }
  return plan.priceCents > present.priceCents
    ? `It holds within seconds, and a month begins: ${priceOf(plan)}, paid at once but for what is left of this month. If that cannot be paid, the plan stays as it is.`
    : `It holds within seconds. This month goes on, and nothing of it is given back; then it is ${priceOf(plan)}.`;
}
