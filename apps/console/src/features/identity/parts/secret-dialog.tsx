import type { Agent, Credentials } from "@reef/sdk";
import { type ReactElement, type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { CodeBlock } from "../../../ui/code.tsx";
import { Actions, Dialog, DialogClose } from "../../../ui/dialog.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";

/** Replaces an agent's client secret, and shows the new one this once: it stands nowhere but in this dialog. */
export function SecretDialog({ agent, trigger }: { agent: Agent; trigger: ReactElement }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog
      title={`Replace the client secret of ${agent.name}?`}
      trigger={trigger}
      isOpen={isOpen}
      onOpenChange={setOpen}
    >
      {isOpen && <Steps agent={agent} />}
    </Dialog>
  );
}

function Steps({ agent: { name, fingerprint } }: { agent: Agent }): ReactNode {
  const [credentials, setCredentials] = useState<Credentials>();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const replace = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      setCredentials(await reef.identity.rotateAgentSecret({ fingerprint }));
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  if (credentials !== undefined) {
    return (
      <>
        <p role="status">Give {name} its new secret. It is shown this once; close the dialog, and it is gone.</p>
        <CodeBlock label="Client id">{credentials.clientId}</CodeBlock>
        <CodeBlock label="New client secret">{credentials.clientSecret}</CodeBlock>
        <Actions>
          <DialogClose>
            <Button kind="primary" autoFocus>
              Done
            </Button>
          </DialogClose>
        </Actions>
      </>
    );
  }
  return (
    <>
      <p className="-mt-2 text-muted">
        The old secret, and every token that was got with it, stop working within five seconds. What signs in with the
        agent's key goes on.
      </p>
      {problem !== undefined && <ProblemView error={problem} isCompact />}
      <Actions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <Button kind="danger" isBusy={isBusy} onClick={() => void replace()}>
          Replace secret
        </Button>
      </Actions>
    </>
  );
}
