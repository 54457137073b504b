import type { AgentName } from "./story.ts";

interface StoryProvider {
  kind: string;
  slug: string;
  name: string;
  baseUrl?: string;
  models: readonly string[];
  /** Of all its models, where the price list knows none. */
  price?: { inputMicros: number; outputMicros: number };
  /** How many keys it has. */
  keys: number;
}

/** Where the harbour's models are. The keys are words, as no call is made with them. */
export const providers: readonly StoryProvider[] = [
  {
    kind: "openai",
    slug: "openai",
    name: "OpenAI",
    models: ["gpt-5-mini", "gpt-5", "text-embedding-3-small"],
    keys: 2,
  },
  {
    kind: "anthropic",
    slug: "anthropic",
    name: "Anthropic",
    models: ["claude-haiku-4-5", "claude-sonnet-4-5"],
    keys: 1,
  },
  { kind: "mistral", slug: "mistral", name: "Mistral", models: ["mistral-small-latest"], keys: 0 },
  {
    kind: "openai-compatible",
    slug: "quay",
    name: "The quay's own machine",
    baseUrl: "https://models.kelmouth.example/v1",
    models: ["qwen3-30b"],
    price: { inputMicros: 50_000, outputMicros: 200_000 },
    keys: 1,
  },
];

/** Names for models: steps, each for where the one before fails, with weights. */
export const aliases: Readonly<Record<string, readonly (readonly { model: string; of: string; weight: number }[])[]>> =
  {
    fast: [
      [
        { of: "openai", model: "gpt-5-mini", weight: 3 },
        { of: "anthropic", model: "claude-haiku-4-5", weight: 1 },
      ],
      [{ of: "quay", model: "qwen3-30b", weight: 1 }],
    ],
    smart: [
      [{ of: "anthropic", model: "claude-sonnet-4-5", weight: 1 }],
      [{ of: "openai", model: "gpt-5", weight: 1 }],
    ],
    "for-search": [[{ of: "openai", model: "text-embedding-3-small", weight: 1 }]],
  };

interface StoryKey {
  name: string;
  agent?: AgentName;
  models?: readonly string[];
  requestsPerMinute?: number;
  tokensPerMinute?: number;
  /** How many days it works from now. */
  days?: number;
  isRevoked?: true;
}

/** The keys, the busiest first; their secrets are thrown away. */
export const keys: readonly StoryKey[] = [
  { name: "berth planner", agent: "maren", models: ["smart", "fast", "for-search"], requestsPerMinute: 60 },
  { name: "customs reader", agent: "ines", models: ["smart"], days: 60 },
  { name: "yard camera", agent: "jonah", models: ["fast"], tokensPerMinute: 200_000 },
  { name: "tide bulletin", agent: "tobias", models: ["fast", "qwen3-30b"] },
  { name: "ledger", agent: "priya", models: ["claude-haiku-4-5", "gpt-5"] },
  { name: "night watch", agent: "wilma", models: ["fast"], requestsPerMinute: 20 },
  { name: "notices page", models: ["for-search", "gpt-5-mini"], requestsPerMinute: 120 },
  { name: "old notices page", models: ["gpt-5-mini"], isRevoked: true },
];

interface StoryBudget {
  /** The whole organization, an agent, or a key by its name. */
  for: { agent: AgentName } | { key: string } | undefined;
  period: "day" | "month" | "total";
  dollars?: number;
  tokens?: number;
}

/** What may be used. */
export const budgets: readonly StoryBudget[] = [
  { for: undefined, period: "month", dollars: 60 },
  { for: { agent: "jonah" }, period: "day", tokens: 400_000 },
  { for: { key: "customs reader" }, period: "month", dollars: 12 },
  { for: { key: "notices page" }, period: "total", tokens: 1_000_000 },
  { for: { key: "berth planner" }, period: "day", dollars: 3, tokens: 2_000_000 },
];
