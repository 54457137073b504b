import type { Connection } from "@reef/db";
import { type RawBuilder, sql } from "kysely";

/** Deletes up to `limit` rows whose time is over, and says how many those were. */
type DeleteExpired = (db: Connection, now: Date, limit: number) => Promise<number>;

/** Rows that another process is deleting at this moment are left to it. */
const deleteFrom =
  (table: RawBuilder<unknown>, id: RawBuilder<unknown>, time: RawBuilder<unknown>): DeleteExpired =>
  async (db, now, limit) => {
    const { numAffectedRows } = await sql`
      delete from ${table} where ${id} in (
        select ${id} from ${table} where ${time} < ${now} limit ${limit} for update skip locked)`.execute(db);
    return Number(numAffectedRows ?? 0n);
  };

/** What is left of sessions, links, codes and guesses once their time is over. Answered invitations are kept. */
export const deleteExpiredOfPeople: readonly DeleteExpired[] = [
  deleteFrom(sql`identity.sessions`, sql`id`, sql`expires_at`),
  deleteFrom(sql`identity.verifications`, sql`id`, sql`expires_at`),
  deleteFrom(sql`identity.device_codes`, sql`id`, sql`expires_at`),
  deleteFrom(sql`identity.api_keys`, sql`id`, sql`expires_at`),
  deleteFrom(sql`identity.attempts`, sql`key`, sql`forgotten_at`),
];
