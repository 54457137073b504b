import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

interface OnePage<Item> {
  items: Item[];
  nextCursor: string | null;
  total?: number | undefined;
}

/** A list that is fetched page by page. */
export interface Pages<Item> {
  items: readonly Item[];
  /** The count of the whole list, where the reef tells it. */
  total: number | undefined;
  /** Nothing has come yet. */
  isPending: boolean;
  /** What went wrong with the last fetch; items may be there all the same. */
  error: unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  refetch: () => void;
}

interface PagesOptions<Item> {
  /** Begins with the module's name, so that live updates find it: `["identity", "agents", filter]`. */
  queryKey: QueryKey;
  /** One call of the SDK: `({ cursor }, { signal }) => reef.identity.listAgents({ cursor, limit: 50 }, { signal })`. */
  queryFn: (page: { cursor: string | undefined }, options: { signal: AbortSignal }) => Promise<OnePage<Item>>;
  enabled?: boolean;
  /** For what no event tells of: so often it is asked for again, while the page is looked at. */
  refetchIntervalMs?: number;
}

/** A list of the reef, page after page. What was seen is shown at once and refreshed. */
export function usePages<Item>({
  queryKey,
  queryFn,
  enabled = true,
  refetchIntervalMs,
}: PagesOptions<Item>): Pages<Item> {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => queryFn({ cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    enabled,
    refetchInterval: refetchIntervalMs ?? false,
  });
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  return {
    items,
    total: data?.pages[0]?.total,
    isPending,
    error,
    hasMore: hasNextPage,
    isLoadingMore: isFetchingNextPage,
    loadMore: () => void fetchNextPage(),
    refetch: () => void refetch(),
  };
}
