import type { Usage } from "../conversation.ts";
import { countIn, isObject, type Json, objectIn } from "../reading.ts";

/**
 * The usage that a whole answer or one chunk tells; undefined where it tells none. Read besides OpenAI's own form:
 * DeepSeek's and Moonshot's names of what came from the cache, Moonshot's usage within a choice, Groq's in `x_groq`, and
 * thoughts that xAI counts beside the output instead of in it.
 */
export function readUsage(body: Json): Usage | undefined {
  const usage = usageObjectOf(body);
  if (usage === undefined) return undefined;
  const prompt = objectIn(usage.prompt_tokens_details);
  const inputTokens = countIn(usage.prompt_tokens);
  const said = countIn(usage.completion_tokens);
  const reasoningTokens = countIn(objectIn(usage.completion_tokens_details).reasoning_tokens);
  const isBeside = reasoningTokens > 0 && countIn(usage.total_tokens) === inputTokens + said + reasoningTokens;
  const outputTokens = isBeside ? said + reasoningTokens : said;
  const cached =
    countIn(prompt.cached_tokens) || countIn(usage.prompt_cache_hit_tokens) || countIn(usage.cached_tokens);
  const cachedInputTokens = Math.min(cached, inputTokens);
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens: Math.min(countIn(prompt.cache_write_tokens), inputTokens - cachedInputTokens),
    outputTokens,
    reasoningTokens: Math.min(reasoningTokens, outputTokens),
  };
}

function usageObjectOf(body: Json): Json | undefined {
  const inChoice = Array.isArray(body.choices) ? objectIn(body.choices[0]).usage : undefined;
  const found = [body.usage, inChoice, objectIn(body.x_groq).usage].find(isObject);
  // Some send an empty one with every chunk until they know.
  return found !== undefined && ("prompt_tokens" in found || "completion_tokens" in found) ? found : undefined;
}

/** Usage in OpenAI's form. */
export const writeUsage = (usage: Usage): Json => ({
  prompt_tokens: usage.inputTokens,
  completion_tokens: usage.outputTokens,
  total_tokens: usage.inputTokens + usage.outputTokens,
  prompt_tokens_details: {
    cached_tokens: usage.cachedInputTokens,
    cache_write_tokens: usage.cacheWriteTokens,
  },
  completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
});
