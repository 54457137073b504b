import type { Connection } from "@reef/db";
import { tables } from "./tables.ts";

/** An invitation that somebody may still accept. */
export interface PendingInvitation {
  id: string;
  email: string;
}

/** The invitation with this id, unless it was answered or has expired. */
export async function findPendingInvitation(
  db: Connection,
  id: string,
  now: Date,
): Promise<PendingInvitation | undefined> {
  return tables(db)
    .selectFrom("identity.invitations")
    .select(["id", "email"])
    .where("id", "=", id)
    .where("status", "=", "pending")
    .where("expires_at", ">", now)
    .executeTakeFirst();
}

/** Whether any organization invites the owner of this address. */
export async function isInvited(db: Connection, email: string, now: Date): Promise<boolean> {
  const row = await tables(db)
    .selectFrom("identity.invitations")
    .select("id")
    .where("email", "=", email)
    .where("status", "=", "pending")
    .where("expires_at", ">", now)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
