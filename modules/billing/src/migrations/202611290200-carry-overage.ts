import { type Kysely, sql } from "kysely";

/** What of a month went beyond the allowance of a plan that another one followed within it: it stays owed. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table billing.periods
      add column carried_tokens bigint not null default 0,
      add column carried_cents bigint not null default 0`.execute(db);
}
