import { type Kysely, sql } from "kysely";

/** Relations between things and those who may do something with them, and groups of agents. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create schema permissions`.execute(db);
  await sql`
    create table permissions.relations (
      organization_id uuid not null,
      object_type text not null,
      object_id uuid not null,
      relation text not null,
      subject_type text not null check (subject_type in ('agent', 'group')),
      subject_id uuid not null,
      created_at timestamptz not null default now(),
      primary key (object_type, object_id, relation, subject_type, subject_id)
    )`.execute(db);
  await sql`
    create index relations_subject on permissions.relations
    (subject_type, subject_id, organization_id, object_type, relation, object_id)`.execute(db);
  await sql`
    create table permissions.groups (
      id uuid primary key,
      organization_id uuid not null,
      name varchar(64) not null,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`.execute(db);
}
