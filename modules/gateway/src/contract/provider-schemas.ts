import { idSchema, onlyIf, pageQuery, timeSchema } from "@reef/http/contract";
import { z } from "zod";
import { priceSchema } from "../prices/price.ts";

/** One line of plain text. */
const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, "Must be one line of plain text");

const slug = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
    "Must be 1 to 40 of a-z, 0-9 and -, and neither begin nor end with -",
  )
  .describe("The provider in names of models: `slug/model`");

const kind = line(40).describe("What kind of provider it is, as GET /api/provider-kinds lists them");

/** A model as its provider calls it. */
export const modelName = line(200).describe("The model as its provider calls it");

const providerModelSchema = z
  .object({ name: modelName, price: priceSchema.optional().describe("In place of the price list's") })
  .meta({ id: "ProviderModel" });

const models = z
  .array(providerModelSchema)
  .max(1_000)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "Each model is named once");

const baseUrl = z
  .url({ protocol: /^https?$/, error: "Must be an https address" })
  .max(500)
  .describe("Where it is, such as https://api.example.com/v1; needed where its kind has no address of its own");

const options = z
  .record(
    z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/),
    z.string().regex(/^[A-Za-z0-9._:-]{0,200}$/, "Letters, digits and `._:-` alone"),
  )
  .refine((all) => Object.keys(all).length <= 20, "At most 20 options")
  .describe("What its kind needs besides, such as a region; never a secret");

const name = line(64).describe("What people call it");
const enabled = z.boolean().describe("Whether it is called at all");

/** What a new provider is made of. */
export const newProviderSchema = z.strictObject({
  kind,
  name: name.optional(),
  slug: slug.optional().describe("The provider in names of models, `slug/model`; its kind unless given"),
  baseUrl: baseUrl.optional(),
  options: options.default({}),
  models: models.optional().describe("The models it serves; unless given those that the price list has of its kind"),
});

export const providerChangeSchema = z
  .strictObject({
    name: name.optional(),
    slug: slug.optional(),
    baseUrl: baseUrl.optional(),
    options: options.optional(),
    models: models.optional(),
    enabled: enabled.optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), "Name at least one field");

/** A provider in a list. */
export const providerSummarySchema = z
  .object({
    id: idSchema("prv"),
    scope: z.enum(["organization", "reef"]).describe("Whose it is: the organization's own, or for the whole reef"),
    kind: z.string(),
    slug: z.string(),
    name: z.string(),
    baseUrl: z.string().nullable().describe("Null where only operators see it"),
    options: z.record(z.string(), z.string()).describe("Empty where only operators see them"),
    enabled,
    modelCount: z.number().int(),
    keyCount: z.number().int().describe("Its keys that are enabled"),
    version: z.number().int(),
    createdAt: timeSchema(),
    updatedAt: timeSchema(),
  })
  .meta({ id: "ProviderSummary" });

export const providerSchema = providerSummarySchema
  .extend({ models: z.array(providerModelSchema) })
  .meta({ id: "Provider" });

/** A key of a provider's, without its secret, which never leaves the reef again. */
export const providerKeySchema = z
  .object({
    id: idSchema("pky"),
    label: z.string(),
    hint: z.string().describe("The secret's last four characters"),
    weight: z.number().int(),
    enabled: z.boolean(),
    createdAt: timeSchema(),
  })
  .meta({ id: "ProviderKey" });

const label = line(64).describe("What people call the key");
const weight = z.int().min(1).max(1_000).describe("How often it is taken, compared with the provider's other keys");

export const newProviderKeySchema = z.strictObject({
  label: label.default("default"),
  secret: z
    .string()
    .trim()
    .min(1)
    .max(8_192)
    .regex(/^[\x20-\x7e]*$/, "Must be one line of ASCII")
    .describe("The key itself; it is sealed, and never shown again"),
  weight: weight.default(1),
});

export const providerKeyChangeSchema = z
  .strictObject({
    label: label.optional(),
    weight: weight.optional(),
    enabled: z.boolean().optional().describe("Whether it is used"),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), "Name at least one field");

/** What came of asking a provider. */
export const providerTestSchema = z
  .object({
    ok: z.boolean(),
    models: z.array(z.string()).describe("Those that it lists, 1,000 at most; empty where its kind lists none"),
    latencyMs: z.number().int(),
    problem: z.string().nullable().describe("What went wrong, in words"),
  })
  .meta({ id: "ProviderTest" });

export const providerKindSchema = z
  .object({
    kind: z.string(),
    title: z.string(),
    baseUrl: z.string().nullable().describe("Where it is unless another address is given"),
    needsAddress: z.boolean().describe("Whether each has its own address, so that it must be given"),
    needsKey: z.boolean(),
    options: z.array(z.object({ name: z.string(), description: z.string(), required: z.boolean() })),
    speaks: z.array(z.string()).describe("The dialects and operations that it is called with"),
  })
  .meta({ id: "ProviderKind" });

/** A provider that was found and may be added in one step. */
export const providerOfferSchema = z
  .object({
    kind: z.string(),
    title: z.string(),
    foundBy: z.string().describe("The environment variable that holds its key, or the address at which it answers"),
  })
  .meta({ id: "ProviderOffer" });

export const providerParams = z.object({ providerId: idSchema("prv") });
export const providerKeyParams = z.object({ providerId: idSchema("prv"), providerKeyId: idSchema("pky") });

export const providerQuery = z.object({
  ...pageQuery,
  enabled: onlyIf("Only those that are enabled, or only those that are not"),
});

export type Provider = z.input<typeof providerSchema>;
export type ProviderSummary = z.input<typeof providerSummarySchema>;
export type ProviderKey = z.input<typeof providerKeySchema>;
export type ProviderTest = z.input<typeof providerTestSchema>;
export type ProviderOffer = z.input<typeof providerOfferSchema>;
export type ShownKind = z.input<typeof providerKindSchema>;
export type NewProvider = z.output<typeof newProviderSchema>;
export type ProviderChange = z.output<typeof providerChangeSchema>;
export type NewProviderKey = z.output<typeof newProviderKeySchema>;
export type ProviderKeyChange = z.output<typeof providerKeyChangeSchema>;
