import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type Selectable, sql } from "kysely";
import type { Limits } from "../plane/budgets/amounts.ts";
import { type GivenSpan, periodAt } from "../plane/budgets/periods.ts";
import type { Amounts } from "../plane/call.ts";
import { type BudgetPeriod, type BudgetScope, type GatewayTables, tables } from "../schema.ts";

/** A budget as the rest of the module sees it, with what is used of its present period. */
export interface StoredBudget {
  id: Id<"bud">;
  organizationId: Id<"org">;
  scope: BudgetScope;
  /** UUID of what it is for: the organization's own where that is the scope. */
  scopeId: string;
  period: BudgetPeriod;
  /** The span of a plan's budget, which is given; null for all others. */
  given: GivenSpan | null;
  limits: Limits;
  used: Amounts;
  held: Amounts;
  warnedAt: Date | null;
  exhaustedAt: Date | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** Which budgets of an organization a list shows. */
export interface BudgetFilter {
  scope?: BudgetScope | undefined;
  /** UUID. */
  scopeId?: string | undefined;
}

type PeriodColumns = Pick<
  Selectable<GatewayTables["gateway.budget_periods"]>,
  "used_tokens" | "used_nanos" | "held_tokens" | "held_nanos" | "warned_at" | "exhausted_at"
>;
type BudgetRow = Selectable<GatewayTables["gateway.budgets"]> & {
  [Name in keyof PeriodColumns]: PeriodColumns[Name] | null;
};

const givenOf = ({ starts_at, ends_at }: Pick<BudgetRow, "starts_at" | "ends_at">): GivenSpan | null =>
  starts_at && ends_at && { start: starts_at.getTime(), end: ends_at.getTime() };

const toBudget = (row: BudgetRow): StoredBudget => ({
  id: toTypeId("bud", row.id),
  organizationId: toTypeId("org", row.organization_id),
  scope: row.scope,
  scopeId: row.scope_id,
  period: row.period,
  given: givenOf(row),
  limits: { tokens: row.limit_tokens, costNanos: row.limit_nanos },
  used: { tokens: row.used_tokens ?? 0, costNanos: row.used_nanos ?? 0 },
  held: { tokens: Math.max(0, row.held_tokens ?? 0), costNanos: Math.max(0, row.held_nanos ?? 0) },
  warnedAt: row.warned_at,
  exhaustedAt: row.exhausted_at,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const startOf = (period: BudgetPeriod, now: Date, given: GivenSpan | null = null) =>
  new Date(periodAt(period, now.getTime(), given).start);

const presentStart = (now: Date) => sql<Date>`
  case budget.period
    when 'day' then ${startOf("day", now)}::timestamptz
    when 'month' then ${startOf("month", now)}::timestamptz
    when 'plan' then case when ${now}::timestamptz < budget.ends_at then budget.starts_at else budget.ends_at end
    else ${startOf("total", now)}::timestamptz
  end`;

/** Budgets of the organization, each joined to its present period, which may have no row yet. */
const budgetsWithUse = (db: Connection, organizationId: Id<"org">, now: Date) =>
  tables(db)
    .selectFrom("gateway.budgets as budget")
    .leftJoin("gateway.budget_periods as present", (join) =>
      join.onRef("present.budget_id", "=", "budget.id").on("present.period_start", "=", presentStart(now)),
    )
    .selectAll("budget")
    .select(["present.used_tokens", "present.used_nanos", "present.held_tokens", "present.held_nanos"])
    .select(["present.warned_at", "present.exhausted_at"])
    .where("budget.organization_id", "=", toUuid(organizationId));

/** Creates a budget; undefined when there is one of this scope and period already. */
export async function insertBudget(
  db: Connection,
  organizationId: Id<"org">,
  budget: Pick<StoredBudget, "scope" | "scopeId" | "period" | "limits"> & { now: Date },
): Promise<Id<"bud"> | undefined> {
  const id = newId("bud");
  const row = await tables(db)
    .insertInto("gateway.budgets")
    .values({
      id: toUuid(id),
      organization_id: toUuid(organizationId),
      scope: budget.scope,
      scope_id: budget.scopeId,
      period: budget.period,
      limit_tokens: budget.limits.tokens,
      limit_nanos: budget.limits.costNanos,
      created_at: budget.now,
      updated_at: budget.now,
    })
    .onConflict((conflict) => conflict.columns(["organization_id", "scope", "scope_id", "period"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  return row && id;
}

/** One budget of the organization; `forUpdate` holds it until the transaction ends. */
export async function findBudget(
  db: Connection,
  organizationId: Id<"org">,
  budgetId: Id<"bud">,
  { now, forUpdate = false }: { now: Date; forUpdate?: boolean },
): Promise<StoredBudget | undefined> {
  const row = await budgetsWithUse(db, organizationId, now)
    .where("budget.id", "=", toUuid(budgetId))
    .$if(forUpdate, (query) => query.forUpdate("budget"))
    .executeTakeFirst();
  return row && toBudget(row);
}

/** Budgets of the organization, newest first, before the one with the id `before`. */
export async function listBudgets(
  db: Connection,
  organizationId: Id<"org">,
  { scope, scopeId, limit, before, now }: BudgetFilter & { limit: number; before?: Id<"bud"> | undefined; now: Date },
): Promise<StoredBudget[]> {
  const rows = await budgetsWithUse(db, organizationId, now)
    .$if(scope !== undefined, (query) => query.where("budget.scope", "=", scope ?? "key"))
    .$if(scopeId !== undefined, (query) => query.where("budget.scope_id", "=", scopeId ?? ""))
    .$if(before !== undefined, (query) => query.where("budget.id", "<", before === undefined ? "" : toUuid(before)))
    .orderBy("budget.id", "desc")
    .limit(limit)
    .execute();
  return rows.map(toBudget);
}

/** How many budgets the organization has, of these or all. */
export async function countBudgets(
  db: Connection,
  organizationId: Id<"org">,
  { scope, scopeId }: BudgetFilter,
): Promise<number> {
  const { count } = await tables(db)
    .selectFrom("gateway.budgets")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("organization_id", "=", toUuid(organizationId))
    .$if(scope !== undefined, (query) => query.where("scope", "=", scope ?? "key"))
    .$if(scopeId !== undefined, (query) => query.where("scope_id", "=", scopeId ?? ""))
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Changes what a budget allows. What was said of the present period, that it is nearly used or used up, is forgotten: it is
 * said again if it is so of the new limits.
 */
export async function updateBudget(
  db: Connection,
  organizationId: Id<"org">,
  budget: Pick<StoredBudget, "id" | "period" | "given">,
  { limits, now }: { limits: Limits; now: Date },
): Promise<void> {
  await tables(db)
    .updateTable("gateway.budgets")
    .set((set) => ({
      limit_tokens: limits.tokens,
      limit_nanos: limits.costNanos,
      version: set("version", "+", 1),
      updated_at: now,
    }))
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(budget.id))
    .execute();
  await tables(db)
    .updateTable("gateway.budget_periods")
    .set({ warned_at: null, exhausted_at: null })
    .where("budget_id", "=", toUuid(budget.id))
    .where("period_start", "=", startOf(budget.period, now, budget.given))
    .execute();
}

/** Deletes a budget with its periods and all that is held of it; false when there is none. */
export async function deleteBudget(db: Connection, organizationId: Id<"org">, budgetId: Id<"bud">): Promise<boolean> {
  const { numDeletedRows } = await tables(db)
    .deleteFrom("gateway.budgets")
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(budgetId))
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Periods, and the spans that are given, of the budgets with these UUIDs, of whichever organization; unknown ones are left out. For the data plane. */
export async function listBudgetPeriods(
  db: Connection,
  budgetIds: readonly string[],
): Promise<{ id: string; organizationId: string; period: BudgetPeriod; given: GivenSpan | null }[]> {
  if (budgetIds.length === 0) return [];
  const rows = await tables(db)
    .selectFrom("gateway.budgets")
    .select(["id", "organization_id as organizationId", "period", "starts_at", "ends_at"])
    .where("id", "in", budgetIds)
    .execute();
  return rows.map(({ id, organizationId, period, ...span }) => ({ id, organizationId, period, given: givenOf(span) }));
}

/** What a key may draw on: ids as UUIDs. */
export interface Drawer {
  organizationId: string;
  id: string;
  workspaceId: string | null;
  agentId: string | null;
}

/** In this order a key draws on budgets; so the narrowest is the one that a refusal names. */
const SCOPES: readonly BudgetScope[] = ["key", "workspace", "agent", "organization", "plan"];

/**
 * UUIDs of the budgets that each of the keys draws on, its own first, its organization's and the plan's last, in one query. For the data
 * plane; the keys may be of several organizations.
 */
export async function listBudgetsOfKeys(
  db: Connection,
  keys: readonly Drawer[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (keys.length === 0) return new Map();
  const organizations = [...new Set(keys.map(({ organizationId }) => organizationId))];
  const scopeIds = new Set(
    keys.flatMap(({ organizationId, id, workspaceId, agentId }) => [
      organizationId,
      id,
      ...(workspaceId === null ? [] : [workspaceId]),
      ...(agentId === null ? [] : [agentId]),
    ]),
  );
  const { rows } = await sql<{ id: string; organization_id: string; scope: BudgetScope; scope_id: string }>`
    select id, organization_id, scope, scope_id from gateway.budgets
    where organization_id = any(${organizations}::uuid[]) and scope = any(${SCOPES}::text[])
      and scope_id = any(${[...scopeIds]}::uuid[])
    order by period, id`.execute(db);
  const byScope = Map.groupBy(rows, (row) => `${row.organization_id} ${row.scope} ${row.scope_id}`);
  return new Map(
    keys.map((key) => {
      const { id, workspaceId: workspace, agentId: agent, organizationId: organization } = key;
      const idOf = { key: id, workspace, agent, organization, plan: organization };
      const found = SCOPES.flatMap((scope) => byScope.get(`${key.organizationId} ${scope} ${idOf[scope]}`) ?? []);
      return [key.id, found.map(({ id }) => id)];
    }),
  );
}
