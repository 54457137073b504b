import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useSwitchOrganization } from "../../../session/account.ts";
import { accounts } from "../../../session/accounts.ts";
import { Button, type ButtonKind } from "../../../ui/button.tsx";
import { Actions, Dialog, DialogClose } from "../../../ui/dialog.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { AccountProblem } from "../../account/parts/account-problem.tsx";
import { SlugField } from "../../account/parts/slug-field.tsx";
import { slugFault, slugOf } from "../../account/slug.ts";
import { useSlugCheck } from "./use-slug-check.ts";

/** Makes an organization of which the person is the owner, and goes there. */
export const CreateOrganizationButton = ({ kind = "secondary" }: { kind?: ButtonKind }): ReactNode => (
  <Dialog
    title="New organization"
    description="You become its owner. Nothing of your other organizations is seen in it."
    trigger={
      <Button kind={kind}>
        <Plus aria-hidden />
        New organization
      </Button>
    }
  >
    <CreateForm />
  </Dialog>
);

function CreateForm(): ReactNode {
  const [name, setName] = useState("");
  const [ownSlug, setOwnSlug] = useState<string>();
  const choose = useSwitchOrganization();
  const slug = ownSlug ?? slugOf(name);
  const taken = useSlugCheck(slug);
  const form = useSubmit(async () => {
    await accounts.createOrganization({ name: name.trim(), slug });
    choose(slug);
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <Field label="Name">
        <Input
          name="name"
          autoComplete="organization"
          required
          autoFocus
          maxLength={64}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      </Field>
      <SlugField value={slug} onChange={setOwnSlug} error={taken} />
      <AccountProblem problem={form.problem} />
      <Actions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <Button
          kind="primary"
          type="submit"
          isBusy={form.isBusy}
          disabled={taken !== undefined || (slug !== "" && slugFault(slug) !== undefined)}
        >
          Make the organization
        </Button>
      </Actions>
    </form>
  );
}
