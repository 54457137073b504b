import type { Budget } from "@reef/sdk";
import { formatCount, formatDollars, shareOfLimit } from "../../ui/amounts.ts";

/** How long a budget goes, after an amount: "$50.00 a month". */
const periods: Readonly<Record<Budget["period"], string>> = {
  day: "a day",
  month: "a month",
  total: "for all time",
  plan: "a month of the plan",
};

type Limits = Pick<Budget, "limitMicros" | "limitTokens" | "period">;

/** What a budget allows: "$50.00 and 2,000,000 tokens a month". */
export function describeLimits({ limitMicros, limitTokens, period }: Limits): string {
  const limits = [
    ...(limitMicros === null ? [] : [formatDollars(limitMicros)]),
    ...(limitTokens === null ? [] : [`${formatCount(limitTokens)} tokens`]),
  ];
  return `${limits.join(" and ")} ${periods[period]}`;
}

/** How much of the limit that is nearest is used, from 0 to 1. */
export function shareUsed({ limitMicros, limitTokens, usedMicros, usedTokens }: Budget): number {
  const share = (used: number, limit: number | null) => (limit === null ? 0 : shareOfLimit(used, limit));
  return Math.min(1, Math.max(share(usedMicros, limitMicros), share(usedTokens, limitTokens)));
}
