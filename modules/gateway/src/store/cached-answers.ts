import { type Id, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";
import { tables } from "../schema.ts";

/** How many answers the organization's keys keep, and what these take. */
export async function sumCachedAnswers(
  db: Connection,
  organizationId: Id<"org">,
): Promise<{ entries: number; sizeBytes: number }> {
  const { rows } = await sql<{ entries: number; sizeBytes: number }>`
    select count(*) as entries, coalesce(sum(size_bytes), 0)::bigint as "sizeBytes"
    from gateway.cached_answers
    where organization_id = ${toUuid(organizationId)}::uuid and expires_at > clock_timestamp()`.execute(db);
  return rows[0] ?? { entries: 0, sizeBytes: 0 };
}

/** Forgets all answers that the organization's keys keep. */
export async function deleteCachedAnswers(db: Connection, organizationId: Id<"org">): Promise<void> {
  await tables(db).deleteFrom("gateway.cached_answers").where("organization_id", "=", toUuid(organizationId)).execute();
}
