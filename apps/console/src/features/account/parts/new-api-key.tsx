import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useAccount } from "../../../session/account.ts";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { CodeBlock } from "../../../ui/code.tsx";
import { Actions, FormActions } from "../../../ui/dialog.tsx";
import { Checkbox, Field, Input, Select } from "../../../ui/field.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { keyScopes, readingScopes } from "../key-scopes.ts";
import { apiKeysQuery } from "../queries.ts";
import { AccountProblem } from "./account-problem.tsx";
import { Notice } from "./signed-out-page.tsx";

const DAY_SECONDS = 86_400;
const lives: readonly { days: number | null; label: string }[] = [
  { days: 30, label: "30 days" },
  { days: 90, label: "90 days" },
  { days: 365, label: "a year" },
  { days: null, label: "until I delete it" },
];
type Reach = "all" | "read" | "some";

/** Makes a key; it is shown once and kept nowhere. */
export function NewApiKey({ onDone }: { onDone: () => void }): ReactNode {
  const { organization, memberships, isOperator } = useAccount();
  const queryClient = useQueryClient();
  const [reach, setReach] = useState<Reach>("read");
  const [chosen, setChosen] = useState<readonly string[]>(readingScopes);
  const [key, setKey] = useState<string>();
  const form = useSubmit(async ({ name = "", days = "", organizationId = "" }) => {
    const scopes = { all: undefined, read: readingScopes, some: chosen }[reach];
    const made = await accounts.createApiKey({
      name,
      organizationId,
      expiresInSeconds: days === "" ? null : Number(days) * DAY_SECONDS,
      ...(scopes !== undefined && { scopes: [...scopes] }),
    });
    setKey(made.key);
    await queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
  });
  if (key !== undefined) return <ShownOnce apiKey={key} onDone={onDone} />;
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <Field label="Name" hint="What it is for, so that you know it again.">
        <Input name="name" autoComplete="off" required autoFocus maxLength={100} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Organization">
          <Select name="organizationId" defaultValue={organization?.organizationId}>
            {memberships.map(({ organizationId, name }) => (
              <option key={organizationId} value={organizationId}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Works for">
          <Select name="days" defaultValue="90">
            {lives.map(({ days, label }) => (
              <option key={label} value={days ?? ""}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Field label="May do" hint="Never more than you may do yourself in that organization.">
        <Select value={reach} onChange={({ target }) => setReach(target.value as Reach)}>
          <option value="read">Read only</option>
          <option value="all">Everything you may do</option>
          <option value="some">What I choose</option>
        </Select>
      </Field>
      {reach === "some" && (
        <fieldset className="max-h-56 overflow-y-auto rounded-md border px-3 py-1">
          <legend className="sr-only">What the key may do</legend>
          {keyScopes
            .filter(({ isForOperators }) => isOperator || !isForOperators)
            .map(({ scope, meaning }) => (
              <Checkbox
                key={scope}
                checked={chosen.includes(scope)}
                onChange={({ target }) =>
                  setChosen(target.checked ? [...chosen, scope] : chosen.filter((each) => each !== scope))
                }
                label={
                  <>
                    {meaning} <code className="font-mono text-12 text-muted">{scope}</code>
                  </>
                }
              />
            ))}
        </fieldset>
      )}
      <AccountProblem problem={form.problem} />
      <FormActions action="Make the key" isBusy={form.isBusy} isDisabled={reach === "some" && chosen.length === 0} />
    </form>
  );
}

const ShownOnce = ({ apiKey, onDone }: { apiKey: string; onDone: () => void }): ReactNode => (
  <div className="flex flex-col gap-4">
    <CodeBlock label="Your key">{apiKey}</CodeBlock>
    <Notice tone="warn">It is shown this once. Put it where the script finds it, and nowhere else.</Notice>
    <Actions>
      <Button kind="primary" onClick={onDone} autoFocus>
        I have kept it
      </Button>
    </Actions>
  </div>
);
