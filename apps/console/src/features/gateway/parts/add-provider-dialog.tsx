import type { Provider, ProviderKind, ProviderTest } from "@reef/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useAccount, useMayManage } from "../../../session/account.ts";
import { counted } from "../../../ui/amounts.ts";
import { Button } from "../../../ui/button.tsx";
import { Actions, Dialog, DialogClose, FormActions } from "../../../ui/dialog.tsx";
import { Field, Input, Select, TextArea } from "../../../ui/field.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { providerCalls } from "../provider-calls.ts";
import { namesOf } from "../provider-words.ts";
import { kindsQuery } from "../queries.ts";
import { TestResult } from "./test-result.tsx";

interface AddProviderDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Adds a provider with its key, then asks it whether it answers. The key goes to the reef and stands nowhere here. */
export const AddProviderDialog = ({ isOpen, onOpenChange }: AddProviderDialogProps): ReactNode => (
  <Dialog
    title="Add a provider"
    description="Its key is sealed and never shown again. Programs call with keys of the reef."
    isOpen={isOpen}
    onOpenChange={onOpenChange}
  >
    {isOpen && <Kinds />}
  </Dialog>
);

function Kinds(): ReactNode {
  const { data: kinds, error, refetch } = useQuery(kindsQuery);
  if (error !== null) return <ProblemView error={error} onRetry={() => void refetch()} isCompact />;
  return kinds === undefined ? <RowsSkeleton rows={4} /> : <Steps kinds={kinds} />;
}

function Steps({ kinds }: { kinds: ReadonlyMap<string, ProviderKind> }): ReactNode {
  const queryClient = useQueryClient();
  const { isOperator } = useAccount();
  const mayManage = useMayManage();
  const [kindName, setKind] = useState("openai");
  const [scope, setScope] = useState<Provider["scope"]>(mayManage ? "organization" : "reef");
  const [made, setMade] = useState<Provider>();
  const [test, setTest] = useState<ProviderTest>();
  const calls = providerCalls(scope);
  const kind = kinds.get(kindName);
  const form = useSubmit(async ({ name = "", slug = "", baseUrl = "", secret = "", models = "", ...others }) => {
    const options = (kind?.options ?? []).flatMap((option) => {
      const value = others[`option-${option.name}`]?.trim();
      return value ? [[option.name, value] as const] : [];
    });
    // When only the key was refused, the provider is there already, and the second attempt is about the key alone.
    let provider = made;
    if (provider === undefined) {
      const named = namesOf(models);
      provider = await calls.create({
        kind: kindName,
        ...(name.trim() && { name: name.trim() }),
        ...(slug.trim() && { slug: slug.trim() }),
        ...(baseUrl.trim() && { baseUrl: baseUrl.trim() }),
        options: Object.fromEntries(options),
        ...(named.length > 0 && { models: named.map((each) => ({ name: each })) }),
      });
      setMade(provider);
      await queryClient.invalidateQueries({ queryKey: ["gateway"] });
    }
    if (secret !== "") await calls.createKey({ providerId: provider.id, secret });
    const tested = await calls.test(provider.id);
    if (tested.ok && tested.models.length > 0 && provider.modelCount === 0) {
      setMade(await calls.refreshModels(provider.id));
    }
    setTest(tested);
    await queryClient.invalidateQueries({ queryKey: ["gateway"] });
  });
  if (made !== undefined && test !== undefined) return <Added provider={made} test={test} />;
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Kind">
          <Select
            autoFocus
            value={kindName}
            onChange={({ target }) => setKind(target.value)}
            disabled={made !== undefined}
          >
            {[...kinds.values()].map((each) => (
              <option key={each.kind} value={each.kind}>
                {each.title}
              </option>
            ))}
          </Select>
        </Field>
        {isOperator && mayManage && (
          <Field label="For">
            <Select
              value={scope}
              disabled={made !== undefined}
              onChange={({ target }) => setScope(target.value === "reef" ? "reef" : "organization")}
            >
              <option value="organization">This organization</option>
              <option value="reef">All organizations of this reef</option>
            </Select>
          </Field>
        )}
      </div>
      {/* What belongs to one kind is not carried over to another. */}
      {kind && <KindFields key={kind.kind} kind={kind} isMade={made !== undefined} />}
      {form.problem !== undefined && <ProblemView error={form.problem} isCompact />}
      <FormActions action={made === undefined ? "Add and test" : "Try again"} isBusy={form.isBusy} />
    </form>
  );
}

const KindFields = ({ kind, isMade }: { kind: ProviderKind; isMade: boolean }): ReactNode => (
  <>
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Name">
        <Input name="name" maxLength={64} autoComplete="off" placeholder={kind.title} disabled={isMade} />
      </Field>
      <Field label="Short name" hint="Stands before its models.">
        <Input
          name="slug"
          maxLength={40}
          pattern="[a-z0-9]([a-z0-9\-]*[a-z0-9])?"
          title="a-z, 0-9 and -, at the ends no -"
          autoComplete="off"
          spellCheck={false}
          placeholder={kind.kind}
          disabled={isMade}
        />
      </Field>
    </div>
    <Field label="Address" {...(!kind.needsAddress && { hint: "Only where it is another one than its own." })}>
      <Input
        name="baseUrl"
        type="url"
        required={kind.needsAddress}
        disabled={isMade}
        maxLength={500}
        autoComplete="off"
        placeholder={kind.baseUrl ?? "https://api.example.com/v1"}
      />
    </Field>
    {kind.options.map(({ name, description, required }) => (
      <Field key={name} label={name} hint={`${description}.`}>
        <Input
          name={`option-${name}`}
          required={required}
          maxLength={200}
          pattern="[A-Za-z0-9._:\-]*"
          autoComplete="off"
          disabled={isMade}
        />
      </Field>
    ))}
    <Field label="Key" {...(!kind.needsKey && { hint: "Only where it asks for one." })}>
      <Input name="secret" type="password" required={kind.needsKey} maxLength={8_192} autoComplete="off" />
    </Field>
    <Field
      label="Models"
      hint="One a line. Left empty, the reef takes those that it knows, or that the provider lists."
    >
      <TextArea name="models" rows={3} spellCheck={false} disabled={isMade} className="font-mono text-13" />
    </Field>
  </>
);

const Added = ({ provider, test }: { provider: Provider; test: ProviderTest }): ReactNode => (
  <>
    <p>
      {provider.name} is added, with {counted(provider.modelCount, "model", "models")}.
    </p>
    <TestResult test={test} />
    {!test.ok && (
      <p className="text-13 text-muted">
        It stays in the list. Open it there to test it again, or to give it another key.
      </p>
    )}
    <Actions>
      <DialogClose>
        <Button kind="primary" autoFocus>
          Done
        </Button>
      </DialogClose>
    </Actions>
  </>
);
