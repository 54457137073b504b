import { type Kysely, sql } from "kysely";

/** What people ask for: all diaries of the organization, and of one the entries of a time, the signed and the flagged ones. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create index diaries_organization on memory.diaries (organization_id, id) where deleted_at is null`.execute(
    db,
  );
  await sql`create index entries_happened on memory.entries (diary_id, happened_at)`.execute(db);
  await sql`create index entries_signed on memory.entries (diary_id, seq) where content_hash is not null`.execute(db);
  await sql`create index entries_flagged on memory.entries (diary_id, seq) where injection_risk`.execute(db);
}
