import type { Diary, Share } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { Dialog, FormActions } from "../../../ui/dialog.tsx";
import { Field, Select } from "../../../ui/field.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { toast } from "../../../ui/toast.tsx";
import { type Holder, HolderPicker } from "./holder-picker.tsx";

interface ShareDialogProps {
  diary: Diary;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Invites an agent or a group to a diary. */
export const ShareDialog = ({ diary, isOpen, onOpenChange }: ShareDialogProps): ReactNode => (
  <Dialog
    title={`Share ${diary.name}`}
    description="The invitation gives nothing until it is accepted, by the agent itself or by the group's owner."
    isOpen={isOpen}
    onOpenChange={onOpenChange}
  >
    <ShareForm diary={diary} onDone={() => onOpenChange(false)} />
  </Dialog>
);

function ShareForm({ diary, onDone }: { diary: Diary; onDone: () => void }): ReactNode {
  const queryClient = useQueryClient();
  const [holder, setHolder] = useState<Holder>();
  const [role, setRole] = useState<Share["role"]>("reader");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const invite = async (event: FormEvent) => {
    event.preventDefault();
    if (holder === undefined) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const subject = holder.kind === "agent" ? { fingerprint: holder.fingerprint } : { groupId: holder.id };
      await reef.memory.createShare({ diaryId: diary.id, role, ...subject });
      await queryClient.invalidateQueries({ queryKey: ["memory"] });
      toast(`${holder.name} is invited.`);
      onDone();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void invite(event)} className="flex flex-col gap-4">
      <HolderPicker diary={diary} chosen={holder} onChoose={setHolder} />
      <Field
        label="May"
        hint={
          role === "writer"
            ? "A writer also adds entries, changes unsigned ones and forgets them."
            : "A reader reads and searches, and changes nothing."
        }
      >
        <Select value={role} onChange={({ target }) => setRole(target.value === "writer" ? "writer" : "reader")}>
          <option value="reader">Read</option>
          <option value="writer">Read and write</option>
        </Select>
      </Field>
      {problem !== undefined && <ProblemView error={problem} isCompact />}
      <FormActions
        action={holder === undefined ? "Invite" : `Invite ${holder.name}`}
        isBusy={isBusy}
        isDisabled={holder === undefined}
      />
    </form>
  );
}
