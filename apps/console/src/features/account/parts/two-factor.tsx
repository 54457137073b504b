import { useQuery } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Card, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { Status } from "../../../ui/status.tsx";
import { loginsQuery, sessionQuery } from "../queries.ts";
import { NewBackupCodes, TurnOff } from "./two-factor-change.tsx";
import { TwoFactorSetUp } from "./two-factor-set-up.tsx";

/** The second factor: a code of an authenticator app beside the password. */
export function TwoFactor(): ReactNode {
  const { data: current, error, refetch } = useQuery(sessionQuery);
  const { data: logins } = useQuery(loginsQuery);
  const [isSettingUp, setSettingUp] = useState(false);
  const hasPassword = logins?.some(({ providerId }) => providerId === "credential");
  return (
    <Section
      title="Second factor"
      description="A code of an authenticator app beside the password. Passkeys need none: they are two factors already."
    >
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {current === undefined && error === null && <Skeleton className="h-17 w-full" />}
      {current && (
        <Card className="flex flex-wrap items-center justify-between gap-3 p-4">
          {current.user.twoFactorEnabled ? (
            <TurnedOn />
          ) : (
            <TurnedOff mayTurnOn={hasPassword !== false} onSetUp={() => setSettingUp(true)} />
          )}
        </Card>
      )}
      {/* It stands here, since turning it on must not take the backup codes away before they are kept. */}
      <Dialog title="Set up the second factor" isOpen={isSettingUp} onOpenChange={setSettingUp}>
        <TwoFactorSetUp onDone={() => setSettingUp(false)} />
      </Dialog>
    </Section>
  );
}

const TurnedOn = (): ReactNode => (
  <>
    <Status state="online">On</Status>
    <div className="flex flex-wrap gap-2">
      <InDialog
        title="New backup codes"
        description="The old ones stop working at once."
        trigger={<Button>New backup codes</Button>}
      >
        {(close) => <NewBackupCodes onDone={close} />}
      </InDialog>
      <InDialog
        title="Turn the second factor off?"
        description="Whoever knows the password gets in with it alone."
        trigger={<Button kind="danger">Turn off</Button>}
      >
        {(close) => <TurnOff onDone={close} />}
      </InDialog>
    </div>
  </>
);

const TurnedOff = ({ mayTurnOn, onSetUp }: { mayTurnOn: boolean; onSetUp: () => void }): ReactNode =>
  mayTurnOn ? (
    <>
      <Status state="offline">Off</Status>
      <Button onClick={onSetUp}>Set up</Button>
    </>
  ) : (
    <p className="text-muted">It stands beside a password, and your account has none. Set one first.</p>
  );

interface InDialogProps {
  title: string;
  description?: string;
  trigger: ReactElement;
  children: (close: () => void) => ReactNode;
}

function InDialog({ children, ...rest }: InDialogProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog {...rest} isOpen={isOpen} onOpenChange={setOpen}>
      {children(() => setOpen(false))}
    </Dialog>
  );
}
