import { type Kysely, sql } from "kysely";

/** People act and look too: whoever acted stands in one column, and an organization's signing requests are listed at once. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table signing.ledger rename column actor_agent_id to actor_id`.execute(db);
  await sql`create index requests_organization on signing.requests (organization_id, id)`.execute(db);
}
