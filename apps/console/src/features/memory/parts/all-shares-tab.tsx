import type { Share } from "@reef/sdk";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Undo2, Users } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useMayManage } from "../../../session/account.ts";
import { Button, IconButton } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { AgentName } from "../../../ui/mark.tsx";
import { RowLink } from "../../../ui/row-link.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { useAllShares } from "../queries.ts";
import { roleWords, shareStates, shareWords } from "../words.ts";
import { RevokeShareDialog } from "./revoke-share-dialog.tsx";
import { ShareActions, ShareState } from "./share-rows.tsx";
import { StateFilter } from "./state-filter.tsx";

interface OfferedProps {
  share: Share;
  /** What can be done with it, where there is no room for a column. */
  action: ReactNode;
}

/** What was offered and by whom; on a narrow page also to whom, and what became of it. */
function Offered({
  share: { diaryId, diaryName, invitedBy, invitedAt, subject, status },
  action,
}: OfferedProps): ReactNode {
  return (
    <>
      <span className="flex min-w-0 grow flex-col">
        <span className="flex min-w-0 items-center justify-between gap-2">
          <RowLink to="/memory/diaries/$diaryId" params={{ diaryId }} search={{ tab: "shares" }} className="truncate">
            {diaryName}
          </RowLink>
          <span className="shrink-0 sm:hidden">
            <ShareState status={status} />
          </span>
        </span>
        <span className="truncate text-13 text-muted max-sm:hidden">
          by {invitedBy.name} <Time value={invitedAt} />
        </span>
        <span className="truncate text-13 text-muted sm:hidden">
          {invitedBy.name} to {subject.name}
        </span>
      </span>
      <span className="shrink-0 empty:hidden sm:hidden">{action}</span>
    </>
  );
}

const Holder = ({ share: { subject } }: { share: Share }): ReactNode =>
  subject.fingerprint === null ? (
    <span className="inline-flex min-w-0 items-center gap-2">
      <Users aria-hidden className="size-5 shrink-0 text-muted" />
      <span className="truncate">{subject.name}</span>
      <span className="text-12 text-muted">Group</span>
    </span>
  ) : (
    <AgentName name={subject.name} fingerprint={subject.fingerprint} />
  );

const facts: readonly Column<Share>[] = [
  { name: "With", width: "minmax(0, 2fr)", hideBelow: "sm", cell: (share) => <Holder share={share} /> },
  {
    name: "May",
    width: "minmax(0, 1fr)",
    hideBelow: "md",
    cell: ({ role }) => <span className="truncate">{roleWords[role]}</span>,
  },
  { name: "State", width: "6.5rem", hideBelow: "sm", cell: ({ status }) => <ShareState status={status} /> },
  {
    name: "Answered",
    width: "7rem",
    hideBelow: "lg",
    align: "end",
    cell: ({ respondedAt }) =>
      respondedAt === null ? <span className="text-muted">not yet</span> : <Time value={respondedAt} />,
  },
];

/** The shares of all diaries: who offered what to whom. */
export function AllSharesTab(): ReactNode {
  const { shares: status } = useSearch({ from: "/signed-in/organization/memory" });
  const navigate = useNavigate();
  const mayManage = useMayManage();
  const [revoked, setRevoked] = useState<Share>();
  const columns: readonly Column<Share>[] = [
    {
      name: "Diary",
      width: "minmax(0, 2fr)",
      cell: (share) => (
        <Offered share={share} action={mayManage && <Revoke share={share} onRevoke={() => setRevoked(share)} />} />
      ),
    },
    ...facts,
    ...(mayManage ? [actions(setRevoked)] : []),
  ];
  const choose = (chosen: Share["status"] | undefined) =>
    void navigate({ to: ".", search: (search) => ({ ...search, shares: chosen }), replace: true });
  return (
    <div className="flex flex-col gap-3">
      <search className="self-start">
        <StateFilter states={shareStates} words={shareWords} value={status} onChange={choose} />
      </search>
      <Table
        label="Shares"
        pages={useAllShares(status)}
        keyOf={({ id }) => id}
        columns={columns}
        isTall
        empty={<NoShares status={status} onAll={() => choose(undefined)} />}
      />
      <RevokeShareDialog share={revoked} onClose={() => setRevoked(undefined)} />
    </div>
  );
}

const actions = (onRevoke: (share: Share) => void): Column<Share> => ({
  name: "Actions",
  isNameHidden: true,
  width: "6.5rem",
  hideBelow: "sm",
  align: "end",
  cell: (share) => <ShareActions share={share} onRevoke={() => onRevoke(share)} />,
});

/** The same action without a word, where there is no room for one. */
const Revoke = ({ share: { status, subject }, onRevoke }: { share: Share; onRevoke: () => void }): ReactNode =>
  (status === "pending" || status === "accepted") && (
    <IconButton
      size="small"
      label={`${status === "pending" ? "Take back" : "Revoke"} the share of ${subject.name}`}
      icon={<Undo2 aria-hidden />}
      className="relative z-10"
      onClick={onRevoke}
    />
  );

interface NoSharesProps {
  status: Share["status"] | undefined;
  onAll: () => void;
}

const NoShares = ({ status, onAll }: NoSharesProps): ReactNode =>
  status === undefined ? (
    <EmptyState title="Nothing is shared" icon={<Users />} command="reef share create notes FINGERPRINT">
      A share lets another agent, or a group, use a diary. Admins make one on the diary's page; its owner with:
    </EmptyState>
  ) : (
    <EmptyState title="None in this state" icon={<Users />} action={<Button onClick={onAll}>Show all shares</Button>}>
      No share of the organization is “{shareWords[status].name.toLowerCase()}” at the moment.
    </EmptyState>
  );
