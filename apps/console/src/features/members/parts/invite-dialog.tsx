import type { OrganizationRole } from "@reef/sdk/accounts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useAccount, useOrganization } from "../../../session/account.ts";
import { accounts } from "../../../session/accounts.ts";
import { Dialog, FormActions } from "../../../ui/dialog.tsx";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { AccountProblem } from "../../account/parts/account-problem.tsx";
import { roleMeanings } from "../../account/role-meanings.ts";
import { signInOptionsQuery } from "../../identity/queries.ts";
import { rolesToInvite } from "../member-rules.ts";

interface InviteDialogProps {
  organizationId: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Invites a person by mail. */
export function InviteDialog({ organizationId, isOpen, onOpenChange }: InviteDialogProps): ReactNode {
  return (
    <Dialog
      title="Invite a person"
      description="They get a mail with a link that works for a week, for their address alone."
      isOpen={isOpen}
      onOpenChange={onOpenChange}
    >
      <InviteForm organizationId={organizationId} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function InviteForm({ organizationId, onDone }: { organizationId: string; onDone: () => void }): ReactNode {
  const { role: viewer } = useOrganization();
  const { isOperator } = useAccount();
  const { data: options } = useQuery(signInOptionsQuery);
  const queryClient = useQueryClient();
  const [role, setRole] = useState<OrganizationRole>("member");
  const form = useSubmit(async ({ email = "" }) => {
    await accounts.invite({ organizationId, email, role });
    toast(`${email} is invited.`);
    onDone();
    await queryClient.invalidateQueries({ queryKey: ["organization"] });
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <Field label="E-mail">
        <Input name="email" type="email" autoComplete="off" required autoFocus maxLength={254} />
      </Field>
      <Field label="Role" hint={`May do: ${roleMeanings[role]}.`}>
        <Select value={role} onChange={({ target }) => setRole(target.value as OrganizationRole)}>
          {rolesToInvite(viewer).map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </Select>
      </Field>
      {options?.mailbox && (
        <p className="text-13 text-muted">
          This reef sends no mail yet: {isOperator ? "you find" : "its operator finds"} the link in the mailbox, under
          Operations.
        </p>
      )}
      <AccountProblem problem={form.problem} />
      <FormActions action="Invite" isBusy={form.isBusy} />
    </form>
  );
}
