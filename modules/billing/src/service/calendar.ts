import { type Id, toUuid } from "@reef/crypto";
import { type Connection, transact } from "@reef/db";
import type { Logger } from "@reef/telemetry";
import type { Clock } from "../clock.ts";
import type { Lifecycle, SubscriptionFacts } from "../lifecycle.ts";
import { findPeriodAt, listToRollUp } from "../store/periods.ts";
import { findPlan } from "../store/plans.ts";
import * as store from "../store/subscriptions.ts";
import type { Alerts } from "./alerts.ts";
import { monthAt } from "./months.ts";
import type { OwnInvoices } from "./own-invoices.ts";
import type { RollUp } from "./roll-up.ts";

export interface CalendarDependencies {
  lifecycle: Lifecycle;
  rollUp: RollUp;
  invoices: OwnInvoices;
  alerts: Alerts;
  logger: Logger;
  clock: Clock;
}

const BATCH = 100;
const HOUR_MS = 3_600_000;
/** That a trial ends is told so long before. */
const TRIAL_NOTICE_MS = 3 * 86_400_000;
const TRIAL_ENDS = "trial-ends";

/** What happens because time passes. Whatever is interrupted goes on with the next turn, since all is found by how it stands. */
export function createCalendar({ lifecycle, rollUp, invoices, alerts, logger, clock }: CalendarDependencies) {
  /**
   * Ends the month that is over, if it still is, and begins the next one or ends the subscription: one month, one transaction,
   * with its sums and its invoice. Whether there is more to do.
   */
  const passMonth = (connection: Connection, organizationId: Id<"org">): Promise<boolean> =>
    transact(connection, async (db) => {
      const now = new Date(clock.now());
      const subscription = await store.lockSubscription(db, organizationId);
      if (subscription === undefined || !isPastEnd(subscription, now)) return false;
      const ended = await findPeriodAt(db, organizationId, subscription.periodStart);
      if (ended !== undefined) await rollUp.sumUp(db, ended);
      const next = nextOf(subscription);
      await lifecycle.record(db, organizationId, next);
      if (next.state === "cancelled") return false;
      await invoices.issueForMonth(db, organizationId, next.periodStart);
      return next.periodEnd <= now;
    });

  /** Does what is due of one organization. What fails is logged, left for the next turn, and stops nobody else's. */
  async function attempt(organizationId: Id<"org">, signal: AbortSignal, work: () => Promise<void>): Promise<boolean> {
    signal.throwIfAborted();
    try {
      await work();
      return true;
    } catch (error) {
      logger.error({ err: error, organizationId }, "What is due of a subscription failed; it is tried again.");
      return false;
    }
  }

  async function passMonths(db: Connection, signal: AbortSignal): Promise<void> {
    let due: store.DuePlace[];
    let behind: store.DuePlace | undefined;
    do {
      due = await store.listPastEnd(db, new Date(clock.now()), { limit: BATCH, behind });
      for (const { organizationId } of due) {
        await attempt(organizationId, signal, async () => {
          // After a long stop several are over, each with an invoice of its own.
          while (await passMonth(db, organizationId)) signal.throwIfAborted();
        });
      }
      behind = due.at(-1);
    } while (due.length === BATCH);
  }

  /** What was summed up longest ago comes first; so what failed comes up again, and is passed over in this turn. */
  async function rollUpDue(db: Connection, signal: AbortSignal): Promise<void> {
    const before = new Date(clock.now() - HOUR_MS);
    const failed = new Set<string>();
    let hasMore = true;
    while (hasMore) {
      const limit = BATCH + failed.size;
      const due = await listToRollUp(db, { before, limit });
      for (const { organizationId, id } of due.filter((month) => !failed.has(month.id))) {
        const isDone = await attempt(organizationId, signal, () => rollUp.rollUp(db, organizationId, id));
        if (!isDone) failed.add(id);
      }
      hasMore = due.length === limit && failed.size < BATCH;
    }
  }

  async function tellOfTrials(db: Connection, signal: AbortSignal): Promise<void> {
    const now = clock.now();
    const range = { from: new Date(now), to: new Date(now + TRIAL_NOTICE_MS) };
    const organizations = await store.listEndingTrials(db, { ...range, kind: TRIAL_ENDS, limit: BATCH });
    for (const organizationId of organizations) {
      await attempt(organizationId, signal, () =>
        transact(db, (transaction) => tellOfTrial(transaction, organizationId)),
      );
    }
  }

  async function tellOfTrial(db: Connection, organizationId: Id<"org">): Promise<void> {
    const subscription = await store.lockSubscription(db, organizationId);
    if (subscription?.state !== "trial" || subscription.trialEndsAt === null) return;
    const plan = await findPlan(db, subscription.planId);
    await alerts.tell(db, organizationId, toUuid(subscription.id), {
      kind: TRIAL_ENDS,
      planName: plan?.name ?? "",
      endsAt: subscription.trialEndsAt,
      isPaidByCard: subscription.paidBy === "stripe",
    });
  }

  return {
    /** Does what is due. Safe to repeat, and to be interrupted anywhere. */
    async turn(db: Connection, signal: AbortSignal): Promise<void> {
      await passMonths(db, signal);
      await tellOfTrials(db, signal);
      await rollUpDue(db, signal);
    },
  };
}

export type Calendar = ReturnType<typeof createCalendar>;

/** Whether the calendar moves it on: what Stripe keeps it leaves alone, and what is suspended stands still until it is reactivated. */
const isPastEnd = (subscription: store.StoredSubscription, now: Date): boolean =>
  subscription.paidBy === "operator" &&
  subscription.state !== "suspended" &&
  subscription.state !== "cancelled" &&
  subscription.periodEnd <= now;

/** What a subscription is when its month is over. */
function nextOf(subscription: store.StoredSubscription): SubscriptionFacts {
  const { state, periodEnd, endsAtPeriodEnd } = subscription;
  if (endsAtPeriodEnd) return { ...subscription, state: "cancelled", cancelledAt: periodEnd };
  // The months are counted from the end of the trial on, which was no month.
  const anchor = state === "trial" ? periodEnd : (subscription.anchor ?? periodEnd);
  const { start, end } = monthAt(anchor, periodEnd);
  return { ...subscription, state: "active", anchor, periodStart: start, periodEnd: end };
}
