import { useNavigate, useSearch } from "@tanstack/react-router";
import { Lock, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useShortcuts } from "../../../keys/shortcuts.ts";
import { useAccount } from "../../../session/account.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Page } from "../../../ui/page.tsx";
import { Tabs } from "../../../ui/tabs.tsx";
import { AllInvoices } from "../parts/all-invoices.tsx";
import { AllPlans } from "../parts/all-plans.tsx";
import { AllSubscriptions } from "../parts/all-subscriptions.tsx";
import { AssignPlanDialog } from "../parts/assign-plan.tsx";
import { CreatePlanDialog } from "../parts/plan-form.tsx";
import type { BillingAddress, BillingTab } from "../plan-address.ts";

/** What each tab lets one add; invoices come by themselves. */
const additions: Partial<Record<BillingTab, string>> = { plans: "Create a plan", subscriptions: "Assign a plan" };

/** Plans, subscriptions and invoices of the whole reef, for its operators. */
export function BillingPage(): ReactNode {
  const { isOperator } = useAccount();
  if (isOperator) return <Operated />;
  return (
    <Page title="Billing">
      <EmptyState title="Only for operators" icon={<Lock />}>
        Who runs this reef makes its plans here. What your own organization has stands on the page of its plan.
      </EmptyState>
    </Page>
  );
}

function Operated(): ReactNode {
  const { tab = "plans", add } = useSearch({ from: "/signed-in/billing" });
  const navigate = useNavigate();
  const change = (changes: { [Name in keyof BillingAddress]?: BillingAddress[Name] | undefined }) =>
    void navigate({ to: ".", search: (search) => ({ ...search, ...changes }) });
  const addition = additions[tab];
  const open = () => change({ add: true });
  const dialog = { isOpen: add === true, onOpenChange: (isOpen: boolean) => change({ add: isOpen || undefined }) };
  useShortcuts(
    addition === undefined ? [] : [{ keys: "n", label: addition, group: "This page", run: open }],
    addition !== undefined,
  );
  return (
    <Page
      title="Billing"
      description="The plans of this reef, and what its organizations have and owe."
      actions={
        addition !== undefined && (
          <Button kind="primary" onClick={open}>
            <Plus aria-hidden />
            {addition}
          </Button>
        )
      }
    >
      <Tabs<BillingTab>
        label="Billing"
        value={tab}
        onChange={(chosen) => change({ tab: chosen, add: undefined })}
        tabs={[
          { value: "plans", label: "Plans", content: <AllPlans onCreate={open} /> },
          { value: "subscriptions", label: "Subscriptions", content: <AllSubscriptions onAssign={open} /> },
          { value: "invoices", label: "Invoices", content: <AllInvoices /> },
        ]}
      />
      {tab === "plans" && <CreatePlanDialog {...dialog} />}
      {tab === "subscriptions" && <AssignPlanDialog {...dialog} />}
    </Page>
  );
}
