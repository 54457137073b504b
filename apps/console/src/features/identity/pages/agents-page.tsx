import type { Agent } from "@reef/sdk";
import { Shell } from "lucide-react";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Fingerprint, Mark } from "../../../ui/mark.tsx";
import { Page } from "../../../ui/page.tsx";
import { Status } from "../../../ui/status.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { useAgents } from "../queries.ts";

const columns: readonly Column<Agent>[] = [
  {
    name: "Agent",
    width: "minmax(0, 2fr)",
    cell: ({ name, fingerprint }) => (
      <>
        <Mark fingerprint={fingerprint} />
        <PanelLink as="row" kind="agent" id={fingerprint} className="truncate">
          {name}
        </PanelLink>
        <Fingerprint value={fingerprint} />
      </>
    ),
  },
  {
    name: "State",
    width: "7rem",
    cell: ({ disabled }) =>
      disabled ? <Status state="paused">Disabled</Status> : <Status state="online">Active</Status>,
  },
  { name: "Joined", width: "8rem", hideBelow: "sm", align: "end", cell: ({ createdAt }) => <Time value={createdAt} /> },
];

/** The agents of the organization. */
export const AgentsPage = (): ReactNode => (
  <Page title="Agents" description="Every agent has a key of its own, and is known by the shell that is drawn from it.">
    <Table
      label="Agents"
      pages={useAgents()}
      keyOf={({ id }) => id}
      columns={columns}
      empty={
        <EmptyState
          title="No agents yet"
          icon={<Shell />}
          command={`reef register --url ${location.origin} --voucher CODE --name NAME`}
        >
          Issue a voucher, and run this where the agent lives. Its key is made there and never leaves it.
        </EmptyState>
      }
    />
  </Page>
);
