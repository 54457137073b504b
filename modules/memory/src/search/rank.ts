import type { EncoderTrust } from "../encoder/encoder.ts";
import { type Candidate, inverseFrequency, type QueryWeights, RANK, type Statistics, weigh } from "./candidate.ts";
import { addSurroundings, type Place, placeCandidates } from "./surroundings.ts";

/** A ranked candidate, and why it was found. */
export interface Ranked {
  candidate: Candidate;
  /** 0 to 1: the share of the query that the entry, its surroundings and its meaning explain. */
  relevance: number;
  /** Indexes of the query's words that the entry itself holds. */
  words: number[];
  context: boolean;
}

/**
 * The eligible candidates by relevance. An entry is judged by its own words, those of its neighbours and its session,
 * the date, and its meaning; a vector only ever adds, so that a weak encoder cannot spoil what the words found.
 */
export function rank(
  candidates: readonly Candidate[],
  statistics: Statistics,
  wordCount: number,
  trust: EncoderTrust | undefined,
): Ranked[] {
  const weights = weigh(statistics, wordCount);
  const averageWords = Math.max(1, statistics.words / Math.max(1, statistics.entries));
  const places = placeCandidates(candidates, weights, averageWords);
  addSurroundings(places, weights, trust);
  const vectorShare = RANK.vector * (trust?.weight ?? 0);
  // A query of ubiquitous words only is explained by half the diary, so explaining all of it says little. In a diary of
  // few entries no word can be rarer than one in all of them.
  const clear = Math.min(RANK.clear, inverseFrequency(statistics.entries, 1));
  const clarity = Math.min(1, weights.total / clear);
  const scale = clarity / (1 + RANK.session + vectorShare);

  const known = places.some((place) => place.covered >= RANK.known * weights.total);
  return places
    .filter((place) => place.candidate.eligible && (known ? isRelated(place) : isAlike(place, trust)))
    .map((place) => ({ place, relevance: Math.min(1, relevanceOf(place, weights, vectorShare) * scale) }))
    .filter(({ relevance }) => relevance >= RANK.floor)
    .sort((a, b) => b.relevance - a.relevance || b.place.candidate.seq - a.place.candidate.seq)
    .map(({ place, relevance }) => ({
      candidate: place.candidate,
      relevance,
      words: Array.from(place.own.keys()).filter((index) => (place.own[index] ?? 0) > 0),
      context: place.hasContext,
    }));
}

/** An entry that shares nothing with the query is brought in by its surroundings only where a session ties it to them. */
const isRelated = ({ candidate, own, likeness }: Place): boolean =>
  candidate.session !== null || likeness > 0 || own.some((value) => value > 0);

const isAlike = ({ candidate }: Place, trust: EncoderTrust | undefined): boolean =>
  trust !== undefined && (candidate.cosine ?? 0) >= trust.gate;

function relevanceOf(
  { candidate, lexical, session, likeness }: Place,
  { dates, total }: QueryWeights,
  vectorShare: number,
): number {
  const date = candidate.found.reduce((sum, term) => sum + (dates.get(term) ?? 0), 0) / total;
  const relevance = lexical + RANK.date * date + RANK.session * session + vectorShare * likeness;
  return candidate.asks ? relevance * (1 - RANK.asking) : relevance;
}
