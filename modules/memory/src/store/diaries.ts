import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Caller } from "@reef/http/call";
import { type Expression, type ExpressionBuilder, type Selectable, type SqlBool, sql } from "kysely";
import type { Diary } from "../contract.ts";
import { type MemoryTables, tables } from "../schema.ts";

type DiaryRow = Selectable<MemoryTables["memory.diaries"]>;

/** Who reads: an agent, or anyone at all. The organization is part of it, so no read can leave it out. */
export type Reader = Pick<Caller, "agentId" | "organizationId"> | undefined;

/** A diary's row as the API shows it. */
const toDiary = (row: DiaryRow): Diary => ({
  id: toTypeId("dia", row.id),
  ownerId: toTypeId("agt", row.owner_agent_id),
  name: row.name,
  visibility: row.visibility,
  signed: row.signed,
  chain: row.signed ? { length: row.chain_length, head: row.chain_head } : null,
  version: row.version,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

type DiaryExpression = ExpressionBuilder<MemoryTables, "memory.diaries">;

/** The rule of who may read a diary: its owner; of a network diary every agent; of a public one anybody. */
export function readableBy(reader: Reader) {
  return (diary: DiaryExpression): Expression<SqlBool> => {
    const open = reader === undefined ? ["public" as const] : ["public" as const, "network" as const];
    const byVisibility = diary("memory.diaries.visibility", "in", open);
    const live = diary("memory.diaries.deleted_at", "is", null);
    return reader === undefined
      ? diary.and([live, byVisibility])
      : diary.and([live, diary.or([byVisibility, ownedBy(diary, reader)])]);
  };
}

const ownedBy = (diary: DiaryExpression, owner: NonNullable<Reader>) =>
  diary.and([
    diary("memory.diaries.organization_id", "=", toUuid(owner.organizationId)),
    diary("memory.diaries.owner_agent_id", "=", toUuid(owner.agentId)),
  ]);

export async function createDiary(
  db: Connection,
  organizationId: Id<"org">,
  diary: Pick<Diary, "ownerId" | "name" | "visibility">,
): Promise<Diary> {
  const row = await tables(db)
    .insertInto("memory.diaries")
    .values({
      id: toUuid(newId("dia")),
      organization_id: toUuid(organizationId),
      owner_agent_id: toUuid(diary.ownerId as Id<"agt">),
      name: diary.name,
      visibility: diary.visibility,
      deleted_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toDiary(row);
}

/** The diary, if the reader may see it; `forUpdate` holds its row until the transaction ends. */
export async function findDiary(
  db: Connection,
  reader: Reader,
  diaryId: string,
  { forUpdate = false } = {},
): Promise<Diary | undefined> {
  const row = await tables(db)
    .selectFrom("memory.diaries")
    .selectAll()
    .where("id", "=", toUuid(diaryId as Id<"dia">))
    .where(readableBy(reader))
    .$if(forUpdate, (query) => query.forUpdate())
    .executeTakeFirst();
  return row && toDiary(row);
}

/** The ids of all diaries that the agent owns, newest first, up to `limit`. */
export async function listOwnedIds(db: Connection, owner: NonNullable<Reader>, limit: number): Promise<string[]> {
  const rows = await tables(db)
    .selectFrom("memory.diaries")
    .select("id")
    .where((diary) => ownedBy(diary, owner))
    .where("deleted_at", "is", null)
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

/** A page of the agent's own diaries, newest first, behind the id `after`; with the count of all. */
export async function listOwnedDiaries(
  db: Connection,
  owner: NonNullable<Reader>,
  page: { limit: number; after: string | undefined; name: string | undefined },
): Promise<{ diaries: Diary[]; total: number }> {
  const owned = tables(db)
    .selectFrom("memory.diaries")
    .where((diary) => ownedBy(diary, owner))
    .where("deleted_at", "is", null)
    .$if(page.name !== undefined, (query) => query.where("name", "=", page.name as string));
  const rows = await owned
    .selectAll()
    .$if(page.after !== undefined, (query) => query.where("id", "<", page.after as string))
    .orderBy("id", "desc")
    .limit(page.limit)
    .execute();
  const { total } = await owned.select(sql<number>`count(*)`.as("total")).executeTakeFirstOrThrow();
  return { diaries: rows.map(toDiary), total };
}

export async function updateDiary(
  db: Connection,
  organizationId: Id<"org">,
  diaryId: string,
  change: { name?: string | undefined; visibility?: Diary["visibility"] | undefined },
): Promise<Diary> {
  const row = await tables(db)
    .updateTable("memory.diaries")
    .set((diary) => ({ ...change, version: diary("version", "+", 1), updated_at: sql<Date>`now()` }))
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(diaryId as Id<"dia">))
    .returningAll()
    .executeTakeFirstOrThrow();
  return toDiary(row);
}

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
    .orderBy("seq")
    .limit(batch)
    .execute();
  const seqs = doomed.map((entry) => entry.seq);
  if (seqs.length > 0) {
    await tables(db).deleteFrom("memory.postings").where("diary_id", "=", diary).where("seq", "in", seqs).execute();
    await tables(db).deleteFrom("memory.entries").where("diary_id", "=", diary).where("seq", "in", seqs).execute();
  }
  if (seqs.length === batch) return "more";
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
