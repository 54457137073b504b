import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Limits } from "../plane/budgets/amounts.ts";
import type { GivenSpan } from "../plane/budgets/periods.ts";
import type { Amounts } from "../plane/call.ts";
import { tables } from "../schema.ts";

/** What an organization's plan allows, and in which span. */
export interface PlanTerms {
  limits: Limits;
  given: GivenSpan;
}

/** The budget of the organization's plan, held until the transaction ends; undefined where its plan stops nothing. */
export async function lockPlanBudget(
  db: Connection,
  organizationId: Id<"org">,
): Promise<(PlanTerms & { id: Id<"bud"> }) | undefined> {
  const row = await tables(db)
    .selectFrom("gateway.budgets")
    .select(["id", "limit_tokens", "limit_nanos", "starts_at", "ends_at"])
    .where("organization_id", "=", toUuid(organizationId))
    .where("scope", "=", "plan")
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    id: toTypeId("bud", row.id),
    limits: { tokens: row.limit_tokens, costNanos: row.limit_nanos },
    given: { start: row.starts_at?.getTime() ?? 0, end: row.ends_at?.getTime() ?? 0 },
  };
}

/** Creates the budget of the organization's plan, of which this much is used in its span already. */
export async function insertPlanBudget(
  db: Connection,
  organizationId: Id<"org">,
  { limits, given, used, now }: PlanTerms & { used: Amounts; now: Date },
): Promise<Id<"bud">> {
  const id = newId("bud");
  await tables(db)
    .insertInto("gateway.budgets")
    .values({
      id: toUuid(id),
      organization_id: toUuid(organizationId),
      scope: "plan",
      scope_id: toUuid(organizationId),
      period: "plan",
      ...columnsOf({ limits, given }),
      created_at: now,
      updated_at: now,
    })
    .execute();
  await tables(db)
    .insertInto("gateway.budget_periods")
    .values({
      budget_id: toUuid(id),
      period_start: new Date(given.start),
      used_tokens: used.tokens,
      used_nanos: used.costNanos,
      warned_at: null,
      exhausted_at: null,
    })
    .execute();
  return id;
}

/** Changes what the plan allows, or moves it to another span. Of a span that was not before nothing is used. */
export async function updatePlanBudget(
  db: Connection,
  organizationId: Id<"org">,
  id: Id<"bud">,
  { limits, given, now }: PlanTerms & { now: Date },
): Promise<void> {
  await tables(db)
    .updateTable("gateway.budgets")
    .set((set) => ({ ...columnsOf({ limits, given }), version: set("version", "+", 1), updated_at: now }))
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(id))
    .execute();
}

/** Forgets that it was told how full a budget's period is: it is told again if it is so of its new limits. */
export async function forgetCrossings(db: Connection, id: Id<"bud">, periodStart: Date): Promise<void> {
  await tables(db)
    .updateTable("gateway.budget_periods")
    .set({ warned_at: null, exhausted_at: null })
    .where("budget_id", "=", toUuid(id))
    .where("period_start", "=", periodStart)
    .execute();
}

const columnsOf = ({ limits, given }: PlanTerms) => ({
  limit_tokens: limits.tokens,
  limit_nanos: limits.costNanos,
  starts_at: new Date(given.start),
  ends_at: new Date(given.end),
});
