import type { Plan } from "@reef/sdk";
import { WalletCards } from "lucide-react";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Status } from "../../../ui/status.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { useIsNarrow } from "../../../ui/use-narrow.ts";
import { allowanceOf, formatMoney } from "../billing-words.ts";
import { useAllPlans } from "../queries.ts";

/** Whether a plan can be chosen, by shape and word. */
export function PlanState({ plan: { archivedAt, isOffered } }: { plan: Plan }): ReactNode {
  if (archivedAt !== null) return <Status state="offline">Archived</Status>;
  return isOffered ? <Status state="online">Offered</Status> : <Status state="paused">By operators</Status>;
}

const Name = ({ plan: { id, name } }: { plan: Plan }): ReactNode => (
  <PanelLink as="row" kind="plan" id={id} className="truncate">
    {name}
  </PanelLink>
);

const columns: readonly Column<Plan>[] = [
  {
    name: "Plan",
    width: "minmax(0, 1.4fr)",
    cell: (plan) => (
      <>
        <Name plan={plan} />
        <code className="truncate font-mono text-12 text-muted">{plan.slug}</code>
      </>
    ),
  },
  { name: "State", width: "8rem", cell: (plan) => <PlanState plan={plan} /> },
  {
    name: "Allows",
    width: "minmax(0, 1.6fr)",
    hideBelow: "md",
    cell: (plan) => <span className="truncate text-muted">{allowanceOf(plan)}</span>,
  },
  {
    name: "Beyond",
    width: "minmax(0, 1.2fr)",
    hideBelow: "lg",
    cell: ({ atLimit, overageCentsPerMillion, currency }) => (
      <span className="truncate text-muted">
        {atLimit === "charge" && overageCentsPerMillion !== null
          ? `${formatMoney(overageCentsPerMillion, currency)} a million`
          : "Calls stop"}
      </span>
    ),
  },
  {
    name: "A month",
    width: "7rem",
    align: "end",
    cell: ({ priceCents, currency }) => (priceCents === 0 ? "Free" : formatMoney(priceCents, currency)),
  },
];

/** The same on a telephone: two lines a row. */
const narrowColumns: readonly Column<Plan>[] = [
  {
    name: "Plan",
    cell: (plan) => (
      <span className="flex min-w-0 flex-col">
        <Name plan={plan} />
        <PlanState plan={plan} />
      </span>
    ),
  },
  ...columns.slice(-1),
];

/** All plans of the reef. */
export function AllPlans({ onCreate }: { onCreate: () => void }): ReactNode {
  const isNarrow = useIsNarrow();
  return (
    <Table
      label="Plans"
      pages={useAllPlans()}
      keyOf={({ id }) => id}
      columns={isNarrow ? narrowColumns : columns}
      isTall={isNarrow}
      empty={
        <EmptyState
          title="No plans"
          icon={<WalletCards />}
          action={
            <Button kind="primary" onClick={onCreate}>
              Create a plan
            </Button>
          }
        >
          A plan says what an organization may use of models in a month, and what that costs.
        </EmptyState>
      }
    />
  );
}
