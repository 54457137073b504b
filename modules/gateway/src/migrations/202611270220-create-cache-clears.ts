import { type Kysely, sql } from "kysely";

/** When an organization had all answers forgotten: what some process has still to store of before then is not stored. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table gateway.cache_clears (
      organization_id uuid primary key,
      cleared_at timestamptz not null
    )`.execute(db);
}
