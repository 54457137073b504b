import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { Actions, DialogClose } from "../../../ui/dialog.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { pauseSeconds } from "../account-problems.ts";
import { AccountProblem } from "./account-problem.tsx";
import { PasswordField } from "./password-field.tsx";
import { useCountdown } from "./use-countdown.ts";

interface AskPasswordProps {
  /** Whose password it is, for password managers. */
  email: string;
  /** The verb of the button. */
  action: string;
  isDangerous?: boolean;
  onPassword: (password: string) => Promise<unknown>;
}

/** Asks for the password once more, within a dialog: an open window is not enough for what follows. */
export function AskPassword({ email, action, isDangerous = false, onPassword }: AskPasswordProps): ReactNode {
  const form = useSubmit(({ password = "" }) => onPassword(password));
  const secondsLeft = useCountdown(pauseSeconds(form.problem), form.problem);
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordField label="Your password" autoFocus />
      <AccountProblem problem={form.problem} secondsLeft={secondsLeft} />
      <Actions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <Button kind={isDangerous ? "danger" : "primary"} type="submit" isBusy={form.isBusy} disabled={secondsLeft > 0}>
          {action}
        </Button>
      </Actions>
    </form>
  );
}
