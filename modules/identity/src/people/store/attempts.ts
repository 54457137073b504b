import type { Connection } from "@reef/db";
import { sql } from "kysely";
import { tables } from "./tables.ts";

/** How many wrong attempts are free, and how long the wait after further ones grows at most. */
export interface AttemptPolicy {
  free: number;
  mostSeconds: number;
}

/**
 * Counts an attempt as wrong before it is known to be, in one statement: of many at once, each finds what the ones before
 * it left. After the free ones, each is followed by a wait of 1, 2, 4 … seconds.
 *
 * @returns undefined when it may go on, else when the wait is over; then nothing was counted.
 */
export async function beginAttempt(
  db: Connection,
  key: string,
  { free, mostSeconds }: AttemptPolicy,
  { now, forgottenAt }: { now: Date; forgottenAt: Date },
): Promise<Date | undefined> {
  const failures = sql<number>`case when attempt.forgotten_at <= ${now} then 1 else attempt.failures + 1 end`;
  const { rows } = await sql`
    insert into identity.attempts as attempt (key, failures, blocked_until, forgotten_at)
    values (${key}, 1, ${now}, ${forgottenAt})
    on conflict (key) do update set
      failures = ${failures},
      blocked_until = ${now}::timestamptz + make_interval(secs =>
        case when ${failures} <= ${free} then 0
        else least(${mostSeconds}::float8, power(2, least(${failures} - ${free} - 1, 30))) end),
      forgotten_at = ${forgottenAt}
    where attempt.blocked_until <= ${now}
    returning key`.execute(db);
  if (rows.length === 1) return undefined;
  const row = await tables(db)
    .selectFrom("identity.attempts")
    .select("blocked_until")
    .where("key", "=", key)
    .executeTakeFirst();
  return row?.blocked_until ?? now;
}

/** Takes back the count of an attempt that turned out to be right. */
export async function withdrawAttempt(db: Connection, key: string, now: Date): Promise<void> {
  await sql`
    update identity.attempts set failures = greatest(failures - 1, 0), blocked_until = least(blocked_until, ${now})
    where key = ${key}`.execute(db);
}

/** Forgets all wrong attempts. */
export async function deleteAttempts(db: Connection, key: string): Promise<void> {
  await tables(db).deleteFrom("identity.attempts").where("key", "=", key).execute();
}
