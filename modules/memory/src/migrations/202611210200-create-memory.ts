import { type Kysely, sql } from "kysely";

/** Diaries, entries, and the two indexes of search: postings for words, embeddings for meaning. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create extension if not exists vector`.execute(db);
  await sql`create schema memory`.execute(db);
  await sql`
    create table memory.diaries (
      id uuid primary key,
      organization_id uuid not null,
      owner_agent_id uuid not null,
      name varchar(255) not null,
      visibility text not null check (visibility in ('private', 'network', 'public')),
      version integer not null default 1,
      last_seq integer not null default 0,
      entry_count integer not null default 0,
      word_count bigint not null default 0,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz
    )`.execute(db);
  await sql`create index diaries_owner on memory.diaries (organization_id, owner_agent_id, id)`.execute(db);
  await sql`
    create table memory.entries (
      id uuid primary key,
      organization_id uuid not null,
      diary_id uuid not null references memory.diaries,
      seq integer not null,
      session varchar(255),
      author_agent_id uuid not null,
      author_name text not null,
      author_fingerprint text not null,
      title varchar(255),
      content text not null,
      tags text[] not null,
      type text not null,
      importance smallint not null check (importance between 1 and 10),
      superseded_by uuid references memory.entries on delete set null,
      asks boolean not null,
      words integer not null,
      normalized text not null,
      happened_at timestamptz not null,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (diary_id, seq)
    )`.execute(db);
  await sql`create index entries_tags on memory.entries using gin (tags)`.execute(db);
  await sql`create index entries_session on memory.entries (diary_id, session, seq) where session is not null`.execute(
    db,
  );
  await sql`create index entries_superseded_by on memory.entries (superseded_by) where superseded_by is not null`.execute(
    db,
  );
  // No foreign key: it would cost a lookup for each of an entry's thirty terms, and only the store writes here.
  await sql`
    create table memory.postings (
      diary_id uuid not null,
      term text collate "C" not null,
      seq integer not null,
      frequency real not null,
      words integer not null,
      primary key (diary_id, term, seq) include (frequency, words)
    )`.execute(db);
  await sql`create index postings_entry on memory.postings (diary_id, seq)`.execute(db);
  // The raised target keeps vectors of up to 2,000 numbers in the row itself; out of line, reading one costs three times as much.
  await sql`
    create table memory.embeddings (
      entry_id uuid primary key references memory.entries on delete cascade,
      diary_id uuid not null,
      seq integer not null,
      model text not null,
      vector vector not null
    ) with (toast_tuple_target = 8160)`.execute(db);
  await sql`create index embeddings_diary on memory.embeddings (diary_id, model, seq)`.execute(db);
  await sql`create index embeddings_model on memory.embeddings (model, entry_id)`.execute(db);
}
