import type { Alias } from "@reef/sdk";

type Target = Alias["targets"][number];

/** One model that an alias leads to, as the form has it: in the order in which they are tried. */
export interface AliasWay {
  providerId: Target["providerId"];
  model: string;
  weight: number;
  /** Whether calls are shared with the one above it, by weight; else it is asked where all above it fail. */
  sharesWithAbove: boolean;
}

/** The ways of an alias in the order in which they are tried, those of one order beside each other. */
export function waysOf(targets: readonly Target[]): AliasWay[] {
  const sorted = targets.toSorted((one, other) => one.order - other.order);
  return sorted.map(({ providerId, model, weight, order }, index) => ({
    providerId,
    model,
    weight,
    sharesWithAbove: sorted[index - 1]?.order === order,
  }));
}

/** The ways, step by step: the calls of a step are shared by weight; the next one is for when all of it fail. */
export function stepsOf(ways: readonly AliasWay[]): AliasWay[][] {
  const steps: AliasWay[][] = [];
  for (const way of ways) {
    const last = steps.at(-1);
    if (way.sharesWithAbove && last !== undefined) last.push(way);
    else steps.push([way]);
  }
  return steps;
}

/** What the reef keeps of the ways: whoever is alone in a step needs no weight. */
export const targetsOf = (ways: readonly AliasWay[]): Target[] =>
  stepsOf(ways).flatMap((step, order) =>
    step.map(({ providerId, model, weight }) => ({ providerId, model, order, weight: step.length === 1 ? 1 : weight })),
  );

/** The ways with one moved up or down by a place; the first one has nothing above it to share with. */
export function moved(ways: readonly AliasWay[], index: number, by: -1 | 1): AliasWay[] {
  const to = index + by;
  const way = ways[index];
  if (way === undefined || to < 0 || to >= ways.length) return [...ways];
  return headed(ways.toSpliced(index, 1).toSpliced(to, 0, way));
}

/** The ways without one. */
export const without = (ways: readonly AliasWay[], index: number): AliasWay[] => headed(ways.toSpliced(index, 1));

const headed = ([first, ...others]: readonly AliasWay[]): AliasWay[] =>
  first === undefined ? [] : [{ ...first, sharesWithAbove: false }, ...others];

/** How many of a hundred calls of its step a way gets: "75%". */
export function shareOf({ weight }: AliasWay, step: readonly AliasWay[]): string {
  const sum = step.reduce((total, each) => total + each.weight, 0);
  return `${Math.round((weight / sum) * 100)}%`;
}

/** The ways in a line: "gpt-5 (75%) or claude-haiku-4-5 (25%), then mistral-large". */
export const describeWays = (ways: readonly AliasWay[]): string =>
  stepsOf(ways)
    .map((step) =>
      step.map((way) => (step.length === 1 ? way.model : `${way.model} (${shareOf(way, step)})`)).join(" or "),
    )
    .join(", then ");
