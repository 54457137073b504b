import type { Agent, IssuedGatewayKey } from "@reef/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { CodeBlock } from "../../../ui/code.tsx";
import { Actions, Dialog, DialogClose } from "../../../ui/dialog.tsx";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { publicUrl } from "../../identity/public-url.ts";
import { countOf } from "../amounts.ts";
import { keyEnvironment, keySnippet } from "../key-snippet.ts";
import { agentsToChooseQuery, modelChoicesQuery } from "../queries.ts";
import { ModelChoice } from "./model-choice.tsx";

const DAY_MS = 86_400_000;
const lives: readonly { days: number; label: string }[] = [
  { days: 1, label: "a day" },
  { days: 30, label: "30 days" },
  { days: 90, label: "90 days" },
  { days: 365, label: "a year" },
];

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
  const [isSome, setSome] = useState(false);
  const [models, setModels] = useState<readonly string[]>([]);
  const [issued, setIssued] = useState<IssuedGatewayKey>();
  const form = useSubmit(async ({ name = "", agentId = "", days = "", requests = "", tokens = "" }) => {
    setIssued(
      await reef.gateway.createKey({
        name,
        ...(agentId !== "" && { agentId: agentId as Agent["id"] }),
        models: isSome ? [...models] : null,
        requestsPerMinute: countOf(requests),
        tokensPerMinute: countOf(tokens),
        expiresAt: days === "" ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
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
            {lives.map(({ days, label }) => (
              <option key={days} value={days}>
                {label}
              </option>
            ))}
            <option value="">as long as nobody revokes it</option>
          </Select>
        </Field>
        <Field label="Requests a minute">
          <Input name="requests" type="number" min={1} max={1_000_000} step={1} placeholder="No limit" />
        </Field>
        <Field label="Tokens a minute">
          <Input name="tokens" type="number" min={1} max={1_000_000_000} step={1} placeholder="No limit" />
        </Field>
      </div>
      <Field label="May ask for">
        <Select value={isSome ? "some" : "all"} onChange={({ target }) => setSome(target.value === "some")}>
          <option value="all">All models of the organization</option>
          <option value="some">The models that I choose</option>
        </Select>
      </Field>
      {isSome && <ModelChoice chosen={models} onChange={setModels} />}
      {form.problem !== undefined && <ProblemView error={form.problem} isCompact />}
      <Actions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <Button kind="primary" type="submit" isBusy={form.isBusy} disabled={isSome && models.length === 0}>
          Create key
        </Button>
      </Actions>
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
