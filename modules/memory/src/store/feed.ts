import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type RawBuilder, type Selectable, sql } from "kysely";
import type { Entry } from "../contract.ts";
import { type MemoryTables, tables } from "../schema.ts";
import { toEntry } from "./entries.ts";

/** NOTIFY's channel: something was published. */
export const FEED_CHANNEL = "reef_feed";

/** Publications that one query looks at. */
const MOST_AT_ONCE = 200;

/** A published entry with what the feed shows beside it. */
export interface PublishedEntry {
  entry: Entry;
  organizationId: Id<"org">;
  diaryName: string;
  publishedAt: Date;
}

/** The same, at its place in the feed. Positions grow; one that was given out is never given out again. */
interface PlacedEntry extends PublishedEntry {
  position: number;
}

/** What of the feed is wanted. */
export interface FeedFilter {
  tag?: string | undefined;
  includeSuspicious: boolean;
}

/** Where to read, and how much: `most` publications are looked at, `limit` of them taken. */
export interface FeedSpan {
  /** Read behind this position, backwards or onwards; undefined for the newest, backwards. */
  from: number | undefined;
  direction: "older" | "newer";
  limit: number;
  most: number;
}

/** Found entries in the order of reading, and the position up to which all was looked at; null at the end of the feed. */
export interface FeedReading {
  found: PlacedEntry[];
  end: number | null;
}

type EntryRow = Selectable<MemoryTables["memory.entries"]>;
type PublishedRow = EntryRow & { diary_name: string; published_at: Date };
type SpanRow = { position: number; published_at: Date } & (PublishedRow | { id: null });

/** Who may read is decided here, at every reading: the diary is public and not deleted, the entry is still there. */
const isPublic = sql`diary.visibility = 'public' and diary.deleted_at is null`;

const fits = ({ tag, includeSuspicious }: FeedFilter): RawBuilder<unknown> =>
  sql.join(
    [
      isPublic,
      ...(includeSuspicious ? [] : [sql`not entry.injection_risk`]),
      ...(tag === undefined ? [] : [sql`entry.tags @> array[${tag}]::text[]`]),
    ],
    sql` and `,
  );

const toPublished = (row: PublishedRow): PublishedEntry => ({
  entry: toEntry(row),
  organizationId: toTypeId("org", row.organization_id),
  diaryName: row.diary_name,
  publishedAt: row.published_at,
});

/** Reads the feed in one direction. What does not fit the filter is passed over, but counts as looked at. */
export async function readFeed(db: Connection, span: FeedSpan, filter: FeedFilter): Promise<FeedReading> {
  const found: PlacedEntry[] = [];
  let from = span.from;
  // Nearly all that was published can be seen, so a little more than what is wanted is enough to begin with.
  let width = Math.min(MOST_AT_ONCE, span.limit + 1);
  for (let seen = 0; seen < span.most; seen += width, width = MOST_AT_ONCE) {
    const rows = await listSpan(db, { ...span, from, limit: width }, filter);
    for (const row of rows) {
      from = row.position;
      if (row.id !== null) found.push({ ...toPublished(row), position: from });
      if (found.length === span.limit) return { found, end: from };
    }
    if (rows.length < width) return { found, end: null };
  }
  return { found, end: from ?? null };
}

async function listSpan(
  db: Connection,
  { from, direction, limit }: Pick<FeedSpan, "from" | "direction" | "limit">,
  filter: FeedFilter,
): Promise<SpanRow[]> {
  const [side, order] = direction === "older" ? [sql`<`, sql`desc`] : [sql`>`, sql`asc`];
  const { rows } = await sql<SpanRow>`
    select published.*, span.position, span.published_at
    from (
      select position, entry_id, published_at from memory.publications
      where ${from === undefined ? sql`true` : sql`position ${side} ${from}::bigint`}
      order by position ${order} limit ${limit}
    ) span
    left join lateral (
      select entry.*, diary.name as diary_name
      from memory.entries entry join memory.diaries diary on diary.id = entry.diary_id
      where entry.id = span.entry_id and ${fits(filter)}
    ) published on true
    order by span.position ${order}`.execute(db);
  return rows;
}

/** Those of the entries that anybody may read, in this order. */
export async function listPublic(db: Connection, entryIds: readonly string[]): Promise<PublishedEntry[]> {
  const ids = entryIds.map((id) => toUuid(id as Id<"ent">));
  const { rows } = await sql<PublishedRow>`
    select entry.*, diary.name as diary_name, coalesce(publication.published_at, entry.created_at) as published_at
    from unnest(${ids}::uuid[]) with ordinality wanted(id, place)
    join memory.entries entry on entry.id = wanted.id
    join memory.diaries diary on diary.id = entry.diary_id
    left join memory.publications publication on publication.entry_id = entry.id
    where ${isPublic}
    order by wanted.place`.execute(db);
  return rows.map(toPublished);
}

/** The ids of the newest public diaries, as UUIDs. */
export async function listPublicDiaries(db: Connection, limit: number): Promise<string[]> {
  const rows = await tables(db)
    .selectFrom("memory.diaries")
    .select("id")
    .where("visibility", "=", "public")
    .where("deleted_at", "is", null)
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

/** The position that was given out last; whatever is published from now on comes behind it. */
export async function getFeedEnd(db: Connection): Promise<number> {
  const { rows } = await sql<{ last_position: number }>`select last_position from memory.feed`.execute(db);
  return rows[0]?.last_position ?? 0;
}

/**
 * Gives the entries their places in the feed, in the order of their diary. Writers take turns by the lock on the feed's
 * row, so a reader that has seen a position will never find a smaller one later. Safe to repeat: an entry keeps its place.
 */
export async function publish(
  transaction: Connection,
  organizationId: Id<"org">,
  entryIds: readonly string[],
): Promise<void> {
  const { rows } = await sql<{ last_position: number }>`select last_position from memory.feed for update`.execute(
    transaction,
  );
  const last = rows[0]?.last_position ?? 0;
  const ids = entryIds.map((id) => toUuid(id as Id<"ent">));
  const { numAffectedRows = 0n } = await sql`
    insert into memory.publications (position, entry_id)
    select ${last}::bigint + row_number() over (order by entry.seq), entry.id
    from memory.entries entry join memory.diaries diary on diary.id = entry.diary_id
    where entry.organization_id = ${toUuid(organizationId)}::uuid and entry.id = any(${ids}::uuid[]) and ${isPublic}
      and not exists (select from memory.publications publication where publication.entry_id = entry.id)`.execute(
    transaction,
  );
  if (numAffectedRows === 0n) return;
  await sql`
    with moved as (update memory.feed set last_position = ${last + Number(numAffectedRows)}::bigint)
    select pg_notify(${FEED_CHANNEL}, '')`.execute(transaction);
}

/** The next entries of a diary behind the place `afterSeq` that were never published, oldest first. */
export async function listUnpublished(
  db: Connection,
  organizationId: Id<"org">,
  diaryId: string,
  afterSeq: number,
  limit: number,
): Promise<{ id: Id<"ent">; seq: number }[]> {
  const { rows } = await sql<{ id: string; seq: number }>`
    select entry.id, entry.seq from memory.entries entry
    where entry.organization_id = ${toUuid(organizationId)}::uuid
      and entry.diary_id = ${toUuid(diaryId as Id<"dia">)}::uuid and entry.seq > ${afterSeq}::int
      and not exists (select from memory.publications publication where publication.entry_id = entry.id)
    order by entry.seq limit ${limit}`.execute(db);
  return rows.map(({ id, seq }) => ({ id: toTypeId("ent", id), seq }));
}
