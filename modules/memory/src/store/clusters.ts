import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";
import { tables } from "../schema.ts";
import { type Reader, readableBy } from "./diaries.ts";

/** An entry as far as it is compared with others. */
export interface ComparedEntry {
  id: Id<"ent">;
  title: string | null;
  /** How its content begins. */
  beginning: string;
  importance: number;
  createdAt: Date;
}

/** What of a content is compared: as much as encoders read. */
const COMPARED_CHARACTERS = 2_000;

/** The newest entries of a diary that nothing supersedes, up to `limit`, the newest first. */
export async function listCompared(
  db: Connection,
  reader: Reader,
  diaryId: string,
  limit: number,
): Promise<ComparedEntry[]> {
  const rows = await tables(db)
    .selectFrom("memory.entries")
    .innerJoin("memory.diaries", "memory.diaries.id", "memory.entries.diary_id")
    .select(["memory.entries.id", "memory.entries.title", "memory.entries.importance", "memory.entries.created_at"])
    .select(sql<string>`left(memory.entries.content, ${COMPARED_CHARACTERS})`.as("beginning"))
    .where("memory.entries.diary_id", "=", toUuid(diaryId as Id<"dia">))
    .where("memory.entries.superseded_by", "is", null)
    .where(readableBy(reader))
    .orderBy("memory.entries.seq", "desc")
    .limit(limit)
    .execute();
  return rows.map(({ id, title, beginning, importance, created_at }) => ({
    id: toTypeId("ent", id),
    title,
    beginning,
    importance,
    createdAt: created_at,
  }));
}

/** Vectors of one query: some 250 KB, which are read in less than a millisecond or two. */
const VECTORS_AT_ONCE = 50;

/** The vectors that `model` made of the entries, by entry; each as JSON, so that its reader chooses when to parse it. */
export async function listVectors(
  db: Connection,
  entryIds: readonly string[],
  model: string,
): Promise<Map<string, string>> {
  const vectors = new Map<string, string>();
  for (let start = 0; start < entryIds.length; start += VECTORS_AT_ONCE) {
    const ids = entryIds.slice(start, start + VECTORS_AT_ONCE).map((id) => toUuid(id as Id<"ent">));
    const { rows } = await sql<{ id: string; vector: string }>`
      select entry_id as id, vector::text as vector from memory.embeddings
      where entry_id = any(${ids}::uuid[]) and model = ${model}`.execute(db);
    for (const { id, vector } of rows) vectors.set(toTypeId("ent", id), vector);
  }
  return vectors;
}
