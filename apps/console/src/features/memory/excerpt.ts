/** Beyond this nothing is looked at for a line of a list. */
const LOOKED_AT = 4_000;

/**
 * What a text in Markdown says, on one line: without the signs that Markdown makes headings, lists, tables, links and code of.
 * Only for lists, where a line hints at what is there; tags of HTML stay as the characters that they are.
 */
export const plainTextOf = (markdown: string, most: number = LOOKED_AT): string =>
  markdown
    .slice(0, most)
    .replace(/^[ \t]*(?:```|~~~).*$/gm, " ")
    .replace(/^[ \t]*[-*_:|](?:[ \t]*[-*_:|]){2,}[ \t]*$/gm, " ")
    .replace(/^[ \t]*\|(.*)\|[ \t]*$/gm, (_row, cells: string) => `${cellsOf(cells)}.`)
    .replace(/!?\[([^[\]]*)\]\([^()]*\)/g, "$1")
    .replace(/^[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+(?:\[[ xX]\][ \t]+)?)/gm, "")
    .replace(/(\*\*|__|~~|`)(?=\S)(.{1,400}?)(?<=\S)\1/g, "$2")
    .replace(/(?<![\w*])\*(?=[^\s*])([^*\n]{1,400}?)(?<=\S)\*(?![\w*])/g, "$1")
    .replace(/\s+/g, " ")
    .trim();

const cellsOf = (row: string): string =>
  row
    .split("|")
    .map((cell) => cell.trim())
    .filter((cell) => cell !== "")
    .join(", ");

/** An entry in two pieces for a list: what stands for its title, and what is said further. */
export interface Summary {
  head: string;
  rest: string;
}

const HEAD_CHARACTERS = 80;

/** The title and the text; where an entry has no title, how it begins stands for it and the rest follows. */
export function summarize({ title, content }: Titled, most: number = LOOKED_AT): Summary {
  const text = plainTextOf(content, most);
  if (title !== null) return { head: title, rest: text };
  if (text === "") return { head: "An entry without words", rest: "" };
  const head = text.length <= HEAD_CHARACTERS ? text : cutAtWord(text, HEAD_CHARACTERS);
  return { head, rest: text.slice(head.length).trim() };
}

interface Titled {
  title: string | null;
  content: string;
}

/** What an entry is called where nothing follows: its title, or how it begins. */
export function titleOf(entry: Titled): string {
  if (entry.title !== null) return entry.title;
  const { head, rest } = summarize(entry, 400);
  return rest === "" ? head : `${head} …`;
}

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
