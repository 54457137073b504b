import { type Id, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type RawBuilder, sql } from "kysely";
import type { Entry } from "../contract.ts";
import { tables } from "../schema.ts";
import { type Candidate, inverseFrequency, RANK, type Statistics } from "../search/candidate.ts";
import type { Query } from "../search/parse-query.ts";
import { REACH } from "../search/surroundings.ts";
import { vectorLiteral } from "./embeddings.ts";
import { toEntry } from "./entries.ts";

/** A term that more entries than this hold has its frequency estimated from its newest ones. */
const SAMPLE = 200;
/** Postings that one search reads to find candidates, shared out among the diaries: bounds its cost in a diary of any size. */
const POSTINGS = 4_000;
/** Vectors that one search compares, the newest ones of its diaries: an exact scan of so many takes about 15 ms on Postgres. */
const COMPARED_VECTORS = 20_000;
/** Candidates by words, and by meaning, whose surroundings are ranked. */
const ANCHORS = 60;
const VECTOR_ANCHORS = 50;

/** What a hit must fit beside the query. */
export interface SearchFilter {
  tags?: readonly string[] | undefined;
  types?: readonly Entry["type"][] | undefined;
  session?: string | undefined;
  after?: string | undefined;
  before?: string | undefined;
  excludeSuperseded: boolean;
  /** Not what looks like an attempt to instruct the model that reads it. */
  excludeSuspicious?: boolean | undefined;
}

/** A query's vector, and the model that made it. */
export interface ModelVector {
  model: string;
  values: Float32Array;
}

/** A place in the index: which entry of which diary (a UUID, as the index holds it). */
export interface Anchor {
  diary: string;
  seq: number;
}

/** How many entries hold each of the terms, in all the diaries together. */
export async function getStatistics(
  db: Connection,
  diaries: readonly string[],
  terms: readonly string[],
): Promise<Statistics> {
  const { rows } = await sql<{ term: number | null; frequency: number; entries: number; words: number }>`
    with scope as (select id, last_seq, entry_count, word_count from memory.diaries where id = any(${diaries}::uuid[])),
    head as (
      select term.index, scope.last_seq, scope.entry_count, newest.count, newest.oldest
      from unnest(${terms}::text[]) with ordinality term(text, index)
      cross join scope
      cross join lateral (
        select count(*) as count, min(seq) as oldest from (
          select seq from memory.postings where diary_id = scope.id and term = term.text order by seq desc limit ${SAMPLE}
        ) sample
      ) newest
      where newest.count > 0
    )
    select index::int - 1 as term, null::int as entries, null::float8 as words,
      sum(case when count < ${SAMPLE} then count
          else greatest(count, round(count::numeric * entry_count / (last_seq - oldest + 1))) end)::int as frequency
    from head group by index
    union all
    select null, coalesce(sum(entry_count), 0)::int, coalesce(sum(word_count), 0)::float8, null from scope`.execute(db);
  const frequency = terms.map(() => 0);
  for (const row of rows) if (row.term !== null) frequency[row.term] = row.frequency;
  const whole = rows.find((row) => row.term === null);
  return { frequency, entries: whole?.entries ?? 0, words: whole?.words ?? 0 };
}

/** Rarest terms first until the budget of postings is spent; of the last one only the newest postings are read. */
function planReading(frequency: readonly number[]): { term: number; limit: number }[] {
  const present = Array.from(frequency.keys()).filter((term) => (frequency[term] ?? 0) > 0);
  const plan: { term: number; limit: number }[] = [];
  let left = POSTINGS;
  for (const term of present.toSorted((a, b) => (frequency[a] ?? 0) - (frequency[b] ?? 0))) {
    if (left <= 0) break;
    plan.push({ term, limit: left });
    left -= frequency[term] ?? 0;
  }
  return plan;
}

/** The entries that hold the most of the query's weight, by BM25 over the terms that the plan reads. */
export async function listAnchors(
  db: Connection,
  diaries: readonly string[],
  query: Query,
  statistics: Statistics,
  filter: SearchFilter,
): Promise<Anchor[]> {
  const plan = planReading(statistics.frequency);
  if (plan.length === 0) return [];
  const averageWords = Math.max(1, statistics.words / Math.max(1, statistics.entries));
  const weights = plan.map(({ term }) => inverseFrequency(statistics.entries, statistics.frequency[term] ?? 0));
  const { rows } = await sql<Anchor>`
    with matched as (
      select posting.diary_id, posting.seq, term.weight * posting.x / (posting.x + ${RANK.saturation}::float8) as score
      from unnest(
        ${plan.map(({ term }) => query.terms[term] ?? "")}::text[], ${plan.map(({ limit }) => limit)}::int[], ${weights}::float8[]
      ) term(text, most, weight)
      cross join unnest(${diaries}::uuid[]) diary(id)
      cross join lateral (
        select candidate.diary_id, candidate.seq,
          candidate.frequency / (${1 - RANK.lengthShare}::float8 + ${RANK.lengthShare}::float8 * candidate.words / ${averageWords}::float8) as x
        from memory.postings candidate
        where candidate.diary_id = diary.id and candidate.term = term.text ${fits(query, filter)}
        order by candidate.seq desc limit greatest(term.most / ${diaries.length}::int, ${SAMPLE}::int)
      ) posting
    )
    select diary_id as diary, seq from matched group by diary_id, seq order by sum(score) desc, seq desc limit ${ANCHORS}`.execute(
    db,
  );
  return rows;
}

/** The entries nearest in meaning to the query. */
export async function listNearest(
  db: Connection,
  diaries: readonly string[],
  query: Query,
  vector: ModelVector,
  filter: SearchFilter,
): Promise<Anchor[]> {
  const dimensions = sql.raw(String(vector.values.length));
  const { rows } = await sql<Anchor>`
    select candidate.diary_id as diary, candidate.seq
    from (
      select diary_id, seq, vector from memory.embeddings
      where diary_id = any(${diaries}::uuid[]) and model = ${vector.model}
      order by seq desc limit ${COMPARED_VECTORS}
    ) candidate
    where true ${fits(query, filter)}
    order by candidate.vector::vector(${dimensions}) <#> ${vectorLiteral(vector.values)}::vector(${dimensions})
    limit ${VECTOR_ANCHORS}`.execute(db);
  return rows;
}

/** Conditions on an index row named `candidate`; they reach for the entry only where something asks for it. */
function fits(query: Query, filter: SearchFilter): RawBuilder<unknown> {
  const { entryTests, absent } = conditions(query, filter);
  const entry = sql`exists (
    select from memory.entries entry
    where entry.diary_id = candidate.diary_id and entry.seq = candidate.seq and ${sql.join(entryTests, sql` and `)})`;
  return sql.join(
    [...(entryTests.length > 0 ? [sql` and ${entry}`] : []), ...(absent ? [sql` and ${absent(sql`candidate`)}`] : [])],
    sql``,
  );
}

function conditions(query: Query, filter: SearchFilter) {
  const entryTests: RawBuilder<unknown>[] = query.phrases.map((phrase) => sql`strpos(entry.normalized, ${phrase}) > 0`);
  if (filter.tags?.length) entryTests.push(sql`entry.tags @> ${filter.tags}::text[]`);
  if (filter.types?.length) entryTests.push(sql`entry.type = any(${filter.types}::text[])`);
  if (filter.session !== undefined) entryTests.push(sql`entry.session = ${filter.session}`);
  if (filter.after !== undefined) entryTests.push(sql`entry.happened_at >= ${new Date(filter.after)}::timestamptz`);
  if (filter.before !== undefined) entryTests.push(sql`entry.happened_at < ${new Date(filter.before)}::timestamptz`);
  if (filter.excludeSuspicious) entryTests.push(sql`not entry.injection_risk`);
  if (filter.excludeSuperseded) entryTests.push(sql`entry.superseded_by is null`);
  const absent =
    query.excluded.length === 0
      ? undefined
      : (row: RawBuilder<unknown>) => sql`not exists (
          select from memory.postings unwanted
          where unwanted.diary_id = ${row}.diary_id and unwanted.seq = ${row}.seq and unwanted.term = any(${query.excluded}::text[]))`;
  return { entryTests, absent };
}

/** The anchors with their neighbours, and of each what ranking needs. */
export async function listCandidates(
  db: Connection,
  anchors: readonly Anchor[],
  query: Query,
  statistics: Statistics,
  filter: SearchFilter,
): Promise<Candidate[]> {
  const present = Array.from(query.terms.keys()).filter((term) => (statistics.frequency[term] ?? 0) > 0);
  const { entryTests, absent } = conditions(query, filter);
  const eligible = [...entryTests, ...(absent ? [absent(sql`entry`)] : []), sql`true`];
  const { rows } = await sql<Candidate>`
    with spread as materialized (
      select anchor.diary, anchor.seq + step as seq
      from unnest(${anchors.map(({ diary }) => diary)}::uuid[], ${anchors.map(({ seq }) => seq)}::int[]) anchor(diary, seq)
      cross join generate_series(${-REACH}::int, ${REACH}::int) step
      group by 1, 2
    )
    select entry.diary_id as diary, entry.seq, entry.session, entry.asks, entry.words, entry.importance,
      entry.happened_at as "happenedAt",
      (${sql.join(eligible, sql` and `)}) as eligible,
      matched.found, matched.frequency, null::float8 as cosine
    from spread
    join memory.entries entry on entry.diary_id = spread.diary and entry.seq = spread.seq
    cross join lateral (
      select coalesce(json_agg(term.index), '[]') as found, coalesce(json_agg(posting.frequency), '[]') as frequency
      from unnest(${present.map((term) => query.terms[term] ?? "")}::text[], ${present}::int[]) term(text, index)
      join memory.postings posting
        on posting.diary_id = spread.diary and posting.term = term.text and posting.seq = spread.seq
    ) matched`.execute(db);
  return rows;
}

/** Fills in the likeness of meaning of those candidates that have a vector of the query's model. */
export async function addCosines(db: Connection, candidates: readonly Candidate[], vector: ModelVector): Promise<void> {
  const dimensions = sql.raw(String(vector.values.length));
  const { rows } = await sql<{ diary: string; seq: number; cosine: number }>`
    select made.diary_id as diary, made.seq,
      -(made.vector::vector(${dimensions}) <#> ${vectorLiteral(vector.values)}::vector(${dimensions})) as cosine
    from unnest(${candidates.map(({ diary }) => diary)}::uuid[], ${candidates.map(({ seq }) => seq)}::int[]) place(diary, seq)
    join memory.embeddings made
      on made.diary_id = place.diary and made.model = ${vector.model} and made.seq = place.seq`.execute(db);
  const cosines = new Map(rows.map(({ diary, seq, cosine }) => [`${diary}/${seq}`, cosine]));
  for (const candidate of candidates) candidate.cosine = cosines.get(`${candidate.diary}/${candidate.seq}`) ?? null;
}

/** The entries at these places, in this order; one that was deleted meanwhile is left out. */
export async function listEntriesAt(
  db: Connection,
  places: readonly Anchor[],
): Promise<{ place: Anchor; entry: Entry }[]> {
  const rows = await tables(db)
    .selectFrom("memory.entries")
    .selectAll()
    .where(
      sql<boolean>`(diary_id, seq) in (
        select * from unnest(${places.map(({ diary }) => diary)}::uuid[], ${places.map(({ seq }) => seq)}::int[]))`,
    )
    .execute();
  const byPlace = new Map(rows.map((row) => [`${row.diary_id}/${row.seq}`, row]));
  return places.flatMap((place) => {
    const row = byPlace.get(`${place.diary}/${place.seq}`);
    return row === undefined ? [] : [{ place, entry: toEntry(row) }];
  });
}

/** The UUID of a diary, as the functions here take it. */
export const diaryKey = (diaryId: string): string => toUuid(diaryId as Id<"dia">);
