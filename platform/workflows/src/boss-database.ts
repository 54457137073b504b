import type { DatabaseHandle } from "@reef/db";
import { CompiledQuery, type QueryExecutorProvider } from "kysely";
import type { Db } from "pg-boss";

interface QueryRunner extends QueryExecutorProvider {
  executeQuery(query: CompiledQuery): Promise<{ rows: unknown[] }>;
}

const runOn = async (connection: QueryRunner, text: string, values: unknown[] = []) => {
  const { rows } = await connection.executeQuery(CompiledQuery.raw(text, values));
  // The library's own type is `any[]`; it reads what its own statements return.
  return { rows: rows as never[] };
};

/** A transaction as the library wants it, so that a job is created in it. */
export const bossTransaction = (connection: QueryRunner): Db => ({
  executeSql: (text, values) => runOn(connection, text, values),
});

/**
 * The database as the library wants it. Its maintenance sends whole `BEGIN; …; COMMIT;` texts: when one fails half way,
 * the connection is rolled back before it returns to the pool, since the next user would find it in a failed transaction.
 */
export function bossDatabase(database: DatabaseHandle): Db {
  return {
    executeSql(text, values) {
      if (!/^\s*BEGIN;/.test(text)) return runOn(database.kysely, text, values);
      return database.kysely.connection().execute(async (connection) => {
        try {
          return await runOn(connection, text, values);
        } catch (error) {
          await runOn(connection, "ROLLBACK");
          throw error;
        }
      });
    },
    // An empty payload is what the listener gives after it connected again: whatever was missed is fetched then.
    listen: (channel, onNotification, onReconnect) =>
      database.listen(channel, (payload) => (payload === "" ? onReconnect() : onNotification(payload))),
  };
}
