import type { Connection } from "@reef/db";
import { sql } from "kysely";
import type { Outcome } from "../plane/call.ts";
import type { UsageRecord } from "../plane/journal/usage-event.ts";
import { costNanosOf } from "../prices/price.ts";
import { LARGEST_INTEGER, wholeNumber, wholeText } from "./stored-values.ts";

/** No call is dated later than the year 2100: an odd clock must not hold up the records of others. */
const LATEST = Date.UTC(2100, 0);
const HOUR_MS = 3_600_000;
const FAILURES: ReadonlySet<string> = new Set<Outcome>(["failed", "cut", "interrupted"]);

/** When a call began, as it is stored: in milliseconds since 1970. */
export const startOf = ({ begun }: UsageRecord): number => wholeNumber(begun.startedAt, LATEST);

/** How long a call took, as it is stored. */
export const latencyOf = ({ ended }: UsageRecord): number => wholeNumber(ended.latencyMs, LARGEST_INTEGER);

/** What a hit of the cache would have cost; 0 of a call that a provider answered. */
export const savingOf = ({ ended }: UsageRecord): number =>
  ended.outcome === "cached" ? wholeNumber(costNanosOf(ended.price, ended.usage)) : 0;

/** What the calls of one hour come to that are alike in what hours tell apart. */
interface HourSum {
  /** One of them. */
  of: UsageRecord;
  calls: number;
  failures: number;
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  costNanos: number;
  latencyMs: number;
  cachedCalls: number;
  savedTokens: number;
  savedNanos: number;
}

/** Adds calls to the sums of their hours: in the transaction that stores them, and only those that were not stored before. */
export async function addToHours(db: Connection, records: readonly UsageRecord[]): Promise<void> {
  const sums = sumByHour(records);
  const column = <Value>(read: (sum: HourSum) => Value): Value[] => sums.map(read);
  await sql`
    insert into gateway.usage_hours as hours (
      organization_id, hour, key_id, agent_id, workspace_id, provider_id, model, calls, failures, input_tokens,
      cached_input_tokens, output_tokens, reasoning_tokens, cost_nanos, latency_ms, cached_calls, saved_tokens,
      saved_nanos
    )
    select * from unnest(
      ${column(({ of }) => of.begun.organizationId)}::uuid[],
      ${column(({ of }) => new Date(hourOf(of)).toISOString())}::timestamptz[],
      ${column(({ of }) => of.begun.keyId)}::uuid[],
      ${column(({ of }) => of.begun.agentId)}::uuid[],
      ${column(({ of }) => of.begun.workspaceId)}::uuid[],
      ${column(({ of }) => of.ended.providerId)}::uuid[],
      ${column(({ of }) => wholeText(of.ended.model))}::text[],
      ${column(({ calls }) => calls)}::bigint[],
      ${column(({ failures }) => failures)}::bigint[],
      ${column(({ inputTokens }) => inputTokens)}::bigint[],
      ${column(({ cachedInputTokens }) => cachedInputTokens)}::bigint[],
      ${column(({ outputTokens }) => outputTokens)}::bigint[],
      ${column(({ reasoningTokens }) => reasoningTokens)}::bigint[],
      ${column(({ costNanos }) => costNanos)}::bigint[],
      ${column(({ latencyMs }) => latencyMs)}::bigint[],
      ${column(({ cachedCalls }) => cachedCalls)}::bigint[],
      ${column(({ savedTokens }) => savedTokens)}::bigint[],
      ${column(({ savedNanos }) => savedNanos)}::bigint[]
    ) order by 1, 2, 3, 4, 5, 6, 7
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
      saved_nanos = hours.saved_nanos + excluded.saved_nanos`.execute(db);
}

/** The beginning of the hour in which a call began, in milliseconds since 1970. */
const hourOf = (record: UsageRecord): number => Math.floor(startOf(record) / HOUR_MS) * HOUR_MS;

function sumByHour(records: readonly UsageRecord[]): HourSum[] {
  const sums = new Map<string, HourSum>();
  let sum: HourSum | undefined;
  for (const record of records) {
    if (sum === undefined || !isOfOneSum(record, sum.of)) sum = sumFor(record, sums);
    addTo(sum, record);
  }
  return [...sums.values()];
}

/** What a provider was asked for counts as used; what a hit of the cache has in tokens, it saved. */
function addTo(sum: HourSum, record: UsageRecord): void {
  const { usage, costNanos, outcome } = record.ended;
  const inputTokens = wholeNumber(usage.inputTokens);
  const outputTokens = wholeNumber(usage.outputTokens);
  sum.calls += 1;
  sum.costNanos += wholeNumber(costNanos);
  sum.latencyMs += latencyOf(record);
  if (FAILURES.has(outcome)) sum.failures += 1;
  if (outcome === "cached") {
    sum.cachedCalls += 1;
    sum.savedTokens += inputTokens + outputTokens;
    sum.savedNanos += savingOf(record);
    return;
  }
  sum.inputTokens += inputTokens;
  sum.cachedInputTokens += wholeNumber(usage.cachedInputTokens);
  sum.outputTokens += outputTokens;
  sum.reasoningTokens += wholeNumber(usage.reasoningTokens);
}

const isOfOneSum = (one: UsageRecord, other: UsageRecord): boolean =>
  one.begun.keyId === other.begun.keyId &&
  one.ended.model === other.ended.model &&
  one.ended.providerId === other.ended.providerId &&
  one.begun.organizationId === other.begun.organizationId &&
  one.begun.agentId === other.begun.agentId &&
  one.begun.workspaceId === other.begun.workspaceId &&
  hourOf(one) === hourOf(other);

function sumFor(record: UsageRecord, sums: Map<string, HourSum>): HourSum {
  const { begun, ended } = record;
  const { organizationId, keyId, agentId, workspaceId } = begun;
  // As they are stored: two names that come to one there must come to one here.
  const model = wholeText(ended.model);
  const name = JSON.stringify([organizationId, hourOf(record), keyId, agentId, workspaceId, ended.providerId, model]);
  const sum = sums.get(name) ?? {
    of: record,
    calls: 0,
    failures: 0,
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    costNanos: 0,
    latencyMs: 0,
    cachedCalls: 0,
    savedTokens: 0,
    savedNanos: 0,
  };
  sums.set(name, sum);
  return sum;
}
