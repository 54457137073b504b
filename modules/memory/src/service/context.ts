import type { Id } from "@reef/crypto";
import type { Call, MemberCaller } from "@reef/http/call";
import type { Composer } from "../context/composer.ts";
import type { Candidate, ContextTie } from "../context/order.ts";
import { condense, isShort, termsOfTask, withoutSyntax } from "../context/task-query.ts";
import type { Context, ContextRequest, Hit, SearchRequest, SearchResult } from "../contract.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { listVectors } from "../store/clusters.ts";
import { listRelationsAmong } from "../store/relations.ts";
import { diaryKey, getStatistics } from "../store/search.ts";
import type { DiaryAccess } from "./access.ts";

export interface ContextDependencies {
  access: DiaryAccess;
  composer: Composer;
  encoder: Encoder | undefined;
  search(call: Call<MemberCaller>, request: SearchRequest): Promise<SearchResult>;
}

/** An entry takes at least about so many tokens with its heading, so more hits than this allows are not asked for. */
const TOKENS_OF_AN_ENTRY = 20;
/** Hits of one search, and how far its pages reach. */
const PAGE = 100;
const REACHABLE = 200;
/** Characters of all candidates together that the thread is given; an entry that goes beyond is left out. */
const READ_CHARACTERS = 1_000_000;
/** Hits of less than this share of the best one's relevance only share a word with the task. */
const BEARS = 0.25;

/** Context that fits: what to read for a task. */
export function createContextService({ access, composer, encoder, search }: ContextDependencies) {
  /** What search is asked: the task, or of a long one the words that tell most in this diary. */
  async function queryOf(call: Call<MemberCaller>, { diaryId, task }: ContextRequest): Promise<string> {
    const plain = withoutSyntax(task);
    if (isShort(plain)) return plain || task;
    const terms = termsOfTask(plain);
    return condense(plain, terms, await getStatistics(call.db, [diaryKey(diaryId)], terms));
  }

  async function listHits(
    call: Call<MemberCaller>,
    request: ContextRequest,
  ): Promise<{ hits: Hit[]; degraded: boolean }> {
    const { diaryId, tags, types, tokens } = request;
    // The first page is always whole, so that what is left out can be counted.
    const wanted = Math.min(REACHABLE, Math.max(PAGE, Math.ceil(tokens / TOKENS_OF_AN_ENTRY)));
    const asked = {
      query: await queryOf(call, request),
      diaryId,
      includeShared: false,
      tags,
      types,
      excludeSuperseded: true,
      recencyWeight: 0,
      importanceWeight: 0,
      limit: PAGE,
    };
    let { items: hits, nextCursor: cursor, degraded } = await search(call, asked);
    while (cursor !== null && hits.length < wanted) {
      const next = await search(call, { ...asked, cursor });
      hits = [...hits, ...next.items];
      cursor = next.nextCursor;
      degraded ||= next.degraded;
    }
    const least = (hits[0]?.score ?? 0) * BEARS;
    return { hits: hits.filter(({ score }) => score >= least), degraded };
  }

  return {
    /**
     * Puts together what to read for a task. Nothing in it depends on the time, so the same request to the same diary
     * gives the same block.
     *
     * @throws memory.not_found when the diary is unknown **or** the caller may not read it.
     */
    async composeContext(call: Call<MemberCaller>, request: ContextRequest): Promise<Context> {
      await access.getReadable(call, request.diaryId);
      const { hits, degraded } = await listHits(call, request);
      const read = request.includeSuspicious ? hits : hits.filter(({ injectionRisk }) => !injectionRisk);
      const ids = read.map(({ id }) => id);
      const vectors = encoder === undefined ? new Map() : await listVectors(call.db, ids, encoder.model);
      const composed = await composer.compose({
        task: withoutSyntax(request.task),
        budgetTokens: request.tokens,
        candidates: toCandidates(read, vectors),
        ties: toTies(ids, await listRelationsAmong(call.db, ids)),
        trust: encoder?.trust ?? { floor: 0, leads: false },
        whenEmpty: await whyEmpty(call, request, hits.length),
      });
      return {
        ...composed,
        budgetTokens: request.tokens,
        omitted: hits.length - composed.entries.length,
        suspicious: hits.length - read.length,
        degraded,
      };
    },
  };

  async function whyEmpty(call: Call<MemberCaller>, { diaryId }: ContextRequest, hits: number) {
    if (hits > 0) return "noneTrusted";
    const { entries } = await getStatistics(call.db, [diaryKey(diaryId)], []);
    return entries === 0 ? "noEntries" : "noneBears";
  }
}

function toCandidates(hits: readonly Hit[], vectors: ReadonlyMap<string, string>): Candidate[] {
  let left = READ_CHARACTERS;
  return hits.flatMap(({ id, author, importedBy, editedBy, happenedAt, title, content, score, injectionRisk }) => {
    if (content.length > left) return [];
    left -= content.length;
    const day = happenedAt.slice(0, 10);
    const vector = vectors.get(id) ?? null;
    const said = { author, importedBy, editedBy, day, title, content };
    return [{ id: id as Id<"ent">, ...said, score, isSuspicious: injectionRisk, vector }];
  });
}

function toTies(
  ids: readonly string[],
  relations: readonly { kind: ContextTie["kind"]; fromId: string; toId: string }[],
): ContextTie[] {
  const places = new Map(ids.map((id, index) => [id, index]));
  return relations.flatMap(({ kind, fromId, toId }) => {
    const from = places.get(fromId);
    const to = places.get(toId);
    return from === undefined || to === undefined ? [] : [{ kind, from, to }];
  });
}
