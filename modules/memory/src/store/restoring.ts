import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { AgentCaller } from "@reef/http/call";
import { type Kysely, sql } from "kysely";
import type { DiaryToRestore, EntryToRestore } from "../contract/archive.ts";
import type { Diary } from "../contract.ts";
import { type MemoryTables, tables } from "../schema.ts";
import type { IndexedText } from "../search/index-text.ts";
import { insertPostings, signatureColumns } from "./entries.ts";

type RestoringTables = MemoryTables & {
  "memory.restored_diaries": { organization_id: string; agent_id: string; source_id: string; diary_id: string };
  "memory.restored_entries": {
    organization_id: string;
    agent_id: string;
    source_id: string;
    diary_id: string;
    entry_id: string;
  };
};

const restoringTables = (db: Connection): Kysely<RestoringTables> =>
  db.$extendTables<RestoringTables>() as Kysely<RestoringTables>;

const ownerOf = ({ organizationId, agentId }: AgentCaller) => ({
  organization_id: toUuid(organizationId),
  agent_id: toUuid(agentId),
});

const OWNER = ["organization_id", "agent_id", "source_id"] as const;

/** An archive's time, unless it is yet to come: nothing here was made later than now. */
const notAfterNow = (time: string) => sql<Date>`least(${new Date(time)}::timestamptz, now())`;

/** Has an agent's restorations take turns until the transaction ends, so that nothing is restored twice at once. */
export async function lockRestoring(db: Connection, { agentId }: AgentCaller): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`memory.restoring:${agentId}`}, 0))`.execute(db);
}

/** The diary that the caller restored from this one of an archive. */
export async function findRestoredDiary(
  db: Connection,
  caller: AgentCaller,
  sourceId: string,
): Promise<Id<"dia"> | undefined> {
  const { organization_id, agent_id } = ownerOf(caller);
  const row = await restoringTables(db)
    .selectFrom("memory.restored_diaries")
    .select("diary_id")
    .where("organization_id", "=", organization_id)
    .where("agent_id", "=", agent_id)
    .where("source_id", "=", toUuid(sourceId as Id<"dia">))
    .executeTakeFirst();
  return row && toTypeId("dia", row.diary_id);
}

/** Remembers which diary here is which one of an archive. */
export async function saveRestoredDiary(
  db: Connection,
  caller: AgentCaller,
  sourceId: string,
  diaryId: string,
): Promise<void> {
  await restoringTables(db)
    .insertInto("memory.restored_diaries")
    .values({
      ...ownerOf(caller),
      source_id: toUuid(sourceId as Id<"dia">),
      diary_id: toUuid(diaryId as Id<"dia">),
    })
    .onConflict((conflict) =>
      conflict.columns(OWNER).doUpdateSet((set) => ({ diary_id: set.ref("excluded.diary_id") })),
    )
    .execute();
}

/** A diary with the name and the times of the one in the archive, and with its id, if that is free. */
export async function createRestoredDiary(
  db: Connection,
  caller: AgentCaller,
  diary: DiaryToRestore,
): Promise<Id<"dia">> {
  const insert = (id: string) =>
    tables(db)
      .insertInto("memory.diaries")
      .values({
        id,
        organization_id: toUuid(caller.organizationId),
        owner_agent_id: toUuid(caller.agentId),
        name: diary.name,
        visibility: diary.visibility,
        signed: diary.signed,
        created_at: notAfterNow(diary.createdAt),
        updated_at: notAfterNow(diary.updatedAt),
        deleted_at: null,
      })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .returning("id")
      .executeTakeFirst();
  const row = (await insert(toUuid(diary.sourceId as Id<"dia">))) ?? (await insert(toUuid(newId("dia"))));
  if (row === undefined) throw new Error("A new id was taken already.");
  return toTypeId("dia", row.id);
}

/** Which of an archive's entries are in the diary already: restored before, or there under the very same id. */
export async function listRestoredEntries(
  db: Connection,
  caller: AgentCaller,
  diaryId: string,
  sourceIds: readonly string[],
): Promise<Map<string, Id<"ent">>> {
  const { organization_id, agent_id } = ownerOf(caller);
  const sources = sourceIds.map((id) => toUuid(id as Id<"ent">));
  const { rows } = await sql<{ source: string; entry: string }>`
    select id as source, id as entry from memory.entries
    where id = any(${sources}::uuid[]) and diary_id = ${toUuid(diaryId as Id<"dia">)}
    union all
    select source_id, entry_id from memory.restored_entries
    where organization_id = ${organization_id} and agent_id = ${agent_id} and source_id = any(${sources}::uuid[])
      and diary_id = ${toUuid(diaryId as Id<"dia">)}`.execute(db);
  return new Map(rows.map(({ source, entry }) => [toTypeId("ent", source), toTypeId("ent", entry)]));
}

/** Remembers which entries of the diary are which ones of an archive. */
export async function saveRestoredEntries(
  db: Connection,
  caller: AgentCaller,
  diaryId: string,
  restored: ReadonlyMap<string, Id<"ent">>,
): Promise<void> {
  await restoringTables(db)
    .insertInto("memory.restored_entries")
    .values(
      Array.from(restored, ([sourceId, entryId]) => ({
        ...ownerOf(caller),
        source_id: toUuid(sourceId as Id<"ent">),
        diary_id: toUuid(diaryId as Id<"dia">),
        entry_id: toUuid(entryId),
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(OWNER)
        .doUpdateSet((set) => ({ diary_id: set.ref("excluded.diary_id"), entry_id: set.ref("excluded.entry_id") })),
    )
    .execute();
}

/** An entry of an archive, with what this reef found out about it by itself. */
export interface PreparedRestoration {
  entry: EntryToRestore;
  text: IndexedText;
  injectionRisk: boolean;
  /** The author as this reef knows it, or as the archive names it where its key is unknown here. */
  author: EntryToRestore["author"];
}

/**
 * Appends entries of an archive to the diary, whose row must be locked, in their order; of a signed diary the chain moves
 * with them. Each keeps its id if that is free.
 *
 * @returns the entries' ids by their ids in the archive.
 */
export async function createRestoredEntries(
  db: Connection,
  caller: AgentCaller,
  { id: diaryId, signed: isChained }: Pick<Diary, "id" | "signed">,
  prepared: readonly PreparedRestoration[],
): Promise<Map<string, Id<"ent">>> {
  const diary = toUuid(diaryId as Id<"dia">);
  const head = isChained ? prepared.at(-1)?.entry.contentHash : undefined;
  const words = prepared.reduce((sum, { text }) => sum + text.words, 0);
  const { last_seq: lastSeq } = await tables(db)
    .updateTable("memory.diaries")
    .set((row) => ({
      last_seq: row("last_seq", "+", prepared.length),
      entry_count: row("entry_count", "+", prepared.length),
      word_count: row("word_count", "+", words),
      ...(head != null && { chain_length: row("chain_length", "+", prepared.length), chain_head: head }),
    }))
    .where("organization_id", "=", toUuid(caller.organizationId))
    .where("id", "=", diary)
    .returning("last_seq")
    .executeTakeFirstOrThrow();
  const firstSeq = lastSeq - prepared.length + 1;
  const placed = prepared.map((restoration, index) => ({ ...restoration, seq: firstSeq + index }));
  const kept = await insertRows(db, caller, { diary, isChained }, placed, (sourceId) => sourceId);
  const clashing = placed.filter(({ entry }) => !kept.has(entry.sourceId));
  const renamed =
    clashing.length === 0 ? [] : await insertRows(db, caller, { diary, isChained }, clashing, () => newId("ent"));
  await insertPostings(db, diary, placed);
  return new Map([...kept, ...renamed]);
}

type Placed = PreparedRestoration & { seq: number };

/** Inserts those whose id is free. Which they are is told by their places. */
async function insertRows(
  db: Connection,
  caller: AgentCaller,
  { diary, isChained }: { diary: string; isChained: boolean },
  placed: readonly Placed[],
  idOf: (sourceId: Id<"ent">) => Id<"ent">,
): Promise<Map<string, Id<"ent">>> {
  // In the order of their ids: two agents that bring the same ids in other orders would wait for each other.
  const byId = placed
    .map((restoration) => ({ ...restoration, id: toUuid(idOf(restoration.entry.sourceId as Id<"ent">)) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const rows = await tables(db)
    .insertInto("memory.entries")
    .values(
      byId.map(({ id, entry, text, injectionRisk, author, seq }) => ({
        id,
        organization_id: toUuid(caller.organizationId),
        diary_id: diary,
        seq,
        session: entry.session,
        author_agent_id: toUuid(author.agentId as Id<"agt">),
        author_name: author.name,
        author_fingerprint: author.fingerprint,
        title: entry.title,
        content: entry.content,
        tags: entry.tags,
        type: entry.type,
        importance: entry.importance,
        superseded_by: null,
        asks: text.asks,
        words: text.words,
        normalized: text.normalized,
        happened_at: new Date(entry.happenedAt),
        injection_risk: injectionRisk,
        imported_by: toUuid(caller.agentId),
        created_at: notAfterNow(entry.createdAt),
        updated_at: notAfterNow(entry.updatedAt),
        ...signatureColumns(signatureOf(entry, isChained)),
      })),
    )
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning(["id", "seq"])
    .execute();
  const idBySeq = new Map(rows.map(({ id, seq }) => [seq, toTypeId("ent", id)]));
  return new Map(
    placed.flatMap(({ entry, seq }) => {
      const id = idBySeq.get(seq);
      return id === undefined ? [] : [[entry.sourceId, id] as const];
    }),
  );
}

const signatureOf = ({ contentHash, signature }: EntryToRestore, isChained: boolean) =>
  contentHash === null || signature === null
    ? undefined
    : {
        contentHash,
        previousHash: isChained ? signature.previousHash : null,
        signature: signature.value,
        nonce: signature.nonce,
        publicKey: signature.publicKey,
      };
