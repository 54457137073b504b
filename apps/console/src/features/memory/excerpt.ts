/** Beyond this nothing is looked at for a line of a list. */
const LOOKED_AT = 4_000;

/**
 * What a text in Markdown says, on one line: without the signs that Markdown makes headings, lists, links and code of. Only
 * for lists, where a line hints at what is there; tags of HTML stay as the characters that they are.
 */
export const plainTextOf = (markdown: string, most: number = LOOKED_AT): string =>
  markdown
    .slice(0, most)
    .replace(/^[ \t]*(?:```|~~~).*$/gm, " ")
    .replace(/!?\[([^[\]]*)\]\([^()]*\)/g, "$1")
    .replace(/^[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+(?:\[[ xX]\][ \t]+)?)/gm, "")
    .replace(/^[ \t]*(?:[-*_][ \t]*){3,}$/gm, " ")
    .replace(/(\*\*|__|~~|`)(?=\S)(.{1,400}?)(?<=\S)\1/g, "$2")
    .replace(/\s+/g, " ")
    .trim();

/** What an entry is called where it has no title: how it begins. At most 80 characters. */
export function titleOf({ title, content }: { title: string | null; content: string }): string {
  if (title !== null) return title;
  const text = plainTextOf(content, 400) || "An entry without words";
  return text.length <= TITLE_CHARACTERS ? text : `${cutAtWord(text, TITLE_CHARACTERS)} …`;
}

const TITLE_CHARACTERS = 80;

const cutAtWord = (text: string, most: number): string => {
  const cut = text.slice(0, most);
  const space = cut.lastIndexOf(" ");
  return space > most / 2 ? cut.slice(0, space) : cut;
};

/** Where in a text something stands. */
export interface Place {
  start: number;
  end: number;
}

/**
 * The piece of a text that holds the most of these places: its beginning and end, cut at words. Without places it is how the
 * text begins. The places are in their order.
 */
export function windowOf(text: string, places: readonly Place[], most = 320): Place {
  if (text.length <= most) return { start: 0, end: text.length };
  let best = { first: 0, count: 0 };
  for (let first = 0, last = 0; first < places.length; first++) {
    while (last < places.length && (places[last]?.end ?? 0) - (places[first]?.start ?? 0) <= most * 0.8) last++;
    if (last - first > best.count) best = { first, count: last - first };
  }
  const from = places[best.first]?.start ?? 0;
  // A few words before the first place tell what it is about.
  const start = best.count === 0 ? 0 : wordStart(text, Math.max(0, Math.min(from - most * 0.15, text.length - most)));
  return { start, end: wordEnd(text, Math.min(text.length, start + most)) };
}

function wordStart(text: string, near: number): number {
  const at = Math.floor(near);
  if (at === 0) return 0;
  const space = text.indexOf(" ", at);
  return space === -1 || space - at > 40 ? at : space + 1;
}

function wordEnd(text: string, near: number): number {
  if (near >= text.length) return text.length;
  const space = text.lastIndexOf(" ", near);
  return near - space > 40 ? near : space;
}
