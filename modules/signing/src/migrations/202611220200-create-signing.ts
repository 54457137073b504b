import { type Kysely, sql } from "kysely";

/** Signing requests, and the organizations' audit ledgers. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create schema signing`.execute(db);
  await sql`
    create table signing.requests (
      id uuid primary key,
      organization_id uuid not null,
      agent_id uuid not null,
      message text not null,
      message_hash text not null,
      nonce text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      completed_at timestamptz,
      signature text,
      valid boolean,
      signer_name text,
      signer_fingerprint text,
      signer_public_key text,
      constraint requests_completion_is_whole check (
        num_nulls(completed_at, signature, valid, signer_name, signer_fingerprint, signer_public_key) in (0, 6))
    )`.execute(db);
  await sql`create index requests_agent on signing.requests (organization_id, agent_id, id)`.execute(db);
  await sql`
    create index requests_pending on signing.requests (organization_id, agent_id, expires_at)
    where completed_at is null`.execute(db);
  // Only what is valid is ever looked up by its signature: a copy of a signature on another request is not, so it can
  // neither be found in place of the original nor stand in its way.
  await sql`create unique index requests_signature on signing.requests (signature) where valid`.execute(db);
  await sql`create index requests_unproved on signing.requests (created_at) where valid is not true`.execute(db);
  // The canonical text is what was hashed, so it is kept as text: jsonb would order its fields and read its numbers anew.
  await sql`
    create table signing.ledger (
      organization_id uuid not null,
      position bigint not null,
      event_sequence bigint not null unique,
      recorded_at timestamptz not null,
      actor_agent_id uuid not null,
      operation text not null,
      canonical text not null,
      hash text not null,
      primary key (organization_id, position)
    )`.execute(db);
  await sql`create index ledger_actor on signing.ledger (organization_id, actor_agent_id, position)`.execute(db);
  await sql`create index ledger_operation on signing.ledger (organization_id, operation, position)`.execute(db);
  await sql`create index ledger_recorded_at on signing.ledger (organization_id, recorded_at, position)`.execute(db);
  await sql`
    create table signing.checkpoints (
      organization_id uuid not null,
      position bigint not null,
      canonical text not null,
      signature text not null,
      primary key (organization_id, position)
    )`.execute(db);
  await sql`
    create table signing.ledger_heads (
      organization_id uuid primary key,
      position bigint not null,
      hash text not null,
      checkpoint_position bigint not null default 0
    )`.execute(db);
  await sql`
    create index ledger_heads_uncovered on signing.ledger_heads (organization_id)
    where position > checkpoint_position`.execute(db);
  await sql`
    create function signing.refuse_change() returns trigger language plpgsql as
    $$ begin raise exception 'the audit ledger is only ever added to'; end $$`.execute(db);
  for (const table of ["signing.ledger", "signing.checkpoints"]) {
    await sql`
      create trigger immutable before update or delete on ${sql.table(table)}
      for each row execute function signing.refuse_change()`.execute(db);
    await sql`
      create trigger never_emptied before truncate on ${sql.table(table)}
      for each statement execute function signing.refuse_change()`.execute(db);
  }
  // A consumer starts with what commits after it was first seen. The ledger's is seen here, before there is anything to
  // record, so that not even the first agent's registration is missed.
  await sql`
    insert into platform.event_consumers (name, txid, seq) values ('signing.ledger', '0', 0)`.execute(db);
}
