import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Selectable } from "kysely";
import { type BillingTables, tables } from "../schema.ts";

/*
 * Plans are the reef's: every organization sees those that are offered, and operators all; so these functions take none.
 */

/** A plan as the rest of the module sees it. */
export interface StoredPlan {
  id: Id<"pln">;
  slug: string;
  name: string;
  description: string;
  priceCents: number;
  currency: string;
  allowanceTokens: number | null;
  allowanceMicros: number | null;
  atLimit: "stop" | "charge";
  /** For each million tokens beyond the allowance; null where calls stop there. */
  overageCentsPerMillion: number | null;
  trialDays: number;
  isOffered: boolean;
  position: number;
  archivedAt: Date | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** What of a plan is written. */
export type PlanFields = Omit<StoredPlan, "id" | "archivedAt" | "version" | "createdAt" | "updatedAt">;

/** Where a plan stands in a list. */
export type PlanPlace = Pick<StoredPlan, "position" | "id">;

type PlanRow = Selectable<BillingTables["billing.plans"]>;

const toPlan = (row: PlanRow): StoredPlan => ({
  id: toTypeId("pln", row.id),
  slug: row.slug,
  name: row.name,
  description: row.description,
  priceCents: row.price_cents,
  currency: row.currency,
  allowanceTokens: row.allowance_tokens,
  allowanceMicros: row.allowance_micros,
  atLimit: row.at_limit,
  // The column keeps the name it began with: while a reef is updated, processes of the version before still use it.
  overageCentsPerMillion: row.overage_cents,
  trialDays: row.trial_days,
  isOffered: row.offered,
  position: row.position,
  archivedAt: row.archived_at,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const columnsOf = (plan: PlanFields) => ({
  slug: plan.slug,
  name: plan.name,
  description: plan.description,
  price_cents: plan.priceCents,
  currency: plan.currency,
  allowance_tokens: plan.allowanceTokens,
  allowance_micros: plan.allowanceMicros,
  at_limit: plan.atLimit,
  overage_cents: plan.overageCentsPerMillion,
  trial_days: plan.trialDays,
  offered: plan.isOffered,
  position: plan.position,
});

/** Creates a plan; undefined when its slug is taken. */
export async function insertPlan(db: Connection, plan: PlanFields, now: Date): Promise<StoredPlan | undefined> {
  const row = await tables(db)
    .insertInto("billing.plans")
    .values({ id: toUuid(newId("pln")), ...columnsOf(plan), archived_at: null, created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.column("slug").doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && toPlan(row);
}

/** One plan; `forUpdate` holds it until the transaction ends, and `forShare` lets nobody change it until then. */
export async function findPlan(
  db: Connection,
  planId: Id<"pln">,
  { forUpdate = false, forShare = false }: { forUpdate?: boolean; forShare?: boolean } = {},
): Promise<StoredPlan | undefined> {
  const row = await tables(db)
    .selectFrom("billing.plans")
    .selectAll()
    .where("id", "=", toUuid(planId))
    .$if(forUpdate, (query) => query.forNoKeyUpdate())
    .$if(forShare, (query) => query.forShare())
    .executeTakeFirst();
  return row && toPlan(row);
}

const plansOf = (db: Connection, { onlyOffered }: { onlyOffered: boolean }) =>
  tables(db)
    .selectFrom("billing.plans")
    .$if(onlyOffered, (query) => query.where("offered", "=", true).where("archived_at", "is", null));

/** Plans from the least on, behind a place. */
export async function listPlans(
  db: Connection,
  { onlyOffered, limit, behind }: { onlyOffered: boolean; limit: number; behind: PlanPlace | undefined },
): Promise<StoredPlan[]> {
  const rows = await plansOf(db, { onlyOffered })
    .selectAll()
    .$if(behind !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple("position", "id"), ">", tuple(behind?.position ?? 0, toUuid(behind?.id ?? "pln_"))),
      ),
    )
    .orderBy("position")
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(toPlan);
}

/** How many plans there are. */
export async function countPlans(db: Connection, which: { onlyOffered: boolean }): Promise<number> {
  const { count } = await plansOf(db, which)
    .select((select) => select.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

/** Writes a plan anew. */
export async function updatePlan(
  db: Connection,
  planId: Id<"pln">,
  plan: PlanFields,
  now: Date,
): Promise<StoredPlan | undefined> {
  const row = await tables(db)
    .updateTable("billing.plans")
    .set((set) => ({ ...columnsOf(plan), version: set("version", "+", 1), updated_at: now }))
    .where("id", "=", toUuid(planId))
    .returningAll()
    .executeTakeFirst();
  return row && toPlan(row);
}

/** Archives a plan, unless it is already; false when there is none. */
export async function archivePlan(db: Connection, planId: Id<"pln">, now: Date): Promise<boolean> {
  const row = await tables(db)
    .updateTable("billing.plans")
    .set((set) => ({
      archived_at: set.fn.coalesce("archived_at", set.val(now)),
      version: set
        .case()
        .when("archived_at", "is", null)
        .then(set("version", "+", 1))
        .else(set.ref("version"))
        .end(),
      updated_at: set.case().when("archived_at", "is", null).then(set.val(now)).else(set.ref("updated_at")).end(),
    }))
    .where("id", "=", toUuid(planId))
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}
