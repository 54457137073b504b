import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Selectable } from "kysely";
import type { UsageSum } from "../api.ts";
import { type BillingTables, tables } from "../schema.ts";

/** The terms of a month. */
export interface PeriodTerms {
  planId: Id<"pln">;
  planName: string;
  priceCents: number;
  currency: string;
  allowanceTokens: number | null;
  allowanceMicros: number | null;
  atLimit: "stop" | "charge";
  overageCentsPerMillion: number | null;
}

/** A month of a subscription as the rest of the module sees it. */
export interface StoredPeriod extends PeriodTerms, UsageSum {
  id: Id<"per">;
  organizationId: Id<"org">;
  subscriptionId: Id<"sub">;
  start: Date;
  end: Date;
  overageTokens: number;
  overageCents: number;
  invoicedOverageCents: number;
  /** Of the overage: what was reckoned with the terms of plans that another one followed within the month. */
  carriedTokens: number;
  carriedCents: number;
  rolledUpAt: Date | null;
  closedAt: Date | null;
}

type Row = Selectable<BillingTables["billing.periods"]>;

const toPeriod = (row: Row): StoredPeriod => ({
  id: toTypeId("per", row.id),
  organizationId: toTypeId("org", row.organization_id),
  subscriptionId: toTypeId("sub", row.subscription_id),
  start: row.period_start,
  end: row.period_end,
  planId: toTypeId("pln", row.plan_id),
  planName: row.plan_name,
  priceCents: row.price_cents,
  currency: row.currency,
  allowanceTokens: row.allowance_tokens,
  allowanceMicros: row.allowance_micros,
  atLimit: row.at_limit,
  overageCentsPerMillion: row.overage_cents_per_million,
  calls: row.calls,
  inputTokens: row.input_tokens,
  outputTokens: row.output_tokens,
  costNanos: row.cost_nanos,
  overageTokens: row.overage_tokens,
  overageCents: row.overage_cents,
  invoicedOverageCents: row.invoiced_overage_cents,
  carriedTokens: row.carried_tokens,
  carriedCents: row.carried_cents,
  rolledUpAt: row.rolled_up_at,
  closedAt: row.closed_at,
});

const columnsOf = (terms: PeriodTerms) => ({
  plan_id: toUuid(terms.planId),
  plan_name: terms.planName,
  price_cents: terms.priceCents,
  currency: terms.currency,
  allowance_tokens: terms.allowanceTokens,
  allowance_micros: terms.allowanceMicros,
  at_limit: terms.atLimit,
  overage_cents_per_million: terms.overageCentsPerMillion,
});

/**
 * Writes the month that begins at `start`: its end and terms, whatever they were before; its sums stay until the next roll-up.
 * Months that began before it end where it begins, so that no call is in two.
 */
export async function savePeriod(
  db: Connection,
  organizationId: Id<"org">,
  period: PeriodTerms & { subscriptionId: Id<"sub">; start: Date; end: Date },
): Promise<void> {
  const [organization_id, subscription_id] = [toUuid(organizationId), toUuid(period.subscriptionId)];
  const columns = { subscription_id, period_end: period.end, ...columnsOf(period) };
  await tables(db)
    .updateTable("billing.periods")
    .set({ period_end: period.start })
    .where("organization_id", "=", organization_id)
    .where("period_start", "<", period.start)
    .where("period_end", ">", period.start)
    .execute();
  await tables(db)
    .insertInto("billing.periods")
    .values({ id: toUuid(newId("per")), organization_id, period_start: period.start, ...columns })
    .onConflict((conflict) => conflict.columns(["organization_id", "period_start"]).doUpdateSet(columns))
    .execute();
}

/** Writes a month that is over, unless a month is on record for any part of its time. */
export async function insertPastPeriod(
  db: Connection,
  organizationId: Id<"org">,
  period: PeriodTerms & { subscriptionId: Id<"sub">; start: Date; end: Date },
): Promise<void> {
  const organization_id = toUuid(organizationId);
  const known = await tables(db)
    .selectFrom("billing.periods")
    .select("id")
    .where("organization_id", "=", organization_id)
    .where("period_start", "<", period.end)
    .where("period_end", ">", period.start)
    .limit(1)
    .executeTakeFirst();
  if (known !== undefined) return;
  await tables(db)
    .insertInto("billing.periods")
    .values({
      id: toUuid(newId("per")),
      organization_id,
      subscription_id: toUuid(period.subscriptionId),
      period_start: period.start,
      period_end: period.end,
      ...columnsOf(period),
    })
    .onConflict((conflict) => conflict.columns(["organization_id", "period_start"]).doNothing())
    .execute();
}

export async function findPeriodAt(
  db: Connection,
  organizationId: Id<"org">,
  start: Date,
): Promise<StoredPeriod | undefined> {
  const row = await tables(db)
    .selectFrom("billing.periods")
    .selectAll()
    .where("organization_id", "=", toUuid(organizationId))
    .where("period_start", "=", start)
    .executeTakeFirst();
  return row && toPeriod(row);
}

/** One month of the organization; whoever changes it holds the organization's lock. */
export async function findPeriod(
  db: Connection,
  organizationId: Id<"org">,
  periodId: Id<"per">,
): Promise<StoredPeriod | undefined> {
  const row = await tables(db)
    .selectFrom("billing.periods")
    .selectAll()
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(periodId))
    .executeTakeFirst();
  return row && toPeriod(row);
}

/** The organization's months, newest first, those that began before `before`. */
export async function listPeriods(
  db: Connection,
  organizationId: Id<"org">,
  { limit, before }: { limit: number; before: Date | undefined },
): Promise<StoredPeriod[]> {
  const rows = await tables(db)
    .selectFrom("billing.periods")
    .selectAll()
    .where("organization_id", "=", toUuid(organizationId))
    .$if(before !== undefined, (query) => query.where("period_start", "<", before as Date))
    .orderBy("period_start", "desc")
    .limit(limit)
    .execute();
  return rows.map(toPeriod);
}

export async function countPeriods(db: Connection, organizationId: Id<"org">): Promise<number> {
  const { count } = await tables(db)
    .selectFrom("billing.periods")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("organization_id", "=", toUuid(organizationId))
    .executeTakeFirstOrThrow();
  return count;
}

/** Ended months of the organization with overage that is on no invoice yet, oldest first. */
export async function listUninvoiced(
  db: Connection,
  organizationId: Id<"org">,
  { now, limit }: { now: Date; limit: number },
): Promise<StoredPeriod[]> {
  const rows = await tables(db)
    .selectFrom("billing.periods")
    .selectAll()
    .where("organization_id", "=", toUuid(organizationId))
    .where("period_end", "<=", now)
    .whereRef("overage_cents", ">", "invoiced_overage_cents")
    .orderBy("period_start")
    .limit(limit)
    .execute();
  return rows.map(toPeriod);
}

/** Open months that were not summed up since `before`, the longest ago first, by organization. Of all organizations, for a job. */
export async function listToRollUp(
  db: Connection,
  { before, limit }: { before: Date; limit: number },
): Promise<Pick<StoredPeriod, "id" | "organizationId">[]> {
  const rows = await tables(db)
    .selectFrom("billing.periods")
    .select(["id", "organization_id"])
    .where("closed_at", "is", null)
    .where((where) => where.or([where("rolled_up_at", "is", null), where("rolled_up_at", "<=", before)]))
    .orderBy("rolled_up_at", (order) => order.asc().nullsFirst())
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(({ id, organization_id }) => ({
    id: toTypeId("per", id),
    organizationId: toTypeId("org", organization_id),
  }));
}

/** Writes what a month came to. */
export async function updateSums(
  db: Connection,
  organizationId: Id<"org">,
  periodId: Id<"per">,
  sums: UsageSum & Pick<StoredPeriod, "overageTokens" | "overageCents" | "rolledUpAt" | "closedAt">,
): Promise<void> {
  await tables(db)
    .updateTable("billing.periods")
    .set({
      calls: sums.calls,
      input_tokens: sums.inputTokens,
      output_tokens: sums.outputTokens,
      cost_nanos: sums.costNanos,
      overage_tokens: sums.overageTokens,
      overage_cents: sums.overageCents,
      rolled_up_at: sums.rolledUpAt,
      closed_at: sums.closedAt,
    })
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(periodId))
    .execute();
}

/** Notes what of a month's overage stays as it was reckoned, whatever its terms are from now on. */
export async function updateCarried(
  db: Connection,
  organizationId: Id<"org">,
  periodId: Id<"per">,
  { overageTokens, overageCents }: Pick<StoredPeriod, "overageTokens" | "overageCents">,
): Promise<void> {
  await tables(db)
    .updateTable("billing.periods")
    .set({ carried_tokens: overageTokens, carried_cents: overageCents })
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(periodId))
    .execute();
}

/** Notes how much of a month's overage is on invoices. */
export async function updateInvoiced(
  db: Connection,
  organizationId: Id<"org">,
  periodId: Id<"per">,
  invoicedOverageCents: number,
): Promise<void> {
  await tables(db)
    .updateTable("billing.periods")
    .set({ invoiced_overage_cents: invoicedOverageCents })
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(periodId))
    .execute();
}
