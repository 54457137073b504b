import type { Conversation, Message, Reasoning } from "../conversation.ts";
import type { Json } from "../reading.ts";
import { bareSignature } from "../signatures.ts";

/**
 * What differs between Anthropic's models, by their names, since the dialect has no word that all of them take.
 * - From 4.6 on thinking is `adaptive` with an effort; from 4.7 on a budget is refused; before 4.6 only a budget is known,
 *   and before 3.7 no thought at all. Fable and Mythos always think, and refuse `disabled`.
 * - From 4.7 on `temperature`, `top_p` and `top_k` are refused.
 * https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking, …/effort, …/thinking (sampling parameters)
 */
interface ModelTraits {
  thinks: "never" | "by budget" | "adaptively" | "always";
  takesSampling: boolean;
  takesEffort: boolean;
  /** `xhigh` came with 4.7. */
  takesHighestEffort: boolean;
}

/** Names as `claude-opus-4-8`, `claude-3-7-sonnet-20250219`, `anthropic.claude-sonnet-4-5-20250929-v1:0`. */
const NAME = /claude-(?:(\d)-(\d)-|(\d)-)?([a-z]+)(?:-(\d)(?:[-.](\d)(?!\d))?(?!\d))?/;

export function traitsOf(model: string): ModelTraits {
  const match = NAME.exec(model.toLowerCase());
  // Another provider that speaks this dialect: the form that was there first is what all of them know.
  if (match === null) {
    return { thinks: "by budget", takesSampling: true, takesEffort: false, takesHighestEffort: false };
  }
  const [, oldMajor, oldMinor, old, family, major, minor] = match;
  const version = Number(`${oldMajor ?? old ?? major ?? 9}.${oldMinor ?? minor ?? 0}`);
  const thinksAlways = family === "fable" || family === "mythos";
  const thinks = thinksAlways ? "always" : version >= 4.6 ? "adaptively" : version >= 3.7 ? "by budget" : "never";
  return {
    thinks,
    takesSampling: version < 4.7 && !thinksAlways,
    takesEffort: version >= 4.6 || thinksAlways || (family === "opus" && version >= 4.5),
    takesHighestEffort: version >= 4.7 || thinksAlways,
  };
}

type Effort = NonNullable<Reasoning["effort"]>;

/** Tokens to think for models that want a number; at least 1,024 are taken. */
const BUDGETS: Readonly<Record<Exclude<Effort, "none">, number>> = {
  minimal: 1_024,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  xhigh: 32_768,
  max: 65_536,
};

const EFFORTS: Readonly<Record<Effort, string>> = {
  none: "low",
  minimal: "low",
  low: "low",
  medium: "medium",
  high: "high",
  xhigh: "xhigh",
  max: "max",
};

/** How the wish to think is said: the fields `thinking` and `effort`, where they are said at all. */
export function thinkingFor(
  { model, reasoning, toolChoice, messages }: Conversation,
  maxTokens: number,
): { thinking?: Json; effort?: string } {
  const { thinks, takesEffort, takesHighestEffort } = traitsOf(model);
  if (reasoning === undefined) return {};
  const { effort, budgetTokens } = reasoning;
  const isNone = effort === "none" || (effort === undefined && budgetTokens === 0);
  const spoken = effort === undefined || !takesEffort ? undefined : EFFORTS[effort];
  const isTooHigh = (spoken === "xhigh" && !takesHighestEffort) || (spoken === "max" && thinks === "by budget");
  const said = isTooHigh ? "high" : spoken;
  const effortField = said === undefined || (isNone && thinks !== "always") ? {} : { effort: said };
  if (isNone) return thinks === "always" || thinks === "never" ? effortField : { thinking: { type: "disabled" } };
  // No model may be made to call a tool while it is asked to think; the tool is what was asked for in so many words.
  const isForced = toolChoice === "required" || typeof toolChoice === "object";
  if (isForced || thinks === "never") return effortField;
  if (thinks !== "by budget") return { thinking: { type: "adaptive" }, ...effortField };
  if (goesOnWithoutThoughts(messages)) return effortField;
  const wished = budgetTokens ?? Math.min(BUDGETS[effort ?? "medium"], Math.floor(maxTokens / 2));
  const budget = Math.min(wished, maxTokens - 1);
  return budget < 1_024 ? effortField : { thinking: { type: "enabled", budget_tokens: budget }, ...effortField };
}

/**
 * Whether tools were just called by a turn whose thoughts did not come back, or came from another provider. A model that
 * thinks by budget refuses to go on thinking from there, so it answers without.
 */
function goesOnWithoutThoughts(messages: readonly Message[]): boolean {
  const last = messages.findLast(({ role }) => role === "assistant");
  if (last === undefined || !last.parts.some(({ type }) => type === "tool_call")) return false;
  return !last.parts.some(
    (part) => part.type === "thinking" && (part.redacted ?? bareSignature(part.signature)) !== undefined,
  );
}
