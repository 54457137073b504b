import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { idSchema, timeSchema } from "@reef/http/contract";
import { defineWorkflow, type Workflows } from "@reef/workflows";
import { z } from "zod";
import type { Payments } from "./payments.ts";
import type { Calendar } from "./service/calendar.ts";
import type { LifecycleService } from "./service/lifecycle.ts";
import type { RollUp } from "./service/roll-up.ts";
import { findPeriod, updateInvoiced } from "./store/periods.ts";
import { listOrganizationsWithPlan, lockSubscription } from "./store/subscriptions.ts";
import { beyondAllowanceOf } from "./words.ts";

/** Organizations that one job lets follow a plan: few enough that nobody waits long for one of them. */
const BATCH = 50;
const EVERY_FIVE_MINUTES = "*/5 * * * *";
/** Jobs that recur have this key, by the engine's schedule. */
const SCHEDULE = "schedule";

/** Orders, in the caller's transaction, that what a month used beyond its allowance is charged for at Stripe. */
export type OrderCharge = (transaction: Connection, organizationId: Id<"org">, periodId: Id<"per">) => Promise<void>;

export interface ChargingDependencies {
  db: Connection;
  workflows: Workflows;
  payments: Payments;
}

/**
 * Charges, at Stripe, what of a month is on no invoice yet. First it is noted as charged, in a step that keeps how much it was:
 * so whatever is interrupted is repeated with the same amount and key, and what is counted later comes on top.
 */
export function registerCharging({ db, workflows, payments }: ChargingDependencies): OrderCharge {
  const charge = defineWorkflow({
    name: "billing.charge-overage",
    input: z.object({ organizationId: idSchema("org"), periodId: idSchema("per") }),
    retries: 12,
    retryDelaySeconds: 30,
    oneAtATimeByKey: true,
    async handle({ organizationId, periodId }, run) {
      const taken = await run.step("billing.charge-overage.take", async (transaction) => {
        await lockSubscription(transaction, organizationId);
        const month = await findPeriod(transaction, organizationId, periodId);
        if (month === undefined || month.overageCents <= month.invoicedOverageCents) return null;
        await updateInvoiced(transaction, organizationId, periodId, month.overageCents);
        return {
          cents: month.overageCents - month.invoicedOverageCents,
          currency: month.currency,
          description: beyondAllowanceOf(month),
          key: `${periodId}_${month.invoicedOverageCents}_${month.overageCents}`,
        };
      });
      if (taken !== null) await payments.chargeOverage(db, { organizationId, periodId, ...taken });
    },
  });
  workflows.register(charge);
  return async (transaction, organizationId, periodId) => {
    // Where nobody takes payments any more it stays uncharged, and is charged when somebody does again.
    if (payments.kind === "none") return;
    await workflows.enqueue(transaction, charge, { organizationId, periodId }, { key: periodId });
  };
}

export interface FollowingDependencies {
  db: Connection;
  workflows: Workflows;
  lifecycle: LifecycleService;
}

/** Lets the months of everybody with a plan follow its terms, in groups. Returns what orders that in a transaction. */
export function registerFollowing({ db, workflows, lifecycle }: FollowingDependencies) {
  const follow = defineWorkflow({
    name: "billing.follow-plan",
    input: z.object({ planId: idSchema("pln"), behind: idSchema("org").nullable() }),
    retries: 8,
    oneAtATimeByKey: true,
    async handle({ planId, behind }, run) {
      const organizations = await listOrganizationsWithPlan(db, planId, { limit: BATCH, behind });
      await run.step("billing.follow-plan.group", async (transaction) => {
        for (const organizationId of organizations) await lifecycle.followPlan(transaction, organizationId, planId);
        const last = organizations.length === BATCH ? organizations.at(-1) : undefined;
        if (last === undefined) return;
        await workflows.enqueue(transaction, follow, { planId, behind: last }, { key: planId });
      });
    },
  });
  workflows.register(follow);
  return async (transaction: Connection, planId: Id<"pln">): Promise<void> => {
    await workflows.enqueue(transaction, follow, { planId, behind: null }, { key: planId });
  };
}

export interface TurnDependencies {
  db: Connection;
  workflows: Workflows;
  calendar: Calendar;
  rollUp: RollUp;
}

/** What time brings, and what an operator asks for: months that pass, and their sums. */
export function registerTurns({ db, workflows, calendar, rollUp }: TurnDependencies) {
  const turn = defineWorkflow({
    name: "billing.turn",
    input: z.object({}),
    // What failed is found again by the next turn.
    retries: 1,
    oneAtATimeByKey: true,
    concurrency: 1,
    handle: (_input, run) => calendar.turn(db, run.signal),
  });
  const sumUp = defineWorkflow({
    name: "billing.roll-up",
    input: z.object({ organizationId: idSchema("org"), before: timeSchema().nullable() }),
    async handle({ organizationId, before }, run) {
      let place = before === null ? undefined : new Date(before);
      do {
        run.signal.throwIfAborted();
        place = await rollUp.rollUpSome(db, organizationId, place);
      } while (place !== undefined);
    },
  });
  workflows.register(turn);
  workflows.register(sumUp);
  return {
    async orderRollUp(transaction: Connection, organizationId: Id<"org">): Promise<void> {
      await workflows.enqueue(transaction, sumUp, { organizationId, before: null });
    },
    /** From now on there is a turn every five minutes, and one at once. */
    async schedule(): Promise<void> {
      await workflows.schedule(turn, EVERY_FIVE_MINUTES, "UTC", {});
      await workflows.enqueue(db, turn, {}, { key: SCHEDULE });
    },
  };
}
