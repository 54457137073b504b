import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { OrganizationRole } from "@reef/http/contract";
import { sql } from "kysely";
import { tables } from "../people/store/tables.ts";

/*
 * What people let in stands in `identity.oauth_state` beside what agents let in. It belongs to a membership, with which the
 * database deletes it, and it holds as long as the password stays what it was: what it is kept as has a salt of its own, so
 * its digest is another one after every change, whichever way that came about.
 */

/** A member who lets a program in, or has let one in. */
export interface LettingMember {
  /** The UUID of the membership. */
  memberId: string;
  personId: Id<"usr">;
  organizationId: Id<"org">;
  organizationName: string;
  name: string;
  role: OrganizationRole;
  /** Whether the organization is suspended. */
  isSuspended: boolean;
  passwordDigest: string;
}

/** What a password is kept as, or nothing, by SHA-256. */
export const passwordDigest = sql<string>`
  encode(sha256(convert_to(coalesce((
    select account.password from identity.accounts as account
    where account.person_id = person.id and account.provider_id = 'credential' order by account.id limit 1
  ), ''), 'UTF8')), 'hex')`;

const members = (db: Connection) =>
  tables(db)
    .selectFrom("identity.members as member")
    .innerJoin("identity.people as person", "person.id", "member.person_id")
    .innerJoin("identity.organizations as organization", "organization.id", "member.organization_id")
    .select(["member.id", "member.person_id", "member.organization_id", "member.role", "person.name"])
    .select(["organization.name as organization_name", "organization.suspended_at"])
    .select(passwordDigest.as("password_digest"));

type MemberRow = Awaited<ReturnType<ReturnType<typeof members>["execute"]>>[number];

const memberOf = (row: MemberRow): LettingMember => ({
  memberId: row.id,
  personId: toTypeId("usr", row.person_id),
  organizationId: toTypeId("org", row.organization_id),
  organizationName: row.organization_name,
  name: row.name,
  role: row.role,
  isSuspended: row.suspended_at !== null,
  passwordDigest: row.password_digest,
});

/** The person as a member of the organization; undefined when he or she is none. */
export async function findMember(
  db: Connection,
  organizationId: Id<"org">,
  personId: Id<"usr">,
): Promise<LettingMember | undefined> {
  const row = await members(db)
    .where("member.organization_id", "=", toUuid(organizationId))
    .where("member.person_id", "=", toUuid(personId))
    .executeTakeFirst();
  return row && memberOf(row);
}

/**
 * The member behind an approved request or a grant; undefined once he or she has left, or has another password, and when
 * there is no such grant any more.
 */
export async function findLettingMember(
  db: Connection,
  stateId: string,
  now: Date,
): Promise<LettingMember | undefined> {
  const row = await members(db)
    .innerJoin("identity.oauth_state as state", "state.member_id", "member.id")
    .select("state.password_digest as approved_digest")
    .where("state.id", "=", stateId)
    .where("state.expires_at", ">", now)
    .executeTakeFirst();
  return row === undefined || row.approved_digest !== row.password_digest ? undefined : memberOf(row);
}

/** Approves a request once, as a member: of several approvals, one gets true, and its code is good no more. */
export async function approveRequestAsMember(
  db: Connection,
  id: string,
  member: Pick<LettingMember, "memberId" | "passwordDigest">,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tables(db)
    .updateTable("identity.oauth_state")
    .set({ user_code_hash: null, member_id: member.memberId, password_digest: member.passwordDigest })
    .where("id", "=", id)
    .where("agent_id", "is", null)
    .where("member_id", "is", null)
    .where("expires_at", ">", now)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Names the member that a grant is of. */
export async function bindGrantToMember(
  db: Connection,
  id: string,
  member: Pick<LettingMember, "memberId" | "passwordDigest">,
): Promise<void> {
  await tables(db)
    .updateTable("identity.oauth_state")
    .set({ member_id: member.memberId, password_digest: member.passwordDigest })
    .where("id", "=", id)
    .execute();
}
