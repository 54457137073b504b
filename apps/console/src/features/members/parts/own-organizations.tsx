import type { ReactNode } from "react";
import { useAccount, useSwitchOrganization } from "../../../session/account.ts";
import { addressedOrganization } from "../../../session/chosen-organization.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/page.tsx";
import { Badge } from "../../../ui/status.tsx";
import { RoleBadge } from "./member-columns.tsx";

/** The organizations that the person belongs to, to be gone to. */
export function OwnOrganizations(): ReactNode {
  const { organization, memberships } = useAccount();
  const choose = useSwitchOrganization();
  // The address names one; the others are at their own addresses.
  const isFixed = addressedOrganization() !== undefined;
  return (
    <Card className="p-0">
      <ul aria-label="Your organizations" className="divide-y">
        {memberships.map(({ organizationId, slug, name, role }) => (
          <li key={organizationId} className="flex min-h-13 items-center gap-3 px-4 py-1.5">
            <div className="min-w-0 grow">
              <p className="truncate font-medium">{name}</p>
              <p className="truncate font-mono text-12 text-muted">{slug}</p>
            </div>
            <RoleBadge role={role} />
            {organizationId === organization?.organizationId ? (
              <Badge tone="plain">open</Badge>
            ) : (
              !isFixed && (
                <Button size="small" onClick={() => choose(slug)} aria-label={`Open ${name}`}>
                  Open
                </Button>
              )
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
