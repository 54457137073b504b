import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { hasCode } from "../account-problems.ts";
import { AccountProblem } from "../parts/account-problem.tsx";
import { NewPasswordField } from "../parts/password-field.tsx";
import { OtherWays, SignedOutPage } from "../parts/signed-out-page.tsx";

/** Chooses a new password, with the token of a mail's link. */
export function ResetPasswordPage(): ReactNode {
  const { token } = useSearch({ from: "/signed-out/reset-password" });
  const navigate = useNavigate();
  const form = useSubmit(async ({ password = "" }) => {
    await accounts.resetPassword({ token: token ?? "", newPassword: password });
    await navigate({ to: "/sign-in", search: { done: "password-reset" }, replace: true });
  });
  if (token === undefined || hasCode(form.problem, "invalid_token", "token_expired")) {
    return (
      <SignedOutPage
        title="This link does not work any more"
        lead="It was used, has expired, or was not copied whole. A new one is quickly sent."
      >
        <OtherWays>
          <TextLink to="/forgot-password">Ask for a new link</TextLink>
          <TextLink to="/sign-in">Sign in</TextLink>
        </OtherWays>
      </SignedOutPage>
    );
  }
  return (
    <SignedOutPage
      title="Choose a new password"
      lead="All your sessions end with it, also those of other devices, and so do all programs that act for you."
    >
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <NewPasswordField label="New password" />
        <AccountProblem problem={form.problem} />
        <Button kind="primary" type="submit" isBusy={form.isBusy}>
          Change the password
        </Button>
      </form>
    </SignedOutPage>
  );
}
