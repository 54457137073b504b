import type { Amounts } from "../plane/call.ts";

/** What one call declares at most. */
export const LARGEST_CALL: Amounts = { tokens: 500, costNanos: 7_000 };

/** A line of the journal of a process that is about to be killed: the call begins, or with `actual` it ends. */
export interface JournalLine {
  call: number;
  declared: Amounts;
  actual?: Amounts;
}

/** Numbers from 0 up to 1, the same ones for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of several. */
export function pick<Item>(random: () => number, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("There is nothing to pick from.");
  return item;
}
