import type { EncoderTrust } from "../encoder/encoder.ts";
import { type Candidate, type QueryWeights, RANK } from "./candidate.ts";

/** How much of a neighbour's words an entry takes over, by distance in the diary: what was said before explains more. */
const NEIGHBOURS = [
  [-2, 0.3],
  [-1, 0.5],
  [1, 0.25],
  [2, 0.1],
] as const;

/** How far a neighbour may be. */
export const REACH = 2;

/** How much more the entry right after a question takes over from it, and how much less after a statement. */
const ANSWER = 0.5;

/** How slowly a session's words saturate: one mention in a long talk says little. */
const SESSION_SATURATION = 4;

/** A candidate in its surroundings. Arrays go by the query's words. */
export interface Place {
  candidate: Candidate;
  /** How often it holds each word, set against its length. */
  own: Float64Array;
  /** The same without labels: what its neighbours may take over. */
  shared: Float64Array;
  /** The share of the query that its words and its neighbours' explain, 0 to 1. */
  lexical: number;
  /** The weight of the words that it or a neighbour holds at all. */
  covered: number;
  /** The share of the query that its session explains, 0 to 1. */
  session: number;
  /** Likeness of meaning above chance, of it and its neighbours, 0 to 1. */
  likeness: number;
  hasContext: boolean;
}

/** Spreads each candidate's terms over the query's words. */
export function placeCandidates(
  candidates: readonly Candidate[],
  { words }: QueryWeights,
  averageWords: number,
): Place[] {
  return candidates.map((candidate) => {
    const own = new Float64Array(words.length);
    const shared = new Float64Array(words.length);
    const length = 1 - RANK.lengthShare + RANK.lengthShare * (candidate.words / averageWords);
    for (const [position, term] of candidate.found.entries()) {
      if (term >= 2 * words.length) continue;
      const isLabel = term >= words.length;
      const word = isLabel ? term - words.length : term;
      const factor = isLabel ? RANK.label : words[word]?.isSpeaker ? RANK.mention : 1;
      const value = (factor * (candidate.frequency[position] ?? 0)) / length;
      own[word] = (own[word] ?? 0) + value;
      if (!isLabel) shared[word] = (shared[word] ?? 0) + value;
    }
    return { candidate, own, shared, lexical: 0, covered: 0, session: 0, likeness: 0, hasContext: false };
  });
}

/** Fills in what each place owes to its neighbours and its session. */
export function addSurroundings(
  places: readonly Place[],
  weights: QueryWeights,
  trust: EncoderTrust | undefined,
): void {
  const byPosition = new Map(places.map((place) => [positionOf(place.candidate), place]));
  const sessions = sessionShares(places, weights);
  for (const place of places) {
    const near = neighboursOf(place, byPosition);
    addLexical(place, near, weights);
    place.session = sessions.get(sessionOf(place.candidate)) ?? 0;
    if (trust !== undefined) place.likeness = likenessOf(place, near, trust.floor);
    place.hasContext =
      place.session > 0 || near.some(({ place: neighbour }) => neighbour.shared.some((value) => value > 0));
  }
}

const positionOf = ({ diary, seq }: Candidate, offset = 0): string => `${diary}/${seq + offset}`;
const sessionOf = ({ diary, session }: Candidate): string => `${diary}/${session}`;

interface Neighbour {
  place: Place;
  share: number;
}

function neighboursOf({ candidate }: Place, byPosition: ReadonlyMap<string, Place>): Neighbour[] {
  return NEIGHBOURS.flatMap(([offset, share]) => {
    const place = byPosition.get(positionOf(candidate, offset));
    if (place === undefined || place.candidate.session !== candidate.session) return [];
    const answers = offset === -1 ? (place.candidate.asks ? 1 + ANSWER : 1 - ANSWER) : 1;
    return [{ place, share: share * answers }];
  });
}

/** BM25F (Robertson, Zaragoza & Taylor, 2004) with the neighbours as fields: occurrences add up before they saturate. */
function addLexical(place: Place, near: readonly Neighbour[], { words, total }: QueryWeights): void {
  let share = 0;
  for (const [index, { weight }] of words.entries()) {
    let occurrences = place.own[index] ?? 0;
    for (const neighbour of near) occurrences += neighbour.share * (neighbour.place.shared[index] ?? 0);
    share += (weight * occurrences) / (occurrences + RANK.saturation);
    if (occurrences > 0) place.covered += weight;
  }
  place.lexical = share / total;
}

function sessionShares(places: readonly Place[], { words, total }: QueryWeights): Map<string, number> {
  const sums = new Map<string, Float64Array>();
  for (const { candidate, shared } of places) {
    if (candidate.session === null) continue;
    const key = sessionOf(candidate);
    const sum = sums.get(key) ?? new Float64Array(words.length);
    sums.set(key, sum);
    for (const [index, value] of shared.entries()) sum[index] = (sum[index] ?? 0) + value;
  }
  const shareOf = (sum: Float64Array) =>
    words.reduce((share, { weight }, index) => {
      const occurrences = sum[index] ?? 0;
      return share + (weight * occurrences) / (occurrences + SESSION_SATURATION);
    }, 0) / total;
  return new Map(Array.from(sums, ([key, sum]) => [key, shareOf(sum)]));
}

/** The cosine of the place and, with the same shares as for words, of its neighbours; 0 where it is chance. */
function likenessOf({ candidate }: Place, near: readonly Neighbour[], floor: number): number {
  if (candidate.cosine === null) return 0;
  const around = NEIGHBOURS.reduce((sum, [, share]) => sum + share, 0);
  let cosine = candidate.cosine;
  let missing = around;
  for (const { place, share } of near) {
    if (place.candidate.cosine === null) continue;
    cosine += share * place.candidate.cosine;
    missing -= share;
  }
  // A neighbour that is not there counts as like the entry itself, so that a lone entry is not judged by its loneliness.
  const mean = (cosine + Math.max(0, missing) * candidate.cosine) / (1 + around);
  return Math.min(1, Math.max(0, (mean - floor) / (1 - floor)));
}
