import { useNavigate, useSearch } from "@tanstack/react-router";
import { UserPlus, Users } from "lucide-react";
import type { ReactNode } from "react";
import { useShortcuts } from "../../../keys/shortcuts.ts";
import { useMayManage, useOrganization } from "../../../session/account.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Page } from "../../../ui/page.tsx";
import { Table } from "../../../ui/table.tsx";
import { InviteDialog } from "../parts/invite-dialog.tsx";
import { memberColumns } from "../parts/member-columns.tsx";
import { PendingInvitations } from "../parts/pending-invitations.tsx";
import { useMembers } from "../queries.ts";

/** The people of the organization, and who is invited. */
export function MembersPage(): ReactNode {
  const { organizationId, name } = useOrganization();
  const mayManage = useMayManage();
  const { invite } = useSearch({ from: "/signed-in/organization/members" });
  const navigate = useNavigate();
  const setInviting = (isOpen: boolean) =>
    void navigate({
      to: ".",
      search: ({ invite: _, ...rest }: { invite?: true }) => (isOpen ? { ...rest, invite: true as const } : rest),
      replace: true,
    });
  useShortcuts(
    mayManage ? [{ keys: "n", label: "Invite a person", group: "This page", run: () => setInviting(true) }] : [],
  );
  return (
    <Page
      title="Members"
      description={`The people of ${name}. Everybody sees all of it; owners and admins also say who and what joins.`}
      actions={
        mayManage && (
          <Button kind="primary" onClick={() => setInviting(true)}>
            <UserPlus aria-hidden />
            Invite a person
          </Button>
        )
      }
    >
      <div>
        <Table
          label="Members"
          pages={useMembers(organizationId)}
          keyOf={({ id }) => id}
          columns={memberColumns}
          isTall
          empty={
            <EmptyState title="Nobody is here" icon={<Users />}>
              This cannot last: an organization has an owner at least. Load the page again.
            </EmptyState>
          }
        />
      </div>
      {mayManage && <PendingInvitations organizationId={organizationId} />}
      {mayManage && (
        <InviteDialog organizationId={organizationId} isOpen={invite === true} onOpenChange={setInviting} />
      )}
    </Page>
  );
}
