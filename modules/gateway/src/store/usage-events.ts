import type { Connection } from "@reef/db";
import { type RawBuilder, sql } from "kysely";
import type { UsageRecord } from "../plane/journal/usage-event.ts";
import { LARGEST_INTEGER, wholeNumber, wholeText } from "./stored-values.ts";
import { addToHours, latencyOf, savingOf, startOf } from "./usage-hours.ts";

/**
 * Stores calls that are over, each once, and adds those that were not stored before to the sums of their hours. A job over the
 * whole reef.
 *
 * Rows are written in one order by all processes, so that none waits for another that waits for it. The same call may stand in
 * a group twice.
 *
 * @returns those that were not stored before.
 */
export async function insertUsage(db: Connection, records: readonly UsageRecord[]): Promise<readonly UsageRecord[]> {
  const { rows } = await sql<{ count: number; ids: string[] | null }>`
    with stored as (${insertionOf(records)} on conflict (id) do nothing returning id)
    select count(*) as count, case when count(*) < ${records.length} then array_agg(id) end as ids from stored`.execute(
    db,
  );
  const [{ count = 0, ids = null } = {}] = rows;
  const left = new Set(ids);
  const stored = count === records.length ? records : records.filter(({ begun }) => left.delete(begun.id));
  if (stored.length > 0) await addToHours(db, stored);
  return stored;
}

/** As {@link insertUsage}, for calls of which none was stored before, at four fifths of the cost. @throws a unique violation where one was */
export async function insertNewUsage(db: Connection, records: readonly UsageRecord[]): Promise<readonly UsageRecord[]> {
  await insertionOf(records).execute(db);
  await addToHours(db, records);
  return records;
}

/**
 * One statement for all. Calls of a group are alike in most of what is told of them, so that is sent and read once for all that
 * share it; of each call by itself a few numbers are sent.
 */
function insertionOf(records: readonly UsageRecord[]): RawBuilder<unknown> {
  const { shapes, numbers } = shapesOf(records);
  const shape = <Value>(read: (record: UsageRecord) => Value): Value[] => shapes.map(read);
  const number = (read: (record: UsageRecord) => number | null) => arrayOf(records, (record) => read(record) ?? "NULL");
  const tokens = (name: keyof UsageRecord["ended"]["usage"]) =>
    number(({ ended }) => wholeNumber(ended.usage[name] ?? 0));
  return sql`
      insert into gateway.usage_events (
        id, organization_id, key_id, agent_id, workspace_id, provider_id, requested_model, model, dialect, streamed,
        outcome, status, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
        counted_by, price, cost_nanos, latency_ms, first_token_ms, attempts, request_id, started_at, saved_nanos
      )
      select call.id, organization_id, key_id, agent_id, workspace_id, provider_id, requested_model, model, dialect,
        streamed, outcome, status, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
        counted_by, price, cost_nanos, latency_ms, first_token_ms, attempts, request_id,
        timestamptz 'epoch' + started_ms * interval '1 millisecond', saved_nanos
      from unnest(
        ${arrayOf(records, ({ begun }) => begun.id)}::uuid[],
        ${arrayOf(numbers, String)}::integer[],
        ${tokens("inputTokens")}::bigint[],
        ${tokens("cachedInputTokens")}::bigint[],
        ${tokens("cacheWriteTokens")}::bigint[],
        ${tokens("outputTokens")}::bigint[],
        ${tokens("reasoningTokens")}::bigint[],
        ${number(({ ended }) => wholeNumber(ended.costNanos))}::bigint[],
        ${number(latencyOf)}::integer[],
        ${number(({ ended: { firstTokenMs } }) => firstTokenMs && wholeNumber(firstTokenMs, LARGEST_INTEGER))}::integer[],
        ${arrayOf(records, ({ begun }) => quoted(wholeText(begun.requestId)))}::text[],
        ${number(startOf)}::bigint[],
        ${number(savingOf)}::bigint[]
      ) as call (
        id, shape, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_nanos,
        latency_ms, first_token_ms, request_id, started_ms, saved_nanos
      )
      join unnest(
        ${shapes.map((_record, index) => index)}::integer[],
        ${shape(({ begun }) => begun.organizationId)}::uuid[],
        ${shape(({ begun }) => begun.keyId)}::uuid[],
        ${shape(({ begun }) => begun.agentId)}::uuid[],
        ${shape(({ begun }) => begun.workspaceId)}::uuid[],
        ${shape(({ ended }) => ended.providerId)}::uuid[],
        ${shape(({ begun }) => wholeText(begun.requestedModel))}::text[],
        ${shape(({ ended }) => wholeText(ended.model))}::text[],
        ${shape(({ begun }) => begun.dialect)}::text[],
        ${shape(({ begun }) => begun.streamed)}::boolean[],
        ${shape(({ ended }) => ended.outcome)}::text[],
        ${shape(({ ended }) => wholeNumber(ended.status, LARGEST_INTEGER))}::integer[],
        ${shape(({ ended }) => ended.countedBy)}::text[],
        ${shape(({ ended }) => ended.price && JSON.stringify(ended.price))}::jsonb[],
        ${shape(({ ended }) => wholeNumber(ended.attempts, LARGEST_INTEGER))}::integer[]
      ) as shape (
        number, organization_id, key_id, agent_id, workspace_id, provider_id, requested_model, model, dialect, streamed,
        outcome, status, counted_by, price, attempts
      ) on shape.number = call.shape
      order by call.id`;
}

/** An array as Postgres reads it, of parts that need no quotes or have them. */
function arrayOf<Item>(items: readonly Item[], read: (item: Item) => string | number): string {
  let list = "";
  for (const item of items) list += list === "" ? read(item) : `,${read(item)}`;
  return `{${list}}`;
}

const quoted = (text: string): string => `"${/["\\]/.test(text) ? text.replace(/["\\]/g, "\\$&") : text}"`;

/** What calls may have in common: one call for each kind, and of each call the number of its kind. */
function shapesOf(records: readonly UsageRecord[]): { shapes: UsageRecord[]; numbers: number[] } {
  const shapes: UsageRecord[] = [];
  const numbers: number[] = [];
  const known = new Map<string, number>();
  let last: UsageRecord | undefined;
  let number = 0;
  for (const record of records) {
    if (last === undefined || !isAlike(record, last)) {
      const name = shapeNameOf(record);
      number = known.get(name) ?? shapes.push(record) - 1;
      known.set(name, number);
    }
    last = record;
    numbers.push(number);
  }
  return { shapes, numbers };
}

/** Whether two calls are of one kind, as far as that is cheap to tell: their prices are those of one model, or neither has one. */
const isAlike = ({ begun, ended }: UsageRecord, { begun: other, ended: otherEnd }: UsageRecord): boolean =>
  begun.keyId === other.keyId &&
  begun.requestedModel === other.requestedModel &&
  begun.dialect === other.dialect &&
  begun.streamed === other.streamed &&
  begun.organizationId === other.organizationId &&
  begun.agentId === other.agentId &&
  begun.workspaceId === other.workspaceId &&
  ended.price === otherEnd.price &&
  ended.providerId === otherEnd.providerId &&
  ended.model === otherEnd.model &&
  ended.outcome === otherEnd.outcome &&
  ended.status === otherEnd.status &&
  ended.countedBy === otherEnd.countedBy &&
  ended.attempts === otherEnd.attempts;

const shapeNameOf = ({ begun, ended }: UsageRecord): string =>
  JSON.stringify([
    [begun.organizationId, begun.keyId, begun.agentId, begun.workspaceId, begun.requestedModel, begun.dialect],
    [begun.streamed, ended.providerId, ended.model, ended.outcome, ended.status, ended.countedBy, ended.attempts],
    ended.price,
  ]);

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
