import { type Kysely, sql } from "kysely";

/**
 * What agents brought along from other reefs: which diary and which entry here is which of an archive, so that an archive
 * that is imported again changes nothing.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table memory.restored_diaries (
      organization_id uuid not null,
      agent_id uuid not null,
      source_id uuid not null,
      diary_id uuid not null references memory.diaries on delete cascade,
      primary key (organization_id, agent_id, source_id)
    )`.execute(db);
  await sql`create index restored_diaries_target on memory.restored_diaries (diary_id)`.execute(db);
  await sql`
    create table memory.restored_entries (
      organization_id uuid not null,
      agent_id uuid not null,
      source_id uuid not null,
      diary_id uuid not null,
      entry_id uuid not null references memory.entries on delete cascade,
      primary key (organization_id, agent_id, source_id)
    )`.execute(db);
  await sql`create index restored_entries_target on memory.restored_entries (entry_id)`.execute(db);
  // A signature proves one entry that was written here. What came from elsewhere is a copy, and of one entry there may be
  // several: else whoever brought a copy first would keep its author from bringing the original.
  await sql`alter table memory.entries drop constraint entries_signature_is_new`.execute(db);
}
