import { countTokens, setMergeCacheSize } from "gpt-tokenizer/encoding/o200k_base";

/** Pieces of text whose count is remembered; the package's own 100,000 would take tens of megabytes. */
const REMEMBERED_PIECES = 10_000;
setMergeCacheSize(REMEMBERED_PIECES);

/** `<|endoftext|>` in a text is text like any other. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/** The tokenizer's time grows with the square of a word's length: a word of 200,000 letters would take half a minute. */
const LONGEST = 1_000;

/**
 * How many tokens a text has for the tokenizer o200k_base. It is counted in parts of a thousand characters, cut before a word:
 * no token reaches over that, so the count is exact; only within longer words a cut may count one more.
 *
 * Loading this takes 200 ms and 90 MB, so only the thread for it and tests import this file.
 */
export function countText(text: string): number {
  let count = 0;
  for (let from = 0; from < text.length; ) {
    const to = endOfPart(text, from);
    count += countTokens(text.slice(from, to), AS_TEXT);
    from = to;
  }
  return count;
}

function endOfPart(text: string, from: number): number {
  const last = from + LONGEST;
  if (last >= text.length) return text.length;
  for (let end = last; end > from + 1; end -= 1) {
    if (text[end] === " " && isInk(text.charCodeAt(end - 1)) && isInk(text.charCodeAt(end + 1))) return end;
  }
  // Not within a character of two halves.
  return isHighSurrogate(text.charCodeAt(last - 1)) ? last - 1 : last;
}

/** Neither white space nor half of a character, as far as one unit tells. */
const isInk = (unit: number): boolean => unit > 32 && unit < 127;

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
