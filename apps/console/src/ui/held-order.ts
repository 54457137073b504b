/** A list as it is shown, and how many of the newest do not show yet. */
export interface HeldOrder<Item> {
  shown: readonly Item[];
  /** Items before the first shown one that wait until the pointer has left. */
  waiting: number;
}

/**
 * Keeps the order of what is under the pointer: items that are shown stay where they are with their newest content, what
 * has gone stays until the pointer leaves, and what comes after the last one may be added.
 */
export function holdOrder<Item>(
  shown: readonly Item[],
  latest: readonly Item[],
  keyOf: (item: Item) => string,
): HeldOrder<Item> {
  const newest = new Map(latest.map((item) => [keyOf(item), item]));
  const kept = new Set(shown.map(keyOf));
  const lastKept = latest.findLastIndex((item) => kept.has(keyOf(item)));
  // Where nothing of the old list is left, it is another list.
  if (lastKept === -1) return { shown: latest, waiting: 0 };
  return {
    shown: [...shown.map((item) => newest.get(keyOf(item)) ?? item), ...latest.slice(lastKept + 1)],
    waiting: latest.slice(0, lastKept).filter((item) => !kept.has(keyOf(item))).length,
  };
}
