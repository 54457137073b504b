import { useQuery } from "@tanstack/react-query";
import { Building2 } from "lucide-react";
import type { ReactNode } from "react";
import { useAccount } from "../../../session/account.ts";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Page, Section } from "../../../ui/page.tsx";
import { signInOptionsQuery } from "../../identity/queries.ts";
import { CreateOrganizationButton } from "../parts/create-organization.tsx";
import { MyInvitations } from "../parts/my-invitations.tsx";
import { OwnOrganizations } from "../parts/own-organizations.tsx";
import { myInvitationsQuery } from "../queries.ts";

/** In place of an organization's pages: the person's organizations to choose from, or how to get into one. */
export function NoOrganizationPage(): ReactNode {
  const { memberships, isOperator, person } = useAccount();
  const { data: options } = useQuery(signInOptionsQuery);
  const { data: invitations = [] } = useQuery(myInvitationsQuery);
  const mayCreate = isOperator || options?.signUp === "open";
  if (memberships.length > 0) {
    return (
      <Page
        title="Choose an organization"
        width="reading"
        actions={mayCreate && <CreateOrganizationButton />}
        description="You belong to several. You can go to another one at any time, at the top of the page."
      >
        <OwnOrganizations />
        <MyInvitations />
      </Page>
    );
  }
  return (
    <Page title="Welcome" width="reading">
      {invitations.length > 0 ? (
        <Section title="You are invited" description="Look who asks, then accept or decline.">
          <MyInvitations />
        </Section>
      ) : (
        <EmptyState
          title="You are in no organization yet"
          icon={<Building2 />}
          action={mayCreate && <CreateOrganizationButton kind="primary" />}
        >
          {mayCreate ? "Make one for your agents, or ask" : "Ask"} somebody who owns one to invite{" "}
          <b className="font-medium wrap-anywhere text-ink">{person.email}</b>. The link in the mail brings you in.
        </EmptyState>
      )}
    </Page>
  );
}
