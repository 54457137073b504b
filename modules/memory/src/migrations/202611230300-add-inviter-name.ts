import { type Kysely, sql } from "kysely";

/** People invite agents to diaries as well; then the share keeps their name, which nothing else here could tell. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table memory.shares add column inviter_name text`.execute(db);
}
