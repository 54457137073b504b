import type { Invitation, Member } from "@reef/sdk/accounts";
import { queryOptions } from "@tanstack/react-query";
import { accounts } from "../../session/accounts.ts";
import { type Pages, usePages } from "../../ui/use-pages.ts";

const PAGE = 50;
const LOOK_AGAIN_MS = 60_000;

/** The members of an organization, in the order in which they joined. */
export const useMembers = (organizationId: string): Pages<Member> =>
  usePages({
    queryKey: ["organization", "members", organizationId],
    async queryFn({ cursor }) {
      const offset = Number(cursor ?? 0);
      const { members, total } = await accounts.listMembers({ organizationId, limit: PAGE, offset });
      const next = offset + members.length;
      return { items: members, total, nextCursor: members.length > 0 && next < total ? String(next) : null };
    },
  });

/** How many owners the organization has: the last one can neither leave nor become less. */
export const ownerCountQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ["organization", "owner-count", organizationId],
    queryFn: async () => (await accounts.listMembers({ organizationId, role: "owner", limit: 1 })).total,
  });

/** The invitations of an organization that wait for an answer, the newest first. */
export const invitationsQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ["organization", "invitations", organizationId],
    queryFn: async (): Promise<Invitation[]> =>
      (await accounts.listInvitations(organizationId))
        .filter(({ status }) => status === "pending")
        .sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
  });

/** The invitations to the person's own address that wait for an answer and have not expired. */
export const myInvitationsQuery = queryOptions({
  queryKey: ["organization", "my-invitations"],
  queryFn: () => accounts.listMyInvitations(),
  select: (invitations) =>
    invitations.filter(({ status, expiresAt }) => status === "pending" && Date.parse(expiresAt) > Date.now()),
  // Another organization's invitation comes by none of the events that this one's pages follow.
  refetchInterval: LOOK_AGAIN_MS,
});

/** One member, by the person's UUID; null when they are gone. */
export const memberQuery = (organizationId: string, userId: string) =>
  queryOptions({
    queryKey: ["organization", "member", organizationId, userId],
    queryFn: async (): Promise<Member | null> =>
      (await accounts.listMembers({ organizationId, userId, limit: 1 })).members[0] ?? null,
  });
