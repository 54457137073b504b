import { ReefError, type ShownInvitation as Shown } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Card, Fact, Facts } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { Time } from "../../../ui/time.tsx";
import { shownInvitationQuery } from "../queries.ts";
import { roleMeanings } from "../role-meanings.ts";
import { JoinByInvitation } from "./join-by-invitation.tsx";
import { OtherWays, SignedOutPage } from "./signed-out-page.tsx";

/** For the holder of a mailed link who is not signed in: who invites to what, and the way in. */
export function ShownInvitation({ id, token }: { id: string; token: string }): ReactNode {
  const { data: invitation, error, refetch } = useQuery(shownInvitationQuery(id, token));
  if (invitation !== undefined) {
    return (
      <JoinByInvitation
        id={id}
        token={token}
        email={invitation.email}
        title={`Join ${invitation.organizationName}`}
        facts={<InvitationFacts invitation={invitation} />}
      />
    );
  }
  if (error === null) return <InvitationSkeleton />;
  if (!leadsNowhere(error)) return <ProblemView error={error} onRetry={() => void refetch()} />;
  return (
    <SignedOutPage title={error.title} lead={error.detail}>
      <OtherWays>
        <TextLink to="/sign-in">Sign in</TextLink>
      </OtherWays>
    </SignedOutPage>
  );
}

/** An invitation on its way, in the size that it will have. */
export const InvitationSkeleton = (): ReactNode => (
  <SignedOutPage title="You are invited" lead={<Skeleton className="my-1.5 h-8 w-full" />}>
    <div role="status">
      <span className="sr-only">Loading</span>
      <Skeleton className="h-70 w-full rounded-lg sm:h-42" />
    </div>
  </SignedOutPage>
);

const InvitationFacts = ({ invitation }: { invitation: Shown }): ReactNode => (
  <Card>
    <Facts>
      <Fact name="Invited by">{invitation.inviterName}</Fact>
      <Fact name="As">
        {invitation.role}: {roleMeanings[invitation.role]}
      </Fact>
      <Fact name="Address">{invitation.email}</Fact>
      <Fact name="Expires">
        <Time value={invitation.expiresAt} />
      </Fact>
    </Facts>
  </Card>
);

/** What trying again does not help with; the reef's own words say what does. */
const leadsNowhere = (error: unknown): error is ReefError =>
  error instanceof ReefError &&
  (error.code.startsWith("identity.invitation_") || error.code === "identity.organization_suspended");
