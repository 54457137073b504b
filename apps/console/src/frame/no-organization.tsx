import { Building2 } from "lucide-react";
import type { ReactNode } from "react";
import { useAccount, useSwitchOrganization } from "../session/account.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Card, Page } from "../ui/page.tsx";

/** In place of an organization's pages: the person's organizations to choose from, or how to get into one. */
export function NoOrganization(): ReactNode {
  const { memberships } = useAccount();
  const choose = useSwitchOrganization();
  if (memberships.length === 0) {
    return (
      <EmptyState title="You are in no organization yet" icon={<Building2 />}>
        Ask somebody who owns one to invite you. The link in the invitation's mail brings you in.
      </EmptyState>
    );
  }
  return (
    <Page title="Choose an organization" width="reading">
      <Card className="divide-y p-0">
        {memberships.map(({ slug, name, role }) => (
          <div key={slug} className="flex items-center justify-between gap-3 px-4 py-2">
            <div className="min-w-0">
              <p className="truncate font-medium">{name}</p>
              <p className="text-13 text-muted">
                {slug} · {role}
              </p>
            </div>
            <Button onClick={() => choose(slug)}>Open</Button>
          </div>
        ))}
      </Card>
    </Page>
  );
}

/** In place of everything, where the address names an organization that is not the person's, or that does not exist. */
export const NotYours = (): ReactNode => (
  <EmptyState title="There is no such organization" icon={<Building2 />}>
    The address names one that does not exist, or that you do not belong to. Check the address, or ask its owner for an
    invitation.
  </EmptyState>
);
