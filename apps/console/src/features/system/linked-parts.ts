/** A piece of a text: words, or an address in it. */
export interface LinkedPart {
  /** Where in the text it begins. */
  at: number;
  text: string;
  isLink: boolean;
}

/** Cuts a text at the addresses of one origin in it; addresses of others stay words, so that nothing leads away from here. */
export function linkedParts(text: string, origin: string): LinkedPart[] {
  const parts: LinkedPart[] = [];
  let end = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]+/g)) {
    if (URL.parse(match[0])?.origin !== origin) continue;
    if (match.index > end) parts.push({ at: end, text: text.slice(end, match.index), isLink: false });
    parts.push({ at: match.index, text: match[0], isLink: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ at: end, text: text.slice(end), isLink: false });
  return parts;
}
