import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { dropEverything, useOrganization } from "../../../session/account.ts";
import { accounts } from "../../../session/accounts.ts";
import { forgetOrganization } from "../../../session/chosen-organization.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { isLastOwner } from "../member-rules.ts";
import { ownerCountQuery } from "../queries.ts";

/** Leaves the organization of the moment. The last owner cannot, and reads here why. */
export function LeaveButton(): ReactNode {
  const { organizationId, name, role } = useOrganization();
  const { data: ownerCount } = useQuery(ownerCountQuery(organizationId));
  const queryClient = useQueryClient();
  if (isLastOwner({ role, ownerCount })) {
    return (
      <div className="flex flex-wrap items-center gap-3">
        <Button disabled aria-describedby="why-not-leave">
          Leave {name}
        </Button>
        <p id="why-not-leave" className="text-13 text-muted">
          {ownerCount !== undefined && "You are its only owner. Make another member an owner first."}
        </p>
      </div>
    );
  }
  const leave = async () => {
    await accounts.leaveOrganization(organizationId);
    forgetOrganization();
    dropEverything(queryClient);
    // A full load: nothing of the organization stays in memory.
    location.assign("/");
  };
  return (
    <div>
      <ConfirmDialog
        trigger={<Button kind="danger">Leave {name}</Button>}
        title={`Leave ${name}?`}
        consequence="You see nothing of it from this moment on, and your API keys for it stop. You can come back only by an invitation."
        action="Leave"
        onConfirm={leave}
      />
    </div>
  );
}
