import { type Activity, type AuditRecord, type Diary, ReefError } from "@reef/sdk";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { accounts } from "../../session/accounts.ts";
import { reef } from "../../session/reef.ts";
import { beginOfDay, joinActivities } from "./day.ts";

/** The day is told from so many of its newest activities. */
const MOST_ACTIVITIES = 1_000;
const PAGE = 100;
const DAY_MS = 86_400_000;
/** What nothing in the stream tells of is looked at anew so often. */
const LOOK_AGAIN_MS = 60_000;

/** What was done in the last 24 hours, newest first. */
export interface Day {
  activities: readonly Activity[];
  /** How many there were, where that is more than these. */
  total: number;
}

/** The day. Each event of the stream asks again, and then only what is newer than what is known is fetched. */
export const dayQuery = queryOptions({
  queryKey: ["signing", "activity", "day"],
  queryFn: async ({ client, signal, queryKey }): Promise<Day> => {
    const before = client.getQueryData<Day>(queryKey);
    const begin = beginOfDay(Date.now());
    const newer: Activity[] = [];
    let cursor: string | undefined;
    for (;;) {
      const page = await reef.signing.listActivity(
        { after: new Date(begin).toISOString(), limit: PAGE, ...(cursor && { cursor }) },
        { signal },
      );
      newer.push(...page.items);
      cursor = page.nextCursor ?? undefined;
      const bounds = { begin, most: MOST_ACTIVITIES };
      const { activities, isJoined } = joinActivities(newer, before?.activities ?? [], bounds);
      if (isJoined) return { activities, total: page.total };
      if (cursor === undefined || newer.length >= MOST_ACTIVITIES) return { activities: newer, total: page.total };
    }
  },
});

/** Whether an agent has joined. It is asked only until one has, so it costs a running organization nothing. */
export const hasAgentQuery = queryOptions({
  queryKey: ["identity", "beginning"],
  queryFn: async ({ signal }) => (await reef.identity.listAgents({ limit: 1 }, { signal })).total > 0,
  enabled: ({ state }) => state.data !== true,
});

/** Whether there is a diary, and an entry in one; asked until there is. */
export const beginningQuery = queryOptions({
  queryKey: ["memory", "beginning"],
  queryFn: async ({ signal }) => {
    const { items, total } = await reef.memory.listDiaries({ limit: 20 }, { signal });
    return { hasDiary: total > 0, hasEntry: total > items.length || items.some(({ entries }) => entries > 0) };
  },
  enabled: ({ state }) => state.data?.hasEntry !== true,
});

/** How many messages wait to be signed. */
export const unsignedQuery = queryOptions({
  queryKey: ["signing", "requests", "waiting"],
  queryFn: ({ signal }) => reef.signing.listSigningRequests({ status: ["pending"], limit: 1 }, { signal }),
  select: ({ total }) => total,
});

/** Vouchers that nobody has used and that end before the day does. */
export const expiringVouchersQuery = queryOptions({
  queryKey: ["identity", "vouchers", "expiring"],
  queryFn: async ({ signal }) => {
    const { items } = await reef.identity.listVouchers({ limit: 100 }, { signal });
    const midnight = new Date().setHours(24, 0, 0, 0);
    return items.filter(({ expiresAt }) => Date.parse(expiresAt) <= midnight).length;
  },
});

/** How far back, and in how many diaries, shares that nobody has answered are looked for. */
const SHARES_DAYS = 14;
const SHARED_DIARIES = 8;

/** Shares that wait for an answer, in the diaries that were shared last. For admins: others may not read the ledger. */
export const pendingSharesQuery = queryOptions({
  queryKey: ["memory", "shares", "waiting"],
  queryFn: async ({ signal }) => {
    const after = new Date(Date.now() - SHARES_DAYS * DAY_MS).toISOString();
    const asked = { operation: "memory.createShare", after, limit: PAGE };
    const { items } = await reef.signing.listAuditRecords(asked, { signal });
    const diaries = [...new Set(items.flatMap(({ record }) => diaryOf(record) ?? []))].slice(0, SHARED_DIARIES);
    const pages = await Promise.all(
      diaries.map((diaryId) =>
        reef.memory
          .listShares({ diaryId, status: "pending", limit: 1 }, { signal })
          .catch(noneIfGone)
          .then((page) => ({ diaryId, total: page?.total ?? 0 })),
      ),
    );
    const waiting = pages.filter(({ total }) => total > 0);
    return { count: waiting.reduce((sum, { total }) => sum + total, 0), diaryId: waiting[0]?.diaryId };
  },
});

/** How far back flagged entries are looked for. */
const FLAGGED_DAYS = 3;

/** Flagged entries of the last days in one diary; `position` is that of the last change, so that only changes are looked at. */
export const flaggedQuery = ({ diaryId, position }: WrittenDiary) =>
  queryOptions({
    queryKey: ["home", "flagged", diaryId, position],
    queryFn: async ({ signal }) => {
      const after = new Date(Date.now() - FLAGGED_DAYS * DAY_MS).toISOString();
      const page = await reef.memory
        .listEntries({ diaryId, injectionRisk: true, after, limit: 1 }, { signal })
        .catch(noneIfGone);
      return { diaryId, total: page?.total ?? 0, entryId: page?.items[0]?.id };
    },
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: LOOK_AGAIN_MS,
  });

/** A diary that was written into, and the position of the last time. */
export interface WrittenDiary {
  diaryId: Diary["id"];
  position: number;
}

const WRITTEN_DIARIES = 8;
const ENTRY_OPERATION = /^memory\.\w+Entr(y|ies)$/;

/** The diaries that were written into last, of activities that are given newest first. */
export function listWritten(activities: readonly Activity[]): WrittenDiary[] {
  const written = new Map<Diary["id"], number>();
  // The record of a change to an entry names no diary, so it may have been in any of them.
  let changedSomewhere = 0;
  for (const activity of activities) {
    const { operation, position } = activity;
    if (!ENTRY_OPERATION.test(operation)) continue;
    const diaryId = diaryOf(activity);
    if (diaryId === undefined) changedSomewhere = Math.max(changedSomewhere, position);
    else if (!written.has(diaryId)) written.set(diaryId, position);
    if (written.size === WRITTEN_DIARIES) break;
  }
  return Array.from(written, ([diaryId, position]) => ({ diaryId, position: Math.max(position, changedSomewhere) }));
}

/** A diary that the records name may have been deleted since. */
function noneIfGone(error: unknown): undefined {
  if (error instanceof ReefError && error.status === 404) return undefined;
  throw error;
}

const diaryOf = ({ subject }: Pick<AuditRecord["record"], "subject">): Diary["id"] | undefined =>
  subject.diaryId as Diary["id"] | undefined;

/** Invitations to the organization that nobody has answered; for admins. */
export const unansweredInvitationsQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ["organization", "invitations", "waiting", organizationId],
    queryFn: async () => {
      const now = Date.now();
      const invitations = await accounts.listInvitations(organizationId);
      return invitations.filter(({ status, expiresAt }) => status === "pending" && Date.parse(expiresAt) > now).length;
    },
  });

/** Invitations to other organizations, by the person's own address. */
export const invitationsToMeQuery = queryOptions({
  queryKey: ["organization", "invitations", "mine"],
  queryFn: () => accounts.listMyInvitations(),
  select: (invitations) =>
    invitations.filter(({ status, expiresAt }) => status === "pending" && Date.parse(expiresAt) > Date.now()),
  refetchInterval: LOOK_AGAIN_MS,
});

/** Work of the reef that failed for good, and loops that are stuck; for operators. */
export const reefFaultsQuery = queryOptions({
  queryKey: ["system", "faults"],
  queryFn: async ({ signal }) => {
    const [failed, { items }] = await Promise.all([
      reef.system.listDeadLetters({ limit: 1 }, { signal }),
      reef.system.liveness({}, { signal }),
    ]);
    return { failed: failed.total, stuck: items.filter(({ stalled }) => stalled).length };
  },
  refetchInterval: LOOK_AGAIN_MS,
});
