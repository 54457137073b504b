import { type Kysely, sql } from "kysely";

/** Relations between entries. What `superseded_by` said until now becomes a relation by the successor's author. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table memory.relations (
      from_entry_id uuid not null references memory.entries on delete cascade,
      kind text not null check (
        kind in ('supersedes', 'elaborates', 'contradicts', 'supports', 'caused_by', 'references')),
      to_entry_id uuid not null references memory.entries on delete cascade,
      organization_id uuid not null,
      seq bigint generated always as identity,
      note varchar(500),
      author_agent_id uuid not null,
      author_name text not null,
      author_fingerprint text not null,
      imported_by uuid,
      created_at timestamptz not null default now(),
      primary key (from_entry_id, kind, to_entry_id),
      check (from_entry_id <> to_entry_id)
    )`.execute(db);
  await sql`create index relations_from on memory.relations (from_entry_id, seq)`.execute(db);
  await sql`create index relations_to on memory.relations (to_entry_id, seq)`.execute(db);
  // An entry has one successor at most, as its column has room for one.
  await sql`create unique index relations_successor on memory.relations (to_entry_id) where kind = 'supersedes'`.execute(
    db,
  );
  await sql`
    insert into memory.relations
      (from_entry_id, kind, to_entry_id, organization_id, author_agent_id, author_name, author_fingerprint, created_at)
    select newer.id, 'supersedes', older.id, older.organization_id,
      newer.author_agent_id, newer.author_name, newer.author_fingerprint, older.updated_at
    from memory.entries older join memory.entries newer on newer.id = older.superseded_by
    where newer.id <> older.id
    order by older.updated_at`.execute(db);
}
