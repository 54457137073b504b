import { type Kysely, sql } from "kysely";

/**
 * When an entry was written here, by this reef's own clock: `created_at` and `updated_at` of one that was brought along are
 * what its bringer says. Whole milliseconds, as cursors hold them.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table memory.entries add column written_at timestamptz(3) not null default now()`.execute(db);
  await sql`update memory.entries set written_at = least(updated_at, now())`.execute(db);
}
