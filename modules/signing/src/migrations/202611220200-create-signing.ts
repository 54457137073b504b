import { type Kysely, sql } from "kysely";

/** Signing requests, and the organizations' audit ledgers. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create schema signing`.execute(db);
}
