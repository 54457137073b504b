import type { Hit } from "../contract.ts";

export interface Preferences {
  recencyWeight: number;
  importanceWeight: number;
}

/** The most that newness or importance may add to a relevance: less than what tells a good hit from a fair one. */
const MOST = 0.05;
/** Newness halves in this many days. */
const HALF_LIFE_DAYS = 30;
const DAY_MS = 86_400_000;

/** Reorders hits of nearly equal relevance by newness and importance; the scores stay what the search found. */
export function preferRecentAndImportant(hits: readonly Hit[], preferences: Preferences, now: Date): Hit[] {
  const { recencyWeight, importanceWeight } = preferences;
  if (recencyWeight === 0 && importanceWeight === 0) return [...hits];
  const preference = ({ happenedAt, importance, score }: Hit) => {
    const ageDays = Math.max(0, now.getTime() - Date.parse(happenedAt)) / DAY_MS;
    const recency = 0.5 ** (ageDays / HALF_LIFE_DAYS);
    return score + MOST * (recencyWeight * recency + (importanceWeight * (importance - 1)) / 9);
  };
  const keyed = hits.map((hit) => ({ hit, preference: preference(hit) }));
  return keyed.sort((a, b) => b.preference - a.preference).map(({ hit }) => hit);
}
