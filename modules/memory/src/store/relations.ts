import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { AgentCaller } from "@reef/http/call";
import { type RawBuilder, sql } from "kysely";
import type { Relation, ShownRelation } from "../contract.ts";
import { tables } from "../schema.ts";
import { type Reader, readableBy } from "./diaries.ts";

/** Which two entries, and what the first is to the second. */
export interface RelationPath {
  kind: Relation["kind"];
  fromId: string;
  toId: string;
}

/** Of an entry without a title, what is read to show how it begins; and how much of that is shown. */
const READ_CHARACTERS = 300;
const TITLE_CHARACTERS = 120;
/** Relations that one entry shows beside itself. */
const SHOWN = 5;
/** The newest relations of either direction among which those are sought that the reader may see. */
const SOUGHT = 20;

interface OtherEntry {
  other_id: string;
  title: string;
  injection_risk: boolean;
  kind: Relation["kind"];
  direction: "out" | "in";
}

interface RelationRow extends OtherEntry {
  seq: number;
  diary_id: string;
  note: string | null;
  author_agent_id: string;
  author_name: string;
  author_fingerprint: string;
  imported_by: string | null;
  created_at: Date;
}

/** A title, or the first line that says something. */
const titleOf = (text: string): string =>
  (text.split("\n").find((line) => line.trim() !== "") ?? "").trim().slice(0, TITLE_CHARACTERS);

const toShownRelation = ({ kind, direction, other_id, title, injection_risk }: OtherEntry): ShownRelation => ({
  kind,
  direction,
  entryId: toTypeId("ent", other_id),
  title: titleOf(title),
  injectionRisk: injection_risk,
});

const toRelation = (row: RelationRow): Relation => ({
  ...toShownRelation(row),
  diaryId: toTypeId("dia", row.diary_id),
  note: row.note,
  author: {
    agentId: toTypeId("agt", row.author_agent_id),
    name: row.author_name,
    fingerprint: row.author_fingerprint,
  },
  importedBy: row.imported_by === null ? null : toTypeId("agt", row.imported_by),
  createdAt: row.created_at.toISOString(),
});

const entryKey = (entryId: string): string => toUuid(entryId as Id<"ent">);

/** Whether the reader may read the diary of the entry named `other`. */
const otherIsReadableBy = (db: Connection, reader: Reader) =>
  sql<boolean>`exists ${tables(db)
    .selectFrom("memory.diaries")
    .select("memory.diaries.id")
    .where(sql<boolean>`memory.diaries.id = other.diary_id`)
    .where(readableBy(reader))}`;

const otherTitle = sql<string>`coalesce(other.title, left(other.content, ${READ_CHARACTERS}))`;

/** Which column holds the entry itself, and which one the other, by direction. */
const columns = {
  out: { own: sql.ref("relation.from_entry_id"), other: sql.ref("relation.to_entry_id") },
  in: { own: sql.ref("relation.to_entry_id"), other: sql.ref("relation.from_entry_id") },
} as const;

/**
 * Relates two entries of the author's organization. A relation that is there keeps its author and time; its note is
 * replaced where one is given.
 *
 * @returns whether both entries are the organization's, so that there is such a relation now.
 */
export async function ensureRelation(
  db: Connection,
  author: AgentCaller,
  { kind, fromId, toId }: RelationPath,
  note: string | undefined,
): Promise<boolean> {
  const organization = toUuid(author.organizationId);
  // The lock keeps the other entry there until this commits; one that is deleted meanwhile is not related.
  const { numAffectedRows } = await sql`
    insert into memory.relations
      (from_entry_id, kind, to_entry_id, organization_id, note, author_agent_id, author_name, author_fingerprint)
    select ${entryKey(fromId)}::uuid, ${kind}, entry.id, entry.organization_id, ${note ?? null},
      ${toUuid(author.agentId)}::uuid, ${author.name}, ${author.fingerprint}
    from memory.entries entry
    where entry.id = ${entryKey(toId)}::uuid and entry.organization_id = ${organization}::uuid
    for key share
    on conflict (from_entry_id, kind, to_entry_id)
      do update set note = coalesce(excluded.note, memory.relations.note)`.execute(db);
  return numAffectedRows === 1n;
}

/** How many relations to others an entry has, one of them left out of the count. */
export async function countOtherRelations(
  db: Connection,
  organizationId: Id<"org">,
  { kind, fromId, toId }: RelationPath,
): Promise<number> {
  const { count } = await tables(db)
    .selectFrom("memory.relations")
    .select(sql<number>`count(*)`.as("count"))
    .where("organization_id", "=", toUuid(organizationId))
    .where("from_entry_id", "=", entryKey(fromId))
    .where((row) => row.not(row.and({ kind, to_entry_id: entryKey(toId) })))
    .executeTakeFirstOrThrow();
  return count;
}

/** Keeps in step with an entry's `supersededBy`: the relation of its successor, by who named it, and of no other one. */
export async function recordSuccessor(
  db: Connection,
  author: AgentCaller,
  entryId: string,
  successorId: string | null,
): Promise<void> {
  await tables(db)
    .deleteFrom("memory.relations")
    .where("organization_id", "=", toUuid(author.organizationId))
    .where("to_entry_id", "=", entryKey(entryId))
    .where("kind", "=", "supersedes")
    .$if(successorId !== null, (query) => query.where("from_entry_id", "!=", entryKey(successorId as string)))
    .execute();
  if (successorId === null) return;
  await ensureRelation(db, author, { kind: "supersedes", fromId: successorId, toId: entryId }, undefined);
}

/** Takes a relation back. @returns whether there was one. */
export async function deleteRelation(
  db: Connection,
  organizationId: Id<"org">,
  { kind, fromId, toId }: RelationPath,
): Promise<boolean> {
  const { numDeletedRows } = await tables(db)
    .deleteFrom("memory.relations")
    .where("organization_id", "=", toUuid(organizationId))
    .where("from_entry_id", "=", entryKey(fromId))
    .where("kind", "=", kind)
    .where("to_entry_id", "=", entryKey(toId))
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}

export interface RelationFilter {
  direction?: "out" | "in" | undefined;
  kind?: Relation["kind"] | undefined;
  /** The other entry. */
  otherId?: string | undefined;
}

/** A page of an entry's relations to entries that the reader may read, newest first; with the count of all those. */
export async function listRelations(
  db: Connection,
  reader: Reader,
  entryId: string,
  { direction, kind, otherId, limit, beforeSeq }: RelationFilter & { limit: number; beforeSeq?: number | undefined },
): Promise<{ placed: { seq: number; relation: Relation }[]; total: number }> {
  const directions = direction === undefined ? (["out", "in"] as const) : [direction];
  const conditions = [
    otherIsReadableBy(db, reader),
    ...(kind === undefined ? [] : [sql`relation.kind = ${kind}`]),
    ...(otherId === undefined ? [] : [sql`other.id = ${entryKey(otherId)}::uuid`]),
  ];
  const sides = directions.map(
    (side): RawBuilder<unknown> => sql`
      select relation.seq, relation.kind, relation.note, relation.author_agent_id, relation.author_name,
        relation.author_fingerprint, relation.imported_by, relation.created_at, ${side} as direction,
        other.id as other_id, other.diary_id, other.injection_risk, ${otherTitle} as title
      from memory.relations relation join memory.entries other on other.id = ${columns[side].other}
      where ${columns[side].own} = ${entryKey(entryId)}::uuid and ${sql.join(conditions, sql` and `)}`,
  );
  const both = sql.join(sides, sql` union all `);
  const before = beforeSeq === undefined ? sql`` : sql`where seq < ${beforeSeq}::bigint`;
  const { rows } = await sql<RelationRow>`
    select * from (${both}) relation ${before} order by seq desc limit ${limit}`.execute(db);
  const { rows: counted } = await sql<{ total: number }>`
    select count(*)::int as total from (${both}) relation`.execute(db);
  const placed = rows.map((row) => ({ seq: Number(row.seq), relation: toRelation(row) }));
  return { placed, total: counted[0]?.total ?? 0 };
}

/** The newest relations of each of the entries to others that the reader may read, by the entry's id. */
export async function listShownRelations(
  db: Connection,
  reader: Reader,
  entryIds: readonly string[],
): Promise<Map<string, ShownRelation[]>> {
  const side = (direction: "out" | "in") => sql`
    (select seq, kind, ${direction} as direction, ${columns[direction].other} as other_id
      from memory.relations relation where ${columns[direction].own} = entry.id order by seq desc limit ${SOUGHT})`;
  const { rows } = await sql<OtherEntry & { entry_id: string }>`
    select entry.id as entry_id, shown.*
    from unnest(${entryIds.map(entryKey)}::uuid[]) entry(id)
    cross join lateral (
      select relation.seq, relation.kind, relation.direction, relation.other_id, other.injection_risk,
        ${otherTitle} as title
      from (${side("out")} union all ${side("in")}) relation
      join memory.entries other on other.id = relation.other_id
      where ${otherIsReadableBy(db, reader)}
      order by relation.seq desc limit ${SHOWN}
    ) shown
    order by shown.seq desc`.execute(db);
  const byEntry = new Map<string, ShownRelation[]>(entryIds.map((id) => [id, []]));
  for (const row of rows) byEntry.get(toTypeId("ent", row.entry_id))?.push(toShownRelation(row));
  return byEntry;
}

/** The relations of the entries among each other: few entries of one diary, which the reader may read. */
export async function listRelationsAmong(
  db: Connection,
  entryIds: readonly string[],
): Promise<{ kind: Relation["kind"]; fromId: string; toId: string }[]> {
  const ids = entryIds.map(entryKey);
  const { rows } = await sql<{ kind: Relation["kind"]; from_id: string; to_id: string }>`
    select kind, from_entry_id as from_id, to_entry_id as to_id from memory.relations
    where from_entry_id = any(${ids}::uuid[]) and to_entry_id = any(${ids}::uuid[])
    order by seq`.execute(db);
  return rows.map(({ kind, from_id, to_id }) => ({
    kind,
    fromId: toTypeId("ent", from_id),
    toId: toTypeId("ent", to_id),
  }));
}
