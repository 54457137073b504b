import type { Plan } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { countOf, dollarsText, microsOf } from "../../../ui/amounts.ts";
import { Dialog, FormActions } from "../../../ui/dialog.tsx";
import { Checkbox, Field, Input, Select, TextArea } from "../../../ui/field.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { centsOf, digitsOf, moneyText } from "../billing-words.ts";

interface CreatePlanDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Creates a plan. */
export const CreatePlanDialog = ({ isOpen, onOpenChange }: CreatePlanDialogProps): ReactNode => (
  <Dialog
    title="Create a plan"
    description="Organizations may choose it at once, unless it is only for operators to assign."
    isOpen={isOpen}
    onOpenChange={onOpenChange}
  >
    {isOpen && <CreatePlanForm onDone={() => onOpenChange(false)} />}
  </Dialog>
);

/** Currencies that a form offers; others by the API. */
const CURRENCIES = ["usd", "eur", "gbp", "chf", "sek", "dkk", "nok", "pln", "jpy", "inr", "cad", "aud"];

/** What the fields say, as the reef takes it. */
function termsOf(values: Record<string, string>, currency: string) {
  const { name = "", description = "", price = "", tokens = "", money = "", atLimit, perMillion = "" } = values;
  const { trialDays = "", isOffered, position = "" } = values;
  return {
    name,
    description,
    priceCents: centsOf(price, currency),
    allowanceTokens: countOf(tokens),
    allowanceMicros: microsOf(money),
    atLimit: atLimit === "charge" ? ("charge" as const) : ("stop" as const),
    overageCentsPerMillion: atLimit === "charge" ? centsOf(perMillion, currency) : null,
    trialDays: countOf(trialDays) ?? 0,
    isOffered: isOffered === "on",
    position: countOf(position) ?? 100,
  };
}

function CreatePlanForm({ onDone }: { onDone: () => void }): ReactNode {
  const queryClient = useQueryClient();
  const [currency, setCurrency] = useState("usd");
  const form = useSubmit(async ({ slug = "", ...values }) => {
    const plan = await reef.billing.createPlan({ slug, currency, ...termsOf(values, currency) });
    await queryClient.invalidateQueries({ queryKey: ["billing", "plans"] });
    onDone();
    toast(`The plan ${plan.name} is there.`);
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Name">
          <Input name="name" required maxLength={60} autoFocus autoComplete="off" />
        </Field>
        <Field label="Short name" hint="For good: starter">
          <Input name="slug" required pattern="[a-z][a-z0-9\-]{0,39}" autoComplete="off" spellCheck={false} />
        </Field>
      </div>
      <Field label="Currency">
        <Select value={currency} onChange={({ target }) => setCurrency(target.value)}>
          {CURRENCIES.map((code) => (
            <option key={code} value={code}>
              {code.toUpperCase()}
            </option>
          ))}
        </Select>
      </Field>
      <Terms currency={currency} />
      {form.problem !== undefined && <ProblemView error={form.problem} isCompact />}
      <FormActions action="Create plan" isBusy={form.isBusy} />
    </form>
  );
}

/** Changes a plan; its short name and its currency stay. */
export function ChangePlanForm({ plan, onDone }: { plan: Plan; onDone: () => void }): ReactNode {
  const queryClient = useQueryClient();
  const form = useSubmit(async (values) => {
    await reef.billing.updatePlan({ planId: plan.id, ...termsOf(values, plan.currency) }, { ifMatch: plan.version });
    await queryClient.invalidateQueries({ queryKey: ["billing"] });
    onDone();
    toast("Plan changed.");
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <Field label="Name">
        <Input name="name" required maxLength={60} defaultValue={plan.name} autoFocus autoComplete="off" />
      </Field>
      <Terms currency={plan.currency} plan={plan} />
      {form.problem !== undefined && <ProblemView error={form.problem} isCompact />}
      <FormActions action="Change plan" isBusy={form.isBusy} />
    </form>
  );
}

function Terms({ currency, plan }: { currency: string; plan?: Plan }): ReactNode {
  const [atLimit, setAtLimit] = useState(plan?.atLimit ?? "stop");
  const step = 1 / 10 ** digitsOf(currency);
  const unit = currency.toUpperCase();
  return (
    <>
      <Field label="Description">
        <TextArea name="description" rows={2} maxLength={500} defaultValue={plan?.description} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={`Price of a month (${unit})`}>
          <Input
            name="price"
            type="number"
            required
            min={0}
            max={1_000_000}
            step={step}
            defaultValue={moneyText(plan?.priceCents ?? null, currency)}
          />
        </Field>
        <Field label="Trial (days)">
          <Input name="trialDays" type="number" min={0} max={365} step={1} defaultValue={plan?.trialDays ?? 0} />
        </Field>
        <Field label="Tokens a month">
          <Input
            name="tokens"
            type="number"
            min={0}
            max={9_000_000_000_000_000}
            step={1}
            placeholder="No limit"
            required={atLimit === "charge"}
            defaultValue={plan?.allowanceTokens ?? ""}
          />
        </Field>
        <Field label="Models for (dollars)">
          <Input
            name="money"
            type="number"
            min={0}
            max={9_000_000}
            step="any"
            placeholder="No limit"
            defaultValue={dollarsText(plan?.allowanceMicros ?? null)}
          />
        </Field>
        <Field label="Beyond the allowance">
          <Select name="atLimit" value={atLimit} onChange={({ target }) => setAtLimit(target.value as typeof atLimit)}>
            <option value="stop">Calls stop</option>
            <option value="charge">Calls are charged for</option>
          </Select>
        </Field>
        {atLimit === "charge" && (
          <Field label={`Each million tokens beyond (${unit})`}>
            <Input
              name="perMillion"
              type="number"
              required
              min={0}
              max={1_000_000}
              step={step}
              defaultValue={moneyText(plan?.overageCentsPerMillion ?? null, currency)}
            />
          </Field>
        )}
        <Field label="Place among the plans">
          <Input name="position" type="number" min={0} max={1_000} step={1} defaultValue={plan?.position ?? 100} />
        </Field>
      </div>
      <Checkbox
        name="isOffered"
        label="Organizations may choose it themselves"
        defaultChecked={plan?.isOffered ?? true}
      />
    </>
  );
}
