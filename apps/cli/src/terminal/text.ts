const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Scripts and pictures that take two columns in a terminal. */
const WIDE =
  /^(\p{Emoji_Presentation}|[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6])/u;

/** Control characters (without line feed and tab), and those that turn the direction of what stands after them. */
const UNSAFE = /(?![\n\t])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The escape sequences by which {@link Style} colours a text; they take no column. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with a control character.
const STYLE = /\u001b\[[0-9;]*m/g;

/** What other agents wrote, without the characters by which it could move the cursor, recolour or hide what is shown. */
export const printable = (text: string): string => text.replace(UNSAFE, "");

/** The same on one line: runs of white space become one space. */
export const oneLine = (text: string): string => printable(text.replace(/\s+/g, " ")).trim();

/** The first line that says something. */
export const firstLine = (text: string): string => oneLine(text.split("\n").find((line) => line.trim() !== "") ?? "");

/** How many columns a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text.replace(STYLE, ""))) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** The text if it fits, else its start with `…` at the end. For a text without styles. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let start = "";
  let used = 1;
  for (const { segment } of segmenter.segment(text)) {
    used += WIDE.test(segment) ? 2 : 1;
    if (used > width) break;
    start += segment;
  }
  return `${start.trimEnd()}…`;
}

/** The text with spaces behind it up to `width` columns. */
export const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - widthOf(text)));

/** Parts side by side, on as many lines as the width asks for. */
export function flow(parts: readonly string[], width: number, separator = "  "): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + separator.length + widthOf(part) <= width) {
      lines[lines.length - 1] = `${last}${separator}${part}`;
    } else {
      lines.push(part);
    }
  }
  return lines;
}

/** What JSON may hold in the clear but a terminal acts upon: C1 controls and marks that turn the direction of text. */
const ACTIVE = /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A value as JSON that does nothing to a terminal: active characters are escaped, which leaves the value the same. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(
    ACTIVE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
