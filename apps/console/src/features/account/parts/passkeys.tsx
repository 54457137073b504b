import type { Passkey } from "@reef/sdk/accounts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Fingerprint, KeyRound, Pencil, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { accounts } from "../../../session/accounts.ts";
import { Button, IconButton } from "../../../ui/button.tsx";
import { ConfirmDialog, Dialog, FormActions } from "../../../ui/dialog.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { Menu, MenuItem } from "../../../ui/menu.tsx";
import { Card, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { Time } from "../../../ui/time.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { browserName } from "../browser-name.ts";
import { passkeysQuery } from "../queries.ts";
import { AccountProblem } from "./account-problem.tsx";

/** The passkeys: signing in with the device instead of a password. */
export function Passkeys(): ReactNode {
  const { data: passkeys, error, refetch } = useQuery(passkeysQuery);
  const canAdd = accounts.arePasskeysSupported();
  return (
    <Section
      title="Passkeys"
      description="Sign in with your device's lock instead of a password. Nobody can guess or steal one."
      actions={passkeys !== undefined && passkeys.length > 0 && canAdd && <AddPasskey />}
    >
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      <Card className="p-0">
        {passkeys === undefined && error === null && <RowsSkeleton rows={1} />}
        {passkeys?.length === 0 && (
          <EmptyState title="No passkey yet" icon={<Fingerprint />} action={canAdd && <AddPasskey />}>
            {canAdd
              ? "It takes a fingerprint, a face or the device's PIN, and half a minute."
              : "This browser cannot use passkeys; another one, or a newer one, can."}
          </EmptyState>
        )}
        {passkeys !== undefined && passkeys.length > 0 && (
          <ul aria-label="Passkeys" className="divide-y">
            {passkeys.map((passkey) => (
              <PasskeyRow key={passkey.id} passkey={passkey} />
            ))}
          </ul>
        )}
      </Card>
    </Section>
  );
}

function PasskeyRow({ passkey }: { passkey: Passkey }): ReactNode {
  const queryClient = useQueryClient();
  const [open, setOpen] = useState<"rename" | "remove">();
  const name = passkey.name || "Passkey";
  const remove = async () => {
    await accounts.deletePasskey(passkey.id);
    await queryClient.invalidateQueries({ queryKey: passkeysQuery.queryKey });
    toast("Passkey removed.");
  };
  return (
    <li className="flex min-h-13 items-center gap-3 px-4 py-1.5">
      <KeyRound aria-hidden className="size-4 shrink-0 text-muted" />
      <div className="min-w-0 grow">
        <p className="truncate font-medium">{name}</p>
        <p className="text-13 text-muted">
          Added <Time value={passkey.createdAt} />
          {passkey.backedUp && " · synced between your devices"}
        </p>
      </div>
      <Menu
        align="end"
        trigger={<IconButton size="small" label={`What to do with the passkey ${name}`} icon={<Ellipsis />} />}
      >
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setOpen("rename")}>
          Rename
        </MenuItem>
        <MenuItem icon={<Trash2 aria-hidden />} isDangerous onSelect={() => setOpen("remove")}>
          Remove
        </MenuItem>
      </Menu>
      <Dialog title="Rename the passkey" isOpen={open === "rename"} onOpenChange={() => setOpen(undefined)}>
        <NameForm
          name={name}
          action="Rename"
          onName={async (next) => {
            await accounts.renamePasskey({ id: passkey.id, name: next });
            setOpen(undefined);
          }}
        />
      </Dialog>
      <ConfirmDialog
        isOpen={open === "remove"}
        onOpenChange={() => setOpen(undefined)}
        title={`Remove the passkey ${name}?`}
        consequence="It signs nobody in any more. Your device may still offer it: remove it there as well."
        action="Remove passkey"
        onConfirm={remove}
      />
    </li>
  );
}

function AddPasskey(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog
      title="Add a passkey"
      description="Give it a name by which you know the device, then follow the browser."
      trigger={<Button>Add a passkey</Button>}
      isOpen={isOpen}
      onOpenChange={setOpen}
    >
      <NameForm
        name={browserName(navigator.userAgent)}
        action="Add passkey"
        onName={async (name) => {
          await accounts.addPasskey(name);
          setOpen(false);
          toast("Passkey added. You can sign in with it from now on.");
        }}
      />
    </Dialog>
  );
}

interface NameFormProps {
  name: string;
  action: string;
  onName: (name: string) => Promise<void>;
}

function NameForm({ name, action, onName }: NameFormProps): ReactNode {
  const queryClient = useQueryClient();
  const form = useSubmit(async (values) => {
    await onName(values.name?.trim() || name);
    await queryClient.invalidateQueries({ queryKey: passkeysQuery.queryKey });
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <Field label="Name">
        <Input name="name" autoComplete="off" required autoFocus maxLength={100} defaultValue={name} />
      </Field>
      <AccountProblem problem={form.problem} />
      <FormActions action={action} isBusy={form.isBusy} />
    </form>
  );
}
