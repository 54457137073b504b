import type { Cursors } from "@reef/db";
import type { AgentCaller, Call, StreamOpener } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import type { FeedItem, FeedPage, FeedSearch, FeedSearchResult, SearchRequest } from "../contract.ts";
import * as store from "../store/feed.ts";
import { toFeedItems } from "./feed-items.ts";
import type { FeedStreams } from "./feed-streams.ts";
import type { RecallService } from "./recall.ts";

export interface FeedDependencies {
  cursors: Cursors;
  identity: Pick<IdentityApi, "listAgentsById">;
  streams: FeedStreams;
  searchDiaries: RecallService["searchDiaries"];
}

type AnyCall = Call<AgentCaller | undefined>;

const LIST = "memory.feed";

/** Publications that one page looks at, so that a feed of much that is hidden costs no more than another. */
const LOOKED_AT = 2_000;
/** Public diaries that one search looks through: the newest ones. */
const SEARCHED_DIARIES = 100;

/** What anybody may read: the feed of all public diaries, page by page, by search, or as it grows. */
export function createFeedService({ cursors, identity, streams, searchDiaries }: FeedDependencies) {
  return {
    /** A page, newest first. A thing that is not public any more is not in it, whichever page it was on. */
    async listFeed(
      { db }: AnyCall,
      { limit, cursor, ...filter }: store.FeedFilter & { limit: number; cursor?: string | undefined },
    ): Promise<FeedPage> {
      const from = cursor === undefined ? undefined : Number(cursors.decode(LIST, cursor)[0]);
      const span = { from, direction: "older", limit: limit + 1, most: LOOKED_AT } as const;
      const { found, end } = await store.readFeed(db, span, filter);
      const shown = found.slice(0, limit);
      const next = found.length > limit ? (shown.at(-1)?.position ?? null) : end;
      return {
        items: await toFeedItems(db, identity, shown),
        nextCursor: next === null ? null : cursors.encode(LIST, [next]),
      };
    },

    async searchFeed(call: AnyCall, { q, limit, tag, types, ...rest }: FeedSearch): Promise<FeedSearchResult> {
      const diaries = await store.listPublicDiaries(call.db, SEARCHED_DIARIES);
      const { includeSuspicious, excludeSuperseded } = rest;
      const tags = tag === undefined ? undefined : [tag];
      const request: SearchRequest = { ...PLAIN_SEARCH, query: q, limit, types, tags, excludeSuperseded };
      const { items, degraded } = await searchDiaries(call, diaries, {
        ...request,
        excludeSuspicious: !includeSuspicious,
      });
      const ids = items.map(({ id }) => id);
      return { items: await toFeedItems(call.db, identity, await store.listPublic(call.db, ids)), degraded };
    },

    /** Follows the feed behind the event with the id, or from now on. @throws list.invalid_cursor */
    streamFeed: (
      _call: AnyCall,
      { lastEventId, ...filter }: store.FeedFilter & { lastEventId?: string | undefined },
    ): Promise<StreamOpener<FeedItem>> => streams.open(filter, lastEventId),
  };
}

const PLAIN_SEARCH = { includeShared: false, recencyWeight: 0, importanceWeight: 0 } as const;
