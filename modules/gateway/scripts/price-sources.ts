/** Reads the lists of models that the price list is made from. Both state dollars per million tokens. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Price } from "../src/prices/price.ts";

/** A model of one kind of provider. */
export interface SourceModel {
  kind: string;
  model: string;
  price: Price;
  contextTokens?: number;
  maxOutputTokens?: number;
}

/** Kinds of providers here, by their names in the first list. */
const PI_KINDS: Readonly<Record<string, string>> = {
  openai: "openai",
  anthropic: "anthropic",
  google: "gemini",
  azure: "azure",
  "amazon-bedrock": "bedrock",
  openrouter: "openrouter",
  mistral: "mistral",
  deepseek: "deepseek",
  groq: "groq",
  moonshotai: "kimi",
  xai: "xai",
  together: "together",
  fireworks: "fireworks",
  cerebras: "cerebras",
  "kimi-coding": "kimi-coding",
};

/** Kinds of providers here, by their names in the second list. */
const GENAI_KINDS: Readonly<Record<string, string>> = {
  openai: "openai",
  anthropic: "anthropic",
  google: "gemini",
  azure: "azure",
  aws: "bedrock",
  openrouter: "openrouter",
  mistral: "mistral",
  deepseek: "deepseek",
  groq: "groq",
  moonshotai: "kimi",
  "x-ai": "xai",
  together: "together",
  fireworks: "fireworks",
  cerebras: "cerebras",
  perplexity: "perplexity",
};

interface PiRates {
  input: number;
  output: number;
  cacheRead?: number;
  cacheWrite?: number;
}

interface PiModel {
  type?: string;
  id: string;
  cost?: PiRates & { tiers?: (PiRates & { inputTokensAbove: number })[] };
  contextWindow?: number;
  maxTokens?: number;
}

/** The list of `@earendil-works/pi-ai`: one file a provider, in it models by protocol. */
export function readPiModels(folder: string): { date: string; models: SourceModel[] } {
  const { generatedAt } = JSON.parse(readFileSync(join(folder, ".manifest.json"), "utf8")) as { generatedAt: string };
  const models: SourceModel[] = [];
  for (const file of readdirSync(folder).sort()) {
    const kind = PI_KINDS[basename(file, ".json")];
    if (kind === undefined) continue;
    const protocols = JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<string, Record<string, PiModel>>;
    for (const { type, id, cost, contextWindow, maxTokens } of Object.values(protocols).flatMap((byName) =>
      Object.values(byName),
    )) {
      // Images and classifications are not paid for by tokens of text alone.
      if (cost === undefined || (type !== undefined && type !== "chat")) continue;
      const { tiers = [], ...base } = cost;
      // A price below nothing stands for one that is not known before the call.
      if (base.input < 0 || base.output < 0) continue;
      const dearer = tiers.map(({ inputTokensAbove, ...rates }) => ({
        aboveInputTokens: inputTokensAbove,
        ...ratesOf(rates),
      }));
      models.push({
        kind,
        model: id,
        price: withHourWrites(id, { ...ratesOf(base), ...(dearer.length > 0 && { tiers: dearer }) }),
        ...limitsOf(contextWindow, maxTokens),
      });
    }
  }
  return { date: generatedAt.slice(0, 10), models };
}

interface GenaiModel {
  id: string;
  match: GenaiMatch;
  context_window?: number;
  prices: GenaiPrices | { constraint?: { start_date?: string }; prices: GenaiPrices }[];
}

interface GenaiMatch {
  equals?: string;
  or?: GenaiMatch[];
}

type GenaiRate = number | { base: number; tiers: { start: number; price: number }[] };
type GenaiPrices = Record<string, GenaiRate | undefined>;

/** What is not paid for by tokens of text alone, whatever its list says. */
const NOT_TEXT = /realtime|audio|tts|transcribe|whisper|image|moderation|video|live|speech|ocr|rerank/i;

/** The list of `@pydantic/genai-prices`, as its prices are on that day (YYYY-MM-DD). */
export function readGenaiPrices(
  findProvider: (options: { providerId: string }) => { models: GenaiModel[] } | undefined,
  date: string,
): SourceModel[] {
  return Object.entries(GENAI_KINDS).flatMap(([providerId, kind]) =>
    (findProvider({ providerId })?.models ?? []).flatMap((model) => {
      const price = genaiPriceOf(model, date);
      if (price === undefined || NOT_TEXT.test(model.id)) return [];
      const limits = limitsOf(model.context_window, undefined);
      return namesOf(model).map((name) => ({ kind, model: name, price: withHourWrites(name, price), ...limits }));
    }),
  );
}

/** A model's names; where its list knows them by a pattern alone, there is none to ask for. */
function namesOf({ id, match }: GenaiModel): string[] {
  const names = (match.or ?? [match]).flatMap(({ equals }) => (equals === undefined ? [] : [equals]));
  return [...new Set(names)].filter((name) => !NOT_TEXT.test(name) && (name !== id || /^[\w.:@/-]+$/.test(id)));
}

function genaiPriceOf({ prices }: GenaiModel, date: string): Price | undefined {
  const begun = Array.isArray(prices)
    ? prices.filter(({ constraint }) => constraint === undefined || (constraint.start_date ?? "9999") <= date).at(-1)
        ?.prices
    : prices;
  if (begun?.input_mtok === undefined) return undefined;
  const starts = Object.values(begun).flatMap((rate) => (typeof rate === "object" ? rate.tiers : []));
  const tiers = [...new Set(starts.map(({ start }) => start))].sort((left, right) => left - right);
  const dearer = tiers.map((start) => ({ aboveInputTokens: start, ...genaiRates(begun, start) }));
  return { ...genaiRates(begun, 0), ...(dearer.length > 0 && { tiers: dearer }) };
}

function genaiRates(prices: GenaiPrices, above: number) {
  const at = (rate: GenaiRate | undefined): number | undefined => {
    if (typeof rate !== "object") return rate;
    return rate.tiers.filter(({ start }) => above > 0 && start <= above).at(-1)?.price ?? rate.base;
  };
  return ratesOf({
    input: at(prices.input_mtok) ?? 0,
    output: at(prices.output_mtok) ?? 0,
    cacheRead: at(prices.cache_read_mtok) ?? 0,
    cacheWrite: at(prices.cache_write_mtok) ?? 0,
  });
}

/** Both lists write nothing, or a nought, where a provider has no price of its own for what is cached. */
function ratesOf({ input, output, cacheRead = 0, cacheWrite = 0 }: PiRates) {
  return {
    inputMicros: microsOf(input),
    ...(cacheRead > 0 && { cachedInputMicros: microsOf(cacheRead) }),
    ...(cacheWrite > 0 && { cacheWriteMicros: microsOf(cacheWrite) }),
    outputMicros: microsOf(output),
  };
}

/**
 * Neither list says what Anthropic takes for writing to its cache for an hour: twice the input, wherever its models run.
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing
 */
function withHourWrites(model: string, { tiers, ...base }: Price): Price {
  const add = <Rates extends Omit<Price, "tiers">>({ outputMicros, ...rates }: Rates) => ({
    ...rates,
    ...(rates.cacheWriteMicros !== undefined && { cacheWriteHourMicros: 2 * rates.inputMicros }),
    outputMicros,
  });
  if (!/claude/i.test(model)) return { ...base, ...(tiers !== undefined && { tiers }) };
  const dearer = tiers?.map(({ aboveInputTokens, ...rates }) => ({ aboveInputTokens, ...add(rates) }));
  return { ...add(base), ...(dearer !== undefined && { tiers: dearer }) };
}

const microsOf = (dollars: number): number => Math.round(dollars * 1_000_000);

const limitsOf = (contextTokens = 0, maxOutputTokens = 0) => ({
  ...(contextTokens > 0 && { contextTokens }),
  ...(maxOutputTokens > 0 && { maxOutputTokens }),
});
