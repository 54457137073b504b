import { type Kysely, sql } from "kysely";

/**
 * What was signed stays as it was signed, also against SQL that goes past the module: the database itself refuses to
 * change it, and to take a single entry out of a chain.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create function memory.refuse_change_of_signed_entry() returns trigger language plpgsql as $$
    begin
      raise exception 'Entry % is signed; what was signed does not change.', old.id
        using errcode = 'restrict_violation', hint = 'Supersede it by a new entry.';
    end $$`.execute(db);
  // The condition stands outside of the function, so that changes of other entries do not even call it.
  await sql`
    create trigger signed_entry_does_not_change before update on memory.entries for each row
    when (old.signature is not null and (
      (old.content, old.title, old.type, old.tags) is distinct from (new.content, new.title, new.type, new.tags)
      or (old.content_hash, old.previous_hash, old.signature, old.signing_nonce, old.signer_public_key)
        is distinct from (new.content_hash, new.previous_hash, new.signature, new.signing_nonce, new.signer_public_key)
      or (old.organization_id, old.author_agent_id, old.author_fingerprint, old.imported_by)
        is distinct from (new.organization_id, new.author_agent_id, new.author_fingerprint, new.imported_by)
      or (old.type in ('identity', 'soul', 'reflection') and old.importance <> new.importance)
    )) execute function memory.refuse_change_of_signed_entry()`.execute(db);

  await sql`
    create function memory.refuse_break_of_chain() returns trigger language plpgsql as $$
    begin
      if exists (select from memory.diaries where id = old.diary_id and signed and deleted_at is null) then
        raise exception 'Entry % is part of a chain; it is neither removed nor moved.', old.id
          using errcode = 'restrict_violation', hint = 'Supersede it, or delete the whole diary.';
      end if;
      return case tg_op when 'DELETE' then old else new end;
    end $$`.execute(db);
  await sql`
    create trigger chained_entry_is_not_removed before delete on memory.entries for each row
    when (old.signature is not null) execute function memory.refuse_break_of_chain()`.execute(db);
  await sql`
    create trigger chained_entry_is_not_moved before update of id, diary_id, seq on memory.entries for each row
    when (old.signature is not null and (old.id, old.diary_id, old.seq) is distinct from (new.id, new.diary_id, new.seq))
    execute function memory.refuse_break_of_chain()`.execute(db);

  await sql`
    create function memory.refuse_change_of_chain() returns trigger language plpgsql as $$
    begin
      raise exception 'Whether diary % is signed was chosen at its creation; a deleted chain does not come back.', old.id
        using errcode = 'restrict_violation';
    end $$`.execute(db);
  // Hiding a chain, removing an entry and showing it again would go around the rule above.
  await sql`
    create trigger chain_stays_what_it_is before update of signed, deleted_at on memory.diaries for each row
    when (old.signed <> new.signed or (old.signed and old.deleted_at is not null and new.deleted_at is null))
    execute function memory.refuse_change_of_chain()`.execute(db);
}
