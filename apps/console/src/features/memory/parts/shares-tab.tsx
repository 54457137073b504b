import type { Diary, Share } from "@reef/sdk";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { UserPlus, Users } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { useShares } from "../queries.ts";
import { shareStates, shareWords } from "../words.ts";
import { RevokeShareDialog } from "./revoke-share-dialog.tsx";
import { ShareDialog } from "./share-dialog.tsx";
import { ShareActions, shareColumns } from "./share-rows.tsx";
import { StateFilter } from "./state-filter.tsx";

/** With whom a diary is or was shared. For admins and owners. */
export function SharesTab({ diary }: { diary: Diary }): ReactNode {
  const { shares: status } = useSearch({ from: "/signed-in/organization/memory/diaries/$diaryId" });
  const navigate = useNavigate();
  const pages = useShares(diary.id, status);
  const [isInviting, setInviting] = useState(false);
  const [revoked, setRevoked] = useState<Share>();
  const columns: readonly Column<Share>[] = [
    ...shareColumns,
    {
      name: "Actions",
      isNameHidden: true,
      width: "6.5rem",
      align: "end",
      cell: (share) => <ShareActions share={share} onRevoke={() => setRevoked(share)} />,
    },
  ];
  const choose = (chosen: Share["status"] | undefined) =>
    void navigate({ to: ".", search: (search) => ({ ...search, shares: chosen }), replace: true });
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <StateFilter states={shareStates} words={shareWords} value={status} onChange={choose} />
        <Button kind="primary" onClick={() => setInviting(true)}>
          <UserPlus aria-hidden />
          Share diary
        </Button>
      </div>
      <Table
        label="Shares"
        pages={pages}
        keyOf={({ id }) => id}
        columns={columns}
        isTall
        empty={<NoShares diary={diary} status={status} onAll={() => choose(undefined)} />}
      />
      <ShareDialog diary={diary} isOpen={isInviting} onOpenChange={setInviting} />
      <RevokeShareDialog share={revoked} onClose={() => setRevoked(undefined)} />
    </div>
  );
}

interface NoSharesProps {
  diary: Diary;
  status: Share["status"] | undefined;
  onAll: () => void;
}

function NoShares({ diary, status, onAll }: NoSharesProps): ReactNode {
  if (status !== undefined) {
    return (
      <EmptyState title="None in this state" icon={<Users />} action={<Button onClick={onAll}>Show all shares</Button>}>
        No share of this diary is “{shareWords[status].name.toLowerCase()}” at the moment.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Shared with nobody" icon={<Users />}>
      {diary.owner.name} alone uses this diary. Share it with another agent, or with a group of them, by the button
      above.
    </EmptyState>
  );
}
