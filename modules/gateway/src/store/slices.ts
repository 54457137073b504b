import { type Connection, transact } from "@reef/db";
import { type Selectable, sql } from "kysely";
import { eachUnit, type Limits, NOTHING } from "../plane/budgets/amounts.ts";
import type { PeriodState, Share } from "../plane/budgets/share-out.ts";
import type { Amounts } from "../plane/call.ts";
import { type GatewayTables, tables } from "../schema.ts";

/** Which slice a process asks for: ids are UUIDs, the period begins at so many milliseconds since 1970. */
export interface SliceAsk {
  processId: string;
  host: string;
  budgetId: string;
  periodStart: number;
  /** Higher than that of any earlier ask for this slice. */
  number: number;
  /** Whether the process believes that it was never granted anything of it. */
  isFirst: boolean;
}

/** What the database answered. */
export type SliceAnswer =
  | ({
      kind: "given";
      /** What was granted before: to an earlier program with this id, where the ask was a first one. */
      grantedBefore: Amounts;
      /** The number that this ask has in the end. */
      number: number;
      limits: Limits;
      used: Amounts;
      charged: Amounts;
    } & Share)
  /** The budget was deleted. */
  | { kind: "missing" }
  /** The slice was written off, or released in the process's name. */
  | { kind: "gone" }
  /** An ask with this number was answered already: the next one needs a higher one. */
  | { kind: "late"; number: number };

const FOREIGN_KEY_VIOLATION = "23503";
/** That a slice is of a process which is known. */
const OF_PROCESS = "slices_process_id_fkey";

/**
 * Settles what a process holds of a budget's period, as `decide` says, under the lock of that period. It is about one process
 * and no organization. Repeating it is safe: what was granted is a sum, not a difference.
 */
export async function settleSlice(
  db: Connection,
  ask: SliceAsk,
  decide: (state: PeriodState) => Share,
): Promise<SliceAnswer> {
  try {
    return await transact(db, (transaction) => settle(transaction, ask, decide));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === FOREIGN_KEY_VIOLATION)) throw error;
    // The process was taken for dead between two statements, and says anew that it lives.
    if ("constraint" in error && error.constraint === OF_PROCESS) return settleSlice(db, ask, decide);
    // The budget was deleted between two statements.
    return { kind: "missing" };
  }
}

async function settle(db: Connection, ask: SliceAsk, decide: (state: PeriodState) => Share): Promise<SliceAnswer> {
  const start = new Date(ask.periodStart);
  if (ask.isFirst) await begin(db, ask, start);
  const period = await lockPeriod(db, ask.budgetId, start);
  if (period === undefined) return { kind: "missing" };
  const slice = await findSlice(db, ask, start);
  if (slice === undefined && !ask.isFirst) return { kind: "gone" };
  if (slice !== undefined && !ask.isFirst && slice.ask >= ask.number) return { kind: "late", number: slice.ask };

  const granted = slice === undefined ? NOTHING : { tokens: slice.granted_tokens, costNanos: slice.granted_nanos };
  const left = slice === undefined ? NOTHING : { tokens: slice.tokens, costNanos: slice.nanos };
  const used = { tokens: period.used_tokens, costNanos: period.used_nanos };
  const held = { tokens: period.held_tokens, costNanos: period.held_nanos };
  const limits = { tokens: period.limit_tokens, costNanos: period.limit_nanos };
  const charged = eachUnit((unit) => granted[unit] - left[unit]);
  const heldByOthers = eachUnit((unit) => held[unit] - left[unit]);
  const share = decide({ limits, used, heldByOthers, granted, charged });

  const more = eachUnit((unit) => share.granted[unit] - granted[unit]);
  const number = ask.isFirst ? Math.max(ask.number, (slice?.ask ?? 0) + 1) : ask.number;
  await writeSlice(db, ask, start, {
    tokens: left.tokens + more.tokens,
    nanos: left.costNanos + more.costNanos,
    granted_tokens: share.granted.tokens,
    granted_nanos: share.granted.costNanos,
    ask: number,
  });
  if (more.tokens !== 0 || more.costNanos !== 0) await addHeld(db, ask.budgetId, start, more);
  return { kind: "given", ...share, grantedBefore: { ...granted }, number, limits, used, charged };
}

async function begin(db: Connection, { processId, host, budgetId }: SliceAsk, start: Date): Promise<void> {
  await sql`
    insert into gateway.processes (id, host, seen_at) values (${processId}, ${host}, now())
    on conflict (id) do nothing`.execute(db);
  await sql`
    insert into gateway.budget_periods (budget_id, period_start)
    select id, ${start}::timestamptz from gateway.budgets where id = ${budgetId}
    on conflict do nothing`.execute(db);
}

const lockPeriod = (db: Connection, budgetId: string, start: Date) =>
  tables(db)
    .selectFrom("gateway.budget_periods as period")
    .innerJoin("gateway.budgets as budget", "budget.id", "period.budget_id")
    .selectAll("period")
    .select(["budget.limit_tokens", "budget.limit_nanos"])
    .where("period.budget_id", "=", budgetId)
    .where("period.period_start", "=", start)
    .forUpdate("period")
    .executeTakeFirst();

const findSlice = (db: Connection, { processId, budgetId }: SliceAsk, start: Date) =>
  tables(db)
    .selectFrom("gateway.slices")
    .selectAll()
    .where("process_id", "=", processId)
    .where("budget_id", "=", budgetId)
    .where("period_start", "=", start)
    .executeTakeFirst();

type SliceAmounts = Omit<Selectable<GatewayTables["gateway.slices"]>, "process_id" | "budget_id" | "period_start">;

async function writeSlice(
  db: Connection,
  { processId, budgetId }: SliceAsk,
  start: Date,
  amounts: SliceAmounts,
): Promise<void> {
  await tables(db)
    .insertInto("gateway.slices")
    .values({ process_id: processId, budget_id: budgetId, period_start: start, ...amounts })
    .onConflict((conflict) => conflict.columns(["process_id", "budget_id", "period_start"]).doUpdateSet(amounts))
    .execute();
}

async function addHeld(db: Connection, budgetId: string, start: Date, more: Amounts): Promise<void> {
  await tables(db)
    .updateTable("gateway.budget_periods")
    .set((set) => ({
      held_tokens: set("held_tokens", "+", more.tokens),
      held_nanos: set("held_nanos", "+", more.costNanos),
    }))
    .where("budget_id", "=", budgetId)
    .where("period_start", "=", start)
    .execute();
}
