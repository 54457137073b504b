import { z } from "zod";
import { priceSchema } from "./price.ts";

/** A model of the list. */
const listedModelSchema = z.strictObject({
  /** As its provider calls it. */
  model: z.string().min(1).max(200),
  /** Which kinds of provider serve it at this price. */
  kinds: z.array(z.string().min(1)).min(1),
  price: priceSchema,
  contextTokens: z.int().min(1).optional(),
  maxOutputTokens: z.int().min(1).optional(),
});

/** The form of `generated/prices.json`, which `npm run prices:update` writes. */
export const priceListSchema = z.strictObject({
  /** The day of its newest source, as YYYY-MM-DD. */
  date: z.iso.date(),
  /** The packages that it was made from. */
  sources: z.array(z.strictObject({ package: z.string(), version: z.string(), license: z.string() })),
  /** By name. */
  models: z.array(listedModelSchema),
});

export type ListedPrice = z.output<typeof listedModelSchema>;
export type PriceList = z.output<typeof priceListSchema>;
