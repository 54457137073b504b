import { listShown, type Shown } from "./choose-shown.ts";

/** Where somebody stands in the drawing: the upper left corner, in its units. */
interface Placed {
  place: Shown;
  depth: number;
  x: number;
  y: number;
}

/** The line from who lets in to who is let in. */
interface TrustLink {
  id: string;
  /** The path of an SVG. */
  path: string;
}

/** A drawing of the trust graph, from the roots at the left to the youngest at the right. */
export interface TrustDrawing {
  /** In the order in which they are read. */
  placed: Placed[];
  links: TrustLink[];
  width: number;
  height: number;
}

/** Sizes of the drawing, in its units. */
export const SIZES = {
  nodeWidth: 196,
  nodeHeight: 40,
  columnGap: 44,
  rowGap: 8,
  treeGap: 12,
  margin: 12,
  overhang: 24,
} as const;

/**
 * A layered drawing of trees: a column for each step from the root, a row for each leaf, and whoever let others in
 * beside the first of them, so that the drawing begins at its upper left corner however long it is. Nothing overlaps, no
 * two lines cross, and it takes one pass over the places.
 */
export function layOut(roots: readonly Shown[]): TrustDrawing {
  const { nodeWidth, nodeHeight, columnGap, rowGap, treeGap, margin, overhang } = SIZES;
  const listed = listShown(roots);
  const tops = new Map<Shown, number>();
  let nextTop: number = margin;
  // Whoever has nobody below takes the next row; read backwards, the others come after all that is below them.
  for (const { place, depth } of listed) {
    if (depth === 0 && nextTop > margin) nextTop += treeGap;
    if (place.children.length > 0) continue;
    tops.set(place, nextTop);
    nextTop += nodeHeight + rowGap;
  }
  for (const { place } of listed.toReversed()) {
    const [first] = place.children;
    if (first !== undefined) tops.set(place, tops.get(first) ?? 0);
  }
  const leftOf = (depth: number): number => margin + depth * (nodeWidth + columnGap);
  const placed = listed.map(({ place, depth }) => ({ place, depth, x: leftOf(depth), y: tops.get(place) ?? 0 }));
  const deepest = listed.reduce((most, { depth }) => Math.max(most, depth), 0);
  return {
    placed,
    links: placed.flatMap(({ place, x, y }) => {
      const from = place.parent && tops.get(place.parent);
      if (from === undefined) return [];
      const [startX, startY, endY] = [x - columnGap, from + nodeHeight / 2, y + nodeHeight / 2];
      const middle = startX + columnGap / 2;
      return [{ id: place.id, path: `M${startX} ${startY}C${middle} ${startY} ${middle} ${endY} ${x} ${endY}` }];
    }),
    // Beyond its place a closed branch has the count of who is in it.
    width: leftOf(deepest) + nodeWidth + overhang + margin,
    height: Math.max(nextTop - rowGap, margin) + margin,
  };
}
