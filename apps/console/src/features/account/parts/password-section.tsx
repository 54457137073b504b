import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useAccount } from "../../../session/account.ts";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog, FormActions } from "../../../ui/dialog.tsx";
import { Card, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { pauseSeconds } from "../account-problems.ts";
import { loginsQuery } from "../queries.ts";
import { AccountProblem } from "./account-problem.tsx";
import { NewPasswordField, PasswordField } from "./password-field.tsx";
import { Notice } from "./signed-out-page.tsx";
import { useCountdown } from "./use-countdown.ts";

/** The password: changed by who knows it, or set by mail where there is none. */
export function PasswordSection(): ReactNode {
  const { data: logins, error, refetch } = useQuery(loginsQuery);
  return (
    <Section title="Password">
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {logins === undefined && error === null && <Skeleton className="h-17 w-full" />}
      {logins?.some(({ providerId }) => providerId === "credential") ? <WithPassword /> : logins && <WithoutPassword />}
    </Section>
  );
}

function WithPassword(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <Card className="flex flex-wrap items-center justify-between gap-3 p-4">
      <p className="text-muted">
        When you change it, all your other sessions end, and so do all programs that act for you.
      </p>
      <Dialog
        title="Change your password"
        description="All your other sessions end, and all programs that act for you; this session stays."
        trigger={<Button>Change password</Button>}
        isOpen={isOpen}
        onOpenChange={setOpen}
      >
        <ChangePasswordForm onDone={() => setOpen(false)} />
      </Dialog>
    </Card>
  );
}

function ChangePasswordForm({ onDone }: { onDone: () => void }): ReactNode {
  const { person } = useAccount();
  const form = useSubmit(async ({ currentPassword = "", newPassword = "" }) => {
    await accounts.changePassword({ currentPassword, newPassword, revokeOtherSessions: true });
    toast("Password changed. Your other sessions have ended.");
    onDone();
  });
  const secondsLeft = useCountdown(pauseSeconds(form.problem), form.problem);
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      {/* Password managers need to know whose password it is. */}
      <input type="email" autoComplete="username" value={person.email} readOnly hidden />
      <PasswordField label="Current password" name="currentPassword" autoFocus />
      <NewPasswordField label="New password" name="newPassword" own={[person.name, person.email]} />
      <AccountProblem problem={form.problem} secondsLeft={secondsLeft} />
      <FormActions action="Change password" isBusy={form.isBusy} isDisabled={secondsLeft > 0} />
    </form>
  );
}

function WithoutPassword(): ReactNode {
  const { person } = useAccount();
  const [isSent, setSent] = useState(false);
  const { isBusy, problem, run } = useSubmit();
  const send = async () => {
    await accounts.requestPasswordReset({ email: person.email, redirectTo: "/reset-password" });
    setSent(true);
  };
  return (
    <Card className="flex flex-col gap-3 p-4">
      <p className="text-muted">Your account has none. With one you can sign in where no other way works.</p>
      {isSent ? (
        <Notice tone="good">A mail to {person.email} is on its way; its link sets the password.</Notice>
      ) : (
        <div>
          <Button isBusy={isBusy} onClick={() => void run(send)}>
            Set a password by mail
          </Button>
        </div>
      )}
      <AccountProblem problem={problem} />
    </Card>
  );
}
