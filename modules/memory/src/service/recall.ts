import type { Cursors } from "@reef/db";
import type { Call, MemberCaller } from "@reef/http/call";
import type { Logger } from "@reef/telemetry";
import type { Hit, SearchRequest, SearchResult } from "../contract.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { parseQuery, type Query } from "../search/parse-query.ts";
import { preferRecentAndImportant } from "../search/preferences.ts";
import { type Ranked, rank } from "../search/rank.ts";
import { listHeldIds } from "../store/diaries.ts";
import { listShownRelations } from "../store/relations.ts";
import * as store from "../store/search.ts";
import type { DiaryAccess } from "./access.ts";
import { createQueryEncoder, type QueryVector } from "./query-encoder.ts";

export interface RecallDependencies {
  access: DiaryAccess;
  cursors: Cursors;
  logger: Logger;
  encoder: Encoder | undefined;
}

const LIST = "memory.search";

/** Diaries that one search looks through at most: the newest ones. */
const SEARCHED_DIARIES = 200;
/** Hits that paging can reach; behind them nothing relevant is left. */
const REACHABLE_HITS = 200;

/** Words that so few entries hold are enough; with fewer, meaning is asked for further ones. */
const ENOUGH_ANCHORS = 50;

/** Finding entries: by words with their surroundings, and by meaning where an encoder is at hand. */
export function createRecallService({ access, cursors, logger, encoder }: RecallDependencies) {
  const encodeQuery = createQueryEncoder(encoder, logger);

  return {
    /**
     * Searches one diary, or all that the caller owns, on request with those that are shared with it; people own none and
     * search all of the organization.
     *
     * Without an encoder, or when it does not answer in time, words alone are searched and `degraded` says so.
     *
     * @throws memory.not_found when `diaryId` names no diary that the caller may read.
     */
    async search(call: Call<MemberCaller | undefined>, request: SearchRequest): Promise<SearchResult> {
      const { items, ...rest } = await searchIn(call, () => listSearched(call, request), request);
      return { ...rest, items: await withRelations(call, items) };
    },

    /** Searches these diaries, named by their UUIDs, for a caller who was found to be allowed to read them. */
    searchDiaries: (
      call: Call<MemberCaller | undefined>,
      diaries: readonly string[],
      request: SearchRequest & Suspicion,
    ) => searchIn(call, async () => diaries, request),
  };

  async function searchIn(
    call: Call<MemberCaller | undefined>,
    listDiaries: () => Promise<readonly string[]>,
    request: SearchRequest & Suspicion,
  ) {
    const query = parseQuery(request.query);
    const offset = request.cursor === undefined ? 0 : Number(cursors.decode(LIST, request.cursor)[0]);
    // The vector is being made while the diaries are looked up.
    const vector = encodeQuery(request.query);
    const diaries = await listDiaries();
    const { ranked, degraded } = diaries.length === 0 ? nothing : await find(call, diaries, query, request, vector);
    const reachable = preferRecentAndImportant(ranked, request, new Date()).slice(0, REACHABLE_HITS);
    const next = offset + request.limit;
    return {
      items: await withEntries(call, reachable.slice(offset, next), query),
      nextCursor: next < reachable.length ? cursors.encode(LIST, [next]) : null,
      degraded,
    };
  }

  /** The diaries to look through, as UUIDs; that the named one may be read is checked beside the first query on it. */
  async function listSearched(
    { db, caller }: Call<MemberCaller | undefined>,
    { diaryId, includeShared }: SearchRequest,
  ): Promise<string[]> {
    if (diaryId !== undefined) return [store.diaryKey(diaryId)];
    const searchesAll = includeShared || caller?.kind === "person";
    return listHeldIds(db, access.readerOf(caller), searchesAll ? "read" : "manage", SEARCHED_DIARIES);
  }

  /** The hits of a page with what they are to other entries, in one query. */
  async function withRelations({ db, caller }: Call<MemberCaller | undefined>, found: UnrelatedHit[]): Promise<Hit[]> {
    if (found.length === 0) return [];
    const ids = found.map(({ id }) => id);
    const relations = await listShownRelations(db, access.readerOf(caller), ids);
    return found.map((hit) => ({ ...hit, relations: relations.get(hit.id) ?? [] }));
  }

  async function find(
    call: Call<MemberCaller | undefined>,
    diaries: readonly string[],
    query: Query,
    filter: store.SearchFilter & Pick<SearchRequest, "diaryId">,
    encoding: Promise<QueryVector>,
  ) {
    const [statistics] = await Promise.all([
      store.getStatistics(call.db, diaries, query.terms),
      filter.diaryId === undefined ? undefined : access.getReadable(call, filter.diaryId),
    ]);
    const byWords = await store.listAnchors(call.db, diaries, query, statistics, filter);
    const asksMeaning = encoder !== undefined && (encoder.trust.leads || byWords.length < ENOUGH_ANCHORS);
    const surround = (anchors: store.Anchor[]) => store.listCandidates(call.db, anchors, query, statistics, filter);
    // The query's vector is being made meanwhile, so whatever does not need it comes first.
    const alone = asksMeaning ? [] : await surround(byWords);
    const { vector, degraded } = await encoding;
    const byMeaning = asksMeaning && vector ? await store.listNearest(call.db, diaries, query, vector, filter) : [];
    const candidates = asksMeaning ? await surround([...byWords, ...byMeaning]) : alone;
    if (vector !== undefined) await store.addCosines(call.db, candidates, vector);
    return { ranked: rank(candidates, statistics, query.words.length, vector && encoder?.trust), degraded };
  }
}

/** Finding entries, with what only other parts of this module may ask for. */
export type RecallService = ReturnType<typeof createRecallService>;

type Suspicion = Pick<store.SearchFilter, "excludeSuspicious">;

type UnrelatedHit = Omit<Hit, "relations">;

const nothing: { ranked: Ranked[]; degraded: boolean } = { ranked: [], degraded: false };

async function withEntries(
  call: Call<MemberCaller | undefined>,
  page: readonly Ranked[],
  query: Query,
): Promise<UnrelatedHit[]> {
  if (page.length === 0) return [];
  const found = await store.listEntriesAt(
    call.db,
    page.map(({ candidate }) => candidate),
  );
  const byPlace = new Map(page.map((hit) => [hit.candidate, hit]));
  return found.flatMap(({ place, entry }) => {
    const hit = byPlace.get(place as Ranked["candidate"]);
    if (hit === undefined) return [];
    const why = {
      terms: hit.words.map((index) => query.words[index] ?? ""),
      context: hit.context,
      vector: hit.candidate.cosine,
    };
    return [{ ...entry, score: hit.relevance, why }];
  });
}
