import type { Reasoning } from "../conversation.ts";

/**
 * What is known of OpenAI's own models by their names, which say more than a request to an unknown provider may rely on.
 * Facts: OpenAI's model pages; reports of 400s (`Unsupported parameter`, `Unsupported value`).
 */
export interface ModelTraits {
  /** OpenAI's own: it wants `max_completion_tokens`, and takes `safety_identifier`. */
  isOpenai: boolean;
  /** It takes no temperature but its own. */
  hasOwnTemperature: boolean;
  /** Its thoughts must come back with a history that holds tool calls; others refuse the field. */
  wantsThoughts: boolean;
  /** OpenRouter's name of a model that signs its thoughts, which it takes back in `reasoning_details`. */
  signsThoughts: boolean;
}

/** A name without whose model it is (`openai/gpt-5.1`) and without a region. */
const plainNameOf = (model: string): string => model.toLowerCase().split("/").at(-1) ?? "";

export function traitsOf(model: string): ModelTraits {
  const name = plainNameOf(model);
  const isOpenai = /^(?:gpt-(?!oss)|chatgpt|o\d)/.test(name);
  return {
    isOpenai,
    hasOwnTemperature: /^(?:o\d|gpt-(?:[5-9]|\d\d))/.test(name),
    wantsThoughts: /deepseek|kimi|moonshot|glm|minimax|mimo/.test(name),
    signsThoughts: model.startsWith("anthropic/"),
  };
}

type Effort = NonNullable<Reasoning["effort"]>;

/** How the wish to think is said to a model; undefined where the model cannot think, or nothing was wished. */
export function effortFor(model: string, reasoning: Reasoning | undefined): Effort | undefined {
  const effort = reasoning?.effort ?? effortOfBudget(reasoning?.budgetTokens);
  if (effort === undefined) return undefined;
  const name = plainNameOf(model);
  if (/^(?:gpt-[34]|chatgpt)/.test(name)) return undefined;
  const isFirst = /^o\d/.test(name);
  if (isFirst || /^gpt-5(?!\.)/.test(name)) {
    if (effort === "none" || effort === "minimal") return isFirst ? "low" : "minimal";
    return effort === "xhigh" || effort === "max" ? "high" : effort;
  }
  return effort === "minimal" && /^gpt-(?:[5-9]|\d\d)/.test(name) ? "low" : effort;
}

/** Budgets as callers of Anthropic choose them: 4,000 for a short thought, 32,000 for a long one. */
function effortOfBudget(tokens: number | undefined): Effort | undefined {
  if (tokens === undefined) return undefined;
  if (tokens <= 4_096) return "low";
  return tokens < 16_384 ? "medium" : "high";
}
