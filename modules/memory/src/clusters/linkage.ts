/** How alike each two of some things are, 0 to 1; things go by their position. */
export interface Likenesses {
  count: number;
  between(left: number, right: number): number;
  set(left: number, right: number, likeness: number): void;
}

/** Likenesses that are all 0 at first. */
export function createLikenesses(count: number): Likenesses {
  const values = new Float32Array(count * count);
  return {
    count,
    between: (left, right) => values[left * count + right] ?? 0,
    set(left, right, likeness) {
      values[left * count + right] = likeness;
      values[right * count + left] = likeness;
    },
  };
}

/** Pairs are taken from the most alike down, in steps of a thousandth, and in a step in their order. */
const STEPS = 1_000;

/**
 * Groups of two or more, all of whose pairs are at least as alike as `threshold` (complete linkage), so that no chain of
 * small steps ties what has nothing in common. The result does not depend on anything but the likenesses.
 *
 * A generator, so that its caller may let others in: no step takes longer than a pass over all things.
 */
export function* link(likenesses: Likenesses, threshold: number): Generator<void, number[][]> {
  const { count } = likenesses;
  const steps: number[][] = Array.from({ length: STEPS + 1 }, () => []);
  // Of two groups, whether any pair of them is too little alike: joined groups take over each other's conflicts.
  const conflicts = new Uint8Array(count * count);
  for (let left = 0; left < count; left += 1) {
    for (let right = left + 1; right < count; right += 1) {
      const likeness = likenesses.between(left, right);
      if (likeness >= threshold) steps[Math.round(likeness * STEPS)]?.push(left * count + right);
      else conflicts[left * count + right] = conflicts[right * count + left] = 1;
    }
    yield;
  }
  const groupOf = Array.from({ length: count }, (_, index) => index);
  const members = groupOf.map((index) => [index]);
  for (const pairs of steps.reverse()) {
    for (const pair of pairs) {
      const into = groupOf[Math.floor(pair / count)] ?? 0;
      const from = groupOf[pair % count] ?? 0;
      if (into === from || conflicts[into * count + from] === 1) continue;
      for (const member of members[from] ?? []) groupOf[member] = into;
      members[into]?.push(...(members[from] ?? []));
      members[from] = [];
      for (let other = 0; other < count; other += 1) {
        if (conflicts[from * count + other] === 1)
          conflicts[into * count + other] = conflicts[other * count + into] = 1;
      }
      yield;
    }
    yield;
  }
  return members.filter((group) => group.length > 1).map((group) => group.sort((a, b) => a - b));
}
