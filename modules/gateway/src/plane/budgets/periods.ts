import type { BudgetPeriod } from "../../schema.ts";

/** One period of a budget, in milliseconds since 1970. */
export interface Period {
  /** 0 for a budget that never begins anew. */
  start: number;
  /** Null for a budget that never begins anew. What is given, such as a plan's month, may get another end. */
  end: number | null;
  /** Whether the budget is the allowance of a plan. */
  ofPlan?: true;
}

/** A span that is given and not reckoned, as a plan's month is; in milliseconds since 1970. */
export interface GivenSpan {
  start: number;
  end: number;
}

const DAY_MS = 86_400_000;

/** The period that a moment falls in: a day or a month in UTC, all time, or the plan's month, which must be given. */
export function periodAt(period: BudgetPeriod, moment: number, given: GivenSpan | null = null): Period {
  if (period === "total") return { start: 0, end: null };
  if (period === "plan") return planPeriodAt(given, moment);
  if (period === "day") {
    const start = Math.floor(moment / DAY_MS) * DAY_MS;
    return { start, end: start + DAY_MS };
  }
  const date = new Date(moment);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
}

/**
 * The month that was given, and from its end on the next one, which begins there: in every process at that moment, so that no
 * call is charged to a month that is over while word of the renewal is on its way. How long the next one is that word tells;
 * until then it is taken to be as long.
 */
function planPeriodAt(given: GivenSpan | null, moment: number): Period {
  if (given === null) throw new Error("The budget of a plan has no span.");
  const { start, end } = given;
  return moment < end ? { start, end, ofPlan: true } : { start: end, end: end + (end - start), ofPlan: true };
}
