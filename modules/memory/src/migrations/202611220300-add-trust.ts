import { type Kysely, sql } from "kysely";

/**
 * What makes a memory trustworthy: who may read it beyond its owner, what was signed, what looks like an attack, how
 * entries relate, and what anybody may read in the feed.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table memory.diaries
      add column signed boolean not null default false,
      add column chain_length integer not null default 0,
      add column chain_head text`.execute(db);
  await sql`
    alter table memory.entries
      add column injection_risk boolean not null default false,
      add column content_hash text,
      add column previous_hash text,
      add column signature text,
      add column signing_nonce text,
      add column signer_public_key text,
      add column imported_by uuid,
      add column edited_by uuid,
      add constraint entries_signature_is_whole check (
        num_nulls(content_hash, signature, signing_nonce, signer_public_key) in (0, 4)),
      add constraint entries_signature_is_new unique (signature)`.execute(db);
  await sql`
    insert into permissions.relations (organization_id, object_type, object_id, relation, subject_type, subject_id)
    select organization_id, 'diary', id, 'owner', 'agent', owner_agent_id from memory.diaries
    where deleted_at is null`.execute(db);
}
