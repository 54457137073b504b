import { toTypeId } from "@reef/crypto";
import { type Connection, transact } from "@reef/db";
import type { Events } from "@reef/events";
import { budgetExhausted, budgetWarned } from "../events.ts";
import { addCharges, type BudgetCharge, type Crossing, deleteSlices, lockSlices } from "../store/budget-charges.ts";
import { deleteProcess, lockLostProcesses } from "../store/processes.ts";

export interface BudgetCharges {
  /**
   * Counts as used what calls took of budgets, in the transaction that puts the calls on record, and only for calls that were
   * not on record yet. `processId` is that of the process which made them: the journal's, not that of whoever ships it.
   */
  chargeBudgets(transaction: Connection, processId: string, charges: readonly BudgetCharge[]): Promise<void>;
  /**
   * Tells where nine tenths, or all, of a budget's period are used by new limits, if that was not told before: of a budget that
   * is used up nothing is charged any more.
   */
  announceFullness(transaction: Connection, budgetId: string, periodStart: Date): Promise<void>;
  /**
   * Gives back all that a process holds, once it is over **and all of its journal is on record**; and forgets the process.
   */
  releaseSlices(transaction: Connection, processId: string): Promise<void>;
  /** Counts as used what lost processes still hold, of which nobody found a journal within a day. */
  writeOffLost(db: Connection): Promise<void>;
}

/** After so long without a sign of life nobody will ship a process's journal any more. */
const LOST_HOURS = 24;
const LOST_AT_ONCE = 10;
const SLICES_AT_ONCE = 500;
/** UUID of no process. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** What calls take of budgets, and what becomes of the slices of processes that are no more. */
export function createBudgetCharges({ events }: { events: Pick<Events, "emit"> }): BudgetCharges {
  async function announce(db: Connection, crossing: Crossing): Promise<void> {
    const event = crossing.kind === "warned" ? budgetWarned : budgetExhausted;
    const isMoney = crossing.unit === "costNanos";
    await events.emit(db, crossing.organizationId, event, {
      organizationId: toTypeId("org", crossing.organizationId),
      budgetId: toTypeId("bud", crossing.budgetId),
      scope: crossing.scope,
      scopeId: crossing.scopeId,
      period: crossing.period,
      periodStart: crossing.period === "total" ? null : crossing.periodStart.toISOString(),
      unit: isMoney ? "micros" : "tokens",
      used: isMoney ? microsOf(crossing.used) : crossing.used,
      limit: isMoney ? microsOf(crossing.limit) : crossing.limit,
    });
  }

  async function chargeBudgets(db: Connection, processId: string, charges: readonly BudgetCharge[]): Promise<void> {
    for (const crossing of await addCharges(db, processId, charges)) await announce(db, crossing);
  }

  /** Goes through all that a process holds, some at a time, and takes it from the process. */
  async function emptyProcess(db: Connection, processId: string, isUsed: boolean): Promise<void> {
    for (;;) {
      const slices = await lockSlices(db, processId, SLICES_AT_ONCE);
      if (slices.length === 0) break;
      if (isUsed) {
        const left = slices.map(({ budgetId, periodStart, tokens, nanos }) => ({
          budgetId,
          periodStart: periodStart.getTime(),
          tokens: Math.max(0, tokens),
          costNanos: Math.max(0, nanos),
        }));
        await chargeBudgets(db, processId, left);
      }
      await deleteSlices(db, processId, slices);
    }
    await deleteProcess(db, processId);
  }

  return {
    chargeBudgets,
    announceFullness: (db, budgetId, periodStart) =>
      chargeBudgets(db, NOBODY, [{ budgetId, periodStart: periodStart.getTime(), tokens: 0, costNanos: 0 }]),
    releaseSlices: (db, processId) => emptyProcess(db, processId, false),
    writeOffLost: (db) =>
      transact(db, async (transaction) => {
        for (const processId of await lockLostProcesses(transaction, LOST_HOURS, LOST_AT_ONCE)) {
          await emptyProcess(transaction, processId, true);
        }
      }),
  };
}

/** Micro-dollars, rounded up, of billionths. */
export const microsOf = (nanos: number): number => Math.ceil(nanos / 1_000);
