import type { Usage } from "../conversation.ts";
import { countIn, isObject, type Json, objectIn } from "../reading.ts";

/**
 * The usage of an answer. Anthropic's `input_tokens` are those behind the last cache mark alone; the tokens read from and
 * written to the cache are counted beside them, and are added here.
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
export function readUsage(value: unknown): Usage | undefined {
  if (!isObject(value) || !("input_tokens" in value || "output_tokens" in value)) return undefined;
  const cachedInputTokens = countIn(value.cache_read_input_tokens);
  const written = objectIn(value.cache_creation);
  const cacheWriteTokens =
    countIn(value.cache_creation_input_tokens) ||
    countIn(written.ephemeral_5m_input_tokens) + countIn(written.ephemeral_1h_input_tokens);
  const hourCacheWriteTokens = Math.min(countIn(written.ephemeral_1h_input_tokens), cacheWriteTokens);
  const outputTokens = countIn(value.output_tokens);
  return {
    inputTokens: countIn(value.input_tokens) + cachedInputTokens + cacheWriteTokens,
    cachedInputTokens,
    cacheWriteTokens,
    ...(hourCacheWriteTokens > 0 && { hourCacheWriteTokens }),
    outputTokens,
    reasoningTokens: Math.min(countIn(objectIn(value.output_tokens_details).thinking_tokens), outputTokens),
  };
}

/** One usage over another: what the later one says counts, since the counts of a stream are totals, never steps. */
export function mergeUsage(earlier: Json, later: unknown): Json {
  const said = Object.entries(objectIn(later)).filter(([, value]) => value !== null && value !== undefined);
  return { ...earlier, ...Object.fromEntries(said) };
}

/** Usage in Anthropic's form. */
export const writeUsage = (usage: Usage): Json => ({
  input_tokens: Math.max(0, usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteTokens),
  cache_creation_input_tokens: usage.cacheWriteTokens,
  cache_read_input_tokens: usage.cachedInputTokens,
  output_tokens: usage.outputTokens,
  output_tokens_details: { thinking_tokens: usage.reasoningTokens },
  server_tool_use: null,
});
