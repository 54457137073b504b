import { type Kysely, sql } from "kysely";

/** Answers that are given again, what keys say of it, and what that saved. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create extension if not exists vector`.execute(db);
  await sql`alter table gateway.keys add column cache jsonb`.execute(db);
  // Of a request only digests are kept, and where likeness counts the vector of its question.
  await sql`
    create table gateway.cached_answers (
      organization_id uuid not null,
      digest bytea not null,
      context bytea,
      encoder text,
      vector vector,
      sealed text not null,
      form text not null,
      source jsonb not null,
      size_bytes integer not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (organization_id, digest)
    )`.execute(db);
  await sql`
    create index cached_answers_context on gateway.cached_answers (organization_id, context, created_at desc)
    where context is not null`.execute(db);
  await sql`create index cached_answers_age on gateway.cached_answers (organization_id, created_at desc)`.execute(db);
  await sql`create index cached_answers_expires_at on gateway.cached_answers (expires_at)`.execute(db);
  await sql`alter table gateway.usage_events add column saved_nanos bigint not null default 0`.execute(db);
  await sql`
    alter table gateway.usage_hours
      add column cached_calls bigint not null default 0,
      add column saved_tokens bigint not null default 0,
      add column saved_nanos bigint not null default 0`.execute(db);
}
