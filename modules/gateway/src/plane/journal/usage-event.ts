import { costNanosOf } from "../../prices/price.ts";
import type { BudgetCharge } from "../../store/budget-charges.ts";
import { wholeNumber } from "../../store/stored-values.ts";
import type { BegunCall, Charge, EndedCall } from "../call.ts";

/** One call that is over, as it is stored: what is known of it from its begin and from its end. */
export interface UsageRecord {
  begun: BegunCall;
  ended: EndedCall;
}

/** A call that was begun, and of which nothing tells that it ended. */
export interface OpenRecord {
  begun: BegunCall;
  /** Tokens delivered as far as they were noted. */
  outputTokens: number;
  /** When that was, in milliseconds since 1970; the call's begin where nothing was noted. */
  at: number;
}

/**
 * The record of a call whose process ended before it: what was delivered counts, as far as it was noted, and the reef's own
 * estimate of its input. What its client was told last is not known, so its status is 0.
 */
export function interruptedRecord({ begun, outputTokens, at }: OpenRecord): UsageRecord {
  const usage = {
    inputTokens: begun.estimatedInputTokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens,
    reasoningTokens: 0,
  };
  const { id, providerId, model, price } = begun;
  return {
    begun,
    ended: {
      id,
      outcome: "interrupted",
      status: 0,
      usage,
      countedBy: "reef",
      costNanos: costNanosOf(price, usage),
      latencyMs: Math.max(0, at - begun.startedAt),
      firstTokenMs: null,
      attempts: 1,
      providerId,
      model,
      price,
    },
  };
}

/** What these calls take of each budget, summed; budgets in the order of their ids, so that no two processes wait for each other. */
export function chargesOf(records: readonly UsageRecord[]): BudgetCharge[] {
  const sums = new Map<string, BudgetCharge>();
  // Calls of this process share the objects that name their charges.
  const known = new Map<Charge, BudgetCharge>();
  for (const { begun, ended } of records) {
    const tokens = wholeNumber(ended.usage.inputTokens) + wholeNumber(ended.usage.outputTokens);
    const costNanos = wholeNumber(ended.costNanos);
    for (const charge of begun.charges) {
      const sum = known.get(charge) ?? sumOf(charge, sums);
      known.set(charge, sum);
      sum.tokens += tokens;
      sum.costNanos += costNanos;
    }
  }
  return Array.from(sums.entries())
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, sum]) => sum);
}

function sumOf({ budgetId, periodStart }: Charge, sums: Map<string, BudgetCharge>): BudgetCharge {
  const name = `${budgetId}:${periodStart}`;
  const sum = sums.get(name) ?? { budgetId, periodStart, tokens: 0, costNanos: 0 };
  sums.set(name, sum);
  return sum;
}
