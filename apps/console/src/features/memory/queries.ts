import type { Diary, Entry, Hit, Relation, Share, Transfer } from "@reef/sdk";
import { keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { reef } from "../../session/reef.ts";
import { type Pages, usePages } from "../../ui/use-pages.ts";
import {
  type AllEntriesFilter,
  allListedBy,
  type EntryFilter,
  listedBy,
  type SearchAddress,
  spanOf,
} from "./address.ts";
import { readStretch } from "./timeline.ts";

/** The diaries of the organization, newest first; with a name, those that have it in theirs. */
export const useDiaries = (nameContains: string | undefined): Pages<Diary> =>
  usePages({
    queryKey: ["memory", "diaries", { nameContains }],
    queryFn: (page, options) =>
      reef.memory.listDiaries({ ...page, limit: 50, ...(nameContains && { nameContains }) }, options),
  });

/** The newest hundred diaries, to choose one of. */
export const diaryChoicesQuery = queryOptions({
  queryKey: ["memory", "diaries", "choices"],
  queryFn: ({ signal }) => reef.memory.listDiaries({ limit: 100 }, { signal }),
});

/** One diary. */
export const diaryQuery = (diaryId: Diary["id"]) =>
  queryOptions({
    queryKey: ["memory", "diaries", diaryId],
    queryFn: ({ signal }) => reef.memory.getDiary({ diaryId }, { signal }),
  });

/** A diary's entries. */
export const useEntries = (diaryId: Diary["id"], filter: EntryFilter): Pages<Entry> =>
  usePages({
    queryKey: ["memory", "entries", diaryId, filter],
    queryFn: (page, options) => reef.memory.listEntries({ diaryId, ...page, limit: 50, ...listedBy(filter) }, options),
  });

/** The entries of all diaries, those that were written last first. */
export const useAllEntries = (filter: AllEntriesFilter): Pages<Entry> =>
  usePages({
    queryKey: ["memory", "entries", "all", filter],
    queryFn: (page, options) =>
      reef.memory.listOrganizationEntries({ ...page, limit: 50, ...allListedBy(filter) }, options),
  });

/** What the diary of an entry in a list is called: most are among the newest hundred, which one question names. */
export function useDiaryName(diaryId: Diary["id"]): string | undefined {
  const choices = useQuery(diaryChoicesQuery);
  const known = choices.data?.items.find(({ id }) => id === diaryId);
  const isElsewhere = known === undefined && !choices.isPending;
  const { data } = useQuery({ ...diaryQuery(diaryId), enabled: isElsewhere });
  return (known ?? data)?.name;
}

/** A diary's entries as they happened, stretch by stretch, the latest first. */
export function useTimeline(diaryId: Diary["id"]): Pages<Entry> {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ["memory", "timeline", diaryId],
    queryFn: ({ pageParam, signal }) =>
      readStretch((span) => reef.memory.listEntries({ diaryId, limit: 100, ...span }, { signal }), pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ begin }) => begin ?? undefined,
  });
  const items = useMemo(() => data?.pages.flatMap((stretch) => stretch.items) ?? [], [data]);
  return {
    items,
    total: undefined,
    isPending,
    error,
    hasMore: hasNextPage,
    isLoadingMore: isFetchingNextPage,
    loadMore: () => void fetchNextPage(),
    refetch: () => void refetch(),
  };
}

/** One entry, with its newest relations. */
export const entryQuery = (entryId: Entry["id"]) =>
  queryOptions({
    queryKey: ["memory", "entries", entryId],
    queryFn: ({ signal }) => reef.memory.getEntry({ entryId }, { signal }),
  });

/** What an entry took the place of and what took its place, oldest first, itself among them. */
export const versionsQuery = (entryId: Entry["id"]) =>
  queryOptions({
    queryKey: ["memory", "entries", entryId, "versions"],
    queryFn: ({ signal }) => reef.memory.listEntryVersions({ entryId }, { signal }),
  });

/** An entry's relations in both directions, newest first. */
export const useRelations = (entryId: Entry["id"]): Pages<Relation> =>
  usePages({
    queryKey: ["memory", "entries", entryId, "relations"],
    queryFn: (page, options) => reef.memory.listRelations({ entryId, ...page, limit: 20 }, options),
  });

/** With whom a diary is or was shared, newest first. For admins and owners. */
export const useShares = (diaryId: Diary["id"], status: Share["status"] | undefined): Pages<Share> =>
  usePages({
    queryKey: ["memory", "shares", diaryId, { status }],
    queryFn: (page, options) =>
      reef.memory.listShares({ diaryId, ...page, limit: 50, ...(status && { status }) }, options),
  });

/** The shares of all diaries, newest first. */
export const useAllShares = (status: Share["status"] | undefined): Pages<Share> =>
  usePages({
    queryKey: ["memory", "shares", "all", { status }],
    queryFn: (page, options) =>
      reef.memory.listOrganizationShares({ ...page, limit: 50, ...(status && { status }) }, options),
  });

/** The transfers of all diaries, newest first. */
export const useTransfers = (status: Transfer["status"] | undefined): Pages<Transfer> =>
  usePages({
    queryKey: ["memory", "transfers", { status }],
    queryFn: (page, options) => reef.memory.listTransfers({ ...page, limit: 50, ...(status && { status }) }, options),
  });

/** The shares of a diary that are in force or wait, by the id of who holds them; of each state the newest hundred. */
export const heldSharesQuery = (diaryId: Diary["id"]) =>
  queryOptions({
    queryKey: ["memory", "shares", diaryId, "held"],
    async queryFn({ signal }) {
      const listed = await Promise.all(
        (["pending", "accepted"] as const).map((status) =>
          reef.memory.listShares({ diaryId, status, limit: 100 }, { signal }),
        ),
      );
      return new Map(listed.flatMap(({ items }) => items.map(({ subject, status }) => [subject.id, status] as const)));
    },
  });

/** How many holders a diary's deletion shuts out. */
export const acceptedSharesQuery = (diaryId: Diary["id"]) =>
  queryOptions({
    queryKey: ["memory", "shares", diaryId, "accepted-count"],
    queryFn: async ({ signal }) =>
      (await reef.memory.listShares({ diaryId, status: "accepted", limit: 1 }, { signal })).total,
  });

/** Active agents to share with, by name or fingerprint. */
export const agentChoicesQuery = (text: string) =>
  queryOptions({
    queryKey: ["identity", "agents", "choices", text],
    queryFn: ({ signal }) =>
      reef.identity.listAgents({ limit: 20, disabled: false, ...(text && { q: text }) }, { signal }),
    placeholderData: keepPreviousData,
  });

/** Agents that may have written something, disabled ones too; the newest hundred. */
export const authorChoicesQuery = queryOptions({
  queryKey: ["identity", "agents", "authors"],
  queryFn: ({ signal }) => reef.identity.listAgents({ limit: 100 }, { signal }),
});

/** Groups to share with. */
export const groupChoicesQuery = queryOptions({
  queryKey: ["permissions", "groups", "choices"],
  queryFn: ({ signal }) => reef.permissions.listGroups({ limit: 100 }, { signal }),
});

/** An agent by its id, which an entry's marks name; null where it is not one of the organization's newest 500. */
export const agentByIdQuery = (agentId: `agt_${string}`) =>
  queryOptions({
    queryKey: ["identity", "agents", "by-id", agentId],
    async queryFn({ signal }) {
      let looked = 0;
      for await (const agent of reef.identity.listAgents.all({ limit: 100 }, { signal })) {
        if (agent.id === agentId) return agent;
        looked += 1;
        if (looked === 500) break;
      }
      return null;
    },
    staleTime: 5 * 60_000,
  });

/** What a search found, best first. */
export interface FoundPages extends Pages<Hit> {
  /** Only words were compared, because the sentence encoder did not answer. */
  isDegraded: boolean;
  /** The hits are those of the question before. */
  isOld: boolean;
}

/** Entries that answer a question; none are asked for without one. */
export function useHits({ q = "", diary, type, tag, session, from, to, latest, prefer }: SearchAddress): FoundPages {
  const request = {
    query: q,
    limit: 20,
    ...(diary && { diaryId: diary }),
    ...(type && { types: [type] }),
    ...(tag && { tags: [tag] }),
    ...(session && { session }),
    ...spanOf({ from, to }),
    ...(latest && { excludeSuperseded: true }),
    ...(prefer === "new" && { recencyWeight: 0.7 }),
    ...(prefer === "important" && { importanceWeight: 0.7 }),
  };
  const query = useInfiniteQuery({
    queryKey: ["memory", "search", request],
    queryFn: ({ pageParam, signal }) =>
      reef.memory.search({ ...request, ...(pageParam !== undefined && { cursor: pageParam }) }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });
  const { data } = query;
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  return {
    items,
    total: undefined,
    isPending: query.isPending,
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    refetch: () => void query.refetch(),
    isDegraded: data?.pages.some(({ degraded }) => degraded) ?? false,
    isOld: query.isPlaceholderData,
  };
}
