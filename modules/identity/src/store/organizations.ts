import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";
import { tables } from "../people/store/tables.ts";

/*
 * An operator sees all organizations, and whether one is suspended is asked of all of them; so these functions take none.
 */

/** An organization with how many are in it. */
export interface StoredOrganization {
  id: Id<"org">;
  name: string;
  slug: string;
  members: number;
  agents: number;
  isSuspended: boolean;
  createdAt: Date;
}

/** Whether an organization is suspended; the version grows whenever that changes. */
export interface StoredOrganizationAccess {
  organizationId: Id<"org">;
  accessVersion: number;
  isSuspended: boolean;
}

/** Suspended organizations that one query reads. */
const BATCH = 1_000;

const organizationsWithCounts = (db: Connection) =>
  tables(db)
    .selectFrom("identity.organizations as organization")
    .select(["organization.id", "organization.name", "organization.slug"])
    .select(["organization.suspended_at", "organization.created_at"])
    .select(({ selectFrom }) => [
      selectFrom("identity.members")
        .select((select) => select.fn.countAll<number>().as("count"))
        .whereRef("identity.members.organization_id", "=", "organization.id")
        .$asScalar()
        .$notNull()
        .as("members"),
      selectFrom("identity.agents")
        .select((select) => select.fn.countAll<number>().as("count"))
        .whereRef("identity.agents.organization_id", "=", "organization.id")
        .$asScalar()
        .$notNull()
        .as("agents"),
    ]);

type CountedOrganizations = Awaited<ReturnType<ReturnType<typeof organizationsWithCounts>["execute"]>>[number];

const organizationOf = (row: CountedOrganizations): StoredOrganization => ({
  id: toTypeId("org", row.id),
  name: row.name,
  slug: row.slug,
  members: row.members,
  agents: row.agents,
  isSuspended: row.suspended_at !== null,
  createdAt: row.created_at,
});

/** One page of all organizations, newest first: those with an id below `before`. */
export async function listOrganizations(
  db: Connection,
  page: { limit: number; before: Id<"org"> | undefined },
): Promise<StoredOrganization[]> {
  const { before } = page;
  const rows = await organizationsWithCounts(db)
    .$if(before !== undefined, (query) => query.where("organization.id", "<", toUuid(before as Id<"org">)))
    .orderBy("organization.id", "desc")
    .limit(page.limit)
    .execute();
  return rows.map(organizationOf);
}

export async function countOrganizations(db: Connection): Promise<number> {
  const { count } = await tables(db)
    .selectFrom("identity.organizations")
    .select((select) => select.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

export async function findOrganization(
  db: Connection,
  organizationId: Id<"org">,
): Promise<StoredOrganization | undefined> {
  const row = await organizationsWithCounts(db)
    .where("organization.id", "=", toUuid(organizationId))
    .executeTakeFirst();
  return row && organizationOf(row);
}

/** Whether the reef has an organization yet. */
export async function hasOrganizations(db: Connection): Promise<boolean> {
  const row = await tables(db).selectFrom("identity.organizations").select("id").limit(1).executeTakeFirst();
  return row !== undefined;
}

/** Suspends an organization since `suspendedAt`, or resumes it with null; undefined when it is so already, or unknown. */
export async function updateSuspended(
  db: Connection,
  organizationId: Id<"org">,
  suspendedAt: Date | null,
): Promise<StoredOrganizationAccess | undefined> {
  const row = await tables(db)
    .updateTable("identity.organizations")
    .set((set) => ({
      suspended_at: suspendedAt,
      access_version: set("access_version", "+", 1),
      access_changed_at: sql<Date>`clock_timestamp()`,
    }))
    .where("id", "=", toUuid(organizationId))
    .where("suspended_at", suspendedAt === null ? "is not" : "is", null)
    .returning("access_version")
    .executeTakeFirst();
  return row && { organizationId, accessVersion: row.access_version, isSuspended: suspendedAt !== null };
}

/**
 * Every organization that was suspended or resumed in the last `seconds` by the database's clock; without `seconds`, all
 * that are suspended.
 */
export async function* listOrganizationAccessChanges(
  db: Connection,
  seconds: number | undefined,
): AsyncGenerator<StoredOrganizationAccess> {
  let rows: { id: string; access_version: number; suspended_at: Date | null }[];
  let last: string | undefined;
  do {
    rows = await tables(db)
      .selectFrom("identity.organizations")
      .select(["id", "access_version", "suspended_at"])
      .where((where) =>
        seconds === undefined
          ? where("suspended_at", "is not", null)
          : where("access_changed_at", ">", sql<Date>`clock_timestamp() - make_interval(secs => ${seconds})`),
      )
      .$if(last !== undefined, (query) => query.where("id", ">", last as string))
      .orderBy("id")
      .limit(BATCH)
      .execute();
    for (const { id, access_version, suspended_at } of rows) {
      const organizationId = toTypeId("org", id);
      yield { organizationId, accessVersion: access_version, isSuspended: suspended_at !== null };
    }
    last = rows.at(-1)?.id;
  } while (rows.length === BATCH);
}
