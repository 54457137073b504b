import type { AccountPerson } from "@reef/sdk/accounts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { dropEverything } from "../../../session/account.ts";
import { accounts } from "../../../session/accounts.ts";
import { rememberOrganization } from "../../../session/chosen-organization.ts";
import { Button } from "../../../ui/button.tsx";
import { Card, Fact, Facts } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { Time } from "../../../ui/time.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { hasCode } from "../account-problems.ts";
import { enter } from "../enter.ts";
import { invitationQuery } from "../queries.ts";
import { roleMeanings } from "../role-meanings.ts";
import { AccountProblem } from "./account-problem.tsx";
import { SendAgain } from "./send-again.tsx";
import { OtherWays, SignedOutPage } from "./signed-out-page.tsx";

/** Shows who invites to what, to be accepted or declined. */
export function AnswerInvitation({ id, person }: { id: string; person: AccountPerson }): ReactNode {
  const { data: invitation, error, refetch } = useQuery(invitationQuery(id));
  const [isDeclined, setDeclined] = useState(false);
  const { isBusy, problem, run } = useSubmit();
  if (isDeclined) {
    return (
      <SignedOutPage title="Declined" lead="You have not joined. Whoever invited you sees that.">
        <OtherWays>
          <TextLink to="/">Go to the start</TextLink>
        </OtherWays>
      </SignedOutPage>
    );
  }
  if (hasCode(error, "email_verification_required_for_invitation")) {
    return (
      <SignedOutPage
        title="Confirm your address first"
        lead="Open the link in the mail that we sent to it. Then come back to the invitation."
      >
        <SendAgain email={person.email} />
      </SignedOutPage>
    );
  }
  if (error !== null && isNotThere(error)) return <NoSuchInvitation person={person} />;
  if (invitation === undefined) {
    return error === null ? (
      <SignedOutPage title="You are invited">
        <Skeleton className="h-40 w-full" />
      </SignedOutPage>
    ) : (
      <ProblemView error={error} onRetry={() => void refetch()} />
    );
  }
  const { organizationName, organizationSlug, inviterEmail, role, expiresAt } = invitation;
  const accept = async () => {
    await accounts.acceptInvitation(id);
    rememberOrganization(organizationSlug);
    enter();
  };
  const decline = async () => {
    await accounts.rejectInvitation(id);
    setDeclined(true);
  };
  return (
    <SignedOutPage title={`Join ${organizationName}`} lead={`You are signed in as ${person.email}.`}>
      <Card>
        <Facts>
          <Fact name="Invited by">{inviterEmail}</Fact>
          <Fact name="Organization">
            {organizationName} <span className="text-muted">({organizationSlug})</span>
          </Fact>
          <Fact name="As">
            {role}: {roleMeanings[role]}
          </Fact>
          <Fact name="Expires">
            <Time value={expiresAt} />
          </Fact>
        </Facts>
      </Card>
      <AccountProblem problem={problem} />
      <div className="grid grid-cols-2 gap-2">
        <Button isBusy={isBusy} onClick={() => void run(decline)}>
          Decline
        </Button>
        <Button kind="primary" isBusy={isBusy} onClick={() => void run(accept)} autoFocus>
          Accept
        </Button>
      </div>
    </SignedOutPage>
  );
}

/** What was answered, withdrawn, has expired, or is for another address: the reef makes no difference. */
const isNotThere = (error: unknown): boolean =>
  hasCode(
    error,
    "invitation_not_found",
    "refused",
    "organization_not_found",
    "you_are_not_the_recipient_of_the_invitation",
    "inviter_is_no_longer_a_member_of_the_organization",
  );

function NoSuchInvitation({ person }: { person: AccountPerson }): ReactNode {
  const queryClient = useQueryClient();
  const { isBusy, problem, run } = useSubmit();
  const leave = async () => {
    await accounts.signOut();
    dropEverything(queryClient);
    // The same page, for whoever signs in next.
    location.reload();
  };
  return (
    <SignedOutPage
      title="No invitation for you here"
      lead={
        <>
          You are signed in as <b className="font-medium wrap-anywhere text-ink">{person.email}</b>. The invitation is
          for another address, or it was answered, was withdrawn or has expired.
        </>
      }
    >
      <AccountProblem problem={problem} />
      <div className="flex flex-wrap gap-2">
        <Button isBusy={isBusy} onClick={() => void run(leave)}>
          Use another account
        </Button>
        <Button kind="quiet" asChild>
          <a href="/">Go to the start</a>
        </Button>
      </div>
    </SignedOutPage>
  );
}
