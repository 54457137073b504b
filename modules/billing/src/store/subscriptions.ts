import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type Insertable, type Selectable, sql } from "kysely";
import type { SubscriptionState } from "../contract/subscriptions.ts";
import type { SubscriptionFacts } from "../lifecycle.ts";
import { type BillingTables, tables } from "../schema.ts";

/** A subscription as the rest of the module sees it. */
export interface StoredSubscription extends SubscriptionFacts {
  id: Id<"sub">;
  organizationId: Id<"org">;
  pendingPlanId: Id<"pln"> | null;
  pendingEnd: boolean | null;
  hadTrial: boolean;
  /** Since when the present account at Stripe does not know who pays for it. */
  orphanedAt: Date | null;
  /** Grows with what people change of it: the plan, or whether it ends. */
  version: number;
  /** Grows with every change. */
  revision: number;
  createdAt: Date;
  updatedAt: Date;
}

/** Which subscriptions a list shows. */
export interface SubscriptionFilter {
  state?: SubscriptionState | undefined;
  organizationId?: Id<"org"> | undefined;
}

type Row = Selectable<BillingTables["billing.subscriptions"]>;

const toSubscription = (row: Row): StoredSubscription => ({
  id: toTypeId("sub", row.id),
  organizationId: toTypeId("org", row.organization_id),
  planId: toTypeId("pln", row.plan_id),
  state: row.state,
  paidBy: row.paid_by,
  periodStart: row.period_start,
  periodEnd: row.period_end,
  anchor: row.anchor,
  trialEndsAt: row.trial_ends_at,
  endsAtPeriodEnd: row.ends_at_period_end,
  failedPayments: row.failed_payments,
  pendingPlanId: row.pending_plan_id === null ? null : toTypeId("pln", row.pending_plan_id),
  pendingEnd: row.pending_end,
  stripeSubscriptionId: row.stripe_subscription_id,
  hadTrial: row.had_trial,
  cancelledAt: row.cancelled_at,
  orphanedAt: row.orphaned_at,
  version: row.version,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/**
 * The organization's subscription; others that change it wait until the transaction ends, also where there is none yet. First
 * in every transaction that changes it, so that what is read after that is what stands.
 */
export async function lockSubscription(
  db: Connection,
  organizationId: Id<"org">,
): Promise<StoredSubscription | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`reef-billing ${organizationId}`}, 0))`.execute(db);
  return findSubscription(db, organizationId, { forUpdate: true });
}

export async function findSubscription(
  db: Connection,
  organizationId: Id<"org">,
  { forUpdate = false }: { forUpdate?: boolean } = {},
): Promise<StoredSubscription | undefined> {
  const row = await tables(db)
    .selectFrom("billing.subscriptions")
    .selectAll()
    .where("organization_id", "=", toUuid(organizationId))
    .$if(forUpdate, (query) => query.forUpdate())
    .executeTakeFirst();
  return row && toSubscription(row);
}

/** Writes the organization's subscription, whatever it was before. */
export async function saveSubscription(db: Connection, subscription: StoredSubscription): Promise<void> {
  const { organizationId, pendingPlanId } = subscription;
  const row: Insertable<BillingTables["billing.subscriptions"]> = {
    organization_id: toUuid(organizationId),
    id: toUuid(subscription.id),
    plan_id: toUuid(subscription.planId),
    state: subscription.state,
    paid_by: subscription.paidBy,
    period_start: subscription.periodStart,
    period_end: subscription.periodEnd,
    anchor: subscription.anchor,
    trial_ends_at: subscription.trialEndsAt,
    ends_at_period_end: subscription.endsAtPeriodEnd,
    failed_payments: subscription.failedPayments,
    pending_plan_id: pendingPlanId && toUuid(pendingPlanId),
    pending_end: subscription.pendingEnd,
    stripe_subscription_id: subscription.stripeSubscriptionId,
    had_trial: subscription.hadTrial,
    cancelled_at: subscription.cancelledAt,
    orphaned_at: subscription.orphanedAt,
    version: subscription.version,
    revision: subscription.revision,
    created_at: subscription.createdAt,
    updated_at: subscription.updatedAt,
  };
  await tables(db)
    .insertInto("billing.subscriptions")
    .values(row)
    .onConflict((conflict) => conflict.column("organization_id").doUpdateSet(row))
    .execute();
}

const filtered = (db: Connection, { state, organizationId }: SubscriptionFilter) =>
  tables(db)
    .selectFrom("billing.subscriptions")
    .$if(state !== undefined, (query) => query.where("state", "=", state ?? "active"))
    .$if(organizationId !== undefined, (query) =>
      query.where("organization_id", "=", toUuid(organizationId as Id<"org">)),
    );

/** Subscriptions of all organizations, or of one, newest first, before the one with the id `before`. For operators. */
export async function listSubscriptions(
  db: Connection,
  filter: SubscriptionFilter,
  { limit, before }: { limit: number; before: Id<"sub"> | undefined },
): Promise<StoredSubscription[]> {
  const rows = await filtered(db, filter)
    .selectAll()
    .$if(before !== undefined, (query) => query.where("id", "<", toUuid(before as Id<"sub">)))
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return rows.map(toSubscription);
}

export async function countSubscriptions(db: Connection, filter: SubscriptionFilter): Promise<number> {
  const { count } = await filtered(db, filter)
    .select((select) => select.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

/** A place among subscriptions that a job walks through. */
export interface DuePlace {
  organizationId: Id<"org">;
  at: Date;
}

/** Subscriptions of operators whose month was over at `now`, by when, from behind a place on. Of all organizations, for a job. */
export async function listPastEnd(
  db: Connection,
  now: Date,
  { limit, behind }: { limit: number; behind: DuePlace | undefined },
): Promise<DuePlace[]> {
  const rows = await tables(db)
    .selectFrom("billing.subscriptions")
    .select(["organization_id", "period_end"])
    .where("paid_by", "=", "operator")
    .where("state", "in", ["trial", "active", "past_due"])
    .where("period_end", "<=", now)
    .$if(behind !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple("period_end", "organization_id"),
          ">",
          tuple(behind?.at ?? now, toUuid(behind?.organizationId ?? "org_")),
        ),
      ),
    )
    .orderBy("period_end")
    .orderBy("organization_id")
    .limit(limit)
    .execute();
  return rows.map(({ organization_id, period_end }) => ({
    organizationId: toTypeId("org", organization_id),
    at: period_end,
  }));
}

/**
 * Organizations whose trial ends from `from` to `to`, was longer than that by a day, and of which nobody was told yet. Of all
 * organizations, for a job.
 */
export async function listEndingTrials(
  db: Connection,
  { from, to, kind, limit }: { from: Date; to: Date; kind: string; limit: number },
): Promise<Id<"org">[]> {
  const { rows } = await sql<{ organization_id: string }>`
    select subscription.organization_id from billing.subscriptions as subscription
    where subscription.state = 'trial' and subscription.trial_ends_at between ${from} and ${to}
      and subscription.created_at < subscription.trial_ends_at - (${to}::timestamptz - ${from}::timestamptz) - interval '1 day'
      and not exists (
        select from billing.alerts as alert
        where alert.organization_id = subscription.organization_id and alert.kind = ${kind}
          and alert.about = subscription.id::text
      )
    order by subscription.trial_ends_at
    limit ${limit}`.execute(db);
  return rows.map(({ organization_id }) => toTypeId("org", organization_id));
}

/** Organizations that have the plan and whose subscription is not over, by id, from behind one on. For a job. */
export async function listOrganizationsWithPlan(
  db: Connection,
  planId: Id<"pln">,
  { limit, behind }: { limit: number; behind: Id<"org"> | null },
): Promise<Id<"org">[]> {
  const rows = await tables(db)
    .selectFrom("billing.subscriptions")
    .select("organization_id")
    .where("plan_id", "=", toUuid(planId))
    .where("state", "!=", "cancelled")
    .$if(behind !== null, (query) => query.where("organization_id", ">", toUuid(behind as Id<"org">)))
    .orderBy("organization_id")
    .limit(limit)
    .execute();
  return rows.map(({ organization_id }) => toTypeId("org", organization_id));
}
