import type { Connection } from "@reef/db";
import { type RawBuilder, sql } from "kysely";
import type { UsageRecord } from "../plane/journal/usage-event.ts";
import { costNanosOf } from "../prices/price.ts";
import { LARGEST_INTEGER, wholeNumber, wholeText } from "./stored-values.ts";

/** The sum over calls that a provider answered: what a hit of the cache has in tokens it saved. */
const usedSum = (column: RawBuilder<unknown>) => sql`coalesce(sum(${column}) filter (where outcome <> 'cached'), 0)`;

/** No call is dated later than the year 2100: an odd clock must not hold up the records of others. */
const LATEST = Date.UTC(2100, 0);

/**
 * Stores calls that are over, each once, and adds those that were not stored before to the sums of their hours. A job over the
 * whole reef.
 *
 * Rows are written in one order by all processes, so that none waits for another that waits for it.
 *
 * @returns the ids of those that were not stored before.
 */
export async function insertUsage(db: Connection, records: readonly UsageRecord[]): Promise<ReadonlySet<string>> {
  const column = <Value>(read: (record: UsageRecord) => Value): Value[] => records.map(read);
  const tokens = (name: keyof UsageRecord["ended"]["usage"]) =>
    column(({ ended }) => wholeNumber(ended.usage[name] ?? 0));
  const { rows } = await sql<{ id: string }>`
    with stored as (
      insert into gateway.usage_events (
        id, organization_id, key_id, agent_id, workspace_id, provider_id, requested_model, model, dialect, streamed,
        outcome, status, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
        counted_by, price, cost_nanos, latency_ms, first_token_ms, attempts, request_id, started_at,
        saved_nanos
      )
      select * from unnest(
        ${column(({ begun }) => begun.id)}::uuid[],
        ${column(({ begun }) => begun.organizationId)}::uuid[],
        ${column(({ begun }) => begun.keyId)}::uuid[],
        ${column(({ begun }) => begun.agentId)}::uuid[],
        ${column(({ begun }) => begun.workspaceId)}::uuid[],
        ${column(({ ended }) => ended.providerId)}::uuid[],
        ${column(({ begun }) => wholeText(begun.requestedModel))}::text[],
        ${column(({ ended }) => wholeText(ended.model))}::text[],
        ${column(({ begun }) => begun.dialect)}::text[],
        ${column(({ begun }) => begun.streamed)}::boolean[],
        ${column(({ ended }) => ended.outcome)}::text[],
        ${column(({ ended }) => wholeNumber(ended.status, LARGEST_INTEGER))}::integer[],
        ${tokens("inputTokens")}::bigint[],
        ${tokens("cachedInputTokens")}::bigint[],
        ${tokens("cacheWriteTokens")}::bigint[],
        ${tokens("outputTokens")}::bigint[],
        ${tokens("reasoningTokens")}::bigint[],
        ${column(({ ended }) => ended.countedBy)}::text[],
        ${column(({ ended }) => ended.price && JSON.stringify(ended.price))}::jsonb[],
        ${column(({ ended }) => wholeNumber(ended.costNanos))}::bigint[],
        ${column(({ ended }) => wholeNumber(ended.latencyMs, LARGEST_INTEGER))}::integer[],
        ${column(({ ended: { firstTokenMs } }) => (firstTokenMs === null ? null : wholeNumber(firstTokenMs, LARGEST_INTEGER)))}::integer[],
        ${column(({ ended }) => wholeNumber(ended.attempts, LARGEST_INTEGER))}::integer[],
        ${column(({ begun }) => wholeText(begun.requestId))}::text[],
        ${column(({ begun }) => new Date(wholeNumber(begun.startedAt, LATEST)).toISOString())}::timestamptz[],
        ${column(({ ended }) => (ended.outcome === "cached" ? costNanosOf(ended.price, ended.usage) : 0))}::bigint[]
      ) order by 1
      on conflict (id) do nothing
      returning *
    ), summed as (
      insert into gateway.usage_hours as hours (
        organization_id, hour, key_id, agent_id, workspace_id, provider_id, model, calls, failures, input_tokens,
        cached_input_tokens, output_tokens, reasoning_tokens, cost_nanos, latency_ms, cached_calls, saved_tokens,
        saved_nanos
      )
      select organization_id, date_trunc('hour', started_at, 'UTC') as hour, key_id, agent_id, workspace_id, provider_id,
        model, count(*), count(*) filter (where outcome in ('failed', 'cut', 'interrupted')),
        ${usedSum(sql`input_tokens`)}, ${usedSum(sql`cached_input_tokens`)}, ${usedSum(sql`output_tokens`)},
        ${usedSum(sql`reasoning_tokens`)}, sum(cost_nanos), sum(latency_ms), count(*) filter (where outcome = 'cached'),
        coalesce(sum(input_tokens + output_tokens) filter (where outcome = 'cached'), 0), sum(saved_nanos)
      from stored
      group by 1, 2, 3, 4, 5, 6, 7
      order by 1, 2, 3, 4, 5, 6, 7
      on conflict (organization_id, hour, key_id, agent_id, workspace_id, provider_id, model) do update set
        calls = hours.calls + excluded.calls,
        failures = hours.failures + excluded.failures,
        input_tokens = hours.input_tokens + excluded.input_tokens,
        cached_input_tokens = hours.cached_input_tokens + excluded.cached_input_tokens,
        output_tokens = hours.output_tokens + excluded.output_tokens,
        reasoning_tokens = hours.reasoning_tokens + excluded.reasoning_tokens,
        cost_nanos = hours.cost_nanos + excluded.cost_nanos,
        latency_ms = hours.latency_ms + excluded.latency_ms,
        cached_calls = hours.cached_calls + excluded.cached_calls,
        saved_tokens = hours.saved_tokens + excluded.saved_tokens,
        saved_nanos = hours.saved_nanos + excluded.saved_nanos
    )
    select id from stored`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Which of these processes were seen within so many seconds; a job over the whole reef. */
export async function listSeen(
  db: Connection,
  processIds: readonly string[],
  seconds: number,
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from gateway.processes
    where id = any(${processIds}::uuid[]) and seen_at > clock_timestamp() - make_interval(secs => ${seconds})`.execute(
    db,
  );
  return new Set(rows.map(({ id }) => id));
}
