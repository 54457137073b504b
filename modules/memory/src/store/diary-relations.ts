import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { AgentCaller } from "@reef/http/call";
import { sql } from "kysely";
import type { DiaryRelation, RelationToRestore } from "../contract/archive.ts";
import type { Reader } from "./diaries.ts";

/** Where a relation stands in the list of a diary's: behind its entry, in the order in which they were made. */
export interface RelationPlace {
  entrySeq: number;
  seq: string;
}

interface RelationRow {
  from_entry_id: string;
  kind: DiaryRelation["kind"];
  to_entry_id: string;
  note: string | null;
  author_agent_id: string;
  author_name: string;
  author_fingerprint: string;
  imported_by: string | null;
  created_at: Date;
  entry_seq: number;
  seq: string;
}

/** Relations from a diary's entries to those of diaries that the reader may read, with the count of all. */
export async function listDiaryRelations(
  db: Connection,
  reader: Reader,
  diaryId: string,
  { limit, after }: { limit: number; after: RelationPlace | undefined },
): Promise<{ placed: { place: RelationPlace; relation: DiaryRelation }[]; total: number }> {
  const found = sql`
    from memory.entries entry
    join memory.relations relation on relation.from_entry_id = entry.id
    join memory.entries other on other.id = relation.to_entry_id
    join memory.diaries holding on holding.id = other.diary_id
    where entry.diary_id = ${toUuid(diaryId as Id<"dia">)} and holding.deleted_at is null
      and (holding.visibility = any(${[...reader.visibilities]}::text[]) or ${reader.mayRead(sql.ref("holding.id"))})`;
  const { rows } = await sql<RelationRow>`
    select relation.from_entry_id, relation.kind, relation.to_entry_id, relation.note, relation.author_agent_id,
      relation.author_name, relation.author_fingerprint, relation.imported_by, relation.created_at,
      entry.seq as entry_seq, relation.seq::text as seq
    ${found} and (entry.seq, relation.seq) > (${after?.entrySeq ?? 0}::int, ${after?.seq ?? "0"}::bigint)
    order by entry.seq, relation.seq limit ${limit}`.execute(db);
  const counted = await sql<{ total: number }>`select count(*)::int as total ${found}`.execute(db);
  const placed = rows.map((row) => ({ place: { entrySeq: row.entry_seq, seq: row.seq }, relation: toRelation(row) }));
  return { placed, total: counted.rows[0]?.total ?? 0 };
}

const toRelation = (row: RelationRow): DiaryRelation => ({
  fromEntryId: toTypeId("ent", row.from_entry_id),
  kind: row.kind,
  toEntryId: toTypeId("ent", row.to_entry_id),
  note: row.note,
  author: {
    agentId: toTypeId("agt", row.author_agent_id),
    name: row.author_name,
    fingerprint: row.author_fingerprint,
  },
  importedBy: row.imported_by === null ? null : toTypeId("agt", row.imported_by),
  createdAt: row.created_at.toISOString(),
});

/** An entry that the caller restored, in a diary that is still its own. */
export interface RestoredEntry {
  entryId: Id<"ent">;
  diaryId: Id<"dia">;
}

/** The caller's restored entries by their ids in the archive; those in diaries that are no longer its own are left out. */
export async function listOwnRestored(
  db: Connection,
  caller: AgentCaller,
  reader: Reader,
  sourceIds: readonly string[],
): Promise<Map<string, RestoredEntry>> {
  const { rows } = await sql<{ source_id: string; entry_id: string; diary_id: string }>`
    select restored.source_id, entry.id as entry_id, entry.diary_id
    from memory.restored_entries restored
    join memory.entries entry on entry.id = restored.entry_id
    join memory.diaries diary on diary.id = entry.diary_id and diary.deleted_at is null
    where restored.organization_id = ${toUuid(caller.organizationId)} and restored.agent_id = ${toUuid(caller.agentId)}
      and restored.source_id = any(${sourceIds.map((id) => toUuid(id as Id<"ent">))}::uuid[])
      and diary.id in ${reader.holding("manage")}`.execute(db);
  return new Map(
    rows.map((row) => [
      toTypeId("ent", row.source_id),
      { entryId: toTypeId("ent", row.entry_id), diaryId: toTypeId("dia", row.diary_id) },
    ]),
  );
}

/**
 * Holds entries that are to get a successor, and then their diaries, until the transaction ends: in the order in which whoever
 * names a successor does, so that two of them at once neither close a circle nor wait for each other.
 */
export async function holdLines(db: Connection, entries: readonly RestoredEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const entryIds = entries.map(({ entryId }) => toUuid(entryId));
  const diaryIds = entries.map(({ diaryId }) => toUuid(diaryId));
  await sql`
    select from memory.entries where id = any(${entryIds}::uuid[]) order by id for no key update`.execute(db);
  await sql`select from memory.diaries where id = any(${diaryIds}::uuid[]) order by id for update`.execute(db);
}

/**
 * Writes a relation between two entries unless it is there. An entry has one successor: where it has another one already,
 * that one stays.
 *
 * @returns whether the relation is there now.
 */
export async function ensureRestoredRelation(
  db: Connection,
  caller: AgentCaller,
  { from, to }: { from: RestoredEntry; to: RestoredEntry },
  { kind, note, author, createdAt }: Pick<RelationToRestore, "kind" | "note" | "author" | "createdAt">,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into memory.relations (from_entry_id, kind, to_entry_id, organization_id, note, author_agent_id, author_name,
      author_fingerprint, imported_by, created_at)
    values (${toUuid(from.entryId)}, ${kind}, ${toUuid(to.entryId)}, ${toUuid(caller.organizationId)}, ${note},
      ${toUuid(author.agentId as Id<"agt">)}, ${author.name}, ${author.fingerprint},
      ${toUuid(caller.agentId)}, least(${new Date(createdAt)}::timestamptz, now()))
    on conflict do nothing`.execute(db);
  if (numAffectedRows === 0n) return hasRelation(db, { from, to }, kind);
  if (kind !== "supersedes") return true;
  // Neither version nor time change: the entry is as it was in the archive.
  await sql`
    update memory.entries set superseded_by = ${toUuid(from.entryId)}
    where id = ${toUuid(to.entryId)} and organization_id = ${toUuid(caller.organizationId)}
      and superseded_by is null`.execute(db);
  return true;
}

async function hasRelation(
  db: Connection,
  { from, to }: { from: RestoredEntry; to: RestoredEntry },
  kind: RelationToRestore["kind"],
): Promise<boolean> {
  const { rows } = await sql`
    select from memory.relations
    where from_entry_id = ${toUuid(from.entryId)} and kind = ${kind} and to_entry_id = ${toUuid(to.entryId)}`.execute(
    db,
  );
  return rows.length > 0;
}
