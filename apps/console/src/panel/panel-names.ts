/** What a panel shows: a kind that a feature has registered, and the id of the thing. */
export interface PanelName {
  kind: string;
  id: string;
}

/** Never more panels than this lie on one another. */
const MOST_PANELS = 2;

/** `agent.7f3a-…~entry.ent_…` as the panels that it names, the lowest first; what is no panel's name is left out. */
export function parsePanels(text: string | undefined): PanelName[] {
  if (text === undefined) return [];
  const names = text.split("~").flatMap((part): PanelName[] => {
    const match = /^([a-z-]{1,40})\.([\w.:-]{1,200})$/.exec(part);
    return match?.[1] !== undefined && match[2] !== undefined ? [{ kind: match[1], id: match[2] }] : [];
  });
  const different = names.filter(
    ({ kind, id }, index) => names.findIndex((each) => each.kind === kind && each.id === id) === index,
  );
  return different.slice(0, MOST_PANELS);
}

/** The text of panels for the address; undefined when there are none. */
export const formatPanels = (names: readonly PanelName[]): string | undefined =>
  names.length === 0 ? undefined : names.map(({ kind, id }) => `${kind}.${id}`).join("~");

/** The panels after one more was opened from within `level` (0: the page, 1: the first panel). */
export const withPanel = (names: readonly PanelName[], level: number, name: PanelName): PanelName[] => [
  ...names.slice(0, Math.min(level, MOST_PANELS - 1)),
  name,
];
