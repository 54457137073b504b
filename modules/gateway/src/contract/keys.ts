import { idSchema, pageQuery, pageSchema, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";
import { cacheSchema } from "./cache.ts";
import { captureSchema, purgeQuery } from "./captures.ts";

/**
 * What looks like a secret: the beginnings that providers and this reef give theirs, a run of hex digits, or a long word of
 * small and capital letters and digits, as nobody calls a thing.
 */
const SECRETS = [
  /(?:^|[^a-z0-9])(?:rk|sk|pk|gsk|xai|hf|ghp|gho|github_pat|xox[abp])[-_][\w-]{8,}/i,
  /AIza[\w-]{20,}/,
  /(?:^|[^0-9a-z])[0-9a-f]{32,}(?:$|[^0-9a-z])/i,
  /(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])(?=[\w+/-]*\d)[\w+/-]{32,}/,
];

const name = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, "Must be one line of plain text")
  .refine(
    (text) => !SECRETS.some((secret) => secret.test(text)),
    "Looks like a secret; name the key after what it is for",
  )
  .describe("What people call the key; never a secret");

const models = z
  .array(z.string().trim().min(1).max(200))
  .min(1)
  .max(100)
  .nullable()
  .describe("Models and aliases that it may ask for; null for all that the organization has");
const requestsPerMinute = z
  .int()
  .min(1)
  .max(1_000_000)
  .nullable()
  .describe("A sixth of them may come at once; null: no limit");
const tokensPerMinute = z
  .int()
  .min(1)
  .max(1_000_000_000)
  .nullable()
  .describe("Input and output together; a sixth may come at once; null: no limit");
const expiresAt = timeSchema().nullable().describe("Null for a key without end");
const state = z.enum(["active", "expired", "revoked"]);

const gatewayKeySchema = z
  .object({
    id: idSchema("key"),
    name: z.string(),
    hint: z.string().describe("The last four characters of the secret"),
    agentId: idSchema("agt").nullable().describe("The agent that it is for, where it is for one"),
    workspaceId: idSchema("wsp").nullable().describe("The workspace that it is for, where it is for one"),
    models,
    requestsPerMinute,
    tokensPerMinute,
    capture: captureSchema,
    cache: cacheSchema,
    state,
    createdBy: z.object({ personId: idSchema("usr"), name: z.string() }),
    expiresAt,
    revokedAt: timeSchema().nullable(),
    lastUsedAt: timeSchema().nullable().describe("To the minute; null for one that never was"),
    version: z.int(),
    createdAt: timeSchema(),
  })
  .meta({ id: "GatewayKey" });

const issuedKeySchema = gatewayKeySchema
  .extend({ secret: z.string().describe("Shown this once; the reef keeps only a digest of it") })
  .meta({ id: "IssuedGatewayKey" });

const keyParams = z.object({ keyId: idSchema("key") });

const limits = { models, requestsPerMinute, tokensPerMinute, expiresAt };

const newKeySchema = z.object({
  name,
  agentId: idSchema("agt").optional().describe("For one agent: calls are metered as its own, and its budgets hold"),
  workspaceId: idSchema("wsp").optional().describe("For one workspace: its budgets hold"),
  models: limits.models.default(null),
  requestsPerMinute: limits.requestsPerMinute.default(null),
  tokensPerMinute: limits.tokensPerMinute.default(null),
  capture: captureSchema.default(null),
  cache: cacheSchema.default(null),
  expiresAt: limits.expiresAt.default(null),
});

const keyChangeSchema = z
  .strictObject({
    name: name.optional(),
    models: limits.models.optional(),
    requestsPerMinute: limits.requestsPerMinute.optional(),
    tokensPerMinute: limits.tokensPerMinute.optional(),
    capture: captureSchema.optional(),
    cache: cacheSchema.optional(),
    expiresAt: limits.expiresAt.optional(),
  })
  .refine((change) => Object.values(change).some((field) => field !== undefined), "Name at least one field to change");

const managed = { access: "organization:manage", people: "admin", agents: false, limit: "write" } as const;

/** The routes of keys, with which programs and agents call models. */
export const keyRoutes = {
  createKey: {
    ...managed,
    method: "POST",
    path: "/api/keys",
    summary: "Create a key with which models are called",
    description:
      "The secret is in this answer and nowhere else. A key is for the whole organization, for an agent of it, for a workspace, or for an agent in a workspace.",
    idempotent: true,
    versioned: true,
    body: newKeySchema,
    status: 201,
    location: "/api/keys/{id}",
    response: issuedKeySchema,
    errors: ["gateway.no_such_agent", "gateway.ends_in_the_past", "gateway.no_encoder"],
  },
  listKeys: {
    method: "GET",
    path: "/api/keys",
    summary: "List gateway keys, newest first; secrets are not shown again",
    description: "People get all of the organization, agents their own.",
    access: "gateway:read",
    people: "member",
    limit: "read",
    query: z.object({
      ...pageQuery,
      agentId: idSchema("agt").optional().describe("Only keys for this agent"),
      workspaceId: idSchema("wsp").optional().describe("Only keys for this workspace"),
      state: state.optional(),
    }),
    status: 200,
    response: pageSchema(gatewayKeySchema),
    errors: ["list.invalid_cursor"],
  },
  getKey: {
    method: "GET",
    path: "/api/keys/{keyId}",
    summary: "Get a gateway key",
    description: "People see those of the organization, agents their own.",
    access: "gateway:read",
    people: "member",
    needs: "own",
    limit: "read",
    versioned: true,
    params: keyParams,
    status: 200,
    response: gatewayKeySchema,
    errors: ["gateway.key_not_found"],
  },
  updateKey: {
    ...managed,
    method: "PATCH",
    path: "/api/keys/{keyId}",
    summary: "Change a key's name, models, limits, capture, caching or end",
    description:
      "It holds everywhere within a second. What was captured before stays to its end, unless `purge` says otherwise.",
    needs: "own",
    versioned: true,
    params: keyParams,
    query: z.object(purgeQuery),
    body: keyChangeSchema,
    status: 200,
    response: gatewayKeySchema,
    errors: [
      "gateway.key_not_found",
      "gateway.key_revoked",
      "gateway.changed",
      "gateway.ends_in_the_past",
      "gateway.no_encoder",
    ],
  },
  revokeKey: {
    ...managed,
    method: "DELETE",
    path: "/api/keys/{keyId}",
    summary: "Revoke a key for good",
    description:
      "It is refused everywhere within a second. It stays in the list, as what it was used for stays on record.",
    needs: "own",
    params: keyParams,
    status: 204,
    errors: ["gateway.key_not_found"],
  },
} as const satisfies Record<string, Route>;

export type GatewayKey = z.output<typeof gatewayKeySchema>;
export type IssuedGatewayKey = z.output<typeof issuedKeySchema>;
export type NewGatewayKey = z.output<typeof newKeySchema>;
export type GatewayKeyChange = z.output<typeof keyChangeSchema>;
