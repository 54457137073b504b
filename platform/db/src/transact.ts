import { AsyncLocalStorage } from "node:async_hooks";
import type { Kysely, Transaction } from "kysely";

/**
 * A database connection whose tables are not named yet: the root handle, or a transaction that was passed down.
 * A module's store names its own tables by `connection.$extendTables<MemoryTables>()`.
 */
export type Connection = Kysely<object>;

const openTransaction = new AsyncLocalStorage<{ active: boolean }>();

/**
 * Runs `work` in one transaction: a new one, or the one that `connection` already is.
 *
 * Inside `work` only the given transaction may be used. The embedded database has a single session, so a query beside
 * the transaction would wait for it for ever; {@link assertOutsideTransaction} turns that hang into an error, on every
 * database, so that the mistake shows on the first run.
 */
export async function transact<Result>(
  connection: Connection,
  work: (transaction: Transaction<object>) => Promise<Result>,
): Promise<Result> {
  if (connection.isTransaction) return work(connection as Transaction<object>);
  return connection.transaction().execute((transaction) => {
    const mark = { active: true };
    return openTransaction.run(mark, async () => {
      try {
        return await work(transaction);
      } finally {
        mark.active = false;
      }
    });
  });
}

/** Throws when the caller is inside {@link transact} but asked the pool for another connection. */
export function assertOutsideTransaction(): void {
  if (openTransaction.getStore()?.active) {
    throw new Error("A query was sent beside the open transaction; pass the transaction to it instead.");
  }
}
