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

/** How often work is begun again that the database broke off for the sake of others. */
const REPETITIONS = 2;
/** `deadlock_detected` and `serialization_failure`: the same work may well succeed when it is done again. */
const BROKEN_OFF = new Set(["40P01", "40001"]);

/**
 * Runs `work` in one transaction: a new one, or the one that `connection` already is.
 *
 * Where Postgres breaks a new transaction off because it and another one wait for each other, `work` is done again from
 * its beginning, twice at most. So it must be repeatable: what it changes outside of the transaction is not undone
 * between two tries, and belongs in {@link afterCommit}, of which only the try that commits is heard.
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
  for (let repetitions = 0; ; repetitions += 1) {
    const mark: TransactionMark = { active: true, afterCommit: [] };
    const attempt = await attemptTo(connection, mark, work);
    if ("result" in attempt) {
      for (const follow of mark.afterCommit) follow();
      return attempt.result;
    }
    if (repetitions === REPETITIONS || !isBrokenOff(attempt.error)) throw attempt.error;
  }
}

/** One transaction from its beginning to its end. */
async function attemptTo<Result>(
  connection: Connection,
  mark: TransactionMark,
  work: (transaction: Transaction<object>) => Promise<Result>,
): Promise<{ result: Result } | { error: unknown }> {
  try {
    const result = await connection.transaction().execute((transaction) =>
      openTransaction.run(mark, async () => {
        try {
          return await work(transaction);
        } finally {
          mark.active = false;
        }
      }),
    );
    return { result };
  } catch (error) {
    return { error };
  }
}

const isBrokenOff = (error: unknown): boolean =>
  error instanceof Error && "code" in error && BROKEN_OFF.has(String(error.code));

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
