import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { ledgerCheckpointLine, ledgerRecordLine } from "@reef/proofs";
import { sql } from "kysely";
import { tables } from "../schema.ts";

/** Tells of records that were appended, by the organization's UUID. */
export const LEDGER_CHANNEL = "reef_ledger";

/** Where a ledger ends. */
export interface LedgerHead {
  /** The last record's position; 0 while there is none. */
  position: number;
  /** Null while there is none. */
  hash: string | null;
  checkpointPosition: number;
}

/** A record as it is stored: the text that was hashed, and its hash. */
export interface StoredRecord {
  position: number;
  canonical: string;
  hash: string;
}

/** A checkpoint as it is stored. */
export interface StoredCheckpoint {
  position: number;
  canonical: string;
  signature: string;
}

/** Where the ledger ends, and whether the event with this sequence number stands in some ledger already. */
export async function findHead(
  db: Connection,
  organizationId: Id<"org">,
  sequence = 0,
): Promise<LedgerHead & { isRecorded: boolean }> {
  const { rows } = await sql<LedgerHead & { isRecorded: boolean }>`
    select coalesce(head.position, 0) as position, head.hash,
      coalesce(head.checkpoint_position, 0) as "checkpointPosition",
      exists (select from signing.ledger where event_sequence = ${sequence}::bigint) as "isRecorded"
    from (select ${toUuid(organizationId)}::uuid as id) as organization
    left join signing.ledger_heads as head on head.organization_id = organization.id`.execute(db);
  const [head] = rows;
  if (head === undefined) throw new Error("A query without a condition gave no row.");
  return head;
}

/**
 * Appends a record, if the ledger still ends right before it: one statement, so both the record and the new end hold, or
 * neither. False when another process was faster. A record is committed before the next one can be appended, so whoever
 * reads by position misses none.
 */
export async function appendRecord(
  db: Connection,
  organizationId: Id<"org">,
  record: StoredRecord & { sequence: number; recordedAt: Date; actorId: Id<"agt"> | Id<"usr">; operation: string },
): Promise<boolean> {
  const { position, canonical, hash, sequence, recordedAt, actorId, operation } = record;
  const { rows } = await sql`
    with head as (
      insert into signing.ledger_heads as head (organization_id, position, hash)
      values (${toUuid(organizationId)}::uuid, ${position}::bigint, ${hash})
      on conflict (organization_id) do update set position = excluded.position, hash = excluded.hash
      where head.position = excluded.position - 1
      returning head.organization_id
    )
    insert into signing.ledger
      (organization_id, position, event_sequence, recorded_at, actor_id, operation, canonical, hash)
    select organization_id, ${position}::bigint, ${sequence}::bigint, ${recordedAt}::timestamptz,
      ${toUuid(actorId)}::uuid, ${operation}, ${canonical}, ${hash}
    from head
    returning pg_notify(${LEDGER_CHANNEL}, organization_id::text)`.execute(db);
  return rows.length === 1;
}

/** Stores a checkpoint, unless there is one at that position already; gives the one that is stored. */
export async function ensureCheckpoint(
  db: Connection,
  organizationId: Id<"org">,
  checkpoint: StoredCheckpoint,
): Promise<StoredCheckpoint> {
  const organization = toUuid(organizationId);
  await sql`
    with stored as (
      insert into signing.checkpoints (organization_id, position, canonical, signature)
      values (${organization}::uuid, ${checkpoint.position}, ${checkpoint.canonical}, ${checkpoint.signature})
      on conflict (organization_id, position) do nothing
    )
    update signing.ledger_heads set checkpoint_position = ${checkpoint.position}
    where organization_id = ${organization}::uuid and checkpoint_position < ${checkpoint.position}`.execute(db);
  const stored = await findCheckpoint(db, organizationId, checkpoint.position);
  if (stored === undefined) throw new Error("A checkpoint that was just stored is not there.");
  return stored;
}

export async function findCheckpoint(
  db: Connection,
  organizationId: Id<"org">,
  position: number,
): Promise<StoredCheckpoint | undefined> {
  return tables(db)
    .selectFrom("signing.checkpoints")
    .select(["position", "canonical", "signature"])
    .where("organization_id", "=", toUuid(organizationId))
    .where("position", "=", position)
    .executeTakeFirst();
}

/** Organizations whose last records no checkpoint covers yet, behind the id `after`; a job over the whole reef. */
export async function listUncovered(db: Connection, after: Id<"org"> | undefined, limit: number): Promise<Id<"org">[]> {
  const rows = await tables(db)
    .selectFrom("signing.ledger_heads")
    .select("organization_id")
    .whereRef("position", ">", "checkpoint_position")
    .$if(after !== undefined, (heads) => heads.where("organization_id", ">", toUuid(after as Id<"org">)))
    .orderBy("organization_id")
    .limit(limit)
    .execute();
  return rows.map((row) => toTypeId("org", row.organization_id));
}

/** What a list of records is narrowed to. */
export interface RecordFilter {
  actorId?: Id<"agt"> | Id<"usr"> | undefined;
  operation?: string | undefined;
  /** Done then or later. */
  after?: Date | undefined;
  /** Done before then. */
  before?: Date | undefined;
}

/** Where the ledgers of these organizations end; those without a record are left out. */
export async function listHeads(
  db: Connection,
  organizationIds: readonly Id<"org">[],
): Promise<ReadonlyMap<Id<"org">, number>> {
  if (organizationIds.length === 0) return new Map();
  const rows = await tables(db)
    .selectFrom("signing.ledger_heads")
    .select(["organization_id", "position"])
    .where("organization_id", "=", sql<string>`any(${organizationIds.map(toUuid)}::uuid[])`)
    .execute();
  return new Map(rows.map(({ organization_id, position }) => [toTypeId("org", organization_id), position]));
}

/** The records right behind a position, oldest first. */
export async function listNextRecords(
  db: Connection,
  organizationId: Id<"org">,
  { beyond, limit }: { beyond: number; limit: number },
): Promise<StoredRecord[]> {
  return tables(db)
    .selectFrom("signing.ledger")
    .select(["position", "canonical", "hash"])
    .where("organization_id", "=", toUuid(organizationId))
    .where("position", ">", beyond)
    .orderBy("position")
    .limit(limit)
    .execute();
}

/** A page of records beyond the position `beyond`, in either order; with the count of all that fit. */
export async function listRecords(
  db: Connection,
  organizationId: Id<"org">,
  filter: RecordFilter,
  page: { order: "newest" | "oldest"; beyond: number | undefined; limit: number },
): Promise<{ records: StoredRecord[]; total: number }> {
  const { actorId, operation, after, before } = filter;
  const { order, beyond, limit } = page;
  const fitting = tables(db)
    .selectFrom("signing.ledger")
    .where("organization_id", "=", toUuid(organizationId))
    .$if(actorId !== undefined, (records) => records.where("actor_id", "=", toUuid(actorId as Id<"agt">)))
    .$if(operation !== undefined, (records) => records.where("operation", "=", operation as string))
    .$if(after !== undefined, (records) => records.where("recorded_at", ">=", after as Date))
    .$if(before !== undefined, (records) => records.where("recorded_at", "<", before as Date));
  const records = await fitting
    .select(["position", "canonical", "hash"])
    .$if(beyond !== undefined, (all) => all.where("position", order === "newest" ? "<" : ">", beyond as number))
    .orderBy("position", order === "newest" ? "desc" : "asc")
    .limit(limit)
    .execute();
  const isWhole = Object.values(filter).every((value) => value === undefined);
  if (isWhole) return { records, total: (await findHead(db, organizationId)).position };
  const { total } = await fitting.select(sql<number>`count(*)`.as("total")).executeTakeFirstOrThrow();
  return { records, total };
}

/** A place among the lines of an export: a record, or the checkpoint behind it. */
export interface LinePlace {
  position: number;
  isCheckpoint: boolean;
}

/** The lines of an export beyond a place, up to the record `upTo` and the checkpoint behind it. */
export async function listLines(
  db: Connection,
  organizationId: Id<"org">,
  { beyond, upTo, limit }: { beyond: LinePlace; upTo: number; limit: number },
): Promise<{ place: LinePlace; line: string }[]> {
  const organization = toUuid(organizationId);
  const firstCheckpoint = beyond.isCheckpoint ? beyond.position + 1 : beyond.position;
  const { rows } = await sql<LinePlace & { canonical: string; seal: string }>`
    (select position, false as "isCheckpoint", canonical, hash as seal from signing.ledger
      where organization_id = ${organization}::uuid and position > ${beyond.position} and position <= ${upTo}
      order by position limit ${limit})
    union all
    (select position, true, canonical, signature from signing.checkpoints
      where organization_id = ${organization}::uuid and position >= ${firstCheckpoint} and position <= ${upTo}
      order by position limit ${limit})
    order by 1, 2 limit ${limit}`.execute(db);
  return rows.map(({ position, isCheckpoint, canonical, seal }) => ({
    place: { position, isCheckpoint },
    line: isCheckpoint ? ledgerCheckpointLine(canonical, seal) : ledgerRecordLine(canonical, seal),
  }));
}

/** How many checkpoints stand up to a position. */
export async function countCheckpoints(db: Connection, organizationId: Id<"org">, upTo: number): Promise<number> {
  const { total } = await tables(db)
    .selectFrom("signing.checkpoints")
    .select(sql<number>`count(*)`.as("total"))
    .where("organization_id", "=", toUuid(organizationId))
    .where("position", "<=", upTo)
    .executeTakeFirstOrThrow();
  return total;
}
