import { idSchema, pageQuery, pageSchema, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";
import { priceSchema } from "../prices/price.ts";
import { modelName } from "./provider-schemas.ts";

const aliasName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, "Must be 1 to 64 letters, digits, `.`, `_`, `:` and `-`")
  .describe("What callers ask for in place of a model, such as `fast`");

const providerId = idSchema("prv");
const order = z.int().min(0).max(100).describe("Lower ones are tried first");
const weight = z.int().min(1).max(1_000).describe("How often it is the first among those of the same order");

const targetSchema = z.object({ providerId, model: z.string(), order, weight }).meta({ id: "AliasTarget" });

const targets = z
  .array(z.strictObject({ providerId, model: modelName, order: order.default(0), weight: weight.default(1) }))
  .min(1)
  .max(20);

const aliasSchema = z
  .object({ name: aliasName, targets: z.array(targetSchema), version: z.number().int(), updatedAt: timeSchema() })
  .meta({ id: "Alias" });

const modelSchema = z
  .object({
    id: z.string().describe("What to ask for to get exactly this one: `slug/model`"),
    name: z.string().describe("As its provider calls it; enough to ask for where only one provider has it"),
    provider: z.object({
      id: idSchema("prv"),
      slug: z.string(),
      name: z.string(),
      kind: z.string(),
      scope: z.enum(["organization", "reef"]),
    }),
    price: priceSchema.nullable().describe("Null where none is known: then calls cost nothing here"),
    priceSource: z.enum(["provider", "list"]).nullable().describe("Set with the provider, or of the reef's price list"),
    contextTokens: z.number().int().nullable(),
    maxOutputTokens: z.number().int().nullable(),
  })
  .meta({ id: "Model" });

const aliasParams = z.object({ name: aliasName });

/** Agents and people alike read what may be called; admins decide on aliases. */
const readers = { access: "gateway:read", people: "member" } as const;
const admins = { access: "organization:manage", people: "admin", agents: false } as const;

/** The routes of models, and of aliases for them. */
export const modelRoutes = {
  listModels: {
    ...readers,
    method: "GET",
    path: "/api/models",
    summary: "List the models that the organization may call, by provider and name",
    limit: "read",
    query: z.object({
      ...pageQuery,
      nameContains: z.string().min(1).max(100).optional().describe("Only models with this in their name, in any case"),
      providerId: idSchema("prv").optional().describe("Only models of this provider"),
    }),
    status: 200,
    response: pageSchema(modelSchema).extend({
      pricesDated: z.string().describe("The day that the reef's price list is of, as YYYY-MM-DD"),
    }),
    errors: ["list.invalid_cursor"],
  },
  createAlias: {
    ...admins,
    method: "POST",
    path: "/api/aliases",
    summary: "Create an alias: a name for one or several models, tried in order and by weight",
    subjectOf: ({ name }: Alias) => ({ name }),
    limit: "write",
    idempotent: true,
    versioned: true,
    body: z.strictObject({ name: aliasName, targets }),
    status: 201,
    location: "/api/aliases/{name}",
    response: aliasSchema,
    errors: ["gateway.alias_taken", "gateway.unknown_target", "gateway.too_many_aliases"],
  },
  listAliases: {
    ...readers,
    method: "GET",
    path: "/api/aliases",
    summary: "List the organization's aliases by name",
    limit: "read",
    query: z.object(pageQuery),
    status: 200,
    response: pageSchema(aliasSchema),
    errors: ["list.invalid_cursor"],
  },
  getAlias: {
    ...readers,
    method: "GET",
    path: "/api/aliases/{name}",
    summary: "Get an alias",
    agents: false,
    needs: "founder",
    limit: "read",
    versioned: true,
    params: aliasParams,
    status: 200,
    response: aliasSchema,
    errors: ["gateway.alias_not_found"],
  },
  updateAlias: {
    ...admins,
    method: "PATCH",
    path: "/api/aliases/{name}",
    summary: "Change where an alias leads",
    needs: "founder",
    limit: "write",
    versioned: true,
    params: aliasParams,
    body: z.strictObject({ targets }),
    status: 200,
    response: aliasSchema,
    errors: ["gateway.alias_not_found", "gateway.unknown_target", "gateway.changed"],
  },
  deleteAlias: {
    ...admins,
    method: "DELETE",
    path: "/api/aliases/{name}",
    summary: "Delete an alias; who asks for it is told that there is none",
    needs: "founder",
    limit: "write",
    params: aliasParams,
    status: 204,
    errors: ["gateway.alias_not_found"],
  },
} as const satisfies Record<string, Route>;

export type Alias = z.input<typeof aliasSchema>;
export type AliasTarget = z.output<typeof targets>[number];
export type Model = z.input<typeof modelSchema>;
