import type { Provider, ProviderKey } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog, Dialog, FormActions } from "../../../ui/dialog.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { Status } from "../../../ui/status.tsx";
import { toast, toastProblem } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { providerCalls } from "../provider-calls.ts";
import { useProviderKeys } from "../queries.ts";

/** The keys that a provider gave, without their secrets. A provider has twenty at most. */
export function ProviderKeys({ provider, mayChange }: { provider: Provider; mayChange: boolean }): ReactNode {
  const { items, isPending, error, refetch } = useProviderKeys(provider);
  const [isAdding, setAdding] = useState(false);
  return (
    <Section
      title="Keys"
      actions={
        mayChange && (
          <Button size="small" onClick={() => setAdding(true)}>
            Add a key
          </Button>
        )
      }
    >
      {error !== null && <ProblemView error={error} onRetry={refetch} isCompact />}
      {isPending && <RowsSkeleton rows={1} />}
      {!isPending && error === null && items.length === 0 && <p className="text-muted">It has no key.</p>}
      {items.length > 0 && (
        <ul aria-label="Keys of the provider" className="divide-y rounded-lg border">
          {items.map((key) => (
            <Key key={key.id} provider={provider} providerKey={key} mayChange={mayChange} />
          ))}
        </ul>
      )}
      <Dialog
        title={`Add a key of ${provider.name}`}
        description="It is sealed, and never shown again. Calls are spread over all keys that are enabled."
        isOpen={isAdding}
        onOpenChange={setAdding}
      >
        {isAdding && <AddKey provider={provider} onDone={() => setAdding(false)} />}
      </Dialog>
    </Section>
  );
}

interface KeyProps {
  provider: Provider;
  providerKey: ProviderKey;
  mayChange: boolean;
}

function Key({ provider, providerKey: { id, label, hint, enabled }, mayChange }: KeyProps): ReactNode {
  const calls = providerCalls(provider.scope);
  const names = { providerId: provider.id, providerKeyId: id };
  const queryClient = useQueryClient();
  const renew = () => queryClient.invalidateQueries({ queryKey: ["gateway", "providers"] });
  const turn = async () => {
    try {
      await calls.updateKey({ ...names, enabled: !enabled });
      await renew();
    } catch (error) {
      toastProblem(error);
    }
  };
  const remove = async () => {
    await calls.deleteKey(names);
    await renew();
    toast("Key deleted.");
  };
  return (
    <li className="flex min-h-(--row) flex-wrap items-center gap-x-3 px-3 py-1">
      <span className="min-w-0 grow truncate">
        {label} <code className="font-mono text-12 text-muted">…{hint}</code>
      </span>
      {enabled ? <Status state="online">In use</Status> : <Status state="paused">Disabled</Status>}
      {mayChange && (
        <span className="flex">
          <Button
            size="small"
            kind="quiet"
            aria-label={`${enabled ? "Disable" : "Enable"} the key ${label}`}
            onClick={() => void turn()}
          >
            {enabled ? "Disable" : "Enable"}
          </Button>
          <ConfirmDialog
            title={`Delete the key ${label}?`}
            consequence="No call uses it a second later. Without another key, calls to this provider are refused."
            action="Delete key"
            onConfirm={remove}
            trigger={
              <Button size="small" kind="quiet" aria-label={`Delete the key ${label}`}>
                Delete
              </Button>
            }
          />
        </span>
      )}
    </li>
  );
}

function AddKey({ provider, onDone }: { provider: Provider; onDone: () => void }): ReactNode {
  const queryClient = useQueryClient();
  const form = useSubmit(async ({ label = "", secret = "" }) => {
    await providerCalls(provider.scope).createKey({
      providerId: provider.id,
      label: label.trim() || "default",
      secret,
    });
    await queryClient.invalidateQueries({ queryKey: ["gateway", "providers"] });
    onDone();
    toast("Key added. Test the provider to see whether it takes it.");
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <Field label="Name">
        <Input name="label" maxLength={64} autoComplete="off" placeholder="default" autoFocus />
      </Field>
      <Field label="Key">
        <Input name="secret" type="password" required maxLength={8_192} autoComplete="off" />
      </Field>
      {form.problem !== undefined && <ProblemView error={form.problem} isCompact />}
      <FormActions action="Add key" isBusy={form.isBusy} />
    </form>
  );
}
