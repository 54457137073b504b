import { type Id, type IdPrefix, toTypeId } from "@reef/crypto";
import { type Connection, type Cursors, type Page, pageOf } from "@reef/db";
import type { Call, MemberCaller } from "@reef/http/call";
import { csvRecord } from "@reef/http/csv";
import type { Clock } from "../clock.ts";
import type { Usage, UsageBucket, UsageEvent, UsageGrouping } from "../contract/usage.ts";
import { gatewayErrors } from "../errors.ts";
import * as store from "../store/usage.ts";
import { COLUMNS } from "./usage/columns.ts";
import { findNames, type NameSources, type Names, nameOf } from "./usage/names.ts";
import { type GivenRange, hoursOf, momentsOf, splitByHours } from "./usage/ranges.ts";

export interface UsageDependencies extends NameSources {
  cursors: Cursors;
  clock?: Pick<Clock, "now">;
}

interface Filters {
  model?: string | undefined;
  keyId?: Id<"key"> | undefined;
  agentId?: Id<"agt"> | undefined;
  workspaceId?: Id<"wsp"> | undefined;
  providerId?: Id<"prv"> | undefined;
}

type UsageQuery = Filters & GivenRange & { bucket: UsageBucket; groupBy?: UsageGrouping | undefined };

type EventQuery = Filters & GivenRange & { outcome?: string | undefined; limit: number; cursor?: string | undefined };

/** Groups that stand by themselves; all others are the rest. */
const GROUPS = 10;
/** Calls that are counted one by one at most. */
const COUNTED = 10_000;
const PREFIXES: Readonly<Record<Exclude<UsageGrouping, "model">, IdPrefix>> = {
  agent: "agt",
  workspace: "wsp",
  key: "key",
  provider: "prv",
};

/** What calls of models used: sums over time, single calls, and all of them as a file. */
export function createUsage({ cursors, identity, clock = Date }: UsageDependencies) {
  const namesOf = ({ db, caller }: Call<MemberCaller>, ids: Iterable<string | null>) =>
    findNames(db, caller.organizationId, ids, { identity });

  const namesOfEvents = (call: Call<MemberCaller>, events: readonly store.StoredUsageEvent[]) =>
    namesOf(
      call,
      events.flatMap(({ keyId, agentId, providerId }) => [keyId, agentId, providerId]),
    );

  /** The calls of a page, one more than it has, with the count of all. */
  async function eventsOf(
    { db, caller: { organizationId } }: Call<MemberCaller>,
    filter: store.EventFilter,
    page: { order: "newest" | "oldest"; beyond: store.EventPlace | undefined; limit: number },
  ) {
    const events = await store.listEvents(db, organizationId, filter, page);
    return { events, total: await countEvents(db, organizationId, filter) };
  }

  function placeOf(list: string, cursor: string | undefined): { place: store.EventPlace | undefined; to?: string } {
    if (cursor === undefined) return { place: undefined };
    const [startedAt, id, to] = cursors.decode(list, cursor);
    return { place: { startedAt: new Date(String(startedAt)), id: id as Id<"use"> }, to: String(to) };
  }

  const cursorOf = (list: string, { startedAt, id }: store.EventPlace, to: Date) =>
    cursors.encode(list, [startedAt.toISOString(), id, to.toISOString()]);

  return {
    /** What calls used over time, by what was asked for. @throws gateway.bad_range */
    async getUsage(call: Call<MemberCaller>, { bucket, groupBy, from, to, ...filters }: UsageQuery): Promise<Usage> {
      const { db, caller } = call;
      const { organizationId } = caller;
      const range = hoursOf({ from, to }, bucket, clock.now());
      const filter = { ...filters, ...range, ...visibleTo(caller) };
      const total = await store.sumUsage(db, organizationId, filter);
      const groups =
        groupBy === undefined ? [] : await store.listGroups(db, organizationId, filter, { groupBy, limit: GROUPS + 1 });
      const top = groups.slice(0, GROUPS);
      const shown = { bucket, groupBy, groups: top.map(({ group }) => group) };
      const items = await store.listBuckets(db, organizationId, filter, shown);
      const ids = top.map(({ group }) => idOf(groupBy, group));
      const names = await namesOf(call, ids);
      const placeByGroup = new Map(top.map(({ group }, place) => [group, place]));
      return {
        from: range.from.toISOString(),
        to: range.to.toISOString(),
        bucket,
        groupBy: groupBy ?? null,
        total: sumsView(total),
        groups: [
          ...top.map((sums, place) => {
            const id = ids[place] ?? null;
            return { ...sumsView(sums), id, name: groupBy === "model" ? id : nameOf(names, id), isRest: false };
          }),
          ...(groups.length > GROUPS ? [{ ...sumsView(restOf(total, top)), id: null, name: null, isRest: true }] : []),
        ],
        items: items.map(({ start, group, ...sums }) => ({
          ...sumsView(sums),
          start: start.toISOString(),
          group: groupBy === undefined ? null : ((group === null ? undefined : placeByGroup.get(group)) ?? GROUPS),
        })),
      };
    },

    /** Single calls, newest first. @throws gateway.bad_range, list.invalid_cursor */
    async listUsageEvents(call: Call<MemberCaller>, query: EventQuery): Promise<Page<UsageEvent>> {
      const { limit, cursor, from, to, ...filters } = query;
      const list = "gateway.usage";
      const range = momentsOf({ from, to }, clock.now());
      const filter = { ...filters, ...range, ...visibleTo(call.caller) };
      const page = { order: "newest" as const, beyond: placeOf(list, cursor).place, limit: limit + 1 };
      const { events, total } = await eventsOf(call, filter, page);
      const names = await namesOfEvents(call, events);
      const { items, nextCursor } = pageOf(events, limit, total, (last) => cursorOf(list, last, range.to));
      return { items: items.map((event) => eventView(event, names)), nextCursor, total };
    },

    /** Single calls as records of a CSV file, oldest first. @throws gateway.bad_range, list.invalid_cursor */
    async exportUsage(call: Call<MemberCaller>, query: EventQuery): Promise<Page<string>> {
      const { limit, cursor, from, to, ...filters } = query;
      const list = "gateway.export";
      const { place, to: firstTo } = placeOf(list, cursor);
      // The end of the first page's range holds for all pages, so that the file has an end while calls go on.
      const end = firstTo ?? to;
      const range = momentsOf({ from, to: end }, clock.now());
      const filter = { ...filters, ...range, ...visibleTo(call.caller) };
      const rows = place === undefined ? limit - 1 : limit;
      const { events, total } = await eventsOf(call, filter, { order: "oldest", beyond: place, limit: rows + 1 });
      const names = await namesOfEvents(call, events);
      const { items, nextCursor } = pageOf(events, rows, total, (last) => cursorOf(list, last, range.to));
      const records = items.map((event) => csvRecord(COLUMNS.map(([, read]) => read(event, names))));
      return {
        items: place === undefined ? [csvRecord(COLUMNS.map(([name]) => name)), ...records] : records,
        nextCursor,
        total: total + 1,
      };
    },

    /** One call. @throws gateway.usage_event_not_found when there is none, or it is another's. */
    async getUsageEvent(call: Call<MemberCaller>, id: Id<"use">): Promise<UsageEvent> {
      const event = await store.findEvent(call.db, call.caller.organizationId, id);
      const { ofAgentId } = visibleTo(call.caller);
      if (event === undefined || (ofAgentId !== undefined && event.agentId !== ofAgentId)) {
        throw gatewayErrors.usage_event_not_found();
      }
      return eventView(event, await namesOfEvents(call, [event]));
    },
  };
}

/** An agent sees what it used itself, people what all of their organization did. */
const visibleTo = (caller: MemberCaller): { ofAgentId?: Id<"agt"> } =>
  caller.kind === "agent" ? { ofAgentId: caller.agentId } : {};

/** Of whole hours from their sums, and only of the rest one by one; of calls with one outcome all one by one, so far as that goes. */
async function countEvents(db: Connection, organizationId: Id<"org">, filter: store.EventFilter): Promise<number> {
  if (filter.outcome !== undefined) return store.countEvents(db, organizationId, filter, COUNTED);
  const { hours, edges } = splitByHours(filter);
  let count = hours === undefined ? 0 : (await store.sumUsage(db, organizationId, { ...filter, ...hours })).calls;
  for (const edge of edges) {
    count += await store.countEvents(db, organizationId, { ...filter, ...edge }, Number.MAX_SAFE_INTEGER);
  }
  return count;
}

function idOf(groupBy: UsageGrouping | undefined, group: string): string | null {
  if (group === "" || groupBy === undefined) return null;
  return groupBy === "model" ? group : toTypeId(PREFIXES[groupBy], group);
}

/** Micro-dollars, rounded up once, of what was summed exactly. */
const microsOf = (nanos: number): number => Math.ceil(nanos / 1_000);

function sumsView({ costNanos, savedNanos, latencyMs, ...sums }: store.UsageSums) {
  const averageLatencyMs = sums.calls === 0 ? null : Math.round(latencyMs / sums.calls);
  return { ...sums, costMicros: microsOf(costNanos), savedMicros: microsOf(savedNanos), averageLatencyMs };
}

/** What is left of a total without some of its parts. */
function restOf(total: store.UsageSums, parts: readonly store.UsageSums[]): store.UsageSums {
  const rest = { ...total };
  for (const part of parts) {
    for (const name of Object.keys(rest) as (keyof store.UsageSums)[]) rest[name] -= part[name];
  }
  return rest;
}

function eventView(event: store.StoredUsageEvent, names: Names): UsageEvent {
  const { keyId, agentId, providerId, costNanos, savedNanos, startedAt, ...rest } = event;
  return {
    ...rest,
    key: { id: keyId, name: nameOf(names, keyId) },
    agent: agentId && { id: agentId, name: nameOf(names, agentId) },
    provider: { id: providerId, name: nameOf(names, providerId) },
    costMicros: microsOf(costNanos),
    savedMicros: microsOf(savedNanos),
    startedAt: startedAt.toISOString(),
  };
}

export type UsageService = ReturnType<typeof createUsage>;
