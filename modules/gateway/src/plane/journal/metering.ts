import { join } from "node:path";
import { type DatabaseHandle, transact } from "@reef/db";
import type { Loop } from "@reef/supervision";
import type { Logger } from "@reef/telemetry";
import type { BudgetCharges } from "../../service/budget-charges.ts";
import { adoptionLoop } from "./adoption.ts";
import type { Durability } from "./config.ts";
import { createJournal, type LocalJournal } from "./journal.ts";
import { createShip } from "./ship.ts";
import { shipperLoop } from "./shipper.ts";

export interface MeteringDependencies {
  /** The reef's own folder on this machine's disk. */
  dataFolder: string;
  /** UUID of this process, by which it also holds slices of budgets. */
  processId: string;
  database: Pick<DatabaseHandle, "kysely">;
  charges: Pick<BudgetCharges, "chargeBudgets" | "releaseSlices">;
  logger: Logger;
  settings: { REEF_GATEWAY_DURABILITY: Durability; REEF_GATEWAY_JOURNAL_BYTES: number };
}

/** The record of this process's calls, and what brings it into the database. */
export interface Metering {
  journal: LocalJournal;
  loops: Loop[];
  /** When no call is open any more and the loops have stopped: gives back what the process holds, if all is on record. */
  close(): Promise<void>;
}

/** Opens the journal of this process, and counts the calls of those that are no more. @throws the system's error */
export function createMetering({
  dataFolder,
  processId,
  database,
  charges,
  logger,
  settings,
}: MeteringDependencies): Metering {
  const { kysely: db } = database;
  const { chargeBudgets, releaseSlices } = charges;
  const root = join(dataFolder, "gateway");
  const durability = settings.REEF_GATEWAY_DURABILITY;
  const mostBytes = settings.REEF_GATEWAY_JOURNAL_BYTES;
  const journal = createJournal({ root, processId, durability, mostBytes, logger });
  const ship = createShip({ db, chargeBudgets, logger });
  return {
    journal,
    loops: [shipperLoop({ journal, ship, logger }), adoptionLoop({ root, processId, db, ship, releaseSlices, logger })],
    async close() {
      await journal.close(() => transact(db, (transaction) => releaseSlices(transaction, processId)));
    },
  };
}
