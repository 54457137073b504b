import { type Id, newId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Events } from "@reef/events";
import type { UsageSource } from "../api.ts";
import type { Clock } from "../clock.ts";
import { allowanceChanged, subscriptionChanged } from "../events.ts";
import type { Lifecycle, SubscriptionFacts } from "../lifecycle.ts";
import * as periods from "../store/periods.ts";
import { findPlan, type StoredPlan } from "../store/plans.ts";
import { lockSubscription, type StoredSubscription, saveSubscription } from "../store/subscriptions.ts";
import type { Alerts } from "./alerts.ts";
import { overageOf } from "./overage.ts";
import { allowanceOf, serves, termsOf } from "./terms.ts";
import { createTransitions } from "./transitions.ts";

export interface LifecycleDependencies {
  events: Events;
  usage: UsageSource;
  alerts: Alerts;
  clock: Clock;
}

/** Keeps subscriptions, and lets their months follow their plans. */
export interface LifecycleService extends Lifecycle {
  /** Lets the present month follow its plan's terms, but for the price, and says what it may use now. For one whose plan was changed. */
  followPlan(transaction: Connection, organizationId: Id<"org">, planId: Id<"pln">): Promise<void>;
}

/** The one place where subscriptions change; what each change means for others is told with it. */
export function createLifecycle({ events, usage, alerts, clock }: LifecycleDependencies): LifecycleService {
  const transitions = createTransitions(alerts);

  async function emitAllowance(db: Connection, subscription: StoredSubscription, plan: StoredPlan): Promise<void> {
    const { organizationId } = subscription;
    const allowance = allowanceOf(organizationId, subscription, plan);
    await events.emit(db, toUuid(organizationId), allowanceChanged, allowance);
  }

  /** Where another plan follows within a month, what went beyond the former one's allowance stays owed. */
  async function carryOverage(db: Connection, { organizationId, periodStart }: StoredSubscription, plan: StoredPlan) {
    const month = await periods.findPeriodAt(db, organizationId, periodStart);
    // No two currencies make one sum. Only an operator can change to a plan in another one, who is not charged by it.
    if (month === undefined || month.planId === plan.id || month.currency !== plan.currency) return;
    const { id, start } = month;
    const until = new Date(Math.min(clock.now(), month.end.getTime()));
    const sums = await usage.sumOf(db, organizationId, start, until);
    await periods.updateCarried(db, organizationId, id, overageOf(month, sums));
  }

  return {
    async record(db, organizationId, facts) {
      const before = await lockSubscription(db, organizationId);
      if (before !== undefined && isOutlived(before, facts)) return;
      const after = follow(organizationId, before, facts, new Date(clock.now()));
      if (before !== undefined && isSame(before, after)) return;
      // A change of the plan waits, or was before: who follows it is looked for after that, and this subscription is found then.
      const plan = await getPlan(db, after.planId, { forShare: true });
      await saveSubscription(db, after);
      await carryOverage(db, after, plan);
      await saveMonth(db, after, plan);

      const previous = before?.id === after.id ? before : undefined;
      const previousPlan =
        previous === undefined || previous.planId === plan.id ? plan : await getPlan(db, previous.planId);
      if (previous?.state !== after.state || previous.planId !== after.planId) {
        await events.emit(db, toUuid(organizationId), subscriptionChanged, {
          organizationId,
          subscriptionId: after.id,
          previousState: previous?.state ?? null,
          state: after.state,
          previousPlanId: previous?.planId ?? null,
          planId: after.planId,
          periodStart: after.periodStart.toISOString(),
        });
      }
      if (previous === undefined || !isSameAllowance([previous, previousPlan], [after, plan])) {
        await emitAllowance(db, after, plan);
      }
      await transitions.tell(db, { previous, previousPlan, after, plan });
    },

    async orphan(db, organizationId) {
      const subscription = await lockSubscription(db, organizationId);
      if (subscription === undefined || subscription.state === "cancelled") return false;
      if (subscription.paidBy !== "stripe" || subscription.orphanedAt !== null) return false;
      const now = new Date(clock.now());
      const revision = subscription.revision + 1;
      await saveSubscription(db, { ...subscription, orphanedAt: now, revision, updatedAt: now });
      return true;
    },

    async recordPast(db, organizationId, months) {
      const subscription = await lockSubscription(db, organizationId);
      if (subscription === undefined) return;
      for (const { planId, ...month } of months) {
        const plan = await findPlan(db, planId);
        if (plan === undefined) continue;
        const past = { ...termsOf(plan), ...month, subscriptionId: subscription.id };
        await periods.insertPastPeriod(db, organizationId, past);
      }
    },

    async followPlan(db, organizationId, planId) {
      const subscription = await lockSubscription(db, organizationId);
      if (subscription?.planId !== planId || subscription.state === "cancelled") return;
      const plan = await getPlan(db, planId);
      const after = { ...subscription, revision: subscription.revision + 1, updatedAt: new Date(clock.now()) };
      await saveSubscription(db, after);
      const month = await periods.findPeriodAt(db, organizationId, after.periodStart);
      if (month !== undefined) {
        const terms = { ...termsOf(plan), priceCents: month.priceCents };
        await periods.savePeriod(db, organizationId, { ...month, ...terms });
      }
      await emitAllowance(db, after, plan);
    },
  };
}

/** Whether Stripe tells of a subscription that is over to one that an operator gave, and that is not. */
const isOutlived = (before: StoredSubscription, facts: SubscriptionFacts): boolean =>
  before.paidBy === "operator" && before.state !== "cancelled" && facts.paidBy === "stripe" && !serves(facts);

/** What the subscription is by the facts. One that begins after another one was over is a new one. */
function follow(
  organizationId: Id<"org">,
  before: StoredSubscription | undefined,
  facts: SubscriptionFacts,
  now: Date,
): StoredSubscription {
  const begins =
    before === undefined || (before.state === "cancelled" && facts.state !== "cancelled") || replaces(before, facts);
  const isOver = facts.state === "cancelled";
  const wanted = begins || isOver ? undefined : before;
  const after = {
    ...facts,
    id: begins ? newId("sub") : before.id,
    organizationId,
    pendingPlanId: wanted === undefined ? null : stillPending(wanted.pendingPlanId, wanted.planId, facts.planId),
    pendingEnd:
      wanted === undefined ? null : stillPending(wanted.pendingEnd, wanted.endsAtPeriodEnd, facts.endsAtPeriodEnd),
    hadTrial: before?.hadTrial === true || facts.state === "trial" || facts.trialEndsAt !== null,
    orphanedAt: null,
    version: before?.version ?? 1,
    revision: (before?.revision ?? 0) + 1,
    createdAt: begins ? now : before.createdAt,
    updatedAt: now,
  };
  return before === undefined || isSameToPeople(before, after) ? after : { ...after, version: after.version + 1 };
}

/**
 * What is wanted and has not come yet. What was so already when it was wanted takes another wish back that is on its way to
 * Stripe: it stays until it is arranged as well.
 */
const stillPending = <Wish>(wish: Wish | null, before: Wish, now: Wish): Wish | null =>
  wish === now && before !== now ? null : wish;

/** Whether one that nobody takes payments for any more gives way to one that an operator gives, or that is paid for anew. */
const replaces = (before: StoredSubscription, facts: SubscriptionFacts): boolean =>
  before.paidBy === "stripe" &&
  (facts.paidBy === "operator" ||
    (before.orphanedAt !== null && before.stripeSubscriptionId !== facts.stripeSubscriptionId));

/**
 * Whether what people change of it is as they saw it: what they asked for counts from then on, so that it is arranged with
 * Stripe is no change to them. Nor is that a month passes or a payment fails.
 */
const isSameToPeople = (before: StoredSubscription, after: StoredSubscription): boolean =>
  before.id === after.id &&
  (before.pendingPlanId ?? before.planId) === (after.pendingPlanId ?? after.planId) &&
  (before.pendingEnd ?? before.endsAtPeriodEnd) === (after.pendingEnd ?? after.endsAtPeriodEnd);

/** Whether nothing was changed: all but the counts of changes and the moment of it. */
function isSame(before: StoredSubscription, after: StoredSubscription): boolean {
  const { version: _version, revision: _revision, updatedAt: _updatedAt, ...fields } = after;
  return Object.entries(fields).every(([name, value]) => {
    const old = before[name as keyof StoredSubscription];
    return value instanceof Date && old instanceof Date ? value.getTime() === old.getTime() : value === old;
  });
}

type WithPlan = readonly [StoredSubscription, StoredPlan];

/** Whether the gateway need not be told of a change. */
function isSameAllowance(before: WithPlan, after: WithPlan): boolean {
  const [old, now] = [before, after].map(([subscription, plan]) =>
    JSON.stringify({ ...allowanceOf(subscription.organizationId, subscription, plan), version: 0 }),
  );
  return old === now;
}

/** Writes the present month. A month keeps the terms that it has, unless the plan is another one. */
async function saveMonth(db: Connection, subscription: StoredSubscription, plan: StoredPlan): Promise<void> {
  const { organizationId, id: subscriptionId, periodStart: start, periodEnd, state, cancelledAt } = subscription;
  const known = await periods.findPeriodAt(db, organizationId, start);
  const keeps = known?.planId === plan.id && known.subscriptionId === subscriptionId;
  const isCut = state === "cancelled" && cancelledAt !== null && cancelledAt < periodEnd;
  const end = isCut ? new Date(Math.max(cancelledAt.getTime(), start.getTime())) : periodEnd;
  await periods.savePeriod(db, organizationId, { ...(keeps ? known : termsOf(plan)), subscriptionId, start, end });
}

/** A plan that the database says is there. */
async function getPlan(db: Connection, planId: Id<"pln">, lock: { forShare?: boolean } = {}): Promise<StoredPlan> {
  const plan = await findPlan(db, planId, lock);
  if (plan === undefined) throw new Error(`There is no plan ${planId}.`);
  return plan;
}
