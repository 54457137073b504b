import type { Agent, IssuedGatewayKey } from "@reef/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { CodeBlock } from "../../../ui/code.tsx";
import { Actions, Dialog, DialogClose, FormActions } from "../../../ui/dialog.tsx";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { publicUrl } from "../../identity/public-url.ts";
import { endIn, keyLives, limitsOf } from "../key-limits.ts";
import type { KeyPrivacy } from "../key-privacy.ts";
import { keyEnvironment, keySnippet } from "../key-snippet.ts";
import { agentsToChooseQuery, modelChoicesQuery } from "../queries.ts";
import { KeyLimits } from "./key-limits.tsx";
import { KeyPrivacyFields } from "./key-privacy-fields.tsx";

interface CreateKeyDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Creates a key, and shows its secret this once: it stands nowhere but in this dialog, and is gone with it. */
export const CreateKeyDialog = ({ isOpen, onOpenChange }: CreateKeyDialogProps): ReactNode => (
  <Dialog
    title="Create a key"
    description="With it programs and agents call the organization's models through the reef."
    isOpen={isOpen}
    onOpenChange={onOpenChange}
  >
    {isOpen && <Steps />}
  </Dialog>
);

function Steps(): ReactNode {
  const queryClient = useQueryClient();
  const { data: agents = [] } = useQuery(agentsToChooseQuery);
  const [models, setModels] = useState<readonly string[] | null>(null);
  const [privacy, setPrivacy] = useState<KeyPrivacy>({ capture: null, cache: null });
  const [issued, setIssued] = useState<IssuedGatewayKey>();
  const form = useSubmit(async ({ name = "", agentId = "", days = "", requests = "", tokens = "" }) => {
    setIssued(
      await reef.gateway.createKey({
        name,
        ...(agentId !== "" && { agentId: agentId as Agent["id"] }),
        ...limitsOf({ models, requests, tokens }),
        ...privacy,
        expiresAt: endIn(days),
      }),
    );
    await queryClient.invalidateQueries({ queryKey: ["gateway", "keys"] });
  });
  if (issued !== undefined) return <Issued issued={issued} />;
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <Field label="Name" hint="What it is for, so that you know it again.">
        <Input name="name" autoComplete="off" required autoFocus maxLength={64} placeholder="invoice reader" />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="For">
          <Select name="agentId" defaultValue="">
            <option value="">The organization</option>
            {agents.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Works for">
          <Select name="days" defaultValue="">
            {keyLives.map(({ days, label }) => (
              <option key={days} value={days}>
                {label}
              </option>
            ))}
            <option value="">as long as nobody revokes it</option>
          </Select>
        </Field>
      </div>
      <KeyLimits models={models} onModels={setModels} />
      <KeyPrivacyFields privacy={privacy} onChange={setPrivacy} />
      {form.problem !== undefined && <ProblemView error={form.problem} isCompact />}
      <FormActions action="Create key" isBusy={form.isBusy} isDisabled={models?.length === 0} />
    </form>
  );
}

function Issued({ issued: { secret, models } }: { issued: IssuedGatewayKey }): ReactNode {
  const { data: known } = useQuery(modelChoicesQuery(""));
  const url = publicUrl();
  const model = models?.[0] ?? known?.[0] ?? "gpt-5-mini";
  return (
    // A block of its own: what stands directly in a dialog shrinks where there is little room.
    <div className="flex flex-col gap-4">
      <p role="status">The secret is shown this once. Put it where the program finds it, and nowhere else.</p>
      <CodeBlock label="The key">{secret}</CodeBlock>
      <CodeBlock label="With the client of OpenAI">{keySnippet({ url, secret, model })}</CodeBlock>
      <CodeBlock label="Or in the environment of a program">{keyEnvironment({ url, secret })}</CodeBlock>
      <Actions>
        <DialogClose>
          <Button kind="primary" autoFocus>
            I have kept it
          </Button>
        </DialogClose>
      </Actions>
    </div>
  );
}
