import { type Id, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";

/** Stands for what all organizations have, in place of an organization's own id. */
export const REEF_WIDE = "00000000-0000-0000-0000-000000000000";

/** More organizations than this that changed at once are not told apart. */
const MOST_CHANGES = 6_000;

/**
 * Notes that the organization's models or ways to them changed, or with null those of the whole reef: every process looks
 * for it within a second.
 */
export async function touchChanges(db: Connection, organizationId: Id<"org"> | null): Promise<void> {
  const id = organizationId === null ? REEF_WIDE : toUuid(organizationId);
  // The time is taken once the row is ours, so of two changes the one that commits last is also noted last.
  await sql`
    insert into gateway.changes (organization_id, changed_at) values (${id}::uuid, clock_timestamp())
    on conflict (organization_id) do update set changed_at = clock_timestamp()`.execute(db);
}

/** What changed, by organization: microseconds since 1970, exact enough to tell any two changes apart. */
export type Changes = ReadonlyMap<string, number>;

/**
 * The changes of the last minute; undefined where they are too many to tell. A change is stamped before its transaction commits,
 * which may wait for others before it does.
 */
export async function listRecentChanges(db: Connection): Promise<Changes | undefined> {
  const { rows } = await sql<{ id: string; micros: number }>`
    select organization_id as id, (extract(epoch from changed_at) * 1000000)::bigint as micros
    from gateway.changes where changed_at > clock_timestamp() - interval '60 seconds'
    order by changed_at desc limit ${MOST_CHANGES}`.execute(db);
  return rows.length === MOST_CHANGES ? undefined : new Map(rows.map(({ id, micros }) => [id, Number(micros)]));
}

/** When the organization (a UUID, or {@link REEF_WIDE}) changed last, in microseconds since 1970; 0 for never. */
export async function findChange(db: Connection, organizationUuid: string): Promise<number> {
  const { rows } = await sql<{ micros: number }>`
    select (extract(epoch from changed_at) * 1000000)::bigint as micros
    from gateway.changes where organization_id = ${organizationUuid}::uuid`.execute(db);
  return Number(rows[0]?.micros ?? 0);
}
