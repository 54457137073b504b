import type { Budget } from "@reef/sdk";
import { PiggyBank } from "lucide-react";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { useMayManage } from "../../../session/account.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { describeLimits } from "../budget-words.ts";
import { useBudgets } from "../queries.ts";
import { useScopeName } from "./budget-scope.tsx";
import { BudgetState } from "./budget-state.tsx";
import { NearestUse } from "./budget-use.tsx";

const columns: readonly Column<Budget>[] = [
  { name: "For", width: "minmax(0, 1.4fr)", cell: (budget) => <ScopeCell budget={budget} /> },
  {
    name: "Allows",
    width: "minmax(0, 1.2fr)",
    hideBelow: "lg",
    cell: (budget) => <span className="truncate text-muted">{describeLimits(budget)}</span>,
  },
  { name: "Used", width: "minmax(0, 1.2fr)", cell: (budget) => <NearestUse budget={budget} /> },
  { name: "State", width: "7.5rem", hideBelow: "sm", cell: (budget) => <BudgetState budget={budget} /> },
];

/** What may be used, and how much of it is. */
export function BudgetsList({ onCreate }: { onCreate: () => void }): ReactNode {
  const mayManage = useMayManage();
  return (
    <Table
      label="Budgets"
      pages={useBudgets()}
      keyOf={({ id }) => id}
      columns={columns}
      isTall
      empty={
        <EmptyState
          title="No budgets yet"
          icon={<PiggyBank />}
          action={
            mayManage && (
              <Button kind="primary" onClick={onCreate}>
                Create a budget
              </Button>
            )
          }
        >
          A budget says how much money or how many tokens the organization, an agent or a key may use in a day, in a
          month or in all. When it is used up, further calls are refused.
        </EmptyState>
      }
    />
  );
}

function ScopeCell({ budget }: { budget: Budget }): ReactNode {
  const { kind, name } = useScopeName(budget);
  return (
    <span className="flex min-w-0 flex-col">
      <PanelLink as="row" kind="budget" id={budget.id} className="truncate">
        {name}
      </PanelLink>
      <span className="flex min-w-0 gap-2 text-13 text-muted">
        {kind}
        <span className="sm:hidden">
          <BudgetState budget={budget} />
        </span>
      </span>
    </span>
  );
}
