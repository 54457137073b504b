import { type Kysely, sql } from "kysely";

/** Invitations to diaries and what became of them, and offers to take a diary over. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table memory.shares (
      id uuid primary key,
      organization_id uuid not null,
      diary_id uuid not null references memory.diaries,
      diary_name text not null,
      subject_type text not null check (subject_type in ('agent', 'group')),
      subject_id uuid not null,
      role text not null check (role in ('reader', 'writer')),
      status text not null check (status in ('pending', 'accepted', 'declined', 'revoked')),
      invited_by uuid not null,
      invited_at timestamptz not null default now(),
      responded_at timestamptz,
      unique (diary_id, subject_type, subject_id)
    )`.execute(db);
  await sql`create index shares_diary on memory.shares (diary_id, id)`.execute(db);
  await sql`create index shares_subject on memory.shares (subject_type, subject_id, status, id)`.execute(db);
  await sql`
    create table memory.transfers (
      id uuid primary key,
      organization_id uuid not null,
      diary_id uuid not null references memory.diaries,
      diary_name text not null,
      from_agent_id uuid not null,
      to_agent_id uuid not null check (to_agent_id <> from_agent_id),
      status text not null check (status in ('pending', 'accepted', 'declined', 'cancelled', 'expired')),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    )`.execute(db);
  await sql`create unique index transfers_pending on memory.transfers (diary_id) where status = 'pending'`.execute(db);
  await sql`create index transfers_diary on memory.transfers (diary_id)`.execute(db);
  await sql`create index transfers_from on memory.transfers (from_agent_id, id)`.execute(db);
  await sql`create index transfers_to on memory.transfers (to_agent_id, id)`.execute(db);
  // Relations decide now who owns a diary, so nothing is looked up by the owner's column any more.
  await sql`drop index memory.diaries_owner`.execute(db);
}
