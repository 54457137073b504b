import type { Budget } from "@reef/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { countOf, dollarsText, microsOf } from "../../../ui/amounts.ts";
import { Dialog, FormActions } from "../../../ui/dialog.tsx";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { agentsToChooseQuery, keysToChooseQuery } from "../queries.ts";

interface CreateBudgetDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Creates a budget. */
export const CreateBudgetDialog = ({ isOpen, onOpenChange }: CreateBudgetDialogProps): ReactNode => (
  <Dialog
    title="Create a budget"
    description="It holds within a second or two. What was used before does not count."
    isOpen={isOpen}
    onOpenChange={onOpenChange}
  >
    {isOpen && <CreateForm onDone={() => onOpenChange(false)} />}
  </Dialog>
);

function CreateForm({ onDone }: { onDone: () => void }): ReactNode {
  const queryClient = useQueryClient();
  const [scope, setScope] = useState<"organization" | "agent" | "key">("organization");
  const form = useSubmit(async ({ scopeId = "", period = "", money = "", tokens = "" }) => {
    await reef.gateway.createBudget({
      scope,
      ...(scope !== "organization" && { scopeId: scopeId as NonNullable<Budget["scopeId"]> }),
      period: period as Exclude<Budget["period"], "plan">,
      limitMicros: microsOf(money),
      limitTokens: countOf(tokens),
    });
    await queryClient.invalidateQueries({ queryKey: ["gateway", "budgets"] });
    onDone();
    toast("Budget created.");
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="For">
          <Select autoFocus value={scope} onChange={({ target }) => setScope(target.value as typeof scope)}>
            <option value="organization">The whole organization</option>
            <option value="agent">An agent</option>
            <option value="key">A key</option>
          </Select>
        </Field>
        <Field label="Period">
          <Select name="period" defaultValue="month">
            <option value="day">A day (UTC)</option>
            <option value="month">A month (UTC)</option>
            <option value="total">All time</option>
          </Select>
        </Field>
      </div>
      {scope !== "organization" && <Which key={scope} scope={scope} />}
      <BudgetLimits />
      {form.problem !== undefined && <ProblemView error={form.problem} isCompact />}
      <FormActions action="Create budget" isBusy={form.isBusy} />
    </form>
  );
}

function Which({ scope }: { scope: "agent" | "key" }): ReactNode {
  const { data, error, refetch } = useQuery<{ id: string; name: string }[]>(
    scope === "agent" ? (agentsToChooseQuery as never) : (keysToChooseQuery as never),
  );
  if (error !== null) return <ProblemView error={error} onRetry={() => void refetch()} isCompact />;
  return (
    <Field
      label={scope === "agent" ? "Agent" : "Key"}
      {...(data?.length === 0 && { error: `There is no ${scope} yet. Choose another one to make a budget for.` })}
    >
      <Select name="scopeId" required disabled={data === undefined}>
        {data?.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** One of them at least; what is left empty is not limited. */
export const BudgetLimits = ({ budget }: { budget?: Budget }): ReactNode => (
  <div className="grid gap-4 sm:grid-cols-2">
    <Field label="Dollars">
      <Input
        name="money"
        type="number"
        min={0}
        max={9_000_000}
        step="any"
        placeholder="No limit"
        defaultValue={dollarsText(budget?.limitMicros ?? null)}
      />
    </Field>
    <Field label="Tokens">
      <Input
        name="tokens"
        type="number"
        min={0}
        max={9_000_000_000_000_000}
        step={1}
        placeholder="No limit"
        defaultValue={budget?.limitTokens ?? ""}
      />
    </Field>
  </div>
);
