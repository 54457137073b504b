import { type Id, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";
import type { Entry } from "../contract.ts";
import { tables } from "../schema.ts";
import { type Reader, readableBy } from "./diaries.ts";
import { toEntry } from "./entries.ts";

/**
 * The entry between what it took the place of and what took its place, as far as the reader may read them: each before its
 * successor, and of more than `limit` the ones nearest to the entry. Without the entry where there is none.
 *
 * Either way is followed step by step and no further than `limit` entries, of whatever a diary's chains are like.
 */
export async function listVersions(db: Connection, reader: Reader, entryId: string, limit: number): Promise<Entry[]> {
  const id = toUuid(entryId as Id<"ent">);
  const { rows: places } = await sql<{ id: string; place: number }>`
    with recursive newer as (
      select superseded_by as id, 1 as distance from memory.entries where id = ${id}::uuid
      union all
      select entry.superseded_by, newer.distance + 1 from newer join memory.entries entry on entry.id = newer.id
      where newer.distance < ${limit}::int
    ),
    older as (
      select ${id}::uuid as id, 0 as distance
      union all
      select former.id, older.distance + 1 from older cross join lateral (
        select id from memory.entries where superseded_by = older.id order by seq desc limit ${limit}
      ) former
      where older.distance < ${limit}::int
    )
    select id, min(distance)::int as place from (
      (select id, distance from newer where id is not null limit ${limit})
      union all
      (select id, -distance from older limit ${limit})
    ) found
    group by id order by min(abs(distance)), id limit ${limit}`.execute(db);
  const placeOf = new Map(places.map((found) => [found.id, found.place]));
  const rows = await tables(db)
    .selectFrom("memory.entries")
    .innerJoin("memory.diaries", "memory.diaries.id", "memory.entries.diary_id")
    .selectAll("memory.entries")
    .where("memory.entries.id", "in", [...placeOf.keys()])
    .where(readableBy(reader))
    .execute();
  return rows.toSorted((a, b) => (placeOf.get(a.id) ?? 0) - (placeOf.get(b.id) ?? 0) || a.seq - b.seq).map(toEntry);
}
