import type { Budget } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { countOf, microsOf } from "../../../ui/amounts.ts";
import { ChangedMeanwhile } from "../../../ui/changed-meanwhile.tsx";
import { FormActions } from "../../../ui/dialog.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useGuardedSave } from "../../../ui/use-guarded-save.ts";
import { describeLimits } from "../budget-words.ts";
import { BudgetLimits } from "./budget-form.tsx";

type Limits = Pick<Budget, "limitMicros" | "limitTokens">;

/** Changes what a budget allows. What somebody else did meanwhile is not overwritten unasked. */
export function ChangeBudget({ budget, onDone }: { budget: Budget; onDone: () => void }): ReactNode {
  const queryClient = useQueryClient();
  // What the form began with: its version guards the change.
  const [from, setFrom] = useState(budget);
  const form = useRef<HTMLFormElement>(null);
  const chosen = (): Limits => {
    const fields = new FormData(form.current ?? undefined);
    return {
      limitMicros: microsOf(String(fields.get("money") ?? "")),
      limitTokens: countOf(String(fields.get("tokens") ?? "")),
    };
  };
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["gateway", "budgets"] });
  const guarded = useGuardedSave<Budget>({
    from,
    async save(version) {
      await reef.gateway.updateBudget({ budgetId: budget.id, ...chosen() }, { ifMatch: version });
      await refresh();
      onDone();
      toast("Budget changed.");
    },
    read: () => reef.gateway.getBudget({ budgetId: budget.id }),
    onTheirs(theirs) {
      setFrom(theirs);
      void refresh();
    },
  });
  return (
    <form
      ref={form}
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void guarded.save();
      }}
    >
      <BudgetLimits key={from.version} budget={from} />
      {guarded.theirs !== undefined && (
        <ChangedMeanwhile
          what="budget"
          changedAt={guarded.theirs.updatedAt}
          theirs={describeLimits(guarded.theirs)}
          mine={describeLimits({ ...guarded.theirs, ...chosen() })}
          isBusy={guarded.isBusy}
          onTheirs={guarded.takeTheirs}
          onMine={() => void guarded.saveOverTheirs()}
        />
      )}
      {guarded.problem !== undefined && <ProblemView error={guarded.problem} isCompact />}
      {guarded.theirs === undefined && <FormActions action="Change budget" isBusy={guarded.isBusy} />}
    </form>
  );
}
