import type { Ranked } from "./rank.ts";

export interface Preferences {
  recencyWeight: number;
  importanceWeight: number;
}

/** The most that newness or importance may add to a relevance: less than what tells a good hit from a fair one. */
const MOST = 0.05;
/** Newness halves in this many days. */
const HALF_LIFE_DAYS = 30;
const DAY_MS = 86_400_000;

/** Reorders hits of nearly equal relevance by newness and importance; the relevance itself stays what the search found. */
export function preferRecentAndImportant(ranked: readonly Ranked[], preferences: Preferences, now: Date): Ranked[] {
  const { recencyWeight, importanceWeight } = preferences;
  if (recencyWeight === 0 && importanceWeight === 0) return [...ranked];
  const preferenceOf = ({ candidate, relevance }: Ranked) => {
    const ageDays = Math.max(0, now.getTime() - candidate.happenedAt.getTime()) / DAY_MS;
    const recency = 0.5 ** (ageDays / HALF_LIFE_DAYS);
    return relevance + MOST * (recencyWeight * recency + (importanceWeight * (candidate.importance - 1)) / 9);
  };
  const keyed = ranked.map((hit) => ({ hit, preference: preferenceOf(hit) }));
  return keyed.sort((a, b) => b.preference - a.preference).map(({ hit }) => hit);
}
