import { z } from "zod";

/** Micro-dollars per million tokens: so 3 dollars per million are 3,000,000. */
const perMillion = z.int().min(0).max(1_000_000_000_000);

const rates = {
  inputMicros: perMillion.describe("Micro-dollars per million tokens of input"),
  cachedInputMicros: perMillion.optional().describe("Of input read from the provider's cache; as input unless given"),
  cacheWriteMicros: perMillion.optional().describe("Of input written to the provider's cache; as input unless given"),
  cacheWriteHourMicros: perMillion
    .optional()
    .describe(
      "Of input written to the cache for an hour; unless given twice the input where cache writes have a price, else as they",
    ),
  outputMicros: perMillion.describe("Micro-dollars per million tokens of output, thoughts included"),
};

/** What a model costs. A call keeps the price that it was made at. */
export const priceSchema = z
  .object({
    ...rates,
    tiers: z
      .array(z.object({ aboveInputTokens: z.int().min(1).max(1_000_000_000), ...rates }))
      .max(4)
      .optional()
      .describe("What all tokens of a call cost in place of the above, where it has more input than so many tokens"),
  })
  .meta({ id: "Price" });

/** Micro-dollars per million tokens of each kind. */
export type Price = z.output<typeof priceSchema>;

/** What is counted for a price; see `Usage`. */
interface Counted {
  inputTokens: number;
  cachedInputTokens: number;
  cacheWriteTokens: number;
  hourCacheWriteTokens?: number;
  outputTokens: number;
}

/**
 * What the tokens cost, in billionths of a dollar, rounded up to a whole one. Tokens times micro-dollars per million are
 * millionths of a micro-dollar, which stay exact below 2^53: nine thousand dollars for one call.
 */
export function costNanosOf(price: Price | null, usage: Counted): number {
  if (price === null) return 0;
  const rates = ratesFor(price, usage.inputTokens);
  const { inputMicros, cachedInputMicros = inputMicros, cacheWriteMicros = inputMicros, outputMicros } = rates;
  const hourTokens = Math.min(usage.hourCacheWriteTokens ?? 0, usage.cacheWriteTokens);
  const plainInput = Math.max(0, usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteTokens);
  const picos =
    plainInput * inputMicros +
    usage.cachedInputTokens * cachedInputMicros +
    (usage.cacheWriteTokens - hourTokens) * cacheWriteMicros +
    hourTokens * hourRateOf(rates) +
    usage.outputTokens * outputMicros;
  return Math.ceil(picos / 1_000);
}

/** https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing */
const hourRateOf = ({ inputMicros, cacheWriteMicros, cacheWriteHourMicros }: Omit<Price, "tiers">): number =>
  cacheWriteHourMicros ?? (cacheWriteMicros === undefined ? inputMicros : Math.max(2 * inputMicros, cacheWriteMicros));

/** The rates of the highest tier that the call's input reaches; those of the price itself where it reaches none. */
function ratesFor({ tiers, ...base }: Price, inputTokens: number): Omit<Price, "tiers"> {
  let found: Omit<Price, "tiers"> = base;
  let above = 0;
  for (const tier of tiers ?? []) {
    if (inputTokens <= tier.aboveInputTokens || tier.aboveInputTokens <= above) continue;
    found = tier;
    above = tier.aboveInputTokens;
  }
  return found;
}
