import type { Diary, Share } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { UserPlus, Users } from "lucide-react";
import { type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Field, Select } from "../../../ui/field.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useShares } from "../queries.ts";
import { shareStates, shareWords } from "../words.ts";
import { ShareDialog } from "./share-dialog.tsx";
import { ShareActions, shareColumns } from "./share-rows.tsx";

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
        <Field label="State" isLabelHidden>
          <Select
            value={status ?? ""}
            onChange={({ target }) => choose(shareStates.find((state) => state === target.value))}
          >
            <option value="">All states</option>
            {shareStates.map((state) => (
              <option key={state} value={state}>
                {shareWords[state].name}
              </option>
            ))}
          </Select>
        </Field>
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
      <RevokeDialog diary={diary} share={revoked} onClose={() => setRevoked(undefined)} />
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

interface RevokeDialogProps {
  diary: Diary;
  share: Share | undefined;
  onClose: () => void;
}

/** Asks before a share is taken back, and says what ends with it. */
function RevokeDialog({ diary, share, onClose }: RevokeDialogProps): ReactNode {
  const queryClient = useQueryClient();
  if (share === undefined) return null;
  const { subject, status, role } = share;
  const isPending = status === "pending";
  const revoke = async () => {
    await reef.memory.deleteShare({ shareId: share.id });
    await queryClient.invalidateQueries({ queryKey: ["memory"] });
    toast(isPending ? "Invitation taken back." : "Share revoked.");
  };
  const does = role === "writer" ? "reads and writes" : "reads";
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
      title={isPending ? `Take back the invitation to ${subject.name}?` : `Revoke the share of ${subject.name}?`}
      consequence={
        isPending
          ? `It has not been accepted. ${subject.name} cannot accept it any more; you may invite it again.`
          : `${subject.type === "group" ? `Nobody ${does} ${diary.name} by being in ${subject.name} any more` : `${subject.name} ${does} ${diary.name} no more`}, from the next request on. What was written stays. You may invite again.`
      }
      action={isPending ? "Take back invitation" : "Revoke share"}
      onConfirm={revoke}
    />
  );
}
