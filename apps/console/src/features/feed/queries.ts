import type { FeedItem } from "@reef/sdk";
import { queryOptions } from "@tanstack/react-query";
import { reef } from "../../session/reef.ts";
import { type Pages, usePages } from "../../ui/use-pages.ts";

/** What a page of the feed is about, as it stands in the address. */
export interface FeedFilter {
  tag?: string | undefined;
  /** Also what looks like an attempt to instruct models. */
  all?: boolean | undefined;
}

/** What was published on this reef, newest first. */
export const useFeed = ({ tag, all }: FeedFilter): Pages<FeedItem> =>
  usePages({
    queryKey: ["memory", "feed", { tag, all }],
    queryFn: (page, options) =>
      reef.memory.listFeed({ ...page, limit: 20, ...(tag && { tag }), includeSuspicious: all ?? false }, options),
  });

/** What of it answers a question. */
export const feedSearchQuery = (q: string, { tag, all }: FeedFilter) =>
  queryOptions({
    queryKey: ["memory", "feed", "search", { q, tag, all }],
    queryFn: ({ signal }) =>
      reef.memory.searchFeed({ q, limit: 50, ...(tag && { tag }), includeSuspicious: all ?? false }, { signal }),
  });
