import { listShown, type Shown } from "./choose-shown.ts";

/** What a key does in the tree: another place gets the focus, or a branch opens or closes. */
export type TreeMove = { focus: Shown } | { open: Shown } | { close: Shown };

/**
 * What a key means at a place of a tree that is drawn from left to right, by the ARIA practices for trees: up and down go
 * through what is drawn, right opens and then goes in, left closes and then goes out. Undefined where the key is none of
 * the tree's, or nothing is there.
 */
export function moveInTree(roots: readonly Shown[], at: Shown, key: string): TreeMove | undefined {
  const places = listShown(roots).map(({ place }) => place);
  const index = places.indexOf(at);
  const focus = (place: Shown | undefined): TreeMove | undefined =>
    place && place !== at ? { focus: place } : undefined;
  const isClosed = at.node !== undefined && at.children.length === 0 && at.hidden > 0;
  switch (key) {
    case "ArrowDown":
      return focus(places[index + 1]);
    case "ArrowUp":
      return focus(places[index - 1]);
    case "Home":
      return focus(places[0]);
    case "End":
      return focus(places.at(-1));
    case "ArrowRight":
      return isClosed || at.node === undefined ? { open: at } : focus(at.children[0]);
    case "ArrowLeft":
      return at.children.length > 0 ? { close: at } : focus(at.parent);
    default:
      return undefined;
  }
}

/** The place whose id begins the focus again after the drawing has changed: itself, or the nearest one that is left. */
export function findPlace(roots: readonly Shown[], id: string | undefined): Shown | undefined {
  const places = listShown(roots).map(({ place }) => place);
  return places.find((place) => place.id === id) ?? places[0];
}
