import type { Transfer } from "@reef/sdk";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { HandHelping } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { AgentName } from "../../../ui/mark.tsx";
import { RowLink } from "../../../ui/row-link.tsx";
import { Status } from "../../../ui/status.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { useTransfers } from "../queries.ts";
import { transferStates, transferWords } from "../words.ts";
import { StateFilter } from "./state-filter.tsx";

const TransferStatus = ({ status }: Pick<Transfer, "status">): ReactNode => (
  <span title={transferWords[status].meaning}>
    <Status state={transferWords[status].state}>{transferWords[status].name}</Status>
  </span>
);

/** Which diary is offered; on a narrow page also from whom to whom, and what became of it. */
const Offered = ({
  transfer: { diaryId, diaryName, createdAt, from, to, status },
}: {
  transfer: Transfer;
}): ReactNode => (
  <span className="flex min-w-0 grow flex-col">
    <span className="flex min-w-0 items-center justify-between gap-2">
      <RowLink to="/memory/diaries/$diaryId" params={{ diaryId }} className="truncate">
        {diaryName}
      </RowLink>
      <span className="shrink-0 sm:hidden">
        <TransferStatus status={status} />
      </span>
    </span>
    <span className="truncate text-13 text-muted max-sm:hidden">
      offered <Time value={createdAt} />
    </span>
    <span className="truncate text-13 text-muted sm:hidden">
      {from.name} to {to.name}
    </span>
  </span>
);

const columns: readonly Column<Transfer>[] = [
  { name: "Diary", width: "minmax(0, 2fr)", cell: (transfer) => <Offered transfer={transfer} /> },
  {
    name: "From",
    width: "minmax(0, 1.5fr)",
    hideBelow: "sm",
    cell: ({ from }) => <AgentName name={from.name} fingerprint={from.fingerprint} />,
  },
  {
    name: "To",
    width: "minmax(0, 1.5fr)",
    hideBelow: "sm",
    cell: ({ to }) => <AgentName name={to.name} fingerprint={to.fingerprint} />,
  },
  { name: "State", width: "6.5rem", hideBelow: "sm", cell: ({ status }) => <TransferStatus status={status} /> },
  {
    name: "Expires",
    width: "6.5rem",
    hideBelow: "md",
    align: "end",
    cell: ({ status, expiresAt }) => status === "pending" && <Time value={expiresAt} />,
  },
];

/** Diaries that change hands, or did not: who offered which to whom. */
export function TransfersTab(): ReactNode {
  const { transfers: status } = useSearch({ from: "/signed-in/organization/memory" });
  const navigate = useNavigate();
  const choose = (chosen: Transfer["status"] | undefined) =>
    void navigate({ to: ".", search: (search) => ({ ...search, transfers: chosen }), replace: true });
  return (
    <div className="flex flex-col gap-3">
      <search className="self-start">
        <StateFilter states={transferStates} words={transferWords} value={status} onChange={choose} />
      </search>
      <Table
        label="Transfers"
        pages={useTransfers(status)}
        keyOf={({ id }) => id}
        columns={columns}
        isTall
        empty={
          status === undefined ? (
            <EmptyState
              title="No diary was offered to another agent"
              icon={<HandHelping />}
              command="reef diary transfer notes FINGERPRINT"
            >
              An agent gives a diary away for good, and the other one accepts it within seven days. Its owner offers it
              with:
            </EmptyState>
          ) : (
            <EmptyState
              title="None in this state"
              icon={<HandHelping />}
              action={<Button onClick={() => choose(undefined)}>Show all transfers</Button>}
            >
              No transfer of the organization is “{transferWords[status].name.toLowerCase()}” at the moment.
            </EmptyState>
          )
        }
      />
    </div>
  );
}
