import type { ListedSubscription, Subscription } from "@reef/sdk";
import { Landmark, SearchX } from "lucide-react";
import { type ReactNode, useState } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Field, Select } from "../../../ui/field.tsx";
import { Status } from "../../../ui/status.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { useIsNarrow } from "../../../ui/use-narrow.ts";
import { fullDayOf, lookOf } from "../billing-words.ts";
import { useSubscriptions } from "../queries.ts";

const states: readonly { value: Subscription["state"]; label: string }[] = [
  { value: "trial", label: "Trial" },
  { value: "active", label: "Active" },
  { value: "past_due", label: "Payment failed" },
  { value: "suspended", label: "Suspended" },
  { value: "cancelled", label: "Cancelled" },
];

/** How a subscription stands. */
export function SubscriptionState({ subscription }: { subscription: Subscription }): ReactNode {
  const { state, word } = lookOf(subscription);
  return <Status state={state}>{word}</Status>;
}

const Name = ({ subscription }: { subscription: ListedSubscription }): ReactNode => (
  <PanelLink as="row" kind="subscription" id={subscription.organizationId} className="truncate">
    {subscription.organizationName ?? subscription.organizationId}
  </PanelLink>
);

const columns: readonly Column<ListedSubscription>[] = [
  { name: "Organization", width: "minmax(0, 1.6fr)", cell: (subscription) => <Name subscription={subscription} /> },
  {
    name: "Plan",
    width: "minmax(0, 1fr)",
    cell: ({ plan }) => <span className="truncate">{plan.name}</span>,
  },
  { name: "State", width: "9rem", cell: (subscription) => <SubscriptionState subscription={subscription} /> },
  {
    name: "Paid",
    width: "7rem",
    hideBelow: "md",
    cell: ({ paidBy }) => <span className="text-muted">{paidBy === "stripe" ? "At Stripe" : "By hand"}</span>,
  },
  {
    name: "Month ends",
    width: "8rem",
    hideBelow: "sm",
    align: "end",
    cell: ({ periodEnd }) => fullDayOf(periodEnd),
  },
];

/** The same on a telephone: two lines a row. */
const narrowColumns: readonly Column<ListedSubscription>[] = [
  {
    name: "Organization",
    cell: (subscription) => (
      <span className="flex min-w-0 flex-col">
        <Name subscription={subscription} />
        <span className="flex min-w-0 gap-2 text-13 text-muted">
          <SubscriptionState subscription={subscription} />
          <span className="truncate">{subscription.plan.name}</span>
        </span>
      </span>
    ),
  },
];

/** The subscriptions of all organizations. */
export function AllSubscriptions({ onAssign }: { onAssign: () => void }): ReactNode {
  const isNarrow = useIsNarrow();
  const [state, setState] = useState<Subscription["state"] | undefined>();
  return (
    <div className="flex flex-col gap-4">
      <Field label="State" isLabelHidden className="w-44">
        <Select
          value={state ?? ""}
          onChange={({ target }) => setState((target.value || undefined) as Subscription["state"] | undefined)}
        >
          <option value="">All subscriptions</option>
          {states.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <Table
        label="Subscriptions"
        pages={useSubscriptions(state)}
        keyOf={({ organizationId }) => organizationId}
        columns={isNarrow ? narrowColumns : columns}
        isTall={isNarrow}
        empty={state === undefined ? <NoneYet onAssign={onAssign} /> : <NoneOfThat />}
      />
    </div>
  );
}

const NoneOfThat = (): ReactNode => (
  <EmptyState title="No subscription is in this state" icon={<SearchX />}>
    Choose another state to see the others.
  </EmptyState>
);

const NoneYet = ({ onAssign }: { onAssign: () => void }): ReactNode => (
  <EmptyState
    title="No organization has a plan yet"
    icon={<Landmark />}
    action={
      <Button kind="primary" onClick={onAssign}>
        Assign a plan
      </Button>
    }
  >
    Organizations choose plans on their own page, where payments are taken; operators assign them.
  </EmptyState>
);
