import { type DatabaseHandle, transact } from "@reef/db";
import type { EventDefinition, Events } from "@reef/events";
import type { BudgetCrossing } from "../api.ts";
import type { Alerts } from "./alerts.ts";

export interface BudgetAlertDependencies {
  database: DatabaseHandle;
  events: Events;
  alerts: Alerts;
  budgetWarned: EventDefinition<BudgetCrossing>;
  budgetExhausted: EventDefinition<BudgetCrossing>;
}

/** Tells people by mail that a budget is nearly, or wholly, used: once in a period for each limit that it had. */
export function tellOfBudgets({
  database,
  events,
  alerts,
  budgetWarned,
  budgetExhausted,
}: BudgetAlertDependencies): void {
  const listen = (kind: "budget-warned" | "budget-exhausted", event: EventDefinition<BudgetCrossing>) =>
    events.consume(`billing.${kind}`, event, ({ payload: crossing }) =>
      transact(database.kysely, (transaction) => {
        const { organizationId, budgetId, periodStart, unit, limit } = crossing;
        return alerts.tell(transaction, organizationId, `${budgetId} ${periodStart} ${unit} ${limit}`, {
          kind,
          crossing,
        });
      }),
    );
  listen("budget-warned", budgetWarned);
  listen("budget-exhausted", budgetExhausted);
}
