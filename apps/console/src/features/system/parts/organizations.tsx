import type { Organization } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { Building2 } from "lucide-react";
import type { ReactNode } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Status } from "../../../ui/status.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useIsNarrow } from "../../../ui/use-narrow.ts";
import { useOrganizations } from "../queries.ts";

const columns: readonly Column<Organization>[] = [
  {
    name: "Organization",
    width: "minmax(0, 2fr)",
    cell: ({ name, slug }) => (
      <>
        <span className="truncate">{name}</span>
        <code className="truncate font-mono text-12 text-muted max-sm:hidden">{slug}</code>
      </>
    ),
  },
  { name: "State", width: "7.5rem", cell: ({ suspended }) => <OrganizationState suspended={suspended} /> },
  { name: "People", width: "5rem", hideBelow: "sm", align: "end", cell: ({ members }) => members },
  { name: "Agents", width: "5rem", hideBelow: "sm", align: "end", cell: ({ agents }) => agents },
  { name: "Since", width: "8rem", hideBelow: "md", align: "end", cell: ({ createdAt }) => <Time value={createdAt} /> },
  {
    name: "Actions",
    isNameHidden: true,
    width: "6.5rem",
    align: "end",
    cell: (organization) => <SuspendOrResume organization={organization} />,
  },
];

/** The same on a telephone: two lines a row. */
const narrowColumns: readonly Column<Organization>[] = [
  {
    name: "Organization",
    cell: ({ name, suspended, agents }) => (
      <span className="flex min-w-0 flex-col">
        <span className="truncate">{name}</span>
        <span className="flex items-center gap-2 text-13 text-muted">
          <OrganizationState suspended={suspended} />
          {agents === 1 ? "1 agent" : `${agents} agents`}
        </span>
      </span>
    ),
  },
  ...columns.slice(-1),
];

/** Every organization of the reef. */
export function Organizations(): ReactNode {
  const isNarrow = useIsNarrow();
  return (
    <Table
      label="Organizations"
      pages={useOrganizations()}
      keyOf={({ id }) => id}
      columns={isNarrow ? narrowColumns : columns}
      isTall={isNarrow}
      empty={
        <EmptyState title="No organizations" icon={<Building2 />}>
          The first one comes with the first agent or the first person.
        </EmptyState>
      }
    />
  );
}

function OrganizationState({ suspended }: Pick<Organization, "suspended">): ReactNode {
  return suspended ? <Status state="paused">Suspended</Status> : <Status state="online">Active</Status>;
}

function SuspendOrResume({ organization: { id, name, suspended, agents } }: { organization: Organization }): ReactNode {
  const queryClient = useQueryClient();
  const change = async () => {
    const organizationId = id;
    await (suspended
      ? reef.identity.resumeOrganization({ organizationId })
      : reef.identity.suspendOrganization({ organizationId }));
    await queryClient.invalidateQueries({ queryKey: ["identity", "organizations"] });
    toast(suspended ? `${name} goes on.` : `${name} is suspended.`);
  };
  return (
    <ConfirmDialog
      title={suspended ? `Resume ${name}?` : `Suspend ${name}?`}
      consequence={
        suspended
          ? "Its people and agents are let in again at once, with everything as it was."
          : `${agents === 1 ? "1 agent" : `${agents} agents`} and all its people are refused within five seconds. Nothing is deleted.`
      }
      action={suspended ? "Resume" : "Suspend"}
      isDangerous={!suspended}
      onConfirm={change}
      trigger={
        <Button size="small" kind="quiet" aria-label={`${suspended ? "Resume" : "Suspend"} ${name}`}>
          {suspended ? "Resume" : "Suspend"}
        </Button>
      }
    />
  );
}
