import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { findPrice, listPricedModels, pricesDated } from "./index.ts";
import { costNanosOf } from "./price.ts";
import { priceListSchema } from "./price-list.ts";

const file = readFileSync(new URL("./generated/prices.json", import.meta.url), "utf8");

it("the price list has the form that its schema says, names its sources and its day, and each model of a kind once", () => {
  const list = priceListSchema.parse(JSON.parse(file));
  assert.equal(list.date, pricesDated);
  assert.ok(list.sources.length > 0);
  const names = list.models.flatMap(({ model, kinds }) => kinds.map((kind) => `${kind} ${model}`));
  assert.equal(new Set(names).size, names.length);
});

it("the price list stands in order, one model a line, so that a new one is a small change", () => {
  const { models } = priceListSchema.parse(JSON.parse(file));
  const order = models.map(({ model, kinds }) => `${model} ${kinds.join()}`);
  assert.deepEqual(
    order,
    [...order].sort((left, right) => (left < right ? -1 : 1)),
  );
  assert.equal(file.match(/^ {4}\{"model"/gm)?.length, models.length);
});

it("well-known models have a price, and those that chat a longest answer", () => {
  for (const [kind, model] of [
    ["openai", "gpt-4o-mini"],
    ["openai", "gpt-5"],
    ["anthropic", "claude-haiku-4-5"],
    ["gemini", "gemini-2.5-flash"],
    ["mistral", "codestral-latest"],
    ["openrouter", "openai/gpt-4o-mini"],
  ] as const) {
    const terms = findPrice(kind, model);
    assert.ok((terms?.price.outputMicros ?? 0) > 0, model);
    assert.ok((terms?.maxOutputTokens ?? 0) > 0, model);
  }
  assert.equal(findPrice("openai", "text-embedding-3-small")?.price.outputMicros, 0);
  assert.ok(listPricedModels("anthropic").includes("claude-haiku-4-5"));
});

it("a name that says where a model runs, or of which day it is, has the model's price", () => {
  const haiku = findPrice("anthropic", "claude-haiku-4-5");
  assert.deepEqual(findPrice("anthropic", "claude-haiku-4-5-20991231"), haiku);
  assert.deepEqual(findPrice("anthropic", "Claude-Haiku-4-5"), haiku);
  assert.deepEqual(findPrice("gemini", "models/gemini-2.5-flash"), findPrice("gemini", "gemini-2.5-flash"));
  assert.deepEqual(findPrice("openai", "gpt-5-2099-01-01"), findPrice("openai", "gpt-5"));
  assert.deepEqual(findPrice("azure", "gpt-4o-mini"), findPrice("openai", "gpt-4o-mini"));
  const bedrock = "anthropic.claude-haiku-4-5-20251001-v1:0";
  assert.ok(findPrice("bedrock", bedrock) !== undefined);
  assert.deepEqual(
    findPrice("bedrock", `arn:aws:bedrock:eu-west-1::foundation-model/${bedrock}`),
    findPrice("bedrock", bedrock),
  );
  assert.deepEqual(
    findPrice("openrouter", "anthropic/claude-haiku-4-5-20991231")?.price,
    findPrice("anthropic", "claude-haiku-4-5")?.price,
  );
});

it("a model that the list does not know has no price, and neither has one of a kind that it does not know", () => {
  assert.equal(findPrice("openai", "gpt-of-nobody"), undefined);
  assert.equal(findPrice("ollama", "gpt-4o-mini"), undefined);
  assert.equal(findPrice("openrouter", "openai/gpt-of-nobody:free"), undefined);
  assert.equal(findPrice("openai", "constructor"), undefined);
});

it("a call with more input than a tier begins at is charged by that tier as a whole", () => {
  const price = {
    inputMicros: 1_000_000,
    cachedInputMicros: 100_000,
    outputMicros: 2_000_000,
    tiers: [
      { aboveInputTokens: 1_000, inputMicros: 5_000_000, cachedInputMicros: 500_000, outputMicros: 10_000_000 },
      { aboveInputTokens: 100, inputMicros: 2_000_000, outputMicros: 4_000_000 },
    ],
  };
  const usage = { cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 10 };
  assert.equal(costNanosOf(price, { ...usage, inputTokens: 100 }), 100_000 + 20_000);
  assert.equal(costNanosOf(price, { ...usage, inputTokens: 101 }), 202_000 + 40_000);
  assert.equal(costNanosOf(price, { ...usage, inputTokens: 1_001, cachedInputTokens: 1 }), 5_000_000 + 500 + 100_000);
});

it("OC17: what is written to a cache for an hour has a price of its own: twice the input, unless the price says otherwise", () => {
  const usage = { inputTokens: 100, cachedInputTokens: 10, cacheWriteTokens: 60, outputTokens: 0 };
  const price = {
    inputMicros: 1_000_000,
    cachedInputMicros: 100_000,
    cacheWriteMicros: 1_250_000,
    outputMicros: 5_000_000,
  };
  const plain = 30_000 + 1_000;
  assert.equal(costNanosOf(price, usage), plain + 75_000);
  const [some, all] = [20, 60].map((hourCacheWriteTokens) => ({ ...usage, hourCacheWriteTokens }));
  assert.ok(some && all);
  assert.equal(costNanosOf(price, some), plain + 50_000 + 40_000);
  assert.equal(costNanosOf(price, all), plain + 120_000);
  assert.equal(costNanosOf({ ...price, cacheWriteHourMicros: 3_000_000 }, some), plain + 50_000 + 60_000);
  assert.equal(costNanosOf({ inputMicros: 1_000_000, outputMicros: 0 }, some), 100_000);
  const tiers = [{ aboveInputTokens: 99, ...price, inputMicros: 2_000_000, cacheWriteMicros: 2_500_000 }];
  assert.equal(costNanosOf({ ...price, tiers }, all), 60_000 + 1_000 + 240_000);
});

it("Anthropic's models have a price for an hour in the cache, wherever they run, and no other ones have", () => {
  const { models } = priceListSchema.parse(JSON.parse(file));
  for (const { model, price } of models) {
    for (const rates of [price, ...(price.tiers ?? [])]) {
      const isWritten = /claude/i.test(model) && rates.cacheWriteMicros !== undefined;
      assert.equal(rates.cacheWriteHourMicros, isWritten ? 2 * rates.inputMicros : undefined, model);
    }
  }
  assert.equal(findPrice("anthropic", "claude-haiku-4-5")?.price.cacheWriteHourMicros, 2_000_000);
});
