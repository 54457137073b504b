import type { Share } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { reef } from "../../../session/reef.ts";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { toast } from "../../../ui/toast.tsx";

interface RevokeShareDialogProps {
  share: Share | undefined;
  onClose: () => void;
}

/** Asks before a share is taken back, and says what ends with it. */
export function RevokeShareDialog({ share, onClose }: RevokeShareDialogProps): ReactNode {
  const queryClient = useQueryClient();
  if (share === undefined) return null;
  const { subject, status, role, diaryName } = share;
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
          : `${subject.type === "group" ? `Nobody ${does} ${diaryName} by being in ${subject.name} any more` : `${subject.name} ${does} ${diaryName} no more`}, from the next request on. What was written stays. You may invite again.`
      }
      action={isPending ? "Take back invitation" : "Revoke share"}
      onConfirm={revoke}
    />
  );
}
