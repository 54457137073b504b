import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";
import { tables } from "../schema.ts";

/** Stands for all keys of an organization, in place of one key's id. */
const ALL_KEYS = "00000000-0000-0000-0000-000000000000";

/** Prompt and answer of a call as they are stored. */
export interface StoredCapture {
  usageEventId: Id<"use">;
  keyId: Id<"key">;
  /** Sealed with the call's UUID as context. */
  sealed: string;
  capturedAt: Date;
  expiresAt: Date;
}

/** What is to be stored of a call; ids are UUIDs. */
export interface NewCapture {
  id: string;
  organizationId: string;
  keyId: string;
  sealed: string;
  /** When the call began, by the database's clock. */
  capturedAt: Date;
}

/**
 * That a row of `gateway.captures`, named `capture`, may still be read: its time is not over, by its own end and by what its
 * organization allows now, and nobody has purged it.
 */
export const isReadable = sql<boolean>`
  capture.expires_at > clock_timestamp()
  and exists (
    select from gateway.capture_settings setting
    where setting.organization_id = capture.organization_id
      and capture.captured_at > clock_timestamp() - make_interval(days => setting.retention_days))
  and not exists (
    select from gateway.capture_purges purge
    where purge.organization_id = capture.organization_id and purge.key_id in (capture.key_id, ${ALL_KEYS}::uuid)
      and purge.purged_until >= capture.captured_at)`;

/**
 * Stores what calls said, as far as their organizations wanted it when they began, and these and their keys still do, each once. A job over the
 * whole reef. How long it is kept is the shorter of what the two say.
 */
export async function insertCaptures(db: Connection, captures: readonly NewCapture[]): Promise<void> {
  const column = <Value>(read: (capture: NewCapture) => Value): Value[] => captures.map(read);
  await sql`
    insert into gateway.captures (id, organization_id, key_id, sealed, captured_at, expires_at)
    select call.id, call.organization_id, call.key_id, call.sealed, call.captured_at,
      call.captured_at + make_interval(days => least((key.capture ->> 'retentionDays')::integer, setting.retention_days))
    from unnest(
      ${column(({ id }) => id)}::uuid[],
      ${column(({ organizationId }) => organizationId)}::uuid[],
      ${column(({ keyId }) => keyId)}::uuid[],
      ${column(({ sealed }) => sealed)}::text[],
      ${column(({ capturedAt }) => capturedAt)}::timestamptz[]
    ) as call (id, organization_id, key_id, sealed, captured_at)
    join gateway.keys key
      on key.id = call.key_id and key.organization_id = call.organization_id and key.capture is not null
    join gateway.capture_settings setting
      on setting.organization_id = call.organization_id and setting.enabled and setting.enabled_at <= call.captured_at
    where not exists (
      select from gateway.capture_purges purge
      where purge.organization_id = call.organization_id and purge.key_id in (call.key_id, ${ALL_KEYS}::uuid)
        and purge.purged_until >= call.captured_at)
    on conflict (id) do nothing`.execute(db);
}

/** What is stored of a call of the organization; undefined where nothing is that may still be read. */
export async function findCapture(
  db: Connection,
  organizationId: Id<"org">,
  id: Id<"use">,
): Promise<StoredCapture | undefined> {
  const { rows } = await sql<{ id: string; key_id: string; sealed: string; captured_at: Date; expires_at: Date }>`
    select capture.id, capture.key_id, capture.sealed, capture.captured_at,
      least(capture.expires_at, capture.captured_at + make_interval(days => setting.retention_days)) as expires_at
    from gateway.captures capture
    join gateway.capture_settings setting on setting.organization_id = capture.organization_id
    where capture.id = ${toUuid(id)}::uuid and capture.organization_id = ${toUuid(organizationId)}::uuid
      and ${isReadable}`.execute(db);
  const [row] = rows;
  return (
    row && {
      usageEventId: toTypeId("use", row.id),
      keyId: toTypeId("key", row.key_id),
      sealed: row.sealed,
      capturedAt: row.captured_at,
      expiresAt: row.expires_at,
    }
  );
}

/** Deletes what is stored of a call; false where nothing is that may still be read. */
export async function deleteCapture(db: Connection, organizationId: Id<"org">, id: Id<"use">): Promise<boolean> {
  const { rows } = await sql`
    delete from gateway.captures capture
    where capture.id = ${toUuid(id)}::uuid and capture.organization_id = ${toUuid(organizationId)}::uuid
      and ${isReadable}
    returning id`.execute(db);
  return rows.length > 0;
}

/** Makes all unreadable that was captured so far, of a key or of the organization; the sweep deletes it. */
export async function purgeCaptures(
  db: Connection,
  organizationId: Id<"org">,
  keyId: Id<"key"> | undefined,
): Promise<void> {
  await sql`
    insert into gateway.capture_purges (organization_id, key_id, purged_until)
    values (
      ${toUuid(organizationId)}::uuid, ${keyId === undefined ? ALL_KEYS : toUuid(keyId)}::uuid, clock_timestamp()
    )
    on conflict (organization_id, key_id) do update set purged_until = clock_timestamp()`.execute(db);
}

/** Of how many calls something is stored, counted up to `most`. */
export async function countCaptures(db: Connection, organizationId: Id<"org">, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select from gateway.captures capture
      where capture.organization_id = ${toUuid(organizationId)}::uuid and ${isReadable} limit ${most}
    ) as readable`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Deletes so many of what nobody may read any more, a job over the whole reef. @returns how many it deleted */
export async function sweepCaptures(db: Connection, limit: number): Promise<number> {
  const ended = await deleteWhere(
    db,
    sql`select id from gateway.captures where expires_at <= clock_timestamp() order by expires_at limit ${limit}`,
  );
  // An organization may allow less than it did when this was stored.
  const shortened = await deleteWhere(
    db,
    sql`
      select old.id from gateway.capture_settings setting cross join lateral (
        select id from gateway.captures capture
        where capture.organization_id = setting.organization_id
          and capture.captured_at <= clock_timestamp() - make_interval(days => setting.retention_days)
        limit ${limit}
      ) old limit ${limit}`,
  );
  const purged = await deleteWhere(
    db,
    sql`
      select old.id from gateway.capture_purges purge cross join lateral (
        select id from gateway.captures capture
        where capture.organization_id = purge.organization_id and capture.captured_at <= purge.purged_until
          and (purge.key_id = ${ALL_KEYS}::uuid or capture.key_id = purge.key_id)
        limit ${limit}
      ) old limit ${limit}`,
  );
  return ended + shortened + purged;
}

async function deleteWhere(db: Connection, ids: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await sql`delete from gateway.captures where id in (${ids}) returning id`.execute(db);
  return rows.length;
}

/** Forgets purges that are so old that nothing from before them can arrive any more; called when nothing is left to sweep. */
export async function forgetPurges(db: Connection, seconds: number): Promise<void> {
  await tables(db)
    .deleteFrom("gateway.capture_purges")
    .where("purged_until", "<", sql<Date>`clock_timestamp() - make_interval(secs => ${seconds})`)
    .execute();
}
