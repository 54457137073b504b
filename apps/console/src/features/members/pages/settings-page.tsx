import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useAccount, useMayManage, useOrganization } from "../../../session/account.ts";
import { Card, Fact, Facts, Page, Section } from "../../../ui/page.tsx";
import { signInOptionsQuery } from "../../identity/queries.ts";
import { CreateOrganizationButton } from "../parts/create-organization.tsx";
import { LeaveButton } from "../parts/leave-button.tsx";
import { NameForm } from "../parts/name-form.tsx";
import { OwnOrganizations } from "../parts/own-organizations.tsx";
import { SlugForm } from "../parts/slug-form.tsx";

/** What the organization is called, and the person's way out of it and into others. */
export function SettingsPage(): ReactNode {
  const organization = useOrganization();
  const { isOperator, memberships } = useAccount();
  const mayManage = useMayManage();
  const { data: options } = useQuery(signInOptionsQuery);
  const mayCreate = isOperator || options?.signUp === "open";
  return (
    <Page title="Settings" description={`What ${organization.name} is called, and where you belong.`} width="reading">
      <Section title="Organization">
        {mayManage ? (
          <Card className="divide-y *:p-4">
            <NameForm key={organization.name} organization={organization} />
            <SlugForm key={organization.slug} organization={organization} />
          </Card>
        ) : (
          <Facts>
            <Fact name="Name">{organization.name}</Fact>
            <Fact name="Slug">
              <code className="font-mono text-13">{organization.slug}</code>
            </Fact>
          </Facts>
        )}
      </Section>
      <Section
        title="Your organizations"
        description={
          memberships.length > 1 ? "The one at the top of the page is the one that all pages show." : undefined
        }
        actions={mayCreate && <CreateOrganizationButton />}
      >
        <OwnOrganizations />
      </Section>
      <Section title="Leave">
        <LeaveButton />
      </Section>
    </Page>
  );
}
