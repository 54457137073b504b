import type { EncoderTrust } from "../encoder/encoder.ts";

/** What likeness is measured by. */
export interface Likened {
  /** The words it holds, as terms. */
  terms: ReadonlySet<string>;
  /** Its meaning as a unit vector, where it has one. */
  vector: Float32Array | null;
}

/** How far vectors can be trusted: cosines up to the floor are chance, and those of a weak encoder need the words as well. */
export type VectorTrust = Pick<EncoderTrust, "floor" | "leads">;

/** A place in the order of choice. */
export interface Choice {
  /** Position among what was given. */
  index: number;
  /** Likeness to the most similar one that was chosen before, 0 to 1. */
  alike: number;
}

/**
 * What it costs to say what was said already, in units of the best relevance. Texts that merely share a subject, with less
 * than this likeness, pay nothing, and the price grows with the square of the likeness beyond it.
 */
const REPETITION = 0.8;
const SUBJECT = 0.5;

/**
 * The order in which to read, by maximal marginal relevance (Carbonell & Goldstein, 1998): the most relevant first, then
 * always the one that is relevant and says something new. What is given is ordered by relevance; of equals the earlier one
 * comes first, so the order is always the same.
 */
export function chooseInTurn(given: readonly (Likened & { score: number })[], trust: VectorTrust): Choice[] {
  const best = given[0]?.score || 1;
  const alike = given.map(() => 0);
  const left = new Set(given.keys());
  const choices: Choice[] = [];
  while (left.size > 0) {
    let chosen = -1;
    let highest = Number.NEGATIVE_INFINITY;
    for (const index of left) {
      const cost = Math.max(0, (alike[index] ?? 0) - SUBJECT) / (1 - SUBJECT);
      const value = (given[index]?.score ?? 0) / best - REPETITION * cost ** 2;
      if (value > highest) [chosen, highest] = [index, value];
    }
    left.delete(chosen);
    choices.push({ index: chosen, alike: alike[chosen] ?? 0 });
    const last = given[chosen];
    if (last === undefined) break;
    for (const index of left) {
      const other = given[index];
      if (other !== undefined) alike[index] = Math.max(alike[index] ?? 0, likeness(last, other, trust));
    }
  }
  return choices;
}

/** How alike two texts are, 0 to 1: by meaning where both have a vector that says enough, else by their words, or by both. */
function likeness(left: Likened, right: Likened, { floor, leads }: VectorTrust): number {
  if (left.vector === null || right.vector === null) return overlap(left.terms, right.terms);
  let cosine = 0;
  for (let index = 0; index < left.vector.length; index += 1) {
    cosine += (left.vector[index] ?? 0) * (right.vector[index] ?? 0);
  }
  const meaning = Math.min(1, Math.max(0, (cosine - floor) / (1 - floor)));
  return leads ? meaning : (meaning + overlap(left.terms, right.terms)) / 2;
}

/** The Dice coefficient: the share of words that two texts have in common. */
function overlap(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  const [few, many] = left.size < right.size ? [left, right] : [right, left];
  let both = 0;
  for (const term of few) if (many.has(term)) both += 1;
  return few.size === 0 ? 0 : (2 * both) / (left.size + right.size);
}
