import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { Dialog, FormActions } from "../../../ui/dialog.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { type AliasWay, targetsOf } from "../alias-ways.ts";
import { AliasWaysField } from "./alias-ways-field.tsx";

interface CreateAliasDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Creates an alias. */
export const CreateAliasDialog = ({ isOpen, onOpenChange }: CreateAliasDialogProps): ReactNode => (
  <Dialog
    title="Create an alias"
    description="A name that programs ask for in place of a model."
    isOpen={isOpen}
    onOpenChange={onOpenChange}
  >
    {isOpen && <CreateForm onDone={() => onOpenChange(false)} />}
  </Dialog>
);

function CreateForm({ onDone }: { onDone: () => void }): ReactNode {
  const queryClient = useQueryClient();
  const [ways, setWays] = useState<readonly AliasWay[]>([]);
  const form = useSubmit(async ({ name = "" }) => {
    await reef.gateway.createAlias({ name, targets: targetsOf(ways) });
    await queryClient.invalidateQueries({ queryKey: ["gateway"] });
    onDone();
    toast(`Programs can ask for ${name} now.`);
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <Field label="Name">
        <Input
          name="name"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus
          maxLength={64}
          pattern="[A-Za-z0-9][A-Za-z0-9._:\-]*"
          title="Letters, digits, dots, colons, dashes and underscores; a letter or a digit first"
          placeholder="fast"
        />
      </Field>
      <AliasWaysField ways={ways} onChange={setWays} />
      {form.problem !== undefined && <ProblemView error={form.problem} isCompact />}
      <FormActions action="Create alias" isBusy={form.isBusy} isDisabled={ways.length === 0} />
    </form>
  );
}
