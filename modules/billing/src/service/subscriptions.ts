import type { Id } from "@reef/crypto";
import { type Connection, type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { Call, PersonCaller } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import type { Clock } from "../clock.ts";
import type {
  BillingPeriod,
  BillingStanding,
  Redirect,
  Subscription,
  SubscriptionChange,
} from "../contract/subscriptions.ts";
import { billingErrors } from "../errors.ts";
import type { Payments } from "../payments.ts";
import { hasOpenInvoice } from "../store/invoices.ts";
import * as periods from "../store/periods.ts";
import { findPlan, type StoredPlan } from "../store/plans.ts";
import {
  findSubscription,
  lockSubscription,
  type StoredSubscription,
  saveSubscription,
} from "../store/subscriptions.ts";
import type { PageQuery } from "./plans.ts";
import { isOrphaned } from "./terms.ts";
import { periodView, planView, subscriptionView } from "./views.ts";

export interface SubscriptionDependencies {
  identity: Pick<IdentityApi, "getOrganization" | "listAdminAddresses">;
  payments: Payments;
  planRequired: boolean;
  cursors: Cursors;
  clock: Clock;
}

const PERIODS = "billing.listPeriods";

/** What an organization's own people see and do of its subscription. */
export function createSubscriptionService(dependencies: SubscriptionDependencies) {
  const { identity, payments, planRequired, cursors, clock } = dependencies;

  async function view(db: Connection, subscription: StoredSubscription): Promise<Subscription> {
    return subscriptionView(subscription, await getPlan(db, subscription.planId), payments);
  }

  /** Notes what is wanted of Stripe, and orders that it is arranged. */
  async function want(
    db: Connection,
    subscription: StoredSubscription,
    wanted: Partial<Pick<StoredSubscription, "pendingPlanId" | "pendingEnd">>,
  ): Promise<StoredSubscription> {
    const { organizationId, version, revision } = subscription;
    const updatedAt = new Date(clock.now());
    const noted = { ...subscription, ...wanted, version: version + 1, revision: revision + 1, updatedAt };
    await saveSubscription(db, noted);
    await payments.orderChange(db, organizationId);
    return noted;
  }

  return {
    /** How the organization stands. */
    async getSubscription({ caller, db }: Call<PersonCaller>): Promise<BillingStanding> {
      const subscription = await findSubscription(db, caller.organizationId);
      return {
        subscription: subscription === undefined ? null : await view(db, subscription),
        planRequired,
        payments: payments.kind,
        mayTry: subscription?.hadTrial !== true,
      };
    },

    /**
     * Begins a first payment. Outside of any transaction, since Stripe is asked.
     *
     * @throws billing.payments_off, billing.plan_not_found, billing.already_subscribed, billing.invoice_open where the
     * organization has an invoice to pay first, billing.stripe_failed
     */
    async startCheckout({ caller, db }: Call<PersonCaller>, planId: Id<"pln">): Promise<Redirect> {
      const { organizationId, personId } = caller;
      if (payments.kind === "none") throw billingErrors.payments_off();
      const plan = await getOfferedPlan(db, planId);
      const subscription = await findSubscription(db, organizationId);
      const isOn = subscription !== undefined && subscription.state !== "cancelled";
      if (isOn && !isOrphaned(subscription, payments)) {
        const isOwed = subscription.state === "suspended" && (await hasOpenInvoice(db, organizationId, "stripe"));
        throw isOwed ? billingErrors.invoice_open() : billingErrors.already_subscribed();
      }
      // Stripe is asked for its own, since what is on record of an account that the reef left cannot be paid any more.
      if (await hasOpenInvoice(db, organizationId, "operator")) throw billingErrors.invoice_open();
      const { name: organizationName } = await identity.getOrganization(db, organizationId);
      const addresses = await identity.listAdminAddresses(db, organizationId);
      return payments.startCheckout(db, {
        organizationId,
        organizationName,
        email: addresses.find((address) => address.personId === personId)?.email,
        plan: planView(plan),
        trialDays: subscription?.hadTrial === true ? 0 : plan.trialDays,
      });
    },

    /** @throws billing.payments_off, billing.not_subscribed, billing.stripe_failed */
    async openPortal({ caller, db }: Call<PersonCaller>): Promise<Redirect> {
      if (payments.kind === "none") throw billingErrors.payments_off();
      return payments.openPortal(db, caller.organizationId);
    },

    /**
     * Notes another plan, or that it ends with the month or does not; both are arranged with Stripe after that. Asking for what
     * is so already changes nothing.
     *
     * @throws billing.not_subscribed, billing.changed when `ifMatch` is not the current version, billing.by_operator,
     * billing.orphaned where nobody takes its payments any more, billing.suspended for another plan while what is due is not paid, billing.plan_not_found
     */
    updateSubscription: (
      { caller, db }: Call<PersonCaller>,
      { planId, endsAtPeriodEnd }: SubscriptionChange,
      ifMatch: number | undefined,
    ): Promise<Subscription> =>
      transact(db, async (transaction) => {
        const subscription = await lockSubscription(transaction, caller.organizationId);
        if (subscription === undefined || subscription.state === "cancelled") throw billingErrors.not_subscribed();
        const { version, paidBy, state, pendingPlanId, pendingEnd } = subscription;
        if (ifMatch !== undefined && ifMatch !== version) throw billingErrors.changed({ currentVersion: version });
        if (paidBy === "operator") throw billingErrors.by_operator();
        if (isOrphaned(subscription, payments)) throw billingErrors.orphaned();
        if (planId !== undefined) {
          if (state === "suspended") throw billingErrors.suspended();
          if ((pendingPlanId ?? subscription.planId) === planId) return view(transaction, subscription);
          await getOfferedPlan(transaction, planId);
          return view(transaction, await want(transaction, subscription, { pendingPlanId: planId }));
        }
        const ends = endsAtPeriodEnd ?? false;
        if ((pendingEnd ?? subscription.endsAtPeriodEnd) === ends) return view(transaction, subscription);
        return view(transaction, await want(transaction, subscription, { pendingEnd: ends }));
      }),

    /** The organization's months, newest first. @throws list.invalid_cursor */
    async listPeriods({ caller, db }: Call<PersonCaller>, { limit, cursor }: PageQuery): Promise<Page<BillingPeriod>> {
      const { organizationId } = caller;
      const before = cursor === undefined ? undefined : new Date(String(cursors.decode(PERIODS, cursor)[0]));
      const rows = await periods.listPeriods(db, organizationId, { limit: limit + 1, before });
      const total = await periods.countPeriods(db, organizationId);
      const page = pageOf(rows, limit, total, ({ start }) => cursors.encode(PERIODS, [start.toISOString()]));
      return { ...page, items: page.items.map(periodView) };
    },
  };
}

export type SubscriptionService = ReturnType<typeof createSubscriptionService>;

/** A plan that organizations may choose themselves. @throws billing.plan_not_found */
async function getOfferedPlan(db: Connection, planId: Id<"pln">): Promise<StoredPlan> {
  const plan = await getPlan(db, planId);
  if (!plan.isOffered || plan.archivedAt !== null) throw billingErrors.plan_not_found();
  return plan;
}

/** @throws billing.plan_not_found */
async function getPlan(db: Connection, planId: Id<"pln">): Promise<StoredPlan> {
  const plan = await findPlan(db, planId);
  if (plan === undefined) throw billingErrors.plan_not_found();
  return plan;
}
