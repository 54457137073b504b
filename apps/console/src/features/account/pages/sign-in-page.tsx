import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { TextLink } from "../../../ui/row-link.tsx";
import { signInOptionsQuery } from "../../identity/queries.ts";
import { callbackError } from "../account-problems.ts";
import { enter } from "../enter.ts";
import { PasswordSignIn } from "../parts/password-sign-in.tsx";
import { ProviderButtons } from "../parts/provider-buttons.tsx";
import { SecondFactor } from "../parts/second-factor.tsx";
import { Notice, OtherWays, SignedOutPage } from "../parts/signed-out-page.tsx";

const done: Readonly<Record<string, string>> = {
  "password-reset": "Your password is changed, and all sessions have ended. Sign in with the new one.",
  "address-confirmed": "Your address is confirmed. Sign in with it.",
  "signed-out-everywhere": "You are signed out everywhere.",
};

/** Signing in: password, passkey, another login, and the second factor. */
export function SignInPage(): ReactNode {
  const search = useSearch({ from: "/signed-out/sign-in" });
  const { data: options } = useQuery(signInOptionsQuery);
  const [isCodeNeeded, setCodeNeeded] = useState(false);
  const finish = () => enter(search.return_to);
  if (isCodeNeeded) {
    return (
      <SignedOutPage title="One more step" lead="This account asks for a second factor.">
        <SecondFactor onDone={finish} onBack={() => setCodeNeeded(false)} />
      </SignedOutPage>
    );
  }
  return (
    <SignedOutPage title="Sign in">
      {search.reason === "unreachable" && (
        <Notice tone="warn">The reef did not answer, so nothing is shown until you have signed in again.</Notice>
      )}
      {search.error !== undefined && <Notice tone="warn">{callbackError(search.error)}</Notice>}
      {search.done !== undefined && done[search.done] && <Notice tone="good">{done[search.done]}</Notice>}
      {options?.needsOperator && (
        <Notice>
          Nobody runs this reef yet. Open the one-time link that the server printed when it started; who has it becomes
          the operator.
        </Notice>
      )}
      <PasswordSignIn onDone={finish} onCodeNeeded={() => setCodeNeeded(true)} />
      <ProviderButtons providers={options?.providers ?? []} returnTo={search.return_to} />
      <OtherWays>
        <TextLink to="/forgot-password">Forgot the password?</TextLink>
        <TextLink to="/sign-up" search={search.return_to === undefined ? {} : { return_to: search.return_to }}>
          {options?.signUp === "open" ? "Make an account" : "No account yet?"}
        </TextLink>
      </OtherWays>
    </SignedOutPage>
  );
}
