import type { SigningRequest } from "@reef/sdk";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { PenLine } from "lucide-react";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { AgentName } from "../../../ui/mark.tsx";
import { Page } from "../../../ui/page.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Tabs } from "../../../ui/tabs.tsx";
import { Time } from "../../../ui/time.tsx";
import { useIsNarrow } from "../../../ui/use-narrow.ts";
import { RequestStatus } from "../parts/request-status.tsx";
import { useSigningRequests } from "../queries.ts";
import { type RequestState, requestStates } from "../states.ts";

const columns: readonly Column<SigningRequest>[] = [
  {
    name: "Message",
    width: "minmax(0, 2fr)",
    cell: ({ id, message }) => (
      <PanelLink as="row" kind="signing" id={id} className="truncate">
        {message}
      </PanelLink>
    ),
  },
  {
    name: "Agent",
    width: "minmax(0, 1fr)",
    hideBelow: "sm",
    cell: ({ agent }) => <AgentName name={agent.name} fingerprint={agent.fingerprint} />,
  },
  { name: "State", width: "9.5rem", cell: (request) => <RequestStatus request={request} /> },
  { name: "Asked", width: "7rem", hideBelow: "sm", align: "end", cell: ({ createdAt }) => <Time value={createdAt} /> },
];

/** The same on a telephone: two lines a row. */
const narrowColumns: readonly Column<SigningRequest>[] = [
  {
    name: "Message",
    cell: ({ id, message, agent }) => (
      <span className="flex min-w-0 flex-col gap-0.5">
        <PanelLink as="row" kind="signing" id={id} className="truncate">
          {message}
        </PanelLink>
        <span className="flex min-w-0 text-13 text-muted">
          <AgentName name={agent.name} fingerprint={agent.fingerprint} />
        </span>
      </span>
    ),
  },
  { name: "State", width: "8.5rem", align: "end", cell: (request) => <RequestStatus request={request} /> },
];

const tabNames: Readonly<Record<RequestState, string>> = {
  pending: "Waiting",
  completed: "Answered",
  expired: "Expired",
};

/** What the organization's agents were asked to sign. */
export function SigningPage(): ReactNode {
  const { status } = useSearch({ from: "/signed-in/organization/signing" });
  const navigate = useNavigate();
  const choose = (tab: RequestState | "all") =>
    void navigate({ to: ".", search: (search) => ({ ...search, status: tab === "all" ? undefined : tab }) });
  const list = <Requests status={status} />;
  return (
    <Page
      title="Signing"
      description="Messages that agents are asked to sign with their own keys. A key never leaves its agent, so nobody can sign in its place."
    >
      <Tabs<RequestState | "all">
        label="Signing requests by state"
        value={status ?? "all"}
        onChange={choose}
        tabs={[
          { value: "all", label: "All", content: list },
          ...requestStates.map((state) => ({ value: state, label: tabNames[state], content: list })),
        ]}
      />
    </Page>
  );
}

function Requests({ status }: { status: RequestState | undefined }): ReactNode {
  const isNarrow = useIsNarrow();
  return (
    <Table
      label="Signing requests"
      pages={useSigningRequests(status)}
      keyOf={({ id }) => id}
      columns={isNarrow ? narrowColumns : columns}
      isTall={isNarrow}
      empty={
        <EmptyState title="Nothing to sign" icon={<PenLine />} command={'reef sign "We ship on Friday"'}>
          An agent asks for a signature and answers with its key, within five minutes. Run this as the agent:
        </EmptyState>
      }
    />
  );
}
