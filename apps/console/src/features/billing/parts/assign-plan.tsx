import type { Plan, Subscription } from "@reef/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { reef } from "../../../session/reef.ts";
import { countOf } from "../../../ui/amounts.ts";
import { Dialog, FormActions } from "../../../ui/dialog.tsx";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { priceOf } from "../billing-words.ts";
import { organizationNamesQuery, plansToAssignQuery } from "../queries.ts";

interface AssignPlanDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** The organization that it is for, where that is known. */
  organizationId?: Subscription["organizationId"];
}

/** Gives an organization a plan, without a payment in the reef. */
export const AssignPlanDialog = ({ isOpen, onOpenChange, organizationId }: AssignPlanDialogProps): ReactNode => (
  <Dialog
    title="Assign a plan"
    description="It holds at once, without a payment in the reef: a plan that costs something is billed by invoice, which operators settle."
    isOpen={isOpen}
    onOpenChange={onOpenChange}
  >
    {isOpen && <AssignForm organizationId={organizationId} onDone={() => onOpenChange(false)} />}
  </Dialog>
);

interface AssignFormProps {
  organizationId: Subscription["organizationId"] | undefined;
  onDone: () => void;
}

function AssignForm({ organizationId, onDone }: AssignFormProps): ReactNode {
  const queryClient = useQueryClient();
  const plans = useQuery(plansToAssignQuery);
  const organizations = useQuery({ ...organizationNamesQuery, enabled: organizationId === undefined });
  const form = useSubmit(async ({ chosenId = "", planId = "", trialDays = "" }) => {
    const { plan } = await reef.billing.assignPlan({
      organizationId: organizationId ?? (chosenId as Subscription["organizationId"]),
      planId: planId as Plan["id"],
      trialDays: countOf(trialDays) ?? 0,
    });
    await queryClient.invalidateQueries({ queryKey: ["billing"] });
    onDone();
    toast(`${plan.name} holds from now on.`);
  });
  const problem = form.problem ?? plans.error ?? organizations.error ?? undefined;
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      {organizationId === undefined && (
        <Field label="Organization">
          <Select name="chosenId" required autoFocus>
            {organizations.data?.map(({ id, name, slug }) => (
              <option key={id} value={id}>
                {name} ({slug})
              </option>
            ))}
          </Select>
        </Field>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Plan">
          <Select name="planId" required disabled={plans.data === undefined}>
            {plans.data?.map((plan) => (
              <option key={plan.id} value={plan.id}>
                {plan.name}, {priceOf(plan)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Trial (days)">
          <Input name="trialDays" type="number" min={0} max={365} step={1} defaultValue={0} />
        </Field>
      </div>
      {problem !== undefined && <ProblemView error={problem} isCompact />}
      <FormActions action="Assign plan" isBusy={form.isBusy} isDisabled={plans.data === undefined} />
    </form>
  );
}
