import type { TwoFactorSetup } from "@reef/sdk/accounts";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useAccount } from "../../../session/account.ts";
import { accounts } from "../../../session/accounts.ts";
import { CopyButton } from "../../../ui/code.tsx";
import { FormActions } from "../../../ui/dialog.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { sessionQuery } from "../queries.ts";
import { AccountProblem } from "./account-problem.tsx";
import { AskPassword } from "./ask-password.tsx";
import { BackupCodes } from "./backup-codes.tsx";

/** Drawn only for those who set it up. */
const QrCode = lazy(() => import("./qr-code.tsx").then((module) => ({ default: module.QrCode })));

/** Password, then the app's first code, then the backup codes: only the right code turns it on. */
export function TwoFactorSetUp({ onDone }: { onDone: () => void }): ReactNode {
  const { person } = useAccount();
  const queryClient = useQueryClient();
  const [setup, setSetup] = useState<TwoFactorSetup>();
  const [isOn, setOn] = useState(false);
  if (setup === undefined) {
    return (
      <AskPassword
        email={person.email}
        action="Continue"
        onPassword={async (password) => setSetup(await accounts.enableTwoFactor(password))}
      />
    );
  }
  if (!isOn) {
    return (
      <FirstCode
        totpURI={setup.totpURI}
        onRight={async () => {
          setOn(true);
          await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
        }}
      />
    );
  }
  return (
    <BackupCodes
      codes={setup.backupCodes}
      onKept={() => {
        onDone();
        toast("The second factor is on.");
      }}
    />
  );
}

function FirstCode({ totpURI, onRight }: { totpURI: string; onRight: () => Promise<void> }): ReactNode {
  const secret = new URL(totpURI).searchParams.get("secret") ?? "";
  const form = useSubmit(async ({ code = "" }) => {
    await accounts.verifyTotp({ code: code.replace(/\s/g, "") });
    await onRight();
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <p className="text-muted">Scan this with an authenticator app, then type the six digits that it shows.</p>
      <div className="flex justify-center">
        <Suspense fallback={<Skeleton className="size-44" />}>
          <QrCode text={totpURI} label="QR code for the authenticator app; the same secret stands below as text" />
        </Suspense>
      </div>
      <div className="flex items-center gap-1 rounded-md border bg-sunken py-0.5 pr-0.5 pl-3">
        <div className="min-w-0 grow">
          <p className="text-12 text-muted">Or type this secret into the app</p>
          <code className="font-mono text-13 break-all">{secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
        </div>
        <CopyButton text={secret} label="Copy the secret" />
      </div>
      <Field label="Code">
        <Input
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9 ]{6,7}"
          title="Six digits"
          required
          autoFocus
          maxLength={7}
          className="font-mono tracking-widest"
        />
      </Field>
      <AccountProblem problem={form.problem} />
      <FormActions action="Turn on" isBusy={form.isBusy} />
    </form>
  );
}
