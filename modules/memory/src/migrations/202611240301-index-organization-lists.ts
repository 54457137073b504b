import { type Kysely, sql } from "kysely";

/**
 * What people ask for across all diaries of the organization: entries by when they were written, of one author, of one type
 * and with a mark; shares and transfers by their state. The diary goes along, so that counting reads the index alone.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const entries = "on memory.entries (organization_id,";
  const place = "written_at, id) include (diary_id)";
  for (const index of [
    `entries_written ${entries} ${place}`,
    `entries_written_by ${entries} author_agent_id, ${place}`,
    `entries_written_type ${entries} type, ${place}`,
    `entries_written_signed ${entries} ${place} where content_hash is not null`,
    `entries_written_flagged ${entries} ${place} where injection_risk`,
    `entries_happened_organization ${entries} happened_at) include (diary_id)`,
    "diaries_hidden on memory.diaries (organization_id) where deleted_at is not null",
    "shares_organization on memory.shares (organization_id, id)",
    "shares_status on memory.shares (organization_id, status, id)",
    "transfers_organization on memory.transfers (organization_id, id)",
    "transfers_status on memory.transfers (organization_id, status, id)",
  ]) {
    await sql`create index ${sql.raw(index)}`.execute(db);
  }
}
