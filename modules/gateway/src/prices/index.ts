/** What models cost, by the dated list that `npm run prices:update` writes. */
import list from "./generated/prices.json" with { type: "json" };
import type { Price } from "./price.ts";
import type { ListedPrice, PriceList } from "./price-list.ts";

/** What the list says of a model. */
export interface ModelTerms {
  price: Price;
  contextTokens: number | null;
  maxOutputTokens: number | null;
}

/** The list's form is held by a test, since reading it through its schema would hold up every start. */
const { date, models } = list as PriceList;

/** The day that the list is of, as YYYY-MM-DD. */
export const pricesDated: string = date;

/** Kinds that charge as another one does, where the list has no price of their own. */
const LIKE: Readonly<Record<string, string>> = { azure: "openai" };

/** Whose models OpenRouter's names speak of: `anthropic/claude-…`. It passes their prices on. */
const VENDORS: Readonly<Record<string, string>> = {
  anthropic: "anthropic",
  openai: "openai",
  google: "gemini",
  mistralai: "mistral",
  deepseek: "deepseek",
  "x-ai": "xai",
  moonshotai: "kimi",
};

const byKind = new Map<string, Map<string, ListedPrice>>();
for (const model of models) {
  for (const kind of model.kinds) {
    const ofKind = byKind.get(kind) ?? new Map<string, ListedPrice>();
    ofKind.set(model.model.toLowerCase(), model);
    byKind.set(kind, ofKind);
  }
}

/**
 * What a model costs at a kind of provider; undefined where the list does not know it. A name is looked for as it is, then
 * without what says only where it runs (`models/`, `us.`) or which of its editions it is (a date, `-latest`).
 */
export function findPrice(kind: string, model: string): ModelTerms | undefined {
  const found = findListed(kind, model) ?? findListed(LIKE[kind], model) ?? findOfVendor(kind, model);
  if (found === undefined) return undefined;
  const { price, contextTokens = null, maxOutputTokens = null } = found;
  return { price, contextTokens, maxOutputTokens };
}

/** Names of the models that the list has of a kind, by name. */
export const listPricedModels = (kind: string): string[] =>
  [...(byKind.get(kind)?.values() ?? [])].map(({ model }) => model).sort();

function findListed(kind: string | undefined, model: string): ListedPrice | undefined {
  const ofKind = kind === undefined ? undefined : byKind.get(kind);
  if (ofKind === undefined) return undefined;
  for (const name of namesOf(model.toLowerCase())) {
    const found = ofKind.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The model's own provider's terms, for a router of others' models. */
function findOfVendor(kind: string, model: string): ListedPrice | undefined {
  const [vendor = "", ...rest] = model.split("/");
  // A variant such as `:free` has a price of its own, and no vendor knows it.
  return kind === "openrouter" && !model.endsWith(":free") ? findListed(VENDORS[vendor], rest.join("/")) : undefined;
}

/** Ways in which a model may be named, the exact one first. */
function namesOf(model: string): string[] {
  const place = /^(?:arn:.*\/|(?:models|publishers\/[^/]+\/models)\/|(?:us|us-gov|eu|apac|jp|au|global)\.)/;
  const names = [model];
  const placeless = model.replace(place, "");
  const plain = placeless.replace(/:(?:nitro|floor|exacto|online|beta)$/, "");
  names.push(placeless, plain, plain.replace(/(?:[-@]\d{8}|-\d{4}-\d{2}-\d{2}|-latest)(?=$|-v\d)/, ""));
  return names;
}
