import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type RawBuilder, sql } from "kysely";
import type { UsageBucket, UsageGrouping } from "../contract/usage.ts";
import type { Price } from "../prices/price.ts";
import { tables } from "../schema.ts";
import { isReadable } from "./captures.ts";

/** What sums of calls are narrowed to. */
export interface UsageFilter {
  /** Begun then or later. */
  from: Date;
  /** Begun before then. */
  to: Date;
  model?: string | undefined;
  keyId?: Id<"key"> | undefined;
  agentId?: Id<"agt"> | undefined;
  workspaceId?: Id<"wsp"> | undefined;
  providerId?: Id<"prv"> | undefined;
  /** The agent whose calls alone the reader may see. */
  ofAgentId?: Id<"agt"> | undefined;
}

/** What calls used, summed. */
export interface UsageSums {
  calls: number;
  failures: number;
  cachedCalls: number;
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  costNanos: number;
  savedTokens: number;
  savedNanos: number;
  latencyMs: number;
}

/** Sums of one thing that calls are summed by; empty for calls without it, null for all things that were not asked for. */
export type GroupSums = UsageSums & { group: string | null };

/** As text, so that one form holds for all; empty where a call has none. Of ids it is the UUID. */
const GROUPS: Readonly<Record<UsageGrouping, RawBuilder<string>>> = {
  model: sql`model`,
  agent: sql`coalesce(agent_id::text, '')`,
  workspace: sql`coalesce(workspace_id::text, '')`,
  key: sql`key_id::text`,
  provider: sql`provider_id::text`,
};

// A sum of 64-bit integers is of no bounded size to Postgres, and would arrive as text.
const sums = sql`
  coalesce(sum(calls), 0)::bigint as calls, coalesce(sum(failures), 0)::bigint as failures,
  coalesce(sum(cached_calls), 0)::bigint as "cachedCalls", coalesce(sum(saved_tokens), 0)::bigint as "savedTokens",
  coalesce(sum(saved_nanos), 0)::bigint as "savedNanos", coalesce(sum(input_tokens), 0)::bigint as "inputTokens",
  coalesce(sum(cached_input_tokens), 0)::bigint as "cachedInputTokens",
  coalesce(sum(output_tokens), 0)::bigint as "outputTokens",
  coalesce(sum(reasoning_tokens), 0)::bigint as "reasoningTokens",
  coalesce(sum(cost_nanos), 0)::bigint as "costNanos", coalesce(sum(latency_ms), 0)::bigint as "latencyMs"`;

/** The condition that a filter is, for both tables; `moment` is the column that says when. */
function fits(organizationId: Id<"org">, filter: UsageFilter, moment: RawBuilder<unknown>): RawBuilder<boolean> {
  const { from, to, model, keyId, agentId, workspaceId, providerId, ofAgentId } = filter;
  const conditions = [
    sql`organization_id = ${toUuid(organizationId)}::uuid`,
    sql`${moment} >= ${from}::timestamptz and ${moment} < ${to}::timestamptz`,
    ...(model === undefined ? [] : [sql`model = ${model}`]),
    ...(keyId === undefined ? [] : [sql`key_id = ${toUuid(keyId)}::uuid`]),
    ...(agentId === undefined ? [] : [sql`agent_id = ${toUuid(agentId)}::uuid`]),
    ...(workspaceId === undefined ? [] : [sql`workspace_id = ${toUuid(workspaceId)}::uuid`]),
    ...(providerId === undefined ? [] : [sql`provider_id = ${toUuid(providerId)}::uuid`]),
    ...(ofAgentId === undefined ? [] : [sql`agent_id = ${toUuid(ofAgentId)}::uuid`]),
  ];
  return sql`${sql.join(conditions, sql` and `)}`;
}

const HOUR = sql`hour`;
const STARTED_AT = sql`started_at`;

/** What all calls used in these hours. */
export async function sumUsage(db: Connection, organizationId: Id<"org">, filter: UsageFilter): Promise<UsageSums> {
  const { rows } = await sql<UsageSums>`
    select ${sums} from gateway.usage_hours where ${fits(organizationId, filter, HOUR)}`.execute(db);
  const [total] = rows;
  if (total === undefined) throw new Error("A query without a condition gave no row.");
  return total;
}

/** The groups that cost most, then those that used most. */
export async function listGroups(
  db: Connection,
  organizationId: Id<"org">,
  filter: UsageFilter,
  { groupBy, limit }: { groupBy: UsageGrouping; limit: number },
): Promise<(UsageSums & { group: string })[]> {
  const { rows } = await sql<UsageSums & { group: string }>`
    select ${GROUPS[groupBy]} as "group", ${sums} from gateway.usage_hours
    where ${fits(organizationId, filter, HOUR)}
    group by 1 order by sum(cost_nanos) desc, sum(input_tokens + output_tokens) desc, sum(calls) desc, 1
    limit ${limit}`.execute(db);
  return rows;
}

/** What calls used in each span of time, oldest first; of each of these groups by itself, and of all others together. */
export async function listBuckets(
  db: Connection,
  organizationId: Id<"org">,
  filter: UsageFilter,
  { bucket, groupBy, groups }: { bucket: UsageBucket; groupBy: UsageGrouping | undefined; groups: readonly string[] },
): Promise<(GroupSums & { start: Date })[]> {
  const group =
    groupBy === undefined
      ? sql`null`
      : sql`case when ${GROUPS[groupBy]} = any(${groups}::text[]) then ${GROUPS[groupBy]} end`;
  const { rows } = await sql<GroupSums & { start: Date }>`
    select date_trunc(${bucket}, hour, 'UTC') as start, ${group} as "group", ${sums} from gateway.usage_hours
    where ${fits(organizationId, filter, HOUR)}
    group by 1, 2 order by 1, 2`.execute(db);
  return rows;
}

/** A call as it is stored. */
export interface StoredUsageEvent {
  id: Id<"use">;
  keyId: Id<"key">;
  agentId: Id<"agt"> | null;
  workspaceId: Id<"wsp"> | null;
  providerId: Id<"prv">;
  requestedModel: string;
  model: string;
  dialect: string;
  streamed: boolean;
  outcome: string;
  status: number;
  inputTokens: number;
  cachedInputTokens: number;
  cacheWriteTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  countedBy: string;
  price: Price | null;
  costNanos: number;
  /** Of a call from the cache: what it would have cost. */
  savedNanos: number;
  /** Whether prompt and answer are stored. */
  captured: boolean;
  latencyMs: number;
  firstTokenMs: number | null;
  attempts: number;
  requestId: string;
  startedAt: Date;
}

type StoredIds = { [Name in "id" | "keyId" | "agentId" | "workspaceId" | "providerId"]: string };
type EventRow = Omit<StoredUsageEvent, keyof StoredIds> &
  Pick<StoredIds, "id" | "keyId" | "providerId"> & { agentId: string | null; workspaceId: string | null };

const eventColumns = sql`
  id, key_id as "keyId", agent_id as "agentId", workspace_id as "workspaceId", provider_id as "providerId",
  requested_model as "requestedModel", model, dialect, streamed, outcome, status, input_tokens as "inputTokens",
  cached_input_tokens as "cachedInputTokens", cache_write_tokens as "cacheWriteTokens",
  output_tokens as "outputTokens", reasoning_tokens as "reasoningTokens", counted_by as "countedBy", price,
  cost_nanos as "costNanos",
  saved_nanos as "savedNanos", latency_ms as "latencyMs", first_token_ms as "firstTokenMs", attempts,
  request_id as "requestId", started_at as "startedAt",
  exists (
    select from gateway.captures capture
    where capture.id = usage_events.id and capture.organization_id = usage_events.organization_id and ${isReadable}
  ) as captured`;

const toEvent = (row: EventRow): StoredUsageEvent => ({
  ...row,
  id: toTypeId("use", row.id),
  keyId: toTypeId("key", row.keyId),
  agentId: row.agentId === null ? null : toTypeId("agt", row.agentId),
  workspaceId: row.workspaceId === null ? null : toTypeId("wsp", row.workspaceId),
  providerId: toTypeId("prv", row.providerId),
});

/** A place in a list of calls: they are listed by when they began, and by their ids where that is the same. */
export interface EventPlace {
  startedAt: Date;
  id: Id<"use">;
}

export type EventFilter = UsageFilter & { outcome?: string | undefined };

/** A page of calls beyond a place, in either order. */
export async function listEvents(
  db: Connection,
  organizationId: Id<"org">,
  filter: EventFilter,
  { order, beyond, limit }: { order: "newest" | "oldest"; beyond: EventPlace | undefined; limit: number },
): Promise<StoredUsageEvent[]> {
  const direction = order === "newest" ? sql`desc` : sql`asc`;
  const beyondPlace =
    beyond === undefined
      ? sql``
      : sql`and (started_at, id) ${order === "newest" ? sql`<` : sql`>`} (${beyond.startedAt}::timestamptz, ${toUuid(beyond.id)}::uuid)`;
  const { rows } = await sql<EventRow>`
    select ${eventColumns} from gateway.usage_events
    where ${fitsEvents(organizationId, filter)} ${beyondPlace}
    order by started_at ${direction}, id ${direction} limit ${limit}`.execute(db);
  return rows.map(toEvent);
}

const fitsEvents = (organizationId: Id<"org">, filter: EventFilter): RawBuilder<boolean> =>
  filter.outcome === undefined
    ? fits(organizationId, filter, STARTED_AT)
    : sql`${fits(organizationId, filter, STARTED_AT)} and outcome = ${filter.outcome}`;

/** How many calls fit, counted one by one, up to `most`. */
export async function countEvents(
  db: Connection,
  organizationId: Id<"org">,
  filter: EventFilter,
  most: number,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select from gateway.usage_events where ${fitsEvents(organizationId, filter)} limit ${most}
    ) as event`.execute(db);
  return rows[0]?.count ?? 0;
}

export async function findEvent(
  db: Connection,
  organizationId: Id<"org">,
  id: Id<"use">,
): Promise<StoredUsageEvent | undefined> {
  const { rows } = await sql<EventRow>`
    select ${eventColumns} from gateway.usage_events
    where id = ${toUuid(id)}::uuid and organization_id = ${toUuid(organizationId)}::uuid`.execute(db);
  return rows.map(toEvent)[0];
}

/** Names of the organization's keys with these ids, revoked ones too; unknown ones are left out. */
export async function listKeyNames(
  db: Connection,
  organizationId: Id<"org">,
  ids: readonly Id<"key">[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tables(db)
    .selectFrom("gateway.keys")
    .select(["id", "name"])
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", sql<string>`any(${ids.map(toUuid)}::uuid[])`)
    .execute();
  return new Map(rows.map(({ id, name }) => [toTypeId("key", id), name]));
}

/** Names of these providers, the organization's own and those of the whole reef; unknown ones are left out. */
export async function listProviderNames(
  db: Connection,
  organizationId: Id<"org">,
  ids: readonly Id<"prv">[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tables(db)
    .selectFrom("gateway.providers")
    .select(["id", "name"])
    .where((provider) =>
      provider.or([provider("organization_id", "=", toUuid(organizationId)), provider("organization_id", "is", null)]),
    )
    .where("id", "=", sql<string>`any(${ids.map(toUuid)}::uuid[])`)
    .execute();
  return new Map(rows.map(({ id, name }) => [toTypeId("prv", id), name]));
}
