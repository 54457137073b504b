import { type Id, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { tables } from "./tables.ts";

/** A person with the organizations that he or she is in; their ids are UUIDs. */
export interface StoredAccount {
  name: string;
  email: string;
  emailVerified: boolean;
  isOperator: boolean;
  memberships: { organizationId: string; name: string; slug: string; role: "owner" | "admin" | "member" }[];
}

const MOST_MEMBERSHIPS = 100;

/** A person's account, with memberships from the oldest on. */
export async function findAccount(db: Connection, personId: Id<"usr">): Promise<StoredAccount | undefined> {
  const person = await tables(db)
    .selectFrom("identity.people as person")
    .leftJoin("identity.operators as operator", "operator.person_id", "person.id")
    .select(["person.name", "person.email", "person.email_verified", "operator.person_id as operator_id"])
    .where("person.id", "=", toUuid(personId))
    .executeTakeFirst();
  if (person === undefined) return undefined;
  const memberships = await tables(db)
    .selectFrom("identity.members as member")
    .innerJoin("identity.organizations as organization", "organization.id", "member.organization_id")
    .select(["organization.id as organizationId", "organization.name", "organization.slug", "member.role"])
    .where("member.person_id", "=", toUuid(personId))
    .orderBy("member.created_at")
    .orderBy("member.id")
    .limit(MOST_MEMBERSHIPS)
    .execute();
  return {
    name: person.name,
    email: person.email,
    emailVerified: person.email_verified,
    isOperator: person.operator_id !== null,
    memberships,
  };
}
