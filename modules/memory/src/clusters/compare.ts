import { termsOf } from "../search/language.ts";
import { createLikenesses, type Likenesses } from "./linkage.ts";

/** A text to compare, with its vector as JSON where it has one. */
export interface Compared {
  text: string;
  vector: string | undefined;
}

/**
 * How alike each two texts are: by meaning where both have a vector, else by the words and pairs of words that they share.
 *
 * @param floor Cosines up to this one are chance.
 */
export function* compareAll(texts: readonly Compared[], floor: number): Generator<void, Likenesses> {
  const likenesses = createLikenesses(texts.length);
  const vectors: (Float32Array | undefined)[] = [];
  for (const { vector } of texts) {
    vectors.push(vector === undefined ? undefined : Float32Array.from(JSON.parse(vector) as number[]));
    yield;
  }
  for (const [right, vector] of vectors.entries()) {
    for (let left = 0; left < right; left += 1) {
      const other = vectors[left];
      if (vector !== undefined && other !== undefined) likenesses.set(left, right, likenessOf(other, vector, floor));
    }
    yield;
  }
  if (vectors.includes(undefined)) yield* compareWords(texts, vectors, likenesses);
  return likenesses;
}

function likenessOf(left: Float32Array, right: Float32Array, floor: number): number {
  let cosine = 0;
  for (let index = 0; index < left.length; index += 1) cosine += (left[index] ?? 0) * (right[index] ?? 0);
  return Math.min(1, Math.max(0, (cosine - floor) / (1 - floor)));
}

/** The Dice coefficient of the shingles of each pair without two vectors, counted along the lists of who holds each. */
function* compareWords(
  texts: readonly Compared[],
  vectors: readonly unknown[],
  likenesses: Likenesses,
): Generator<void, void> {
  const holders = new Map<string, number[]>();
  const sizes: number[] = [];
  for (const [right, { text }] of texts.entries()) {
    const shingles = shinglesOf(text);
    sizes.push(shingles.size);
    const shared = new Uint32Array(right);
    for (const shingle of shingles) {
      const before = holders.get(shingle);
      if (before === undefined) {
        holders.set(shingle, [right]);
        continue;
      }
      for (const left of before) shared[left] = (shared[left] ?? 0) + 1;
      before.push(right);
    }
    for (const [left, count] of shared.entries()) {
      if (vectors[left] !== undefined && vectors[right] !== undefined) continue;
      if (count > 0) likenesses.set(left, right, (2 * count) / ((sizes[left] ?? 0) + shingles.size));
    }
    yield;
  }
}

/** Words by themselves and with the next one: which words there are counts, and somewhat also their order. */
function shinglesOf(text: string): Set<string> {
  const terms = termsOf(text);
  return new Set(terms.flatMap((term, index) => (index === 0 ? [term] : [term, `${terms[index - 1]} ${term}`])));
}
