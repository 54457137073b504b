import type { Id } from "@reef/crypto";
import { type Connection, type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { IdentityApi } from "@reef/identity";
import type { Clock } from "../clock.ts";
import type { AssignedPlan, ListedSubscription, Subscription, SubscriptionState } from "../contract/subscriptions.ts";
import { billingErrors } from "../errors.ts";
import type { Lifecycle, SubscriptionFacts } from "../lifecycle.ts";
import type { Payments } from "../payments.ts";
import { findPlan } from "../store/plans.ts";
import * as store from "../store/subscriptions.ts";
import { monthAt } from "./months.ts";
import type { OwnInvoices } from "./own-invoices.ts";
import type { OperatorCall, PageQuery } from "./plans.ts";
import { isOrphaned } from "./terms.ts";
import { subscriptionView } from "./views.ts";

export interface OperationDependencies {
  identity: Pick<IdentityApi, "getOrganization" | "listOrganizationsById">;
  lifecycle: Lifecycle;
  payments: Pick<Payments, "kind">;
  invoices: OwnInvoices;
  /** Orders, in the transaction, that the organization's months are summed up anew. */
  orderRollUp(transaction: Connection, organizationId: Id<"org">): Promise<void>;
  cursors: Cursors;
  clock: Clock;
}

type SubscriptionQuery = PageQuery & {
  state?: SubscriptionState | undefined;
  organizationId?: Id<"org"> | undefined;
};

const LIST = "billing.listSubscriptions";
const DAY_MS = 86_400_000;

/** What operators do with the subscriptions of organizations. */
export function createOperations(dependencies: OperationDependencies) {
  const { identity, lifecycle, payments, invoices, orderRollUp, cursors, clock } = dependencies;

  /** @throws billing.not_subscribed */
  async function view(db: Connection, organizationId: Id<"org">): Promise<Subscription> {
    const subscription = await store.findSubscription(db, organizationId);
    const plan = subscription && (await findPlan(db, subscription.planId));
    if (subscription === undefined || plan === undefined) throw billingErrors.not_subscribed();
    return subscriptionView(subscription, plan, payments);
  }

  /** One transaction with a subscription that no payment at Stripe keeps. @throws billing.not_subscribed, billing.paid_by_stripe */
  const change = (
    { db }: OperatorCall,
    organizationId: Id<"org">,
    work: (transaction: Connection, subscription: store.StoredSubscription) => Promise<void>,
    { mayBeOrphaned = false }: { mayBeOrphaned?: boolean } = {},
  ): Promise<Subscription> =>
    transact(db, async (transaction) => {
      const subscription = await store.lockSubscription(transaction, organizationId);
      if (subscription === undefined || subscription.state === "cancelled") throw billingErrors.not_subscribed();
      const isStripes = subscription.paidBy === "stripe" && !(mayBeOrphaned && isOrphaned(subscription, payments));
      if (isStripes) throw billingErrors.paid_by_stripe();
      await work(transaction, subscription);
      return view(transaction, organizationId);
    });

  /** A month begins with its invoice; a trial is no month. */
  async function begin(db: Connection, organizationId: Id<"org">, facts: SubscriptionFacts): Promise<void> {
    await lifecycle.record(db, organizationId, facts);
    if (facts.state === "active") await invoices.issueForMonth(db, organizationId, facts.periodStart);
  }

  return {
    /** Those of all organizations, newest first. @throws list.invalid_cursor */
    async listSubscriptions({ db }: OperatorCall, query: SubscriptionQuery): Promise<Page<ListedSubscription>> {
      const { limit, cursor, ...filter } = query;
      const before = cursor === undefined ? undefined : (cursors.decode(LIST, cursor)[0] as Id<"sub">);
      const rows = await store.listSubscriptions(db, filter, { limit: limit + 1, before });
      const total = await store.countSubscriptions(db, filter);
      const page = pageOf(rows, limit, total, ({ id }) => cursors.encode(LIST, [id]));
      const plans = new Map<Id<"pln">, Awaited<ReturnType<typeof findPlan>>>();
      const named = await identity.listOrganizationsById(
        db,
        Array.from(new Set(page.items.map((one) => one.organizationId))),
      );
      const items: ListedSubscription[] = [];
      for (const subscription of page.items) {
        const plan = plans.get(subscription.planId) ?? (await findPlan(db, subscription.planId));
        plans.set(subscription.planId, plan);
        const { name: organizationName = null, slug: organizationSlug = null } =
          named.get(subscription.organizationId) ?? {};
        if (plan === undefined) continue;
        items.push({ ...subscriptionView(subscription, plan, payments), organizationName, organizationSlug });
      }
      return { ...page, items };
    },

    /**
     * Gives an organization a plan. One that it has by an operator is changed at once, and the month goes on, unpaid for; else,
     * also in place of one that nobody takes the payments of any more, its months, or its trial, begin now. Doing it twice changes nothing.
     *
     * @throws identity.organization_not_found, billing.plan_not_found, billing.paid_by_stripe
     */
    assignPlan: (
      { db }: OperatorCall,
      organizationId: Id<"org">,
      { planId, trialDays }: AssignedPlan,
    ): Promise<Subscription> =>
      transact(db, async (transaction) => {
        await identity.getOrganization(transaction, organizationId);
        const subscription = await store.lockSubscription(transaction, organizationId);
        const isOn =
          subscription !== undefined && subscription.state !== "cancelled" && !isOrphaned(subscription, payments);
        if (isOn && subscription.paidBy === "stripe") throw billingErrors.paid_by_stripe();
        const plan = await findPlan(transaction, planId);
        const hasIt = isOn && subscription.planId === planId;
        if (plan === undefined || (plan.archivedAt !== null && !hasIt)) throw billingErrors.plan_not_found();
        if (isOn) await lifecycle.record(transaction, organizationId, { ...subscription, planId });
        else await begin(transaction, organizationId, newFacts(planId, trialDays, new Date(clock.now())));
        return view(transaction, organizationId);
      }),

    /**
     * Ends a subscription now, also one that nobody takes the payments of any more.
     *
     * @throws billing.not_subscribed, billing.paid_by_stripe
     */
    cancelSubscription: (call: OperatorCall, organizationId: Id<"org">): Promise<Subscription> =>
      change(
        call,
        organizationId,
        (db, subscription) =>
          lifecycle.record(db, organizationId, {
            ...subscription,
            state: "cancelled",
            cancelledAt: new Date(clock.now()),
          }),
        { mayBeOrphaned: true },
      ),

    /** Stops calls until it is reactivated; safe to repeat. @throws billing.not_subscribed, billing.paid_by_stripe */
    suspendSubscription: (call: OperatorCall, organizationId: Id<"org">): Promise<Subscription> =>
      change(call, organizationId, (db, subscription) =>
        lifecycle.record(db, organizationId, { ...subscription, state: "suspended" }),
      ),

    /**
     * Lets a suspended one serve again. If its month is over by now, the one that it would be in begins; those between are not
     * charged for.
     *
     * @throws billing.not_subscribed, billing.not_suspended, billing.paid_by_stripe
     */
    reactivateSubscription: (call: OperatorCall, organizationId: Id<"org">): Promise<Subscription> =>
      change(call, organizationId, async (db, subscription) => {
        if (subscription.state !== "suspended") throw billingErrors.not_suspended();
        const now = new Date(clock.now());
        const { trialEndsAt, periodEnd, anchor } = subscription;
        if (trialEndsAt !== null && trialEndsAt > now) {
          return lifecycle.record(db, organizationId, { ...subscription, state: "trial" });
        }
        const facts = { ...subscription, state: "active" as const };
        if (periodEnd > now) return lifecycle.record(db, organizationId, facts);
        const months = anchor ?? trialEndsAt ?? periodEnd;
        const { start, end } = monthAt(months, now);
        return begin(db, organizationId, { ...facts, anchor: months, periodStart: start, periodEnd: end });
      }),

    /** Orders that its months are summed up anew. @throws billing.not_subscribed */
    rollUpPeriods: ({ db }: OperatorCall, organizationId: Id<"org">): Promise<Subscription> =>
      transact(db, async (transaction) => {
        await orderRollUp(transaction, organizationId);
        return view(transaction, organizationId);
      }),
  };
}

export type Operations = ReturnType<typeof createOperations>;

/** A subscription that begins now. The months are counted from the end of the trial on, where there is one. */
function newFacts(planId: Id<"pln">, trialDays: number, now: Date): SubscriptionFacts {
  const trialEndsAt = trialDays === 0 ? null : new Date(now.getTime() + trialDays * DAY_MS);
  const month = monthAt(now, now);
  return {
    planId,
    state: trialEndsAt === null ? "active" : "trial",
    paidBy: "operator",
    periodStart: now,
    periodEnd: trialEndsAt ?? month.end,
    anchor: trialEndsAt === null ? now : null,
    trialEndsAt,
    endsAtPeriodEnd: false,
    failedPayments: 0,
    stripeSubscriptionId: null,
    cancelledAt: null,
  };
}
