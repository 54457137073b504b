import { uuidOf } from "./ids.ts";
import type { Requests } from "./request.ts";
import type { Invitation, InvitationOfMine, InvitationToMe, Member, OrganizationRole } from "./types.ts";

/** Organizations, members, invitations. An organization is named by its id (`org_…`) or by the UUID in it. */
export const organizationCalls = ({ act, get, post }: Requests) => ({
  createOrganization: (input: { name: string; slug: string }) =>
    post<{ id: string; name: string; slug: string }>("/organization/create", input),
  /** False for a slug that is taken, reserved or malformed. */
  isSlugFree: async (slug: string): Promise<boolean> =>
    post("/organization/check-slug", { slug }).then(
      () => true,
      (error: { status?: number }) => {
        if (error.status === 400 || error.status === 409) return false;
        throw error;
      },
    ),
  updateOrganization: (input: { organizationId: string; data: { name?: string; slug?: string } }) =>
    act("/organization/update", inOrganization(input)),
  setActiveOrganization: (organizationId: string) =>
    act("/organization/set-active", inOrganization({ organizationId })),
  listMembers: ({
    organizationId,
    limit = 100,
    offset = 0,
    role,
    userId,
  }: {
    organizationId: string;
    limit?: number;
    offset?: number;
    /** Only those with this role. */
    role?: OrganizationRole;
    /** Only this person; not together with a role. */
    userId?: string;
  }) =>
    get<{ members: Member[]; total: number }>("/organization/list-members", {
      organizationId: uuidOf(organizationId),
      limit: String(limit),
      offset: String(offset),
      ...(role !== undefined && { filterField: "role", filterValue: role }),
      ...(userId !== undefined && { filterField: "userId", filterValue: uuidOf(userId) }),
    }),
  changeRole: (input: { organizationId: string; memberId: string; role: OrganizationRole }) =>
    act("/organization/update-member-role", inOrganization(input)),
  removeMember: (input: { organizationId: string; memberIdOrEmail: string }) =>
    act("/organization/remove-member", inOrganization(input)),
  leaveOrganization: (organizationId: string) => act("/organization/leave", inOrganization({ organizationId })),
  invite: (input: { organizationId: string; email: string; role: OrganizationRole; resend?: boolean }) =>
    post<Invitation>("/organization/invite-member", inOrganization(input)),
  listInvitations: (organizationId: string) =>
    get<Invitation[]>("/organization/list-invitations", { organizationId: uuidOf(organizationId) }),
  cancelInvitation: (invitationId: string) => act("/organization/cancel-invitation", { invitationId }),
  /** Those to the person's own address that wait for an answer. */
  listMyInvitations: () => get<InvitationOfMine[]>("/organization/list-user-invitations"),
  getInvitation: (id: string) => get<InvitationToMe>("/organization/get-invitation", { id }),
  acceptInvitation: (invitationId: string) => act("/organization/accept-invitation", { invitationId }),
  rejectInvitation: (invitationId: string) => act("/organization/reject-invitation", { invitationId }),
});

/** better-auth knows organizations by their UUIDs. */
const inOrganization = <Input extends { organizationId: string }>(input: Input): Input => ({
  ...input,
  organizationId: uuidOf(input.organizationId),
});
