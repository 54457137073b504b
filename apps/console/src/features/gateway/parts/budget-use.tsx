import type { Budget } from "@reef/sdk";
import type { ReactNode } from "react";
import { formatDollars, formatShort } from "../../../ui/amounts.ts";
import { classes } from "../../../ui/classes.ts";

const periods = { day: "today", month: "this month", total: "in all", plan: "this month" } as const;

/** How much of the limit that is nearest is used, as a bar and in words. */
export function NearestUse({ budget }: { budget: Budget }): ReactNode {
  const { limitMicros, limitTokens, usedMicros, usedTokens } = budget;
  const isMoney =
    limitMicros !== null && (limitTokens === null || usedMicros * limitTokens >= usedTokens * limitMicros);
  return <BudgetUse budget={isMoney ? { ...budget, limitTokens: null } : { ...budget, limitMicros: null }} isQuiet />;
}

interface BudgetUseProps {
  budget: Budget;
  /** That it is used up is said elsewhere. */
  isQuiet?: boolean;
}

/** How much of a budget is used, as a bar and in words; one bar for each of its limits. */
export const BudgetUse = ({ budget, isQuiet = false }: BudgetUseProps): ReactNode => (
  <div className="flex w-full min-w-0 flex-col gap-2">
    {budget.limitMicros !== null && (
      <Bar
        isQuiet={isQuiet}
        used={budget.usedMicros}
        limit={budget.limitMicros}
        words={`${formatDollars(budget.usedMicros)} of ${formatDollars(budget.limitMicros)} ${periods[budget.period]}`}
      />
    )}
    {budget.limitTokens !== null && (
      <Bar
        isQuiet={isQuiet}
        used={budget.usedTokens}
        limit={budget.limitTokens}
        words={`${formatShort(budget.usedTokens)} of ${formatShort(budget.limitTokens)} tokens ${periods[budget.period]}`}
      />
    )}
  </div>
);

/** Nine tenths are worth a warning. */
const WARN_AT = 0.9;

interface BarProps {
  used: number;
  limit: number;
  words: string;
  isQuiet: boolean;
}

function Bar({ used, limit, words, isQuiet }: BarProps): ReactNode {
  const share = limit === 0 ? 1 : Math.min(1, used / limit);
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span className="truncate text-13" title={words}>
        {words}
        {share >= 1 && !isQuiet && <b className="font-medium text-bad">, used up</b>}
      </span>
      <svg width="100%" height="4" aria-hidden className="block overflow-hidden rounded-full">
        <rect width="100%" height="4" className="fill-sunken" />
        <rect
          width={`${share * 100}%`}
          height="4"
          className={classes(share >= 1 ? "fill-bad" : share >= WARN_AT ? "fill-warn" : "fill-accent")}
        />
      </svg>
    </div>
  );
}
