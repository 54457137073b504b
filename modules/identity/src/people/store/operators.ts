import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";
import { provisionalSlug } from "../slugs.ts";
import { tables } from "./tables.ts";

/** Keeps other processes from making operators, or codes for it, until the transaction ends. */
export async function lockOperators(db: Connection): Promise<void> {
  await sql`lock table identity.operators in share row exclusive mode`.execute(db);
}

/** Whether anybody runs the reef yet. */
export async function hasOperators(db: Connection): Promise<boolean> {
  const row = await tables(db).selectFrom("identity.operators").select("person_id").limit(1).executeTakeFirst();
  return row !== undefined;
}

/** Puts the code with this digest in the place of any older one. */
export async function upsertSetupCode(db: Connection, codeHash: string, createdAt: Date): Promise<void> {
  const code = { code_hash: codeHash, created_at: createdAt };
  await tables(db)
    .insertInto("identity.setup_codes")
    .values(code)
    .onConflict((conflict) => conflict.column("singleton").doUpdateSet(code))
    .execute();
}

/** The digest of the one code that is good now. */
export async function findSetupCode(db: Connection): Promise<string | undefined> {
  const row = await tables(db).selectFrom("identity.setup_codes").select("code_hash").executeTakeFirst();
  return row?.code_hash;
}

export async function deleteSetupCode(db: Connection): Promise<void> {
  await tables(db).deleteFrom("identity.setup_codes").execute();
}

/** A person with a password and a confirmed address, who runs the reef; undefined when the address is somebody's. */
export async function insertOperator(
  db: Connection,
  person: { name: string; email: string; passwordHash: string; createdAt: Date },
): Promise<Id<"usr"> | undefined> {
  const id = newId("usr");
  const { name, email, passwordHash, createdAt } = person;
  const times = { created_at: createdAt, updated_at: createdAt };
  const inserted = await tables(db)
    .insertInto("identity.people")
    .values({ id: toUuid(id), name, email, email_verified: true, ...times })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows !== 1n) return undefined;
  await tables(db)
    .insertInto("identity.accounts")
    .values({
      id: toUuid(newId("usr")),
      person_id: toUuid(id),
      provider_id: "credential",
      account_id: toUuid(id),
      password: passwordHash,
      ...times,
    })
    .execute();
  await tables(db)
    .insertInto("identity.operators")
    .values({ person_id: toUuid(id), created_at: createdAt })
    .execute();
  return id;
}

/** The one organization that has no owner; undefined when there is none, or more than one. */
export async function findOrphanOrganization(db: Connection): Promise<Id<"org"> | undefined> {
  const rows = await tables(db)
    .selectFrom("identity.organizations as organization")
    .select("organization.id")
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("identity.members as member")
            .select("member.id")
            .whereRef("member.organization_id", "=", "organization.id")
            .where("member.role", "=", "owner"),
        ),
      ),
    )
    .limit(2)
    .execute();
  const [only, other] = rows;
  return only === undefined || other !== undefined ? undefined : toTypeId("org", only.id);
}

/** An organization that people alone are in. */
export async function insertPeoplesOrganization(db: Connection, createdAt: Date): Promise<Id<"org">> {
  const id = newId("org");
  await tables(db)
    .insertInto("identity.organizations")
    .values({
      id: toUuid(id),
      founder_agent_id: null,
      name: "Organization",
      slug: provisionalSlug(id),
      created_at: createdAt,
    })
    .execute();
  return id;
}

/** Names an organization; false when the slug is another one's. */
export async function nameOrganization(
  db: Connection,
  organizationId: Id<"org">,
  { name, slug }: { name: string; slug: string },
): Promise<boolean> {
  const { numUpdatedRows } = await tables(db)
    .updateTable("identity.organizations")
    .set({ name, slug })
    .where("id", "=", toUuid(organizationId))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("identity.organizations as other")
            .select("other.id")
            .where("other.slug", "=", slug)
            .where("other.id", "!=", toUuid(organizationId)),
        ),
      ),
    )
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function insertOwner(
  db: Connection,
  organizationId: Id<"org">,
  personId: Id<"usr">,
  createdAt: Date,
): Promise<void> {
  await tables(db)
    .insertInto("identity.members")
    .values({
      id: toUuid(newId("usr")),
      organization_id: toUuid(organizationId),
      person_id: toUuid(personId),
      role: "owner",
      created_at: createdAt,
    })
    .execute();
}

/** Lets who holds the founding voucher join the organization, instead of founding another one. */
export async function adoptFoundingVouchers(
  db: Connection,
  organizationId: Id<"org">,
  personId: Id<"usr">,
): Promise<void> {
  await tables(db)
    .updateTable("identity.vouchers")
    .set({ organization_id: toUuid(organizationId), issuer_person_id: toUuid(personId) })
    .where("organization_id", "is", null)
    .where("redeemed_at", "is", null)
    .execute();
}
