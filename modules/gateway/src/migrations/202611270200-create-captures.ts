import { type Kysely, sql } from "kysely";

/** What keys and organizations say of capture, and the prompts and answers that are kept. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table gateway.keys add column capture jsonb`.execute(db);
  await sql`
    create table gateway.capture_settings (
      organization_id uuid primary key,
      enabled boolean not null,
      enabled_at timestamptz not null,
      retention_days integer not null check (retention_days > 0),
      words text[] not null,
      version integer not null default 1,
      updated_at timestamptz not null
    )`.execute(db);
  // The id is that of the call's usage event, which may arrive later: calls are shipped in groups of their own.
  await sql`
    create table gateway.captures (
      id uuid primary key,
      organization_id uuid not null,
      key_id uuid not null,
      sealed text not null,
      captured_at timestamptz not null,
      expires_at timestamptz not null
    )`.execute(db);
  await sql`create index captures_organization on gateway.captures (organization_id, captured_at)`.execute(db);
  await sql`create index captures_key on gateway.captures (organization_id, key_id, captured_at)`.execute(db);
  await sql`create index captures_expires_at on gateway.captures (expires_at)`.execute(db);
  // What was captured until then is to be deleted: of one key or, under the nil UUID, of all. It cannot be read any more,
  // and is deleted in groups. The row stays for a while, for what some process was just about to store.
  await sql`
    create table gateway.capture_purges (
      organization_id uuid not null,
      key_id uuid not null,
      purged_until timestamptz not null,
      primary key (organization_id, key_id)
    )`.execute(db);
}
