import type { TrustNode } from "./build-forest.ts";

/** A place in the drawn graph: somebody, or the rest of a branch in one. */
export interface Shown {
  /** Unique in the drawing. */
  id: string;
  /** Undefined where it stands for the rest of its siblings. */
  node: TrustNode | undefined;
  /** Undefined at the top. */
  parent: Shown | undefined;
  children: Shown[];
  /** How many are not drawn: of a closed node all below it, of a rest the siblings that it stands for. */
  hidden: number;
}

/** How many of a node's children are drawn, by the node's id, where somebody has chosen it; 0 closes it. */
export type Choices = ReadonlyMap<string, number>;

/** Children of one node that are drawn at first, and that are added by one press. */
export const FEW = 12;
/** Branches open by themselves until so many are drawn, and by choice until so many. */
export const MOST_BY_ITSELF = 160;
export const MOST_BY_CHOICE = 600;

/** The choice that is about the roots themselves. */
const TOP = "top";

/**
 * Which of the graph is drawn: level by level as long as there is room, so that thousands are a picture of a few hundred
 * at most. What is left out is counted where it would stand.
 */
export function chooseShown(roots: readonly TrustNode[], choices: Choices): Shown[] {
  const top: Shown = { id: TOP, node: undefined, parent: undefined, children: [], hidden: 0 };
  let drawn = 0;
  const open = (place: Shown, children: readonly TrustNode[]): void => {
    const choice = choices.get(place.id);
    const most = choice === undefined ? MOST_BY_ITSELF : MOST_BY_CHOICE;
    const wanted = Math.min(choice ?? FEW, children.length);
    // A branch that is opened by itself opens whole or not at all: half of one says nothing.
    const room = choice === undefined && drawn + wanted > most ? 0 : Math.min(wanted, Math.max(0, most - drawn));
    place.children = children.slice(0, room).map((node) => newPlace(node, place));
    if (room === 0) return;
    drawn += room;
    place.hidden = 0;
    const rest = children.length - room;
    if (rest === 0) return;
    place.children.push({ id: `rest ${place.id}`, node: undefined, parent: place, children: [], hidden: rest });
  };
  // The roots are always there, so that there is something to open.
  open(top, roots);
  const places = top.children.filter(({ node }) => node !== undefined);
  for (const place of places) {
    if (place.node === undefined || place.node.children.length === 0) continue;
    open(place, place.node.children);
    places.push(...place.children.filter(({ node }) => node !== undefined));
  }
  for (const place of top.children) place.parent = undefined;
  return top.children;
}

const newPlace = (node: TrustNode, parent: Shown): Shown => ({
  id: node.id,
  node,
  parent,
  children: [],
  hidden: node.descendants,
});

/** Whose rest it is: the id under which the choice is kept. */
export const restOf = ({ parent }: Shown): string => parent?.id ?? TOP;

/** Every place that is drawn, in the order in which it is read, with how deep it stands. */
export function listShown(roots: readonly Shown[]): { place: Shown; depth: number }[] {
  const listed: { place: Shown; depth: number }[] = [];
  const left = roots.toReversed().map((place) => ({ place, depth: 0 }));
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    listed.push(next);
    for (const child of next.place.children.toReversed()) left.push({ place: child, depth: next.depth + 1 });
  }
  return listed;
}
