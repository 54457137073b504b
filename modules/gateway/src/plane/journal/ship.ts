import { type Connection, transact } from "@reef/db";
import type { Logger } from "@reef/telemetry";
import type { BudgetCharge } from "../../store/budget-charges.ts";
import { insertNewUsage, insertUsage } from "../../store/usage-events.ts";
import { chargesOf, type UsageRecord } from "./usage-event.ts";

/**
 * Takes what calls used out of the budgets that they draw on, and out of the slices of these that the process holds. In the
 * transaction in which the calls are stored; for calls that were not stored before.
 */
export type ChargeBudgets = (
  transaction: Connection,
  processId: string,
  charges: readonly BudgetCharge[],
) => Promise<void>;

/**
 * Brings ended calls into the database: each once, however often it is brought. Where `areNew` says that most likely none was
 * brought before, that costs less. Rejects with the database's error.
 */
export type Ship = (processId: string, records: readonly UsageRecord[], areNew?: boolean) => Promise<void>;

/**
 * Whether a call is one to be stored: an upstream was asked, or it was answered from the cache. One that began and then found
 * no upstream, or whose client left before, used nothing and is no event; also where a dead process left it in its journal.
 */
const isEvent = ({ ended: { attempts, outcome } }: UsageRecord): boolean => attempts > 0 || outcome === "cached";

export interface ShipDependencies {
  db: Connection;
  chargeBudgets: ChargeBudgets;
  logger: Logger;
}

/** Classes of errors that say that a value is wrong: the same call will be refused for ever. */
const WRONG_VALUE = /^2[23]/;
/** A call of the group was stored before: the answer to its transaction was lost. */
const UNIQUE_VIOLATION = "23505";

/**
 * Ships calls with the sums of their hours and what they charge, in one transaction: so that all of these hold or none. Where
 * the database refuses a value, the calls are halved until the odd one is alone; that one is logged whole, and given up, so
 * that it does not hold up all others.
 */
export function createShip({ db, chargeBudgets, logger }: ShipDependencies): Ship {
  async function shipAll(processId: string, all: readonly UsageRecord[], insert: typeof insertUsage): Promise<void> {
    const records = all.filter(isEvent);
    if (records.length === 0) return;
    await transact(db, async (transaction) => {
      const charges = chargesOf(await insert(transaction, records));
      if (charges.length > 0) await chargeBudgets(transaction, processId, charges);
    });
  }

  return async function ship(processId, records, areNew = false) {
    try {
      await shipAll(processId, records, areNew ? insertNewUsage : insertUsage);
    } catch (error) {
      const code = String((error as { code?: unknown }).code);
      if (areNew && code === UNIQUE_VIOLATION) return ship(processId, records);
      if (!WRONG_VALUE.test(code)) throw error;
      const [first] = records;
      if (records.length === 1 && first !== undefined) {
        const { begun, ended } = first;
        logger.error({ err: error, begun, ended }, "The database refuses the record of a call, which is given up.");
        return;
      }
      const middle = records.length >> 1;
      await ship(processId, records.slice(0, middle));
      await ship(processId, records.slice(middle));
    }
  };
}
