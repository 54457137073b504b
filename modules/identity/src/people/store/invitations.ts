import type { Connection } from "@reef/db";
import { tables } from "./tables.ts";

/** An invitation that somebody may still accept. */
export interface PendingInvitation {
  id: string;
  email: string;
}

/** An invitation in whatever state it is, with what its link shows. */
export interface StoredInvitation extends PendingInvitation {
  organizationName: string;
  inviterName: string;
  role: "owner" | "admin" | "member";
  status: "pending" | "accepted" | "rejected" | "canceled";
  expiresAt: Date;
  /** Whether who invited is still in the organization. */
  isInviterMember: boolean;
  isSuspended: boolean;
}

/** The invitation with this UUID. */
export async function findInvitation(db: Connection, id: string): Promise<StoredInvitation | undefined> {
  const row = await tables(db)
    .selectFrom("identity.invitations as invitation")
    .innerJoin("identity.organizations as organization", "organization.id", "invitation.organization_id")
    .innerJoin("identity.people as inviter", "inviter.id", "invitation.inviter_id")
    .leftJoin("identity.members as member", (join) =>
      join
        .onRef("member.organization_id", "=", "invitation.organization_id")
        .onRef("member.person_id", "=", "invitation.inviter_id"),
    )
    .select(["invitation.id", "invitation.email", "invitation.role", "invitation.status", "invitation.expires_at"])
    .select([
      "organization.name",
      "organization.suspended_at",
      "inviter.name as inviter_name",
      "member.id as member_id",
    ])
    .where("invitation.id", "=", id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { email, role, status } = row;
  return {
    id: row.id,
    email,
    organizationName: row.name,
    inviterName: row.inviter_name,
    role,
    status,
    expiresAt: row.expires_at,
    isInviterMember: row.member_id !== null,
    isSuspended: row.suspended_at !== null,
  };
}

/** The invitation with this id, unless it was answered or has expired. */
export async function findPendingInvitation(
  db: Connection,
  id: string,
  now: Date,
): Promise<PendingInvitation | undefined> {
  return tables(db)
    .selectFrom("identity.invitations")
    .select(["id", "email"])
    .where("id", "=", id)
    .where("status", "=", "pending")
    .where("expires_at", ">", now)
    .executeTakeFirst();
}

/** Whether any organization invites the owner of this address. */
export async function isInvited(db: Connection, email: string, now: Date): Promise<boolean> {
  const row = await tables(db)
    .selectFrom("identity.invitations")
    .select("id")
    .where("email", "=", email)
    .where("status", "=", "pending")
    .where("expires_at", ">", now)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
