import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { signInOptionsQuery } from "../../identity/queries.ts";
import { AccountProblem } from "../parts/account-problem.tsx";
import { OtherWays, SignedOutPage } from "../parts/signed-out-page.tsx";

/** Asks for the mail with which a new password is chosen. */
export function ForgotPasswordPage(): ReactNode {
  const { data: options } = useQuery(signInOptionsQuery);
  const [sentTo, setSentTo] = useState<string>();
  const form = useSubmit(async ({ email = "" }) => {
    await accounts.requestPasswordReset({ email, redirectTo: "/reset-password" });
    setSentTo(email);
  });
  const back = (
    <OtherWays>
      <TextLink to="/sign-in">Back to signing in</TextLink>
    </OtherWays>
  );
  if (sentTo !== undefined) {
    return (
      <SignedOutPage
        title="Look at your mail"
        lead={
          <>
            If <b className="font-medium text-ink">{sentTo}</b> has an account here, a mail with a link is on its way.
            The link works once, for an hour.
          </>
        }
      >
        {options?.mailbox && (
          <p className="text-13 text-muted">This reef sends no mail yet: its operator finds the link in the mailbox.</p>
        )}
        {back}
      </SignedOutPage>
    );
  }
  return (
    <SignedOutPage title="Choose a new password" lead="We send you a link with which you can.">
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <Field label="E-mail">
          <Input name="email" type="email" autoComplete="username" required autoFocus maxLength={254} />
        </Field>
        <AccountProblem problem={form.problem} />
        <Button kind="primary" type="submit" isBusy={form.isBusy}>
          Send the link
        </Button>
      </form>
      {back}
    </SignedOutPage>
  );
}
