import { type Kysely, sql } from "kysely";

/**
 * Tells what a person changes of a subscription (`version`) from all that changes of it (`revision`, by which the gateway knows
 * the newest); and notes whose payer the present account at Stripe does not know.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table billing.subscriptions
      add column revision integer not null default 1,
      add column orphaned_at timestamptz`.execute(db);
  // What the gateway was told of so far had the version.
  await sql`update billing.subscriptions set revision = version`.execute(db);
  await sql`alter table billing.stripe_customers add column read_with text`.execute(db);
}
