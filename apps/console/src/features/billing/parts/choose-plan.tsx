import type { BillingStanding, Plan, Subscription } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { toast, toastProblem } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { priceOf, serves } from "../billing-words.ts";
import { changeSubscription } from "../change-subscription.ts";
import { goTo } from "../go-to.ts";

/** The button that chooses a plan, or changes to it; nothing where that is not done here. */
export function ChoosePlan({ plan, standing }: { plan: Plan; standing: BillingStanding }): ReactNode {
  const { subscription, payments } = standing;
  if (payments === "none") return null;
  if (subscription === null || subscription.state === "cancelled") {
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
    await changeSubscription(subscription, { planId: plan.id });
    await queryClient.invalidateQueries({ queryKey: ["billing"] });
    toast(`The plan changes to ${plan.name}.`);
  };
  return (
    <ConfirmDialog
      title={`Change to ${plan.name}?`}
      consequence={`It holds within seconds, for ${priceOf(plan)}. What was paid for this month is reckoned up by the day: the difference comes with the next invoice.`}
      action={`Change to ${plan.name}`}
      isDangerous={false}
      onConfirm={change}
      trigger={<Button isBusy={isComing}>{isComing ? "Changing …" : `Change to ${plan.name}`}</Button>}
    />
  );
}
