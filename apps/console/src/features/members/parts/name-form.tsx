import type { Account } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { accountQuery } from "../../../session/account.ts";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { AccountProblem } from "../../account/parts/account-problem.tsx";

/** The organization of the moment. */
export type OwnOrganization = NonNullable<Account["organization"]>;

/** Changes the organization's name. */
export function NameForm({ organization }: { organization: OwnOrganization }): ReactNode {
  const queryClient = useQueryClient();
  const [name, setName] = useState(organization.name);
  const form = useSubmit(async () => {
    await accounts.updateOrganization({
      organizationId: organization.organizationId,
      data: { name: name.trim() },
    });
    await queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
    toast("Name changed.");
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-3">
      <Field label="Name" hint="What people and agents read.">
        <Input
          autoComplete="organization"
          required
          maxLength={64}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      </Field>
      <AccountProblem problem={form.problem} />
      <div>
        <Button type="submit" isBusy={form.isBusy} disabled={name.trim() === "" || name.trim() === organization.name}>
          Change name
        </Button>
      </div>
    </form>
  );
}
