import type { Usage } from "../conversation.ts";
import { countIn, isObject, type Json, objectIn } from "../reading.ts";

/** Reads `usage`; undefined where there is none. */
export function readUsage(value: unknown): Usage | undefined {
  if (!isObject(value) || !("input_tokens" in value || "output_tokens" in value)) return undefined;
  const input = objectIn(value.input_tokens_details);
  const output = objectIn(value.output_tokens_details);
  return {
    inputTokens: countIn(value.input_tokens),
    cachedInputTokens: countIn(input.cached_tokens),
    cacheWriteTokens: countIn(input.cache_write_tokens),
    outputTokens: countIn(value.output_tokens),
    reasoningTokens: countIn(output.reasoning_tokens),
  };
}

/** Writes `usage`. */
export const writeUsage = (usage: Usage): Json => ({
  input_tokens: usage.inputTokens,
  input_tokens_details: { cached_tokens: usage.cachedInputTokens, cache_write_tokens: usage.cacheWriteTokens },
  output_tokens: usage.outputTokens,
  output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  total_tokens: usage.inputTokens + usage.outputTokens,
});
