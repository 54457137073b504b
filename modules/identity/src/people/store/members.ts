import type { Connection } from "@reef/db";
import { isUuid } from "../uuid.ts";
import { tables } from "./tables.ts";

/** Whether the person is a member of the organization; both by their UUIDs, and false for what is none. */
export async function isMember(db: Connection, organizationId: string, personId: string): Promise<boolean> {
  if (!isUuid(organizationId)) return false;
  const row = await tables(db)
    .selectFrom("identity.members")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where("person_id", "=", personId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Makes others that change the organization's members wait until the transaction ends. Tells whether it is suspended. */
export async function lockOrganization(db: Connection, organizationId: string): Promise<{ isSuspended: boolean }> {
  const row = await tables(db)
    .selectFrom("identity.organizations")
    .select("suspended_at")
    .where("id", "=", organizationId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return { isSuspended: row?.suspended_at != null };
}

/** How many owners the organization has. */
export async function countOwners(db: Connection, organizationId: string): Promise<number> {
  const { count } = await tables(db)
    .selectFrom("identity.members")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("organization_id", "=", organizationId)
    .where("role", "=", "owner")
    .executeTakeFirstOrThrow();
  return count;
}

/** How many API keys the person has in the organization; both by their UUIDs. */
export async function countKeys(db: Connection, organizationId: string, personId: string): Promise<number> {
  const { count } = await tables(db)
    .selectFrom("identity.api_keys")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("organization_id", "=", organizationId)
    .where("person_id", "=", personId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The UUID of the organization that an API key is bound to. */
export async function findOrganizationOfKey(db: Connection, keyId: unknown): Promise<string | undefined> {
  if (!isUuid(keyId)) return undefined;
  const row = await tables(db)
    .selectFrom("identity.api_keys")
    .select("organization_id")
    .where("id", "=", keyId)
    .executeTakeFirst();
  return row?.organization_id;
}

/** Whether the person, by the UUID, signs in in two steps. */
export async function hasSecondFactor(db: Connection, personId: string): Promise<boolean> {
  const row = await tables(db)
    .selectFrom("identity.people")
    .select("two_factor_enabled")
    .where("id", "=", personId)
    .executeTakeFirst();
  return row?.two_factor_enabled === true;
}

/** Whether the person's password, by the UUID, is kept as this; what is replacing it is waited for. */
export async function lockPassword(db: Connection, personId: string, hash: string): Promise<boolean> {
  const row = await tables(db)
    .selectFrom("identity.accounts")
    .select("id")
    .where("person_id", "=", personId)
    .where("provider_id", "=", "credential")
    .where("password", "=", hash)
    .forShare()
    .executeTakeFirst();
  return row !== undefined;
}

/** The mail address of a person, by the UUID. */
export async function findEmail(db: Connection, personId: string): Promise<string | undefined> {
  const row = await tables(db)
    .selectFrom("identity.people")
    .select("email")
    .where("id", "=", personId)
    .executeTakeFirst();
  return row?.email;
}

/** Marks a person's address, by the UUID, as confirmed. */
export async function confirmAddress(db: Connection, personId: string): Promise<void> {
  await tables(db).updateTable("identity.people").set({ email_verified: true }).where("id", "=", personId).execute();
}

/** Whether the person runs the reef. */
export async function isOperator(db: Connection, personId: string): Promise<boolean> {
  const row = await tables(db)
    .selectFrom("identity.operators")
    .select("person_id")
    .where("person_id", "=", personId)
    .executeTakeFirst();
  return row !== undefined;
}
