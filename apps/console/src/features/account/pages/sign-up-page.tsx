import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { signInOptionsQuery } from "../../identity/queries.ts";
import { AccountProblem } from "../parts/account-problem.tsx";
import { NewAccountFields } from "../parts/new-account-fields.tsx";
import { ProviderButtons } from "../parts/provider-buttons.tsx";
import { SendAgain } from "../parts/send-again.tsx";
import { OtherWays, SignedOutPage } from "../parts/signed-out-page.tsx";

/** Making an account, where the reef lets everybody; else it says how one gets in. */
export function SignUpPage(): ReactNode {
  const { data: options, error, refetch } = useQuery(signInOptionsQuery);
  const { return_to } = useSearch({ from: "/signed-out/sign-up" });
  const [sentTo, setSentTo] = useState<string>();
  if (options === undefined) {
    return error === null ? (
      <SignedOutPage title="Make an account">
        <Skeleton className="h-40 w-full" />
      </SignedOutPage>
    ) : (
      <ProblemView error={error} onRetry={() => void refetch()} />
    );
  }
  if (sentTo !== undefined) return <LookAtYourMail address={sentTo} hasMailbox={options.mailbox} />;
  if (options.signUp !== "open") return <ByInvitation needsOperator={options.needsOperator} />;
  return (
    <SignedOutPage title="Make an account" lead="Then you can be invited to organizations, or make one.">
      <SignUpForm onSent={setSentTo} />
      <ProviderButtons providers={options.providers} returnTo={return_to} />
      <SignInInstead />
    </SignedOutPage>
  );
}

function SignUpForm({ onSent }: { onSent: (address: string) => void }): ReactNode {
  const form = useSubmit(async ({ name = "", email = "", password = "" }) => {
    await accounts.signUp({ name, email, password });
    onSent(email);
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <NewAccountFields />
      <AccountProblem problem={form.problem} />
      <Button kind="primary" type="submit" isBusy={form.isBusy}>
        Make the account
      </Button>
    </form>
  );
}

/** The same for an address that has an account already: whose address that is, only its owner learns. */
const LookAtYourMail = ({ address, hasMailbox }: { address: string; hasMailbox: boolean }): ReactNode => (
  <SignedOutPage
    title="Look at your mail"
    lead={
      <>
        We wrote to <b className="font-medium text-ink">{address}</b>. The link in the mail confirms the address and
        works for an hour.
      </>
    }
  >
    {hasMailbox && (
      <p className="text-13 text-muted">This reef sends no mail yet: its operator finds the link in the mailbox.</p>
    )}
    <SendAgain email={address} />
    <SignInInstead />
  </SignedOutPage>
);

const ByInvitation = ({ needsOperator }: { needsOperator: boolean }): ReactNode => (
  <SignedOutPage
    title="By invitation"
    lead={
      needsOperator
        ? "Nobody runs this reef yet. The server printed a one-time link when it started; whoever opens it becomes the operator, and can invite others."
        : "This reef takes new people by invitation. Ask an owner or admin of an organization to invite your address; the link in the mail brings you in."
    }
  >
    <SignInInstead />
  </SignedOutPage>
);

const SignInInstead = (): ReactNode => (
  <OtherWays>
    <TextLink to="/sign-in">Sign in instead</TextLink>
  </OtherWays>
);
