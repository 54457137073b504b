import { type Connection, transact } from "@reef/db";
import { sql } from "kysely";

/**
 * What the database's clock said, in milliseconds since 1970, when `performance.now()` of this process was 0: so that moments of
 * this process are told by the database's clock, however long what tells them waits for a connection or a lock.
 */
export const findClockOrigin = (db: Connection): Promise<number> =>
  transact(db, async (transaction) => {
    // Within a transaction no connection is waited for any more.
    const askedAt = performance.now();
    const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(transaction);
    return (rows[0]?.now.getTime() ?? Date.now()) - askedAt;
  });
