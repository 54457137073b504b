import type { Member, OrganizationRole } from "@reef/sdk/accounts";
import { uuidOf } from "@reef/sdk/accounts";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { useAccount } from "../../../session/account.ts";
import { Badge, type BadgeTone } from "../../../ui/status.tsx";
import type { Column } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";

const tones: Readonly<Record<OrganizationRole, BadgeTone>> = { owner: "accent", admin: "good", member: "plain" };

/** A role as a word with a colour. */
export const RoleBadge = ({ role }: { role: OrganizationRole }): ReactNode => <Badge tone={tones[role]}>{role}</Badge>;

/** Whether a member is the person who looks. */
export const useIsSelf = (userId: string): boolean => uuidOf(useAccount().person.id) === userId;

function Name({ member: { userId, user } }: { member: Member }): ReactNode {
  const isSelf = useIsSelf(userId);
  return (
    <div className="flex min-w-0 flex-col">
      <span className="flex min-w-0 items-center gap-2">
        <PanelLink as="row" kind="member" id={userId} className="truncate">
          {user.name}
        </PanelLink>
        {isSelf && <Badge>you</Badge>}
      </span>
      <span className="truncate text-13 text-muted">{user.email}</span>
    </div>
  );
}

/** The columns of the members' table; rows of two lines. */
export const memberColumns: readonly Column<Member>[] = [
  { name: "Person", width: "minmax(0, 2fr)", cell: (member) => <Name member={member} /> },
  { name: "Role", width: "6rem", cell: ({ role }) => <RoleBadge role={role} /> },
  { name: "Joined", width: "8rem", hideBelow: "sm", align: "end", cell: ({ createdAt }) => <Time value={createdAt} /> },
];
