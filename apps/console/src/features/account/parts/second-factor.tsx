import { type ReactNode, useState } from "react";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { Checkbox, Field, Input } from "../../../ui/field.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { hasCode, pauseSeconds } from "../account-problems.ts";
import { AccountProblem } from "./account-problem.tsx";
import { useCountdown } from "./use-countdown.ts";

/** Asks for the code of an authenticator app, or for one of the backup codes. */
export function SecondFactor({ onDone, onBack }: { onDone: () => void; onBack: () => void }): ReactNode {
  const [isBackup, setBackup] = useState(false);
  const form = useSubmit(async ({ code = "", trust }) => {
    const given = { code: code.replace(/\s/g, ""), trustDevice: trust !== undefined };
    await (isBackup ? accounts.verifyBackupCode(given) : accounts.verifyTotp(given));
    onDone();
  });
  const secondsLeft = useCountdown(pauseSeconds(form.problem), form.problem);
  // The first step is forgotten after ten minutes, or after too many wrong codes.
  const isOver = hasCode(form.problem, "invalid_two_factor_cookie", "too_many_attempts_request_new_code");
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      {isBackup ? (
        <Field key="backup" label="Backup code" hint="One of those you kept when you set this up. Each works once.">
          <Input
            name="code"
            autoComplete="off"
            spellCheck={false}
            required
            autoFocus
            className="font-mono"
            maxLength={32}
          />
        </Field>
      ) : (
        <Field key="app" label="Code" hint="The six digits that your authenticator app shows.">
          <Input
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            pattern="[0-9 ]{6,7}"
            title="Six digits"
            required
            autoFocus
            className="font-mono text-16! tracking-widest"
            maxLength={7}
          />
        </Field>
      )}
      <Checkbox name="trust" label="Do not ask again on this device for 30 days" />
      <AccountProblem problem={form.problem} secondsLeft={secondsLeft} />
      {isOver ? (
        <Button kind="primary" onClick={onBack}>
          Begin again
        </Button>
      ) : (
        <Button kind="primary" type="submit" isBusy={form.isBusy} disabled={secondsLeft > 0}>
          Sign in
        </Button>
      )}
      <div className="flex flex-wrap justify-between gap-2">
        <Button
          kind="quiet"
          onClick={() => {
            form.clear();
            setBackup(!isBackup);
          }}
        >
          {isBackup ? "Use the app's code" : "Use a backup code"}
        </Button>
        <Button kind="quiet" onClick={onBack}>
          Back
        </Button>
      </div>
    </form>
  );
}
