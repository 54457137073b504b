import type { Subscription } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { useNow } from "../../../ui/time.tsx";
import { toast, toastProblem } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { dayOf } from "../billing-words.ts";

/** Cancels the plan with the end of the month. */
export function CancelPlan({ subscription }: { subscription: Subscription }): ReactNode {
  const queryClient = useQueryClient();
  const now = useNow();
  const end = dayOf(subscription.periodEnd, now);
  const cancel = async () => {
    await reef.billing.updateSubscription({ endsAtPeriodEnd: true }, { ifMatch: subscription.version });
    await queryClient.invalidateQueries({ queryKey: ["billing"] });
    toast(`The plan ends on ${end}.`);
  };
  return (
    <ConfirmDialog
      title={`Cancel the plan ${subscription.plan.name}?`}
      consequence={`It serves until ${end}, and can be kept until then. Afterwards no model can be called; nothing is deleted.`}
      action="Cancel plan"
      onConfirm={cancel}
      trigger={<Button kind="quiet">Cancel plan</Button>}
    />
  );
}

/** Takes the ending back. */
export function KeepPlan({ subscription }: { subscription: Subscription }): ReactNode {
  const queryClient = useQueryClient();
  const { isBusy, run } = useSubmit();
  const keep = async () => {
    try {
      await reef.billing.updateSubscription({ endsAtPeriodEnd: false }, { ifMatch: subscription.version });
      await queryClient.invalidateQueries({ queryKey: ["billing"] });
      toast(`The plan ${subscription.plan.name} goes on.`);
    } catch (error) {
      toastProblem(error);
    }
  };
  return (
    <Button kind="primary" isBusy={isBusy} onClick={() => void run(keep)}>
      Keep the plan
    </Button>
  );
}
