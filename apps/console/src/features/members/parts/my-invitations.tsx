import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MailOpen } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/page.tsx";
import { Time } from "../../../ui/time.tsx";
import { myInvitationsQuery } from "../queries.ts";

/** The invitations to the person's own address, each to be looked at; nothing where there are none. */
export function MyInvitations(): ReactNode {
  const { data: invitations = [] } = useQuery(myInvitationsQuery);
  if (invitations.length === 0) return null;
  return (
    <Card className="p-0">
      <ul aria-label="Invitations to you" className="divide-y">
        {invitations.map(({ id, organizationName, role, expiresAt }) => (
          <li key={id} className="flex min-h-13 items-center gap-3 px-4 py-1.5">
            <MailOpen aria-hidden className="size-4 shrink-0 text-signal" />
            <div className="min-w-0 grow">
              <p className="truncate font-medium">{organizationName}</p>
              <p className="text-13 text-muted">
                You are invited as {role} · expires <Time value={expiresAt} />
              </p>
            </div>
            <Button asChild>
              <Link to="/invitation" search={{ id }} aria-label={`See the invitation to ${organizationName}`}>
                See
              </Link>
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
