import { type Kysely, sql } from "kysely";

/**
 * The public feed: which entries were published, in one order for the whole reef. Whether an entry may be seen is not kept
 * here: that its diary says, at every reading.
 */
export async function up(db: Kysely<never>): Promise<void> {
  // One row, whose lock has writers take turns: so a position is visible before the next one is given out.
  await sql`
    create table memory.feed (
      is_only boolean primary key default true check (is_only),
      last_position bigint not null
    )`.execute(db);
  await sql`
    create table memory.publications (
      position bigint primary key,
      entry_id uuid not null unique references memory.entries on delete cascade,
      published_at timestamptz not null default now()
    )`.execute(db);
  await sql`
    insert into memory.publications (position, entry_id, published_at)
    select row_number() over (order by entry.created_at, entry.diary_id, entry.seq), entry.id, entry.created_at
    from memory.entries entry join memory.diaries diary on diary.id = entry.diary_id
    where diary.visibility = 'public' and diary.deleted_at is null`.execute(db);
  await sql`insert into memory.feed (last_position) select count(*) from memory.publications`.execute(db);
  await sql`create index diaries_public on memory.diaries (id) where visibility = 'public' and deleted_at is null`.execute(
    db,
  );
}
