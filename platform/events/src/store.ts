import type { Connection } from "@reef/db";
import { sql } from "kysely";

/** A place in the outbox: everything up to and including it was handled. `txid` is a 64-bit number as text. */
export interface Position {
  txid: string;
  seq: number;
}

/** One row of the outbox. */
export interface EventRow extends Position {
  name: string;
  organizationId: string | null;
  payload: unknown;
  createdAt: Date;
}

/** A batch behind a position, and the position up to which nothing more will ever appear. */
export interface Batch {
  events: EventRow[];
  end: Position;
}

/** Where a durable consumer stands. */
export interface Consumer extends Position {
  /** Whether nobody else holds it and no retry is being waited for. */
  ready: boolean;
  movedSecondsAgo: number;
}

/**
 * The oldest transaction that may still write events, or the next one to come; whatever is older has ended.
 *
 * The snapshot lists the running transactions of the **whole server**. Those that the server shows to be in another
 * database can never write here, so they do not count: else an index that somebody builds next door would hold all
 * events up. A transaction whose database this user may not see counts, which is the safe side.
 */
const HORIZON = sql`(
  select coalesce(
    (select running.xid from pg_snapshot_xip(pg_current_snapshot()) as running (xid)
     where not exists (
       select from pg_stat_activity as session
       where session.backend_xid = running.xid::xid
         and session.datid <> (select oid from pg_database where datname = current_database())
     )
     order by running.xid limit 1),
    pg_snapshot_xmax(pg_current_snapshot())
  ))`;

export async function insertEvent(
  db: Connection,
  name: string,
  organizationId: string | null,
  payload: unknown,
): Promise<void> {
  await sql`
    with event as (
      insert into platform.events (name, organization_id, payload)
      values (${name}, ${organizationId}::uuid, ${JSON.stringify(payload)}::jsonb)
    )
    select pg_notify('reef_events', '')`.execute(db);
}

/** The position behind which everything that is still to commit will appear. */
export async function getHorizon(db: Connection): Promise<Position> {
  const { rows } = await sql<{ txid: string }>`select ${HORIZON}::text as txid`.execute(db);
  return { txid: rows[0]?.txid ?? "0", seq: 0 };
}

/**
 * The next events behind a position, in commit-safe order.
 *
 * Sequence numbers are given out before commit, so a transaction that took number 5 may commit after the one that took
 * 6: a reader that remembers "6" would skip it for ever. So only rows of transactions older than every one that still
 * runs are read, ordered by transaction and then number: behind a position in that order nothing can appear later
 * (the snapshot of the statement itself tells which ones run, so nothing can commit in between). The price is that one long transaction holds back all events that are newer than it.
 */
export async function listEvents(db: Connection, after: Position, name: string | null, limit: number): Promise<Batch> {
  const { rows } = await sql<{ horizon: string; seq: number | null } & Omit<EventRow, "seq">>`
    with now as materialized (select ${HORIZON} as horizon)
    select now.horizon::text as horizon, event.seq, event.txid::text as txid, event.name, event.payload,
      event.organization_id as "organizationId", event.created_at as "createdAt"
    from now
    left join lateral (
      select * from platform.events
      where txid < now.horizon and (txid, seq) > (${after.txid}::xid8, ${after.seq}::bigint)
        and (${name}::text is null or name = ${name}::text)
      order by txid, seq
      limit ${limit}
    ) as event on true
    order by event.txid, event.seq`.execute(db);
  const events = rows.flatMap(({ horizon: _, seq, ...row }) => (seq === null ? [] : [{ ...row, seq }]));
  const last = events.at(-1);
  const horizon = { txid: rows[0]?.horizon ?? after.txid, seq: 0 };
  return { events, end: last !== undefined && events.length === limit ? { txid: last.txid, seq: last.seq } : horizon };
}

/** Notes a durable consumer at the present end of the outbox, unless it is known already. */
export async function ensureConsumer(db: Connection, name: string): Promise<void> {
  await sql`
    insert into platform.event_consumers (name, txid, seq) values (${name}, ${HORIZON}, 0)
    on conflict (name) do nothing`.execute(db);
}

export async function findConsumer(db: Connection, name: string, holder: string): Promise<Consumer | undefined> {
  const { rows } = await sql<Consumer>`
    select txid::text as txid, seq, extract(epoch from now() - moved_at)::float8 as "movedSecondsAgo",
      retry_at <= now() and (leased_until <= now() or leased_by = ${holder}::uuid) as ready
    from platform.event_consumers where name = ${name}`.execute(db);
  return rows[0];
}

/** Takes or prolongs the consumer for `holder`; undefined when another process has it or a retry is being waited for. */
export async function leaseConsumer(
  db: Connection,
  name: string,
  holder: string,
  seconds: number,
): Promise<(Position & { failures: number }) | undefined> {
  const { rows } = await sql<Position & { failures: number }>`
    update platform.event_consumers
    set leased_by = ${holder}::uuid, leased_until = now() + make_interval(secs => ${seconds})
    where name = ${name} and retry_at <= now() and (leased_until <= now() or leased_by = ${holder}::uuid)
    returning txid::text as txid, seq, failures`.execute(db);
  return rows[0];
}

/** Moves a consumer that `holder` has; false when it lost it. */
export async function moveConsumer(db: Connection, name: string, holder: string, to: Position): Promise<boolean> {
  const { rows } = await sql`
    update platform.event_consumers
    set txid = ${to.txid}::xid8, seq = ${to.seq}, failures = 0, moved_at = now()
    where name = ${name} and leased_by = ${holder}::uuid
    returning name`.execute(db);
  return rows.length === 1;
}

/** Lets others have the consumer; after a failure not before `retrySeconds` have passed. */
export async function releaseConsumer(
  db: Connection,
  name: string,
  holder: string,
  retrySeconds: number,
): Promise<void> {
  await sql`
    update platform.event_consumers
    set leased_by = null, leased_until = now(), retry_at = now() + make_interval(secs => ${retrySeconds}),
      failures = case when ${retrySeconds}::float8 > 0 then failures + 1 else failures end
    where name = ${name} and leased_by = ${holder}::uuid`.execute(db);
}

/** Deletes events older than `days` that every durable consumer has passed, `limit` at most. Returns how many. */
export async function deleteOldEvents(db: Connection, days: number, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from platform.events where seq in (
      select event.seq from platform.events as event
      where event.created_at < now() - make_interval(days => ${days})
        and not exists (
          select from platform.event_consumers as consumer
          where (event.txid, event.seq) > (consumer.txid, consumer.seq)
        )
      order by event.txid, event.seq
      limit ${limit}
    )
    returning seq`.execute(db);
  return rows.length;
}
