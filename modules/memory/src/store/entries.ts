import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { AgentCaller } from "@reef/http/call";
import { type RawBuilder, type Selectable, type SqlBool, sql } from "kysely";
import type { Diary, Entry, EntryChange, NewEntry } from "../contract.ts";
import { type MemoryTables, tables } from "../schema.ts";
import type { IndexedText } from "../search/index-text.ts";
import { type Reader, readableBy } from "./diaries.ts";

type EntryRow = Selectable<MemoryTables["memory.entries"]>;

/** An entry's row as the API shows it: the same in a list, by itself and as a search hit. */
export const toEntry = (row: EntryRow): Entry => ({
  id: toTypeId("ent", row.id),
  diaryId: toTypeId("dia", row.diary_id),
  author: {
    agentId: toTypeId("agt", row.author_agent_id),
    name: row.author_name,
    fingerprint: row.author_fingerprint,
  },
  title: row.title,
  content: row.content,
  tags: row.tags,
  type: row.type,
  importance: row.importance,
  session: row.session,
  supersededBy: row.superseded_by === null ? null : toTypeId("ent", row.superseded_by),
  injectionRisk: row.injection_risk,
  contentHash: row.content_hash,
  signature: toSignature(row),
  importedBy: row.imported_by === null ? null : toTypeId("agt", row.imported_by),
  editedBy: row.edited_by === null ? null : toTypeId("agt", row.edited_by),
  version: row.version,
  happenedAt: row.happened_at.toISOString(),
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

/** All of a signature, or nothing: the database holds no half of one. */
const toSignature = ({ signature, signing_nonce, signer_public_key, previous_hash }: EntryRow): Entry["signature"] =>
  signature === null || signing_nonce === null || signer_public_key === null
    ? null
    : { value: signature, nonce: signing_nonce, publicKey: signer_public_key, previousHash: previous_hash };

/** A new entry with what search needs to know of its text. */
export interface PreparedEntry {
  entry: NewEntry;
  happenedAt: Date;
  text: IndexedText;
  injectionRisk: boolean;
}

/** What proves a signed entry, as its row holds it. */
export interface EntrySignature {
  contentHash: string;
  /** Null also where the diary is no chain. */
  previousHash: string | null;
  signature: string;
  nonce: string;
  publicKey: string;
}

/**
 * Appends entries to a diary in their order, each with the signature at its place; of a signed diary the chain moves with
 * them. The diary's row stays locked, so writers of one diary take turns.
 *
 * @returns "signature used" when another entry has one of the signatures; then the transaction can only be rolled back.
 */
export async function createEntries(
  db: Connection,
  author: AgentCaller,
  { id: diaryId, signed: isChained }: Pick<Diary, "id" | "signed">,
  prepared: readonly PreparedEntry[],
  signatures: readonly (EntrySignature | undefined)[],
): Promise<Entry[] | "signature used"> {
  const diary = toUuid(diaryId as Id<"dia">);
  const head = isChained ? signatures.at(-1)?.contentHash : undefined;
  const words = prepared.reduce((sum, { text }) => sum + text.words, 0);
  const { last_seq: lastSeq } = await tables(db)
    .updateTable("memory.diaries")
    .set((row) => ({
      last_seq: row("last_seq", "+", prepared.length),
      entry_count: row("entry_count", "+", prepared.length),
      word_count: row("word_count", "+", words),
      ...(head !== undefined && { chain_length: row("chain_length", "+", prepared.length), chain_head: head }),
    }))
    .where("organization_id", "=", toUuid(author.organizationId))
    .where("id", "=", diary)
    .returning("last_seq")
    .executeTakeFirstOrThrow();
  const firstSeq = lastSeq - prepared.length + 1;
  const rows = await tables(db)
    .insertInto("memory.entries")
    .values(
      prepared.map(({ entry, text, happenedAt, injectionRisk }, index) => ({
        id: toUuid(newId("ent")),
        organization_id: toUuid(author.organizationId),
        diary_id: diary,
        seq: firstSeq + index,
        session: entry.session ?? null,
        author_agent_id: toUuid(author.agentId),
        author_name: author.name,
        author_fingerprint: author.fingerprint,
        title: entry.title ?? null,
        content: entry.content,
        tags: entry.tags,
        type: entry.type,
        importance: entry.importance,
        superseded_by: null,
        asks: text.asks,
        words: text.words,
        normalized: text.normalized,
        happened_at: happenedAt,
        injection_risk: injectionRisk,
        ...signatureColumns(signatures[index]),
      })),
    )
    .returningAll()
    .execute()
    .catch((error: unknown) => {
      if (isSignatureTaken(error)) return undefined;
      throw error;
    });
  if (rows === undefined) return "signature used";
  await insertPostings(
    db,
    diary,
    prepared.map(({ text }, index) => ({ seq: firstSeq + index, text })),
  );
  return rows.sort((a, b) => a.seq - b.seq).map(toEntry);
}

/** A signature as the columns of an entry's row. */
export const signatureColumns = (signature: EntrySignature | undefined) => ({
  content_hash: signature?.contentHash ?? null,
  previous_hash: signature?.previousHash ?? null,
  signature: signature?.signature ?? null,
  signing_nonce: signature?.nonce ?? null,
  signer_public_key: signature?.publicKey ?? null,
});

/** Whether it is the unique violation of one signature on two entries, which two writers may cause at once. */
const isSignatureTaken = (error: unknown): boolean =>
  error instanceof Error && "constraint" in error && error.constraint === "entries_signature_is_new";

/** Writes what the index knows of entries at these places of a diary. */
export async function insertPostings(
  db: Connection,
  diary: string,
  indexed: { seq: number; text: IndexedText }[],
): Promise<void> {
  const columns = indexed.flatMap(({ seq, text }) =>
    Array.from(text.terms, ([term, frequency]) => ({ term, seq, frequency, words: text.words })),
  );
  if (columns.length === 0) return;
  await sql`
    insert into memory.postings (diary_id, term, seq, frequency, words)
    select ${diary}::uuid, posting.*
    from unnest(
      ${columns.map(({ term }) => term)}::text[], ${columns.map(({ seq }) => seq)}::int[],
      ${columns.map(({ frequency }) => frequency)}::real[], ${columns.map(({ words }) => words)}::int[]
    ) as posting`.execute(db);
}

/** The entry, if the reader may see its diary, with what counts of the diary; `forUpdate` locks the entry's row. */
export async function findEntry(db: Connection, reader: Reader, entryId: string, { forUpdate = false } = {}) {
  const row = await tables(db)
    .selectFrom("memory.entries")
    .innerJoin("memory.diaries", "memory.diaries.id", "memory.entries.diary_id")
    .selectAll("memory.entries")
    .select(["memory.diaries.visibility", "memory.diaries.signed"])
    .where("memory.entries.id", "=", toUuid(entryId as Id<"ent">))
    .where(readableBy(reader))
    .$if(forUpdate, (query) => query.modifyEnd(sql`for no key update of entries`))
    .executeTakeFirst();
  return row && { entry: toEntry(row), visibility: row.visibility, signed: row.signed };
}

/** What narrows a list of entries. */
export interface EntryFilter {
  tags?: readonly string[] | undefined;
  type?: Entry["type"] | undefined;
  session?: string | undefined;
  signed?: boolean | undefined;
  injectionRisk?: boolean | undefined;
  /** When what they tell happened: then or later, and before. */
  after?: string | undefined;
  before?: string | undefined;
}

/** Which entries of a list: how many, in which order, past which position. */
export interface EntryPage extends EntryFilter {
  limit: number;
  order: "newest" | "oldest";
  pastSeq: number | undefined;
}

/** A page of a diary's entries, with the count of all that fit the filter. */
export async function listEntries(
  db: Connection,
  reader: Reader,
  diaryId: string,
  page: EntryPage,
): Promise<{ placed: { seq: number; entry: Entry }[]; total: number }> {
  const conditions = conditionsOf(page);
  const fitting = tables(db)
    .selectFrom("memory.entries")
    .innerJoin("memory.diaries", "memory.diaries.id", "memory.entries.diary_id")
    .where("memory.entries.diary_id", "=", toUuid(diaryId as Id<"dia">))
    .where(readableBy(reader))
    .where((entry) => entry.and(conditions));
  const rows = await fitting
    .selectAll("memory.entries")
    .$if(page.pastSeq !== undefined, (query) =>
      query.where("seq", page.order === "newest" ? "<" : ">", page.pastSeq as number),
    )
    .orderBy("seq", page.order === "newest" ? "desc" : "asc")
    .limit(page.limit)
    .execute();
  const counted = conditions.length > 0 ? fitting.select(sql<number>`count(*)`.as("total")) : countOf(db, diaryId);
  const { total } = await counted.executeTakeFirstOrThrow();
  return { placed: rows.map((row) => ({ seq: row.seq, entry: toEntry(row) })), total };
}

/** The filter's conditions. Those on marks are written as the indexes have them, which hold only what has the mark. */
export function conditionsOf({ tags, type, session, signed, injectionRisk, after, before }: EntryFilter) {
  const conditions: RawBuilder<SqlBool>[] = [];
  if (tags !== undefined) conditions.push(sql`tags @> ${tags}::text[]`);
  if (type !== undefined) conditions.push(sql`type = ${type}`);
  if (session !== undefined) conditions.push(sql`session = ${session}`);
  if (signed !== undefined) conditions.push(signed ? sql`content_hash is not null` : sql`content_hash is null`);
  if (injectionRisk !== undefined) conditions.push(injectionRisk ? sql`injection_risk` : sql`not injection_risk`);
  if (after !== undefined) conditions.push(sql`happened_at >= ${new Date(after)}::timestamptz`);
  if (before !== undefined) conditions.push(sql`happened_at < ${new Date(before)}::timestamptz`);
  return conditions;
}

/** The count of all of a diary's entries, which its row keeps. */
const countOf = (db: Connection, diaryId: string) =>
  tables(db)
    .selectFrom("memory.diaries")
    .select("entry_count as total")
    .where("id", "=", toUuid(diaryId as Id<"dia">));

/** Changes an entry; `text` is its new indexed text where anything of that changes. */
export async function updateEntry(
  db: Connection,
  organizationId: Id<"org">,
  entryId: string,
  { supersededBy, happenedAt, editedBy, ...fields }: EntryChange & { editedBy: Id<"agt"> | null | undefined },
  text: (IndexedText & { injectionRisk: boolean }) | undefined,
): Promise<Entry> {
  const before = await tables(db)
    .selectFrom("memory.entries")
    .select(["diary_id", "seq", "words"])
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(entryId as Id<"ent">))
    .executeTakeFirstOrThrow();
  const row = await tables(db)
    .updateTable("memory.entries")
    .set((entry) => ({
      ...fields,
      ...(happenedAt !== undefined && { happened_at: new Date(happenedAt) }),
      ...(supersededBy !== undefined && { superseded_by: supersededBy && toUuid(supersededBy as Id<"ent">) }),
      ...(editedBy !== undefined && { edited_by: editedBy && toUuid(editedBy) }),
      ...(text && { words: text.words, asks: text.asks, normalized: text.normalized }),
      ...(text && { injection_risk: text.injectionRisk, written_at: sql<Date>`now()` }),
      version: entry("version", "+", 1),
      updated_at: sql<Date>`now()`,
    }))
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(entryId as Id<"ent">))
    .returningAll()
    .executeTakeFirstOrThrow();
  if (text !== undefined) {
    await deletePostings(db, before.diary_id, before.seq);
    await insertPostings(db, before.diary_id, [{ seq: before.seq, text }]);
    await countWords(db, before.diary_id, { entries: 0, words: text.words - before.words });
    await tables(db).deleteFrom("memory.embeddings").where("entry_id", "=", row.id).execute();
  }
  return toEntry(row);
}

/** Whether `entryId` comes at or behind `successorId` when one follows `supersededBy` from there: then it cannot point to it. */
export async function descendsFrom(
  db: Connection,
  organizationId: Id<"org">,
  successorId: string,
  entryId: string,
): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    with recursive line as (
      select id, superseded_by from memory.entries
      where organization_id = ${toUuid(organizationId)} and id = ${toUuid(successorId as Id<"ent">)}
      union
      select next.id, next.superseded_by from memory.entries next join line on next.id = line.superseded_by
    )
    select exists (select from line where id = ${toUuid(entryId as Id<"ent">)}) as found`.execute(db);
  return rows[0]?.found ?? false;
}

/** Forgets an entry: its row, its postings and its vector go in the caller's transaction. */
export async function deleteEntry(db: Connection, organizationId: Id<"org">, entryId: string): Promise<void> {
  const gone = await tables(db)
    .deleteFrom("memory.entries")
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(entryId as Id<"ent">))
    .returning(["diary_id", "seq", "words"])
    .executeTakeFirst();
  if (gone === undefined) return;
  await deletePostings(db, gone.diary_id, gone.seq);
  await countWords(db, gone.diary_id, { entries: -1, words: -gone.words });
}

const deletePostings = (db: Connection, diary: string, seq: number) =>
  tables(db).deleteFrom("memory.postings").where("diary_id", "=", diary).where("seq", "=", seq).execute();

const countWords = (db: Connection, diary: string, by: { entries: number; words: number }) =>
  tables(db)
    .updateTable("memory.diaries")
    .set((row) => ({ entry_count: row("entry_count", "+", by.entries), word_count: row("word_count", "+", by.words) }))
    .where("id", "=", diary)
    .execute();
