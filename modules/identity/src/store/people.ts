import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";
import { tables } from "../people/store/tables.ts";

/** What others of the organization know of a person. */
export interface PublicPerson {
  id: Id<"usr">;
  name: string;
}

/** How to write to somebody of an organization. */
export interface MemberAddress {
  personId: Id<"usr">;
  name: string;
  email: string;
}

/** No person is in more organizations than are looked at here. */
const MOST_MEMBERSHIPS = 1_000;

/** The organization's members with these ids. */
export async function listPeopleById(
  db: Connection,
  organizationId: Id<"org">,
  personIds: readonly Id<"usr">[],
): Promise<ReadonlyMap<Id<"usr">, PublicPerson>> {
  if (personIds.length === 0) return new Map();
  const rows = await tables(db)
    .selectFrom("identity.members as member")
    .innerJoin("identity.people as person", "person.id", "member.person_id")
    .select(["person.id", "person.name"])
    .where("member.organization_id", "=", toUuid(organizationId))
    .where("member.person_id", "in", personIds.map(toUuid))
    .execute();
  const people = rows.map(({ id, name }) => ({ id: toTypeId("usr", id), name }));
  return new Map(people.map((person) => [person.id, person]));
}

/** So many are written to about what concerns the whole organization. */
const MOST_ADDRESSES = 50;

/** Addresses of those who manage the organization: its owners first, then its admins, each by how long they are in it. */
export async function listAdminAddresses(db: Connection, organizationId: Id<"org">): Promise<MemberAddress[]> {
  const rows = await tables(db)
    .selectFrom("identity.members as member")
    .innerJoin("identity.people as person", "person.id", "member.person_id")
    .select(["person.id", "person.name", "person.email"])
    .where("member.organization_id", "=", toUuid(organizationId))
    .where("member.role", "in", ["owner", "admin"])
    .orderBy(sql`member.role = 'admin'`)
    .orderBy("member.created_at")
    .orderBy("person.id")
    .limit(MOST_ADDRESSES)
    .execute();
  return rows.map(({ id, name, email }) => ({ personId: toTypeId("usr", id), name, email }));
}

/** Whether the person is a member of the organization; if so, that stays until the transaction ends. */
export async function lockMember(db: Connection, organizationId: Id<"org">, personId: Id<"usr">): Promise<boolean> {
  const row = await tables(db)
    .selectFrom("identity.members")
    .select("id")
    .where("organization_id", "=", toUuid(organizationId))
    .where("person_id", "=", toUuid(personId))
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** The organizations that a person is a member of, each with whether it is suspended: that stays until the transaction ends. */
export async function lockOrganizationsOf(
  db: Connection,
  personId: Id<"usr">,
): Promise<{ organizationId: Id<"org">; isSuspended: boolean }[]> {
  const rows = await tables(db)
    .selectFrom("identity.organizations as organization")
    .innerJoin("identity.members as member", "member.organization_id", "organization.id")
    .select(["organization.id", "organization.suspended_at"])
    .where("member.person_id", "=", toUuid(personId))
    // In one order, so that two operators who suspend at the same moment wait for each other and no more.
    .orderBy("organization.id")
    .limit(MOST_MEMBERSHIPS)
    .forNoKeyUpdate("organization")
    .execute();
  return rows.map(({ id, suspended_at }) => ({
    organizationId: toTypeId("org", id),
    isSuspended: suspended_at !== null,
  }));
}
