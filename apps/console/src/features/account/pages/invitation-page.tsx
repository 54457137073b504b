import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { AnswerInvitation } from "../parts/answer-invitation.tsx";
import { JoinByInvitation } from "../parts/join-by-invitation.tsx";
import { InvitationSkeleton, ShownInvitation } from "../parts/shown-invitation.tsx";
import { OtherWays, SignedOutPage } from "../parts/signed-out-page.tsx";
import { sessionQuery } from "../queries.ts";

/** What the link of an invitation's mail leads to: joins by a new account or by the one that is there. */
export function InvitationPage(): ReactNode {
  const { id, token } = useSearch({ from: "/signed-out/invitation" });
  const { data: current, error, refetch } = useQuery(sessionQuery);
  if (id === undefined) {
    return (
      <SignedOutPage title="This link is not whole" lead="Open it from the mail again, or copy all of it.">
        <OtherWays>
          <TextLink to="/sign-in">Sign in</TextLink>
        </OtherWays>
      </SignedOutPage>
    );
  }
  if (current === undefined) {
    return error === null ? <InvitationSkeleton /> : <ProblemView error={error} onRetry={() => void refetch()} />;
  }
  if (current !== null) return <AnswerInvitation id={id} person={current.user} />;
  return token === undefined ? <JoinByInvitation id={id} /> : <ShownInvitation id={id} token={token} />;
}
