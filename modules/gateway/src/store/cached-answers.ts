import { type Id, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";
import { type StoredSource, tables } from "../schema.ts";
import { wholeText } from "./stored-values.ts";

/** An answer as it is stored; the organization is a UUID. */
export interface StoredAnswer {
  digest: Buffer;
  /** Sealed with the digest in hexadecimal as context. */
  sealed: string;
  form: string;
  source: StoredSource;
  ageSeconds: number;
  /** How long it may still be given. */
  restSeconds: number;
}

/** An answer that is to be stored. */
export interface NewCachedAnswer extends StoredAnswer {
  organizationId: string;
  context: Buffer | null;
  encoder: string | null;
  /** Unit vector of the question, in pgvector's text form. */
  vector: string | null;
}

/** How many of the newest answers in one context are compared with a question. */
const COMPARED = 500;

/** Ages are told a moment before they are read, so what seems to be from just after a clearing may be from before. */
const CLEARED_SECONDS = 2;

/**
 * That a row of `gateway.cached_answers`, named `cached`, may still be given: its time is not over, and it was not on its way into
 * the table when its organization forgot all.
 */
const mayBeGiven = sql`
  cached.expires_at > clock_timestamp()
  and not exists (
    select from gateway.cache_clears clear
    where clear.organization_id = cached.organization_id
      and clear.cleared_at >= cached.created_at - make_interval(secs => ${CLEARED_SECONDS}::double precision))`;

const columns = sql`
  digest, sealed, form, source, extract(epoch from clock_timestamp() - created_at)::double precision as "ageSeconds",
  extract(epoch from expires_at - clock_timestamp())::double precision as "restSeconds"`;

type Row = Omit<StoredAnswer, "digest"> & { digest: Uint8Array };

const toAnswer = <Some extends Row>(row: Some): Some & StoredAnswer => ({ ...row, digest: Buffer.from(row.digest) });

/** The answer to exactly this request; undefined where there is none that may still be given. */
export async function findCachedAnswer(
  db: Connection,
  organizationUuid: string,
  digest: Buffer,
): Promise<StoredAnswer | undefined> {
  const { rows } = await sql<Row>`
    select ${columns} from gateway.cached_answers cached
    where organization_id = ${organizationUuid}::uuid and digest = ${digest} and ${mayBeGiven}`.execute(db);
  return rows.map(toAnswer)[0];
}

/** The answer to the question in this context that is most alike, among the newest; with the cosine of the two. */
export async function findLikeAnswer(
  db: Connection,
  organizationUuid: string,
  { context, encoder, vector }: { context: Buffer; encoder: string; vector: string },
): Promise<(StoredAnswer & { similarity: number }) | undefined> {
  const { rows } = await sql<Row & { similarity: number }>`
    select ${columns}, -(vector <#> ${vector}::vector) as similarity
    from (
      select * from gateway.cached_answers cached
      where organization_id = ${organizationUuid}::uuid and context = ${context} and encoder = ${encoder}
        and ${mayBeGiven}
      order by created_at desc limit ${COMPARED}
    ) newest
    order by vector <#> ${vector}::vector limit 1`.execute(db);
  return rows.map(toAnswer)[0];
}

/** A model's name may be any text, of which one that no jsonb holds must not hold up the answers of others. */
const sourceOf = ({ source }: NewCachedAnswer): string => JSON.stringify({ ...source, model: wholeText(source.model) });

/** Stores answers, each in place of an older one to the same request, but those of before their organization forgot all. A job over the whole reef. */
export async function saveCachedAnswers(db: Connection, answers: readonly NewCachedAnswer[]): Promise<void> {
  const column = <Value>(read: (answer: NewCachedAnswer) => Value): Value[] => answers.map(read);
  await sql`
    insert into gateway.cached_answers (
      organization_id, digest, context, encoder, vector, sealed, form, source, size_bytes, created_at, expires_at
    )
    select given.organization_id, given.digest, given.context, given.encoder, given.vector::vector, given.sealed,
      given.form, given.source, octet_length(given.sealed), clock_timestamp() - make_interval(secs => given.age),
      clock_timestamp() + make_interval(secs => given.rest)
    from unnest(
      ${column(({ organizationId }) => organizationId)}::uuid[],
      ${column(({ digest }) => digest)}::bytea[],
      ${column(({ context }) => context)}::bytea[],
      ${column(({ encoder }) => encoder)}::text[],
      ${column(({ vector }) => vector)}::text[],
      ${column(({ sealed }) => sealed)}::text[],
      ${column(({ form }) => form)}::text[],
      ${column(sourceOf)}::jsonb[],
      ${column(({ ageSeconds }) => ageSeconds)}::double precision[],
      ${column(({ restSeconds }) => restSeconds)}::double precision[]
    ) as given (organization_id, digest, context, encoder, vector, sealed, form, source, age, rest)
    where not exists (
      select from gateway.cache_clears clear
      where clear.organization_id = given.organization_id
        and clear.cleared_at >= clock_timestamp() - make_interval(secs => given.age + ${CLEARED_SECONDS}::double precision))
    order by given.organization_id, given.digest
    on conflict (organization_id, digest) do update set
      context = excluded.context, encoder = excluded.encoder, vector = excluded.vector, sealed = excluded.sealed,
      form = excluded.form, source = excluded.source, size_bytes = excluded.size_bytes,
      created_at = excluded.created_at, expires_at = excluded.expires_at`.execute(db);
}

/** Deletes the oldest answers of an organization, as long as it has more than so many or so much. */
export async function trimCachedAnswers(
  db: Connection,
  organizationUuid: string,
  { mostEntries, mostBytes }: { mostEntries: number; mostBytes: number },
): Promise<void> {
  await sql`
    delete from gateway.cached_answers where organization_id = ${organizationUuid}::uuid and digest in (
      select digest from (
        select digest, row_number() over newest as place, sum(size_bytes) over newest as size
        from gateway.cached_answers where organization_id = ${organizationUuid}::uuid
        window newest as (order by created_at desc, digest rows unbounded preceding)
      ) answer
      where place > ${mostEntries} or size > ${mostBytes}
    )`.execute(db);
}

/** Deletes so many answers whose time is over, a job over the whole reef. @returns how many it deleted */
export async function sweepCachedAnswers(db: Connection, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from gateway.cached_answers where (organization_id, digest) in (
      select organization_id, digest from gateway.cached_answers
      where expires_at <= clock_timestamp() order by expires_at limit ${limit}
    ) returning digest`.execute(db);
  return rows.length;
}

/** How many answers the organization's keys keep, and what these take. */
export async function sumCachedAnswers(
  db: Connection,
  organizationId: Id<"org">,
): Promise<{ entries: number; sizeBytes: number }> {
  const { rows } = await sql<{ entries: number; sizeBytes: number }>`
    select count(*) as entries, coalesce(sum(size_bytes), 0)::bigint as "sizeBytes"
    from gateway.cached_answers cached
    where organization_id = ${toUuid(organizationId)}::uuid and ${mayBeGiven}`.execute(db);
  return rows[0] ?? { entries: 0, sizeBytes: 0 };
}

/** Forgets all answers that the organization's keys keep, also those that some process has not stored yet. */
export async function deleteCachedAnswers(db: Connection, organizationId: Id<"org">): Promise<void> {
  const id = toUuid(organizationId);
  await sql`
    insert into gateway.cache_clears (organization_id, cleared_at) values (${id}::uuid, clock_timestamp())
    on conflict (organization_id) do update set cleared_at = clock_timestamp()`.execute(db);
  await tables(db).deleteFrom("gateway.cached_answers").where("organization_id", "=", id).execute();
}

/** How long ago, in seconds, the organization had all answers forgotten; undefined where it never had. */
export async function findClearAge(db: Connection, organizationUuid: string): Promise<number | undefined> {
  const { rows } = await sql<{ age: number }>`
    select extract(epoch from clock_timestamp() - cleared_at)::double precision as age
    from gateway.cache_clears where organization_id = ${organizationUuid}::uuid`.execute(db);
  return rows[0]?.age;
}
