import type { Reasoning } from "../conversation.ts";
import { effortFor } from "../openai-chat/models.ts";
import { defined, type Json } from "../reading.ts";

/** The number behind `gemini-`; those that are named without one are the latest. Other models of theirs count as 0. */
function versionOf(model: string): number {
  const name = model.toLowerCase();
  const version = /gemini-(\d+(?:\.\d+)?)/.exec(name)?.[1];
  if (version !== undefined) return Number(version);
  return name.includes("gemini-") ? 3 : 0;
}

/** Whether it wants its signatures back with calls of tools, and takes media within their results. */
export const isThird = (model: string): boolean => versionOf(model) >= 3;

/** What Google's own translation from OpenAI's dialect takes for each effort. */
const BUDGETS = { none: 0, minimal: 1_024, low: 1_024, medium: 8_192, high: 24_576, xhigh: 24_576, max: 24_576 };

const LEVELS = { minimal: "MINIMAL", low: "LOW", medium: "MEDIUM", high: "HIGH", xhigh: "HIGH", max: "HIGH" };

/** `thinkingConfig`; undefined where nothing was wished, or the model does not think. */
export function thinkingConfigFor(model: string, reasoning: Reasoning | undefined): Json | undefined {
  const version = versionOf(model);
  if (reasoning === undefined || version < 2.5) return undefined;
  const { effort, budgetTokens, isTold = budgetTokens !== undefined } = reasoning;
  const includeThoughts = isTold && effort !== "none" ? true : undefined;
  const isPro = model.includes("pro");
  if (version >= 3) {
    const wished = effortFor(model, reasoning);
    if (wished === undefined) return includeThoughts && { includeThoughts };
    // None of these can leave it, and the greater ones think a little at least.
    const least = isPro ? "low" : "minimal";
    const level = LEVELS[wished === "none" || wished === "minimal" ? least : wished];
    return defined({ thinkingLevel: level, includeThoughts });
  }
  const wished = budgetTokens ?? (effort && BUDGETS[effort]);
  const most = isPro ? 32_768 : 24_576;
  const thinkingBudget = wished === undefined ? undefined : Math.max(isPro ? 128 : 0, Math.min(most, wished));
  if (thinkingBudget === undefined && includeThoughts === undefined) return undefined;
  return defined({ thinkingBudget, includeThoughts });
}
