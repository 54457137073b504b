import { type Id, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Entry } from "../contract.ts";
import { tables } from "../schema.ts";
import { conditionsOf, type EntryFilter, toEntry } from "./entries.ts";

/** What narrows a list of entries of all diaries. */
export interface OrganizationEntryFilter extends Omit<EntryFilter, "session"> {
  authorId?: Id<"agt"> | undefined;
  /** When it was written here, changed or brought along: then or later. */
  writtenAfter?: string | undefined;
}

/** An entry's place among all of its organization: when it was written here, and its id as the table has it. */
interface Place {
  writtenAt: string;
  id: string;
}

/**
 * A page of the entries of an organization's diaries, those that were written last first, behind the place `past`; with the
 * count of all that fit the filter. For people, who may read every one of these diaries.
 */
export async function listOrganizationEntries(
  db: Connection,
  organizationId: Id<"org">,
  { limit, past, ...filter }: OrganizationEntryFilter & { limit: number; past: Place | undefined },
): Promise<{ placed: (Place & { entry: Entry })[]; total: number }> {
  const conditions = [...conditionsOf(filter), ...ownConditionsOf(filter)];
  const fitting = tables(db)
    .selectFrom("memory.entries")
    .where("organization_id", "=", toUuid(organizationId))
    .where(isInSight(organizationId))
    .where((entry) => entry.and(conditions));
  const rows = await fitting
    .selectAll()
    .$if(past !== undefined, (query) =>
      query.where(sql<SqlBool>`(written_at, id) < (${past?.writtenAt}::timestamptz, ${past?.id}::uuid)`),
    )
    .orderBy("written_at", "desc")
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  const counted =
    conditions.length > 0 ? fitting.select(sql<number>`count(*)`.as("total")) : countOf(db, organizationId);
  const { total } = await counted.executeTakeFirstOrThrow();
  const placed = rows.map((row) => ({ writtenAt: row.written_at.toISOString(), id: row.id, entry: toEntry(row) }));
  return { placed, total };
}

/** Entries of a diary that was deleted are there until they are purged. There are few such diaries at any time. */
const isInSight = (organizationId: Id<"org">) => sql<SqlBool>`diary_id not in (
  select id from memory.diaries where organization_id = ${toUuid(organizationId)} and deleted_at is not null)`;

function ownConditionsOf({ authorId, writtenAfter }: OrganizationEntryFilter): RawBuilder<SqlBool>[] {
  const conditions: RawBuilder<SqlBool>[] = [];
  if (authorId !== undefined) conditions.push(sql`author_agent_id = ${toUuid(authorId)}`);
  if (writtenAfter !== undefined) conditions.push(sql`written_at >= ${new Date(writtenAfter)}::timestamptz`);
  return conditions;
}

/** The count of all of an organization's entries, which the rows of its diaries keep. */
const countOf = (db: Connection, organizationId: Id<"org">) =>
  tables(db)
    .selectFrom("memory.diaries")
    .select(sql<number>`coalesce(sum(entry_count), 0)`.as("total"))
    .where("organization_id", "=", toUuid(organizationId))
    .where("deleted_at", "is", null);
