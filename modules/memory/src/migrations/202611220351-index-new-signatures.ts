import { type Kysely, sql } from "kysely";

/** A signature proves one entry that was written here, and in each diary one that was brought along. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create unique index entries_signature_is_new on memory.entries (signature) where imported_by is null`.execute(db);
  await sql`
    create unique index entries_restored_signature_is_new on memory.entries (diary_id, signature)
    where imported_by is not null and signature is not null`.execute(db);
}
