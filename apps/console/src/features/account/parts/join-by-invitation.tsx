import { useQueryClient } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { hasCode } from "../account-problems.ts";
import { sessionQuery } from "../queries.ts";
import { AccountProblem } from "./account-problem.tsx";
import { NewAccountFields } from "./new-account-fields.tsx";
import { Notice, SignedOutPage } from "./signed-out-page.tsx";

interface JoinByInvitationProps {
  id: string;
  /** What the mailed link proves the address by; without it the address is confirmed by a mail of its own. */
  token?: string;
  /** The invited address, where it is known. */
  email?: string;
  title?: string;
  /** Who invites to what, where it is known. */
  facts?: ReactNode;
}

/** For who is invited and not signed in: a new account, whose address the link confirms, or the one that is there. */
export function JoinByInvitation({ id, token, title, facts, ...invited }: JoinByInvitationProps): ReactNode {
  const { href } = useLocation();
  const queryClient = useQueryClient();
  const form = useSubmit(async ({ name = "", email = "", password = "" }) => {
    await accounts.signUp({
      name,
      email,
      password,
      ...(token !== undefined && { invitationId: id, invitationToken: token }),
    });
    await accounts.signIn({ email, password });
    await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
  });
  // To an address that has an account, making one answers the same; then the password is not that account's.
  const mayHaveAccount = hasCode(form.problem, "invalid_email_or_password");
  const signIn = (
    <TextLink to="/sign-in" search={{ return_to: href }}>
      Sign in
    </TextLink>
  );
  const purpose = facts === undefined ? "to see who invites you, and to accept or decline" : "to accept or decline";
  return (
    <SignedOutPage
      title={title ?? "You are invited"}
      lead={
        <>
          Make an account {purpose}. If you have one already: {signIn}.
        </>
      }
    >
      {facts}
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <NewAccountFields emailHint="The one that the invitation was sent to." givenEmail={invited.email} />
        {mayHaveAccount ? (
          <Notice tone="warn">
            This address may have an account already. {signIn} with it, and the invitation waits.
          </Notice>
        ) : (
          <AccountProblem problem={form.problem} />
        )}
        <Button kind="primary" type="submit" isBusy={form.isBusy}>
          Make an account
        </Button>
      </form>
    </SignedOutPage>
  );
}
