import { AsyncLocalStorage } from "node:async_hooks";
import type { Kysely, Transaction } from "kysely";

/**
 * A database connection whose tables are not named yet: the root handle, or a transaction that was passed down.
 * A module's store names its own tables by `connection.$extendTables<MemoryTables>()`.
 */
export type Connection = Kysely<object>;

interface TransactionMark {
  active: boolean;
  afterCommit: (() => void)[];
}

const openTransaction = new AsyncLocalStorage<TransactionMark>();

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
  const mark: TransactionMark = { active: true, afterCommit: [] };
  const result = await connection.transaction().execute((transaction) =>
    openTransaction.run(mark, async () => {
      try {
        return await work(transaction);
      } finally {
        mark.active = false;
      }
    }),
  );
  for (const follow of mark.afterCommit) follow();
  return result;
}

/**
 * Calls `follow` once the transaction that `connection` is has committed, and never if it is rolled back; at once where it
 * is none. For what only this process's memory needs to know: a crash in between loses the call.
 */
export function afterCommit(connection: Connection, follow: () => void): void {
  const mark = openTransaction.getStore();
  if (connection.isTransaction && mark?.active) mark.afterCommit.push(follow);
  else follow();
}

/** Throws when the caller is inside {@link transact} but asked the pool for another connection. */
export function assertOutsideTransaction(): void {
  if (openTransaction.getStore()?.active) {
    throw new Error("A query was sent beside the open transaction; pass the transaction to it instead.");
  }
}
