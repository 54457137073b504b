import type { Activity } from "@reef/sdk";
import { queryOptions } from "@tanstack/react-query";
import { accounts } from "../../session/accounts.ts";
import { reef } from "../../session/reef.ts";
import { beginningOfSpan, type WrittenSpan } from "../memory/address.ts";
import { beginOfDay, joinActivities } from "./day.ts";

/** The day is told from so many of its newest activities. */
const MOST_ACTIVITIES = 1_000;
const PAGE = 100;
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
    const [diaries, entries] = await Promise.all([
      reef.memory.listDiaries({ limit: 1 }, { signal }),
      reef.memory.listOrganizationEntries({ limit: 1 }, { signal }),
    ]);
    return { hasDiary: diaries.total > 0, hasEntry: entries.total > 0 };
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

/** How many shares wait for an answer. */
export const pendingSharesQuery = queryOptions({
  queryKey: ["memory", "shares", "waiting"],
  queryFn: ({ signal }) => reef.memory.listOrganizationShares({ status: "pending", limit: 1 }, { signal }),
  select: ({ total }) => total,
});

/** How many diaries are offered to another agent that has not answered. */
export const pendingTransfersQuery = queryOptions({
  queryKey: ["memory", "transfers", "waiting"],
  queryFn: ({ signal }) => reef.memory.listTransfers({ status: "pending", limit: 1 }, { signal }),
  select: ({ total }) => total,
});

/** How far back flagged entries count as news: by when they were written, changed or brought along. */
export const FLAGGED_SPAN = "3-days" satisfies WrittenSpan;

/** Flagged entries of the last days: how many, and the last one. */
export const flaggedQuery = queryOptions({
  queryKey: ["memory", "entries", "flagged"],
  queryFn: ({ signal }) => {
    const writtenAfter = beginningOfSpan(FLAGGED_SPAN);
    return reef.memory.listOrganizationEntries({ injectionRisk: true, writtenAfter, limit: 1 }, { signal });
  },
  select: ({ total, items }) => ({ total, entryId: items[0]?.id }),
});

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
