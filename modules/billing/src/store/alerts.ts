import { type Id, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { tables } from "../schema.ts";

/** Notes that people are told; false when they were told before. */
export async function insertAlert(
  db: Connection,
  organizationId: Id<"org">,
  { kind, about, now }: { kind: string; about: string; now: Date },
): Promise<boolean> {
  const row = await tables(db)
    .insertInto("billing.alerts")
    .values({ organization_id: toUuid(organizationId), kind, about, sent_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning("kind")
    .executeTakeFirst();
  return row !== undefined;
}
