import type { Invitation } from "@reef/sdk/accounts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, MailPlus, MailX } from "lucide-react";
import { type ReactNode, useState } from "react";
import { accounts } from "../../../session/accounts.ts";
import { IconButton } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { Menu, MenuItem } from "../../../ui/menu.tsx";
import { Card, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { Badge, Status } from "../../../ui/status.tsx";
import { Time, useNow } from "../../../ui/time.tsx";
import { toast, toastProblem } from "../../../ui/toast.tsx";
import { invitationsQuery } from "../queries.ts";

/** The invitations that wait for an answer, to be sent again or cancelled. */
export function PendingInvitations({ organizationId }: { organizationId: string }): ReactNode {
  const { data: invitations, error, refetch } = useQuery(invitationsQuery(organizationId));
  const count = invitations?.length ?? 0;
  return (
    <Section
      title="Invitations"
      description={
        invitations?.length === 0 ? "Nobody is invited at the moment." : "They wait until the link in the mail is used."
      }
    >
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {invitations === undefined && error === null && <RowsSkeleton rows={2} />}
      {count > 0 && (
        <Card className="divide-y p-0">
          <ul aria-label="Invitations" className="divide-y">
            {invitations?.map((invitation) => (
              <InvitationRow key={invitation.id} invitation={invitation} />
            ))}
          </ul>
        </Card>
      )}
    </Section>
  );
}

function InvitationRow({ invitation }: { invitation: Invitation }): ReactNode {
  const { id, email, role, organizationId, expiresAt, createdAt } = invitation;
  const queryClient = useQueryClient();
  const [isCancelling, setCancelling] = useState(false);
  const hasExpired = Date.parse(expiresAt) <= useNow();
  const renew = () => queryClient.invalidateQueries({ queryKey: ["organization", "invitations"] });
  const resend = async () => {
    try {
      await accounts.invite({ organizationId, email, role, resend: true });
      toast(`Another mail to ${email} is on its way.`);
      await renew();
    } catch (error) {
      toastProblem(error);
    }
  };
  const cancel = async () => {
    await accounts.cancelInvitation(id);
    toast("Invitation cancelled.");
    await renew();
  };
  return (
    <li className="flex min-h-13 items-center gap-3 px-3 py-1.5">
      <div className="min-w-0 grow">
        <p className="truncate font-medium">{email}</p>
        <p className="text-13 text-muted">
          Invited <Time value={createdAt} />
        </p>
      </div>
      <Badge>{role}</Badge>
      {hasExpired ? (
        <Status state="offline">Expired</Status>
      ) : (
        <span className="text-13 text-muted max-sm:hidden">
          Expires <Time value={expiresAt} />
        </span>
      )}
      <Menu
        align="end"
        trigger={<IconButton size="small" label={`What to do with the invitation of ${email}`} icon={<Ellipsis />} />}
      >
        <MenuItem icon={<MailPlus aria-hidden />} onSelect={() => void resend()}>
          Send again
        </MenuItem>
        <MenuItem icon={<MailX aria-hidden />} isDangerous onSelect={() => setCancelling(true)}>
          Cancel the invitation
        </MenuItem>
      </Menu>
      <ConfirmDialog
        isOpen={isCancelling}
        onOpenChange={setCancelling}
        title={`Cancel the invitation of ${email}?`}
        consequence="The link in the mail stops working at once. You can invite the address again."
        action="Cancel the invitation"
        onConfirm={cancel}
      />
    </li>
  );
}
