import type { Id } from "@reef/crypto";
import { type Connection, transact } from "@reef/db";
import type { UsageSource } from "../api.ts";
import type { Clock } from "../clock.ts";
import { findPeriod, listPeriods, type StoredPeriod, updateSums } from "../store/periods.ts";
import { findSubscription, lockSubscription } from "../store/subscriptions.ts";
import { overageOf } from "./overage.ts";
import type { OwnInvoices } from "./own-invoices.ts";

export interface RollUpDependencies {
  usage: UsageSource;
  invoices: OwnInvoices;
  /** Orders, in the transaction, that what of a month is on no invoice yet comes on one of Stripe's. */
  orderCharge(transaction: Connection, organizationId: Id<"org">, periodId: Id<"per">): Promise<void>;
  clock: Clock;
}

/** For so long after its end a month is still summed up: calls of a process that died come with its journal. */
const LATE_MS = 3 * 86_400_000;
/** Months that one transaction sums up. */
const BATCH = 6;

/** Sums up what months used: always anew from the calls on record, so that it can be done at any time and any number of times. */
export function createRollUp({ usage, invoices, orderCharge, clock }: RollUpDependencies) {
  /** In the caller's transaction, which has the organization's lock. */
  async function sumUp(db: Connection, period: StoredPeriod): Promise<void> {
    const { organizationId, id, start, end } = period;
    const now = new Date(clock.now());
    const sums = await usage.sumOf(db, organizationId, start, end);
    const overage = overageOf(period, sums);
    const closedAt = period.closedAt ?? (now.getTime() >= end.getTime() + LATE_MS ? now : null);
    await updateSums(db, organizationId, id, { ...sums, ...overage, rolledUpAt: now, closedAt });
    if (end > now || overage.overageCents <= period.invoicedOverageCents) return;
    const subscription = await findSubscription(db, organizationId);
    // What nobody takes payments for any more stays uncharged until it is summed up with another subscription in its place.
    if (subscription?.paidBy === "stripe" && subscription.orphanedAt === null)
      await orderCharge(db, organizationId, id);
    else if (subscription?.state === "cancelled" && closedAt !== null) await invoices.issueRest(db, organizationId);
  }

  return {
    sumUp,

    /** Sums up one month in a transaction of its own. */
    rollUp: (connection: Connection, organizationId: Id<"org">, periodId: Id<"per">): Promise<void> =>
      transact(connection, async (db) => {
        await lockSubscription(db, organizationId);
        const period = await findPeriod(db, organizationId, periodId);
        if (period !== undefined) await sumUp(db, period);
      }),

    /** Sums up the next of the organization's months, from the newest on; answers where to go on, or that all are done. */
    rollUpSome: (db: Connection, organizationId: Id<"org">, before: Date | undefined): Promise<Date | undefined> =>
      transact(db, async (transaction) => {
        await lockSubscription(transaction, organizationId);
        const months = await listPeriods(transaction, organizationId, { limit: BATCH, before });
        for (const month of months) await sumUp(transaction, month);
        return months.length === BATCH ? months.at(-1)?.start : undefined;
      }),
  };
}

export type RollUp = ReturnType<typeof createRollUp>;
