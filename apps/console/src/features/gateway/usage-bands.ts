/** So many groups have a band of the chart each; the others share the last one. */
const MOST_BANDS = 4;

/** What a chart draws above one another, what cost most first. */
export interface UsageBand {
  id: string;
  name: string;
  /** The class of its colour, as a fill. */
  fill: string;
}

const FILLS = ["fill-accent", "fill-accent/70", "fill-accent/45", "fill-accent/25"];
const FILL_OF_OTHERS = "fill-edge";

/** The bands of these groups. */
export function bandsOf<Group extends { id: string | null }>(
  groups: readonly Group[],
  nameOf: (group: Group) => string,
): UsageBand[] {
  const own = groups.slice(0, MOST_BANDS).map((group, place) => ({
    id: group.id ?? "none",
    name: nameOf(group),
    fill: fillOf(place),
  }));
  return own.length === groups.length ? own : [...own, { id: "others", name: "All others", fill: FILL_OF_OTHERS }];
}

/** In which band a group is, by its place among the groups. */
export const bandOfGroup = (place: number | null): number => Math.min(place ?? 0, MOST_BANDS);

/** The colour of a group, by its place among the groups. */
export const fillOf = (place: number): string => FILLS[place] ?? FILL_OF_OTHERS;
