import type { Model } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { providerIdOf } from "../gateway/find.ts";
import { count, dollarsOf } from "../terminal/amount.ts";
import { writePage } from "../terminal/page.ts";

const tokens = (number: number | null): string => (number === null ? "" : count(number));

/** `reef models`: what may be called, and what a million tokens of it cost. */
export async function listModels(
  context: Context,
  options: { search?: string; provider?: string; limit?: number; cursor?: string },
): Promise<void> {
  const { search: nameContains, provider, limit, cursor } = options;
  const reef = await connect(context);
  const providerId = await providerIdOf(reef, provider);
  const page = await reef.gateway.listModels({ nameContains, providerId, limit, cursor });
  const columns = [
    { heading: "MODEL", text: (model: Model) => model.id },
    { heading: "INPUT", text: ({ price }: Model) => (price === null ? "?" : dollarsOf(price.inputMicros)) },
    {
      heading: "CACHED",
      text: ({ price }: Model) => (price === null ? "?" : dollarsOf(price.cachedInputMicros ?? price.inputMicros)),
    },
    { heading: "OUTPUT", text: ({ price }: Model) => (price === null ? "?" : dollarsOf(price.outputMicros)) },
    { heading: "PRICE OF", text: ({ priceSource }: Model) => sourceOf(priceSource, page.pricesDated) },
    { heading: "CONTEXT", text: (model: Model) => tokens(model.contextTokens) },
    { heading: "LONGEST", text: (model: Model) => tokens(model.maxOutputTokens) },
  ];
  const isNarrowed = nameContains !== undefined || providerId !== undefined;
  const whenEmpty = isNarrowed
    ? "There is no such model."
    : "There is no model. Add a provider with `reef providers add`, or see `reef providers offers`.";
  writePage(context.output, page, columns, whenEmpty);
  if (page.items.length === 0) return;
  const { pricesDated } = page;
  context.output.talk(
    `In dollars per million tokens; ? where none is known. The reef's price list is of ${pricesDated}.`,
  );
}

/** Where a price comes from: it was set with the provider, or stands in the reef's list, which has a date. */
function sourceOf(source: Model["priceSource"], pricesDated: string): string {
  if (source === null) return "";
  return source === "provider" ? "the provider" : `the list, ${pricesDated}`;
}
