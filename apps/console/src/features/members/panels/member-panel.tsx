import type { Member, OrganizationRole } from "@reef/sdk/accounts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { PanelProps } from "../../../app/feature.ts";
import { PanelFrame } from "../../../panel/panel-frame.tsx";
import { usePanels } from "../../../panel/use-panels.ts";
import { accountQuery, useOrganization } from "../../../session/account.ts";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { Field, Select } from "../../../ui/field.tsx";
import { Fact, Facts } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { ExactTime } from "../../../ui/time.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { AccountProblem } from "../../account/parts/account-problem.tsx";
import { roleMeanings } from "../../account/role-meanings.ts";
import { mayRemove, rolesToGive, type Standing } from "../member-rules.ts";
import { LeaveButton } from "../parts/leave-button.tsx";
import { RoleBadge, useIsSelf } from "../parts/member-columns.tsx";
import { memberQuery, ownerCountQuery } from "../queries.ts";

/** One member of the organization, at the side. */
export function MemberPanel({ id }: PanelProps): ReactNode {
  const { organizationId } = useOrganization();
  const { data: member, error, refetch } = useQuery(memberQuery(organizationId, id));
  return (
    <PanelFrame title={member?.user.name ?? "Member"} description={member?.user.email}>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {member === undefined && error === null && <RowsSkeleton rows={3} />}
      {member === null && <p className="text-muted">This person is not in the organization, or not any more.</p>}
      {member && <MemberView member={member} />}
    </PanelFrame>
  );
}

function MemberView({ member }: { member: Member }): ReactNode {
  const { organizationId, name, role: viewer } = useOrganization();
  const { data: ownerCount } = useQuery(ownerCountQuery(organizationId));
  const queryClient = useQueryClient();
  const { panels, close } = usePanels();
  const isSelf = useIsSelf(member.userId);
  const standing: Standing = { viewer, role: member.role, isSelf, ownerCount };
  const roles = rolesToGive(standing);
  const remove = async () => {
    await accounts.removeMember({ organizationId, memberIdOrEmail: member.id });
    close(panels.length - 1);
    toast(`${member.user.name} is out.`);
    await queryClient.invalidateQueries({ queryKey: ["organization"] });
  };
  return (
    <>
      <Facts>
        <Fact name="Role">
          <RoleBadge role={member.role} /> <span className="text-muted">{roleMeanings[member.role]}</span>
        </Fact>
        <Fact name="Joined">
          <ExactTime value={member.createdAt} />
        </Fact>
      </Facts>
      {roles.length > 0 && <ChangeRole key={member.role} member={member} roles={roles} isSelf={isSelf} />}
      {isSelf && <LeaveButton />}
      {mayRemove(standing) && (
        <div>
          <ConfirmDialog
            trigger={<Button kind="danger">Remove from the organization</Button>}
            title={`Remove ${member.user.name}?`}
            consequence={
              <p>
                They see nothing of {name} from this moment on, and their API keys for it stop. Agents and memories
                stay. They can come back only by an invitation.
              </p>
            }
            action="Remove"
            onConfirm={remove}
          />
        </div>
      )}
    </>
  );
}

interface ChangeRoleProps {
  member: Member;
  roles: readonly OrganizationRole[];
  isSelf: boolean;
}

function ChangeRole({ member, roles, isSelf }: ChangeRoleProps): ReactNode {
  const { organizationId } = useOrganization();
  const queryClient = useQueryClient();
  const [role, setRole] = useState(member.role);
  const form = useSubmit(async () => {
    await accounts.changeRole({ organizationId, memberId: member.id, role });
    toast(`${isSelf ? "You are" : `${member.user.name} is`} ${role} now.`);
    await queryClient.invalidateQueries({ queryKey: ["organization"] });
    if (isSelf) await queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-3">
      <Field label="Change the role" hint={`An ${role} ${roleMeanings[role]}.`.replace("An m", "A m")}>
        <Select value={role} onChange={({ target }) => setRole(target.value as OrganizationRole)}>
          {roles.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </Select>
      </Field>
      {isSelf && role !== member.role && (
        <p className="text-13 text-warn">You give up what an owner may do; only another owner gives it back.</p>
      )}
      <AccountProblem problem={form.problem} />
      <div>
        <Button type="submit" isBusy={form.isBusy} disabled={role === member.role}>
          Change role
        </Button>
      </div>
    </form>
  );
}
