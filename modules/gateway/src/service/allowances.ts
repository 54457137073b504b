import { type Id, toUuid } from "@reef/crypto";
import { type Connection, type DatabaseHandle, transact } from "@reef/db";
import type { Allowance } from "../api.ts";
import type { Clock } from "../clock.ts";
import type { Limits } from "../plane/budgets/amounts.ts";
import { deleteBudget } from "../store/budgets.ts";
import { touchChanges } from "../store/changes.ts";
import {
  forgetCrossings,
  insertPlanBudget,
  lockPlanBudget,
  type PlanTerms,
  updatePlanBudget,
} from "../store/plan-budgets.ts";
import { saveStanding } from "../store/standings.ts";
import { sumCalls } from "../store/usage-sums.ts";
import type { BudgetCharges } from "./budget-charges.ts";
import { splitByHours } from "./usage/ranges.ts";

export interface AllowancesDependencies {
  database: Pick<DatabaseHandle, "kysely">;
  charges: Pick<BudgetCharges, "announceFullness">;
  clock: Pick<Clock, "now">;
}

/** What organizations' plans let them use. */
export interface Allowances {
  /**
   * Makes it so, in one transaction: how the organization stands, and the budget of its plan. It holds in every process within
   * a second. What is as old as what is known, or older, changes nothing.
   */
  apply(allowance: Allowance): Promise<void>;
}

const NANOS_PER_MICRO = 1_000;

/** What billing tells becomes the organization's standing and a budget of scope `plan`. */
export function createAllowances({ database, charges, clock }: AllowancesDependencies): Allowances {
  /** What was used in the month before there was a limit counts: else leaving a plan and coming back would begin it anew. */
  async function usedIn(db: Connection, organizationId: Id<"org">, { start, end }: PlanTerms["given"]) {
    const range = { from: new Date(start), to: new Date(end) };
    const { inputTokens, outputTokens, costNanos } = await sumCalls(db, organizationId, splitByHours(range));
    return { tokens: inputTokens + outputTokens, costNanos };
  }

  async function writeBudget(db: Connection, organizationId: Id<"org">, terms: PlanTerms | undefined): Promise<void> {
    const now = new Date(clock.now());
    const budget = await lockPlanBudget(db, organizationId);
    if (terms === undefined) {
      if (budget !== undefined) await deleteBudget(db, organizationId, budget.id);
      return;
    }
    const start = new Date(terms.given.start);
    if (budget === undefined) {
      const used = await usedIn(db, organizationId, terms.given);
      const id = await insertPlanBudget(db, organizationId, { ...terms, used, now });
      await charges.announceFullness(db, toUuid(id), start);
      return;
    }
    const isSameLimits = areSame(budget.limits, terms.limits);
    const { given } = budget;
    if (isSameLimits && given.start === terms.given.start && given.end === terms.given.end) return;
    await updatePlanBudget(db, organizationId, budget.id, { ...terms, now });
    if (isSameLimits) return;
    await forgetCrossings(db, budget.id, start);
    await charges.announceFullness(db, toUuid(budget.id), start);
  }

  return {
    apply: (allowance) =>
      transact(database.kysely, async (transaction) => {
        const { organizationId, version, serves, state, planName, endsAtPeriodEnd } = allowance;
        const span = { periodEnd: new Date(allowance.periodEnd), endsAtPeriodEnd };
        const standing = { version, serves, state, planName, ...span, now: new Date(clock.now()) };
        if (!(await saveStanding(transaction, organizationId, standing))) return;
        await writeBudget(transaction, organizationId, termsOf(allowance));
        await touchChanges(transaction, organizationId);
      }),
  };
}

const areSame = (one: Limits, other: Limits) => one.tokens === other.tokens && one.costNanos === other.costNanos;

/** Undefined where nothing is to be stopped by a budget: there is no limit, or nothing is called at all any more. */
function termsOf({ state, limitTokens, limitMicros, periodStart, periodEnd }: Allowance): PlanTerms | undefined {
  if (state === "cancelled" || (limitTokens === null && limitMicros === null)) return undefined;
  return {
    limits: { tokens: limitTokens, costNanos: limitMicros === null ? null : limitMicros * NANOS_PER_MICRO },
    given: { start: Date.parse(periodStart), end: Date.parse(periodEnd) },
  };
}
