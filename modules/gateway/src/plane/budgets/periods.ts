import type { BudgetPeriod } from "../../schema.ts";

/** One period of a budget, in milliseconds since 1970. */
export interface Period {
  /** 0 for a budget that never begins anew. */
  start: number;
  /** Null for a budget that never begins anew. */
  end: number | null;
}

const DAY_MS = 86_400_000;

/** The period that a moment falls in: a day or a month in UTC, or all time. */
export function periodAt(period: BudgetPeriod, moment: number): Period {
  if (period === "total") return { start: 0, end: null };
  if (period === "day") {
    const start = Math.floor(moment / DAY_MS) * DAY_MS;
    return { start, end: start + DAY_MS };
  }
  const date = new Date(moment);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
}
