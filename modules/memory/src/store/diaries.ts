import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import {
  type AliasableExpression,
  type Expression,
  type ExpressionBuilder,
  type Selectable,
  type SqlBool,
  sql,
} from "kysely";
import type { Diary } from "../contract.ts";
import { type MemoryTables, tables } from "../schema.ts";

type DiaryRow = Selectable<MemoryTables["memory.diaries"]>;

/**
 * Who reads, with the conditions that say which diaries it may: the service makes it from the caller, and every read of a
 * diary or an entry takes one, so that none can forget them.
 */
export interface Reader {
  /** The organization all of whose diaries it holds a relation on, where there is one: people's own. */
  wholeOrganization: Id<"org"> | undefined;
  /** The visibilities that are enough by themselves. */
  visibilities: readonly Diary["visibility"][];
  /** Whether it holds a relation on the diary with this id that lets it read. */
  mayRead(diaryId: Expression<unknown>): Expression<SqlBool>;
  /** Its strongest relation on the diary with this id. */
  roleOn(diaryId: Expression<unknown>): AliasableExpression<Diary["role"]>;
  /** The ids of all diaries on which it holds the permission, as a subquery. */
  holding(permission: "read" | "write" | "manage"): Expression<string>;
}

const DIARY_ID = sql.ref("memory.diaries.id");

/** A diary as the table holds it: whose it is is known by id only. */
export interface StoredDiary extends Omit<Diary, "owner"> {
  organizationId: Id<"org">;
}

const toDiary = (row: DiaryRow & Pick<Diary, "role">): StoredDiary => ({
  id: toTypeId("dia", row.id),
  organizationId: toTypeId("org", row.organization_id),
  ownerId: toTypeId("agt", row.owner_agent_id),
  name: row.name,
  visibility: row.visibility,
  role: row.role,
  entries: row.entry_count,
  signed: row.signed,
  chain: row.signed ? { length: row.chain_length, head: row.chain_head } : null,
  version: row.version,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

type DiaryExpression = ExpressionBuilder<MemoryTables, "memory.diaries">;

/** The rule of who may read a diary that is not deleted: who holds a relation on it, or anyone its visibility lets in. */
export function readableBy(reader: Reader) {
  return (diary: DiaryExpression): Expression<SqlBool> =>
    diary.and([
      diary("memory.diaries.deleted_at", "is", null),
      diary.or([diary("memory.diaries.visibility", "in", reader.visibilities), reader.mayRead(DIARY_ID)]),
    ]);
}

/** A new diary; that its owner holds it is for the service to grant, in the same transaction. */
export async function createDiary(
  db: Connection,
  organizationId: Id<"org">,
  diary: Pick<Diary, "ownerId" | "name" | "visibility" | "signed">,
): Promise<StoredDiary> {
  const row = await tables(db)
    .insertInto("memory.diaries")
    .values({
      id: toUuid(newId("dia")),
      organization_id: toUuid(organizationId),
      owner_agent_id: toUuid(diary.ownerId as Id<"agt">),
      name: diary.name,
      visibility: diary.visibility,
      signed: diary.signed,
      deleted_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toDiary({ ...row, role: "owner" });
}

/** The diary, if the reader may see it; `forUpdate` holds its row until the transaction ends. */
export async function findDiary(
  db: Connection,
  reader: Reader,
  diaryId: string,
  { forUpdate = false } = {},
): Promise<StoredDiary | undefined> {
  const row = await tables(db)
    .selectFrom("memory.diaries")
    .selectAll()
    .select(reader.roleOn(DIARY_ID).as("role"))
    .where("id", "=", toUuid(diaryId as Id<"dia">))
    .where(readableBy(reader))
    .$if(forUpdate, (query) => query.forUpdate())
    .executeTakeFirst();
  return row && toDiary(row);
}

/**
 * The rule of which diaries the reader holds the permission on. Where that is all of an organization, saying so lets the
 * database go through them from the newest on.
 */
const heldBy = (reader: Reader, permission: "read" | "manage") => (diary: DiaryExpression) =>
  diary.and([
    ...(reader.wholeOrganization === undefined
      ? []
      : [diary("memory.diaries.organization_id", "=", toUuid(reader.wholeOrganization))]),
    diary("memory.diaries.id", "in", reader.holding(permission)),
  ]);

/** The ids of the diaries on which the reader holds the permission, newest first, up to `limit`. */
export async function listHeldIds(
  db: Connection,
  reader: Reader,
  permission: "read" | "manage",
  limit: number,
): Promise<string[]> {
  const rows = await tables(db)
    .selectFrom("memory.diaries")
    .select("id")
    .where(heldBy(reader, permission))
    .where("deleted_at", "is", null)
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

/** Which diaries a list holds: those after the id `after`, with such a name, on which the reader has the role. */
export interface DiaryFilter {
  after?: string | undefined;
  name?: string | undefined;
  nameContains?: string | undefined;
  role?: Diary["role"] | undefined;
}

/** A page of the diaries on which the reader holds a relation, newest first; with the count of all. */
export async function listHeldDiaries(
  db: Connection,
  reader: Reader,
  { limit, after, name, nameContains, role }: DiaryFilter & { limit: number },
): Promise<{ diaries: StoredDiary[]; total: number }> {
  const held = tables(db)
    .selectFrom("memory.diaries")
    .where(heldBy(reader, "read"))
    .where("deleted_at", "is", null)
    .$if(name !== undefined, (query) => query.where("name", "=", name as string))
    .$if(nameContains !== undefined, (query) =>
      query.where(sql<boolean>`strpos(lower(name), lower(${nameContains})) > 0`),
    )
    .$if(role === "owner", (query) => query.where("id", "in", reader.holding("manage")))
    .$if(role === "writer", (query) => query.where("id", "in", reader.holding("write")))
    // Who manages a diary need not be one who writes in it: people never do.
    .$if(role === "writer" || role === "reader", (query) => query.where("id", "not in", reader.holding("manage")))
    .$if(role === "reader", (query) => query.where("id", "not in", reader.holding("write")));
  const rows = await held
    .selectAll()
    .select(reader.roleOn(DIARY_ID).as("role"))
    .$if(after !== undefined, (query) => query.where("id", "<", after as string))
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  const { total } = await held.select(sql<number>`count(*)`.as("total")).executeTakeFirstOrThrow();
  return { diaries: rows.map(toDiary), total };
}

/** Changes a diary for who manages it. */
export async function updateDiary(
  db: Connection,
  organizationId: Id<"org">,
  diaryId: string,
  change: { name?: string | undefined; visibility?: Diary["visibility"] | undefined },
): Promise<StoredDiary> {
  const row = await tables(db)
    .updateTable("memory.diaries")
    .set((diary) => ({ ...change, version: diary("version", "+", 1), updated_at: sql<Date>`now()` }))
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(diaryId as Id<"dia">))
    .returningAll()
    .executeTakeFirstOrThrow();
  return toDiary({ ...row, role: "owner" });
}

/** Writes down that a diary is another agent's now. */
export async function updateOwner(
  db: Connection,
  organizationId: Id<"org">,
  diaryId: string,
  ownerId: Id<"agt">,
): Promise<void> {
  await tables(db)
    .updateTable("memory.diaries")
    .set((diary) => ({
      owner_agent_id: toUuid(ownerId),
      version: diary("version", "+", 1),
      updated_at: sql<Date>`now()`,
    }))
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(diaryId as Id<"dia">))
    .execute();
}

/**
 * Holds the row of the diary that a share or a transfer is about until the transaction ends. Whatever changes who may do
 * what with a diary takes this lock first, so such changes come one after the other and cannot deadlock.
 */
export async function lockDiaryOf(
  db: Connection,
  organizationId: Id<"org">,
  table: "memory.shares" | "memory.transfers",
  id: string,
): Promise<void> {
  await tables(db)
    .selectFrom("memory.diaries")
    .select("id")
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", (query) =>
      query
        .selectFrom(table)
        .select("diary_id")
        .where("id", "=", toUuid(id as Id<"shr" | "trf">)),
    )
    .forUpdate()
    .execute();
}

/** What a diary is called now, as a subquery: for a row that keeps the name. */
export const nameOfDiary = (diaryId: Id<"dia">) =>
  sql<string>`(select name from memory.diaries where id = ${toUuid(diaryId)}::uuid)`;

/** Hides the diary from everybody, at once; {@link purgeDiary} removes what it held. */
export async function hideDiary(db: Connection, organizationId: Id<"org">, diaryId: string): Promise<void> {
  await tables(db)
    .updateTable("memory.diaries")
    .set({ deleted_at: sql<Date>`now()` })
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(diaryId as Id<"dia">))
    .execute();
}

/** Removes up to `batch` entries of a hidden diary, and at last the diary; tells whether anything is left. */
export async function purgeDiary(
  db: Connection,
  organizationId: Id<"org">,
  diaryId: string,
  batch: number,
): Promise<"more" | "done"> {
  const diary = toUuid(diaryId as Id<"dia">);
  const doomed = await tables(db)
    .selectFrom("memory.entries")
    .select("seq")
    .where("organization_id", "=", toUuid(organizationId))
    .where("diary_id", "=", diary)
    // A job that is repeated after a crash may find the diary removed, and since restored under its id.
    .where(({ exists, selectFrom }) =>
      exists(selectFrom("memory.diaries").where("id", "=", diary).where("deleted_at", "is not", null)),
    )
    .orderBy("seq")
    .limit(batch)
    .execute();
  // One that was held up since then may find the same, so it looks once more. Entries go first: that waits for who is just
  // changing one, whose postings are there only after that.
  const { rows: gone } = await sql<{ seq: number }>`
    delete from memory.entries
    where diary_id = ${diary}::uuid and seq = any(${doomed.map(({ seq }) => seq)}::int[])
      and exists (select from memory.diaries where id = ${diary}::uuid and deleted_at is not null)
    returning seq`.execute(db);
  await sql`
    delete from memory.postings
    where diary_id = ${diary}::uuid and seq = any(${gone.map(({ seq }) => seq)}::int[])`.execute(db);
  if (doomed.length === batch) return "more";
  await tables(db)
    .deleteFrom("memory.diaries")
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", diary)
    .where("deleted_at", "is not", null)
    .execute();
  return "done";
}

/** Whether the diary has an entry of more than `characters` characters. */
export async function hasEntryLongerThan(
  db: Connection,
  organizationId: Id<"org">,
  diaryId: string,
  characters: number,
): Promise<boolean> {
  const row = await tables(db)
    .selectFrom("memory.entries")
    .select("id")
    .where("organization_id", "=", toUuid(organizationId))
    .where("diary_id", "=", toUuid(diaryId as Id<"dia">))
    .where(sql<number>`char_length(content)`, ">", characters)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
