import { KeyRound } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { hasCode, pauseSeconds } from "../account-problems.ts";
import { AccountProblem } from "./account-problem.tsx";
import { PasswordField } from "./password-field.tsx";
import { SendAgain } from "./send-again.tsx";
import { useCountdown } from "./use-countdown.ts";

interface PasswordSignInProps {
  onDone: () => void;
  /** The password was right, and a second factor is asked for. */
  onCodeNeeded: () => void;
}

/** Signing in with address and password, or with a passkey: by its button, or picked in the field of the address. */
export function PasswordSignIn({ onDone, onCodeNeeded }: PasswordSignInProps): ReactNode {
  const [email, setEmail] = useState("");
  const form = useSubmit(async ({ email = "", password = "" }) => {
    setEmail(email);
    const { isTwoFactorNeeded } = await accounts.signIn({ email, password });
    if (isTwoFactorNeeded) onCodeNeeded();
    else onDone();
  });
  const secondsLeft = useCountdown(pauseSeconds(form.problem), form.problem);
  usePasskeyAutofill(onDone);
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <Field label="E-mail">
        <Input name="email" type="email" autoComplete="username webauthn" required autoFocus maxLength={254} />
      </Field>
      <PasswordField />
      <AccountProblem problem={form.problem} secondsLeft={secondsLeft}>
        {hasCode(form.problem, "email_not_verified") && <SendAgain email={email} />}
      </AccountProblem>
      <Button kind="primary" type="submit" isBusy={form.isBusy} disabled={secondsLeft > 0}>
        Sign in
      </Button>
      {accounts.arePasskeysSupported() && (
        <Button
          isBusy={form.isBusy}
          onClick={() =>
            void form.run(async () => {
              await accounts.signInWithPasskey();
              onDone();
            })
          }
        >
          <KeyRound aria-hidden />
          Sign in with a passkey
        </Button>
      )}
    </form>
  );
}

/** Offers the person's passkeys where the address is typed, if the browser can; else nothing happens. */
function usePasskeyAutofill(onDone: () => void): void {
  const done = useRef(onDone);
  done.current = onDone;
  useEffect(() => {
    let isGone = false;
    const offer = async () => {
      if (!(await accounts.isPasskeyAutofillSupported()) || isGone) return;
      await accounts.signInWithPasskey({ useAutofill: true });
      if (!isGone) done.current();
    };
    // What goes wrong here was not asked for by anybody; the button says it.
    offer().catch(() => {});
    return () => {
      isGone = true;
      void accounts.cancelPasskey();
    };
  }, []);
}
