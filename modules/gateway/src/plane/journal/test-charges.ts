import type { Connection } from "@reef/db";
import { sql } from "kysely";
import type { ChargeBudgets } from "./ship.ts";

/** A table of what was charged, in place of budgets. */
export async function createCharges(db: Connection): Promise<void> {
  await sql`create table charged (process_id uuid, budget_id uuid, period_start bigint, tokens bigint, nanos bigint)`.execute(
    db,
  );
}

/** Notes what is charged, in the transaction that it is given. */
export const noteCharges: ChargeBudgets = async (transaction, processId, charges) => {
  for (const { budgetId, periodStart, tokens, costNanos } of charges) {
    await sql`
      insert into charged values (${processId}, ${budgetId}, ${periodStart}, ${tokens}, ${costNanos})`.execute(
      transaction,
    );
  }
};
