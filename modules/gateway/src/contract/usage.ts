import { idSchema, pageQuery, pageSchema, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";
import { priceSchema } from "../prices/price.ts";

const count = z.number().int();
const micros = z.number().int().describe("Micro-dollars, rounded up to a whole one");

/** What calls used, summed. */
const usageSumsSchema = z.object({
  calls: count,
  failures: count.describe("Of these: refused by the provider, broken off on their way, or interrupted"),
  cachedCalls: count.describe("Of these: answered from the reef's own cache; their tokens are in `savedTokens` alone"),
  inputTokens: count,
  cachedInputTokens: count.describe("Of the input: read from the provider's cache"),
  outputTokens: count,
  reasoningTokens: count.describe("Of the output: thought"),
  costMicros: micros,
  savedTokens: count.describe("Input and output that no provider had to read and write, thanks to the cache"),
  savedMicros: micros.describe("What they would have cost"),
  averageLatencyMs: count.nullable().describe("From the request to the last byte; null without a call"),
});

const groupings = ["model", "agent", "workspace", "key", "provider"] as const;

const usageGroupSchema = usageSumsSchema.extend({
  id: z
    .string()
    .nullable()
    .describe("The model's name, or the id of what the calls are summed by; null for calls without one"),
  name: z.string().nullable().describe("What people call it; null where it has no name, or is gone"),
  isRest: z.boolean().describe("Whether these are all calls that belong to none of the others"),
});

const usageSchema = z
  .object({
    from: timeSchema(),
    to: timeSchema(),
    bucket: z.enum(["hour", "day", "month"]),
    groupBy: z.enum(groupings).nullable(),
    total: usageSumsSchema,
    groups: z
      .array(usageGroupSchema)
      .describe("The ten that cost most, then the rest together; empty unless they were asked for"),
    items: z
      .array(
        usageSumsSchema.extend({
          start: timeSchema(),
          group: count.nullable().describe("Which of `groups`, by its place from 0; null unless they were asked for"),
        }),
      )
      .describe("Oldest first; those without a call are left out"),
  })
  .meta({ id: "Usage" });

const usageEventSchema = z
  .object({
    id: idSchema("use"),
    key: z.object({ id: idSchema("key"), name: z.string().nullable() }),
    agent: z.object({ id: idSchema("agt"), name: z.string().nullable() }).nullable(),
    workspaceId: idSchema("wsp").nullable(),
    provider: z.object({ id: idSchema("prv"), name: z.string().nullable() }),
    requestedModel: z.string().describe("The model as the caller asked for it: an alias, or its name"),
    model: z.string().describe("The model that answered, as its provider calls it"),
    dialect: z.string(),
    streamed: z.boolean(),
    outcome: z
      .string()
      .describe(
        "`completed`, `failed` before anything was delivered, `cut` on its way, `abandoned` by the client, `interrupted` with its gateway, or `cached`",
      ),
    status: count.describe("The HTTP status that the client got; 0 where that is not known"),
    inputTokens: count,
    cachedInputTokens: count,
    cacheWriteTokens: count.describe("Of the input: written to the provider's cache"),
    outputTokens: count,
    reasoningTokens: count,
    countedBy: z.string().describe("`provider`, or `reef` of what was delivered"),
    price: priceSchema.nullable().describe("What it was reckoned with; null where none was known"),
    costMicros: micros,
    savedMicros: micros.describe("Of a call from the cache: what it would have cost; its tokens are those it saved"),
    captured: z.boolean().describe("Whether prompt and answer are stored: GET /api/usage/events/{id}/capture"),
    latencyMs: count,
    firstTokenMs: count.nullable().describe("Until the first content; null where none was delivered"),
    attempts: count.describe("How many upstreams were tried"),
    requestId: z.string(),
    startedAt: timeSchema(),
  })
  .meta({ id: "UsageEvent" });

const filters = {
  model: z.string().min(1).max(300).optional().describe("Only this model, as its provider calls it"),
  keyId: idSchema("key").optional().describe("Only calls with this key"),
  agentId: idSchema("agt").optional().describe("Only calls of this agent"),
  workspaceId: idSchema("wsp").optional().describe("Only calls from this workspace"),
  providerId: idSchema("prv").optional().describe("Only calls that this provider answered"),
};

const eventFilters = {
  ...filters,
  outcome: z
    .enum(["completed", "failed", "cut", "abandoned", "interrupted", "cached"])
    .optional()
    .describe("Only calls that ended so"),
  from: timeSchema().optional().describe("Only calls begun then or later; 31 days before `to` unless given"),
  to: timeSchema().optional().describe("Only calls begun before then; now unless given"),
};

const OWN = "An agent sees its own calls, people those of their organization.";

/** People see what their organization used, agents what they did. */
const readers = { access: "gateway:read", people: "member", method: "GET", limit: "read", status: 200 } as const;

/** The routes of usage. */
export const usageRoutes = {
  getUsage: {
    ...readers,
    path: "/api/usage",
    summary: "Tell what calls of models used over time, by model, agent, workspace, key or provider",
    description: `${OWN} Whole hours are counted, and days and months are those of UTC. A call appears a second after it ended.`,
    query: z.object({
      from: timeSchema().optional().describe("Unless given, a day, 30 days or 12 months before `to`, as `bucket` is"),
      to: timeSchema().optional().describe("Now unless given"),
      bucket: z.enum(["hour", "day", "month"]).default("day").describe("How long each item is"),
      groupBy: z.enum(groupings).optional().describe("Sum up by this as well"),
      ...filters,
    }),
    response: usageSchema,
    errors: ["gateway.bad_range"],
  },
  listUsageEvents: {
    ...readers,
    path: "/api/usage/events",
    summary: "List single calls of models, newest first",
    description: `${OWN} Of calls with one \`outcome\` alone, \`total\` counts 10,000 at most.`,
    query: z.object({ ...pageQuery, ...eventFilters }),
    response: pageSchema(usageEventSchema),
    errors: ["list.invalid_cursor", "gateway.bad_range"],
  },
  exportUsage: {
    ...readers,
    path: "/api/usage/export",
    summary: "Export single calls of models as CSV, page by page",
    description: `${OWN} Each item is one record of a CSV file (RFC 4180), the first one names the columns; join all with CRLF. Oldest first, and without those that begin after the first page was asked for. \`costMicros\` is exact, to a thousandth. A text that a spreadsheet would take for a formula has an apostrophe before it.`,
    query: z.object({
      ...pageQuery,
      limit: z.coerce.number().int().min(2).max(500).default(200).describe("How many records at most"),
      ...eventFilters,
    }),
    response: pageSchema(z.string()),
    errors: ["list.invalid_cursor", "gateway.bad_range"],
  },
  getUsageEvent: {
    ...readers,
    path: "/api/usage/events/{usageEventId}",
    summary: "Tell what one call of a model used",
    description: OWN,
    needs: "own",
    params: z.object({ usageEventId: idSchema("use") }),
    response: usageEventSchema,
    errors: ["gateway.usage_event_not_found"],
  },
} as const satisfies Record<string, Route>;

export type Usage = z.input<typeof usageSchema>;
export type UsageEvent = z.input<typeof usageEventSchema>;
export type UsageGrouping = (typeof groupings)[number];
export type UsageBucket = z.output<typeof usageSchema>["bucket"];
