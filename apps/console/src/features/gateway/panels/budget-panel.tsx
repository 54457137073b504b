import type { Budget } from "@reef/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { PanelProps } from "../../../app/feature.ts";
import { PanelFrame } from "../../../panel/panel-frame.tsx";
import { usePanels } from "../../../panel/use-panels.ts";
import { useMayManage } from "../../../session/account.ts";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../../ui/dialog.tsx";
import { Fact, Facts, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { ExactTime, Time } from "../../../ui/time.tsx";
import { toast } from "../../../ui/toast.tsx";
import { describeLimits } from "../budget-words.ts";
import { useScopeName } from "../parts/budget-scope.tsx";
import { BudgetState } from "../parts/budget-state.tsx";
import { BudgetUse } from "../parts/budget-use.tsx";
import { ChangeBudget } from "../parts/change-budget.tsx";
import { type Removal, useRemoval } from "../parts/use-removal.ts";
import { budgetQuery } from "../queries.ts";

/** One budget: what it allows, and how much of it is used. */
export function BudgetPanel({ id }: PanelProps): ReactNode {
  const removal = useRemoval();
  const { data: budget, error, refetch } = useQuery({ ...budgetQuery(id), enabled: !removal.isGone });
  if (budget !== undefined) return <About budget={budget} removal={removal} />;
  return (
    <PanelFrame title="Budget">
      {error === null ? (
        <RowsSkeleton rows={4} />
      ) : (
        <ProblemView error={error} onRetry={() => void refetch()} isCompact />
      )}
    </PanelFrame>
  );
}

interface AboutProps {
  budget: Budget;
  removal: Removal;
}

function About({ budget, removal }: AboutProps): ReactNode {
  const { kind, name } = useScopeName(budget);
  const mayManage = useMayManage();
  const isOfPlan = budget.scope === "plan";
  return (
    <PanelFrame title={isOfPlan ? name : `Budget of ${name}`} description={<BudgetState budget={budget} />}>
      <Facts>
        <Fact name="For">
          {isOfPlan ? (
            <>
              The organization: what <TextLink to="/plan">its plan</TextLink> allows, changed with the plan
            </>
          ) : (
            `${kind} ${name}`
          )}
        </Fact>
        <Fact name="Allows">{describeLimits(budget)}</Fact>
        {budget.resetsAt !== null && (
          <Fact name="Begins anew (UTC)">
            <ExactTime value={budget.resetsAt} />
          </Fact>
        )}
        <Fact name="Created">
          <Time value={budget.createdAt} />
        </Fact>
      </Facts>
      {mayManage && !isOfPlan && <BudgetActions budget={budget} name={name} removal={removal} />}
      <Section title="Used" description="As far as calls are on record; those that run are counted when they end.">
        <BudgetUse budget={budget} />
      </Section>
    </PanelFrame>
  );
}

function BudgetActions({ budget, name, removal }: AboutProps & { name: string }): ReactNode {
  const queryClient = useQueryClient();
  const { close } = usePanels();
  const [isChanging, setChanging] = useState(false);
  const remove = async () => {
    await removal.remove(() => reef.gateway.deleteBudget({ budgetId: budget.id }));
    close(0);
    await queryClient.invalidateQueries({ queryKey: ["gateway", "budgets"] });
    toast("Budget deleted.");
  };
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => setChanging(true)}>Change</Button>
      <ConfirmDialog
        title={`Delete the budget of ${name}?`}
        consequence="Nothing limits what it limited, within a second or two. What was used stays on record."
        action="Delete budget"
        onConfirm={remove}
        trigger={<Button kind="danger">Delete</Button>}
      />
      <Dialog
        title={`Change the budget of ${name}`}
        description="It holds within a second or two. What is left empty is not limited."
        isOpen={isChanging}
        onOpenChange={setChanging}
      >
        {isChanging && <ChangeBudget budget={budget} onDone={() => setChanging(false)} />}
      </Dialog>
    </div>
  );
}
