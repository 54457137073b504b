import type { UsageSum } from "../api.ts";
import type { StoredPeriod } from "../store/periods.ts";

const TOKENS_PER_UNIT = 1_000_000n;

/**
 * What goes beyond a month's allowance, and what it costs: rounded up once for the whole month. Where another plan followed within
 * the month, what went beyond the former one's allowance by then stays owed, and is no use of the new one's: else changing to a
 * plan that stops would forgive it.
 */
export function overageOf(
  { atLimit, allowanceTokens, overageCentsPerMillion, carriedTokens, carriedCents }: StoredPeriod,
  { inputTokens, outputTokens }: Pick<UsageSum, "inputTokens" | "outputTokens">,
): Pick<StoredPeriod, "overageTokens" | "overageCents"> {
  if (atLimit !== "charge" || allowanceTokens === null || overageCentsPerMillion === null) {
    return { overageTokens: carriedTokens, overageCents: carriedCents };
  }
  const beyond = Math.max(0, inputTokens + outputTokens - carriedTokens - allowanceTokens);
  const product = BigInt(beyond) * BigInt(overageCentsPerMillion);
  const cents = Number((product + TOKENS_PER_UNIT - 1n) / TOKENS_PER_UNIT);
  return {
    overageTokens: carriedTokens + beyond,
    overageCents: Math.min(carriedCents + cents, Number.MAX_SAFE_INTEGER),
  };
}
