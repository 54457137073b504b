import type { Connection } from "@reef/db";
import { sql } from "kysely";
import type { Unit } from "../plane/budgets/amounts.ts";
import { fullnessOf } from "../plane/budgets/share-out.ts";
import type { Amounts } from "../plane/call.ts";
import { type BudgetPeriod, type BudgetScope, tables } from "../schema.ts";

/** What one call, or several, took of a budget. */
export interface BudgetCharge extends Amounts {
  /** UUID. */
  budgetId: string;
  /** Milliseconds since 1970; 0 for a budget that never begins anew. */
  periodStart: number;
}

/** A budget of which nine tenths, or all, were used for the first time in a period. Ids are UUIDs. */
export interface Crossing {
  kind: "warned" | "exhausted";
  budgetId: string;
  organizationId: string;
  scope: BudgetScope;
  scopeId: string;
  period: BudgetPeriod;
  periodStart: Date;
  unit: Unit;
  used: number;
  limit: number;
}

/**
 * Counts as used what calls took, and takes it out of the slices of the process that made the calls: in the transaction that
 * puts the calls on record, and only for those that were not on record yet. What a process holds and what is used are the
 * same together before and after, so nothing that the process knows changes by it.
 *
 * A period that is long over is charged as well. What was charged to a budget that was deleted meanwhile is forgotten with it.
 *
 * @returns the budgets that came to nine tenths or to their end by it, once in each period.
 */
export async function addCharges(
  db: Connection,
  processId: string,
  charges: readonly BudgetCharge[],
): Promise<Crossing[]> {
  const sums = sumUp(charges);
  if (sums.length === 0) return [];
  // Locked in one order, so that two of these never wait for each other; and before the slices, as in `settleSlice`.
  const { rows: periods } = await sql<PeriodRow>`
    select period.budget_id, period.period_start, period.used_tokens, period.used_nanos, period.warned_at,
      period.exhausted_at, budget.organization_id, budget.scope, budget.scope_id, budget.period, budget.limit_tokens,
      budget.limit_nanos, budget.starts_at
    from gateway.budget_periods period join gateway.budgets budget on budget.id = period.budget_id
    where (period.budget_id, period.period_start) in (select * from unnest(${idsOf(sums)}::uuid[], ${startsOf(sums)}::timestamptz[]))
    order by period.budget_id, period.period_start for update of period`.execute(db);
  await sql`
    with charge as (${chargeRows(sums)}), slice as (
      update gateway.slices slice set tokens = slice.tokens - charge.tokens, nanos = slice.nanos - charge.nanos
      from charge
      where slice.process_id = ${processId} and slice.budget_id = charge.budget_id
        and slice.period_start = charge.period_start
      returning slice.budget_id, slice.period_start
    )
    update gateway.budget_periods period set
      used_tokens = period.used_tokens + charge.tokens,
      used_nanos = period.used_nanos + charge.nanos,
      held_tokens = period.held_tokens - case when slice.budget_id is null then 0 else charge.tokens end,
      held_nanos = period.held_nanos - case when slice.budget_id is null then 0 else charge.nanos end
    from charge left join slice using (budget_id, period_start)
    where period.budget_id = charge.budget_id and period.period_start = charge.period_start`.execute(db);
  const crossings = periods.flatMap((period) => crossingsOf(period, sums));
  for (const crossing of crossings) await noteCrossing(db, crossing);
  return crossings;
}

interface PeriodRow {
  budget_id: string;
  period_start: Date;
  used_tokens: number;
  used_nanos: number;
  warned_at: Date | null;
  exhausted_at: Date | null;
  organization_id: string;
  scope: BudgetScope;
  scope_id: string;
  period: BudgetPeriod;
  limit_tokens: number | null;
  limit_nanos: number | null;
  starts_at: Date | null;
}

function sumUp(charges: readonly BudgetCharge[]): BudgetCharge[] {
  const sums = new Map<string, BudgetCharge>();
  for (const { budgetId, periodStart, tokens, costNanos } of charges) {
    const key = `${budgetId} ${periodStart}`;
    const sum = sums.get(key) ?? { budgetId, periodStart, tokens: 0, costNanos: 0 };
    sums.set(key, { ...sum, tokens: sum.tokens + tokens, costNanos: sum.costNanos + costNanos });
  }
  return [...sums.values()];
}

const idsOf = (charges: readonly BudgetCharge[]) => charges.map(({ budgetId }) => budgetId);
const startsOf = (charges: readonly BudgetCharge[]) => charges.map(({ periodStart }) => new Date(periodStart));

const chargeRows = (charges: readonly BudgetCharge[]) => sql`
  select * from unnest(
    ${idsOf(charges)}::uuid[], ${startsOf(charges)}::timestamptz[],
    ${charges.map(({ tokens }) => tokens)}::bigint[], ${charges.map(({ costNanos }) => costNanos)}::bigint[]
  ) as charge (budget_id, period_start, tokens, nanos)`;

function crossingsOf(row: PeriodRow, sums: readonly BudgetCharge[]): Crossing[] {
  const sum = sums.find(
    ({ budgetId, periodStart }) => budgetId === row.budget_id && periodStart === row.period_start.getTime(),
  );
  if (sum === undefined) return [];
  // Of a plan's month that is over nobody is told: the limits are those of the next one.
  if (row.starts_at !== null && row.period_start < row.starts_at) return [];
  const used = { tokens: row.used_tokens + sum.tokens, costNanos: row.used_nanos + sum.costNanos };
  const limits = { tokens: row.limit_tokens, costNanos: row.limit_nanos };
  const { nearlyUsed, usedUp } = fullnessOf(used, limits);
  const crossing = (kind: Crossing["kind"], unit: Unit): Crossing => ({
    kind,
    budgetId: row.budget_id,
    organizationId: row.organization_id,
    scope: row.scope,
    scopeId: row.scope_id,
    period: row.period,
    periodStart: row.period_start,
    unit,
    used: used[unit],
    limit: limits[unit] ?? 0,
  });
  return [
    ...(nearlyUsed !== undefined && row.warned_at === null ? [crossing("warned", nearlyUsed)] : []),
    ...(usedUp !== undefined && row.exhausted_at === null ? [crossing("exhausted", usedUp)] : []),
  ];
}

async function noteCrossing(db: Connection, { kind, budgetId, periodStart }: Crossing): Promise<void> {
  const now = new Date();
  await tables(db)
    .updateTable("gateway.budget_periods")
    .set(kind === "warned" ? { warned_at: now } : { exhausted_at: now })
    .where("budget_id", "=", budgetId)
    .where("period_start", "=", periodStart)
    .execute();
}

/** What processes hold of one period. */
interface HeldSlice {
  budgetId: string;
  periodStart: Date;
  tokens: number;
  nanos: number;
}

/**
 * The slices of a process, as far as one reading goes. Their periods are held until the transaction ends, and the slices read
 * after that: else what is charged to one meanwhile would be counted twice.
 */
export async function lockSlices(db: Connection, processId: string, limit: number): Promise<HeldSlice[]> {
  const { rows: periods } = await sql<{ id: string; start: Date }>`
    select budget_id as id, period_start as start from gateway.budget_periods
    where (budget_id, period_start) in (
      select budget_id, period_start from gateway.slices where process_id = ${processId}
      order by budget_id, period_start limit ${limit}
    )
    order by budget_id, period_start for update`.execute(db);
  const { rows } = await sql<HeldSlice>`
    select budget_id as "budgetId", period_start as "periodStart", tokens, nanos from gateway.slices
    where process_id = ${processId} and (budget_id, period_start) in (
      select * from unnest(${periods.map(({ id }) => id)}::uuid[], ${periods.map(({ start }) => start)}::timestamptz[])
    )
    order by budget_id, period_start`.execute(db);
  return rows;
}

/** Gives back what a process holds of these periods. */
export async function deleteSlices(db: Connection, processId: string, slices: readonly HeldSlice[]): Promise<void> {
  const periods = sql`
    select * from unnest(
      ${slices.map(({ budgetId }) => budgetId)}::uuid[], ${slices.map(({ periodStart }) => periodStart)}::timestamptz[]
    ) as wanted (budget_id, period_start)`;
  await sql`
    select budget_id from gateway.budget_periods where (budget_id, period_start) in (${periods})
    order by budget_id, period_start for update`.execute(db);
  await sql`
    with slice as (
      delete from gateway.slices
      where process_id = ${processId} and (budget_id, period_start) in (${periods})
      returning budget_id, period_start, tokens, nanos
    )
    update gateway.budget_periods period set
      held_tokens = period.held_tokens - slice.tokens, held_nanos = period.held_nanos - slice.nanos
    from slice
    where period.budget_id = slice.budget_id and period.period_start = slice.period_start`.execute(db);
}

/** Deletes the process's slices of which nothing is left: all, or those of periods that began before `before`. */
export async function deleteEmptySlices(db: Connection, processId: string, before?: Date): Promise<void> {
  await tables(db)
    .deleteFrom("gateway.slices")
    .where("process_id", "=", processId)
    .where("tokens", "=", 0)
    .where("nanos", "=", 0)
    .$if(before !== undefined, (query) =>
      query.where("period_start", "<", before ?? new Date(0)).where("period_start", ">", new Date(0)),
    )
    .execute();
}
