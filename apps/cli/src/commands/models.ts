import type { Alias, Model, Page } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { providerIdOf } from "../gateway/find.ts";
import { count, dollarsOf } from "../terminal/amount.ts";
import { writePage } from "../terminal/page.ts";
import { relativeTime } from "../terminal/time.ts";

const tokens = (number: number | null): string => (number === null ? "" : count(number));

/** `reef models`: what may be called, and what a million tokens of it cost. */
export async function listModels(
  context: Context,
  options: { search?: string; provider?: string; limit?: number; cursor?: string },
): Promise<void> {
  const { search: nameContains, provider, limit, cursor } = options;
  const reef = await connect(context);
  const providerId = await providerIdOf(reef, provider);
  const page: Page<Model> = await reef.gateway.listModels({ nameContains, providerId, limit, cursor });
  const columns = [
    { heading: "MODEL", text: (model: Model) => model.id },
    { heading: "INPUT", text: ({ price }: Model) => (price === null ? "?" : dollarsOf(price.inputMicros)) },
    {
      heading: "CACHED",
      text: ({ price }: Model) => (price === null ? "?" : dollarsOf(price.cachedInputMicros ?? price.inputMicros)),
    },
    { heading: "OUTPUT", text: ({ price }: Model) => (price === null ? "?" : dollarsOf(price.outputMicros)) },
    { heading: "CONTEXT", text: (model: Model) => tokens(model.contextTokens) },
    { heading: "LONGEST", text: (model: Model) => tokens(model.maxOutputTokens) },
  ];
  const isNarrowed = nameContains !== undefined || providerId !== undefined;
  const whenEmpty = isNarrowed
    ? "There is no such model."
    : "There is no model. Add a provider with `reef providers add`, or see `reef providers offers`.";
  writePage(context.output, page, columns, whenEmpty);
  if (page.items.length === 0) return;
  context.output.talk("In dollars per million tokens; ? where no price is known.");
}

/** `reef models aliases` */
export async function listAliases(context: Context, options: { limit?: number; cursor?: string }): Promise<void> {
  const { limit, cursor } = options;
  const reef = await connect(context);
  const page: Page<Alias> = await reef.gateway.listAliases({ limit, cursor });
  const columns = [
    { heading: "ALIAS", text: (alias: Alias) => alias.name },
    { heading: "MODELS", text: ({ targets }: Alias) => targets.map(({ model }) => model).join(", "), mayCut: true },
    { heading: "CHANGED", text: (alias: Alias) => relativeTime(alias.updatedAt) },
  ];
  writePage(context.output, page, columns, "There is no alias. People make them in the console.");
}
