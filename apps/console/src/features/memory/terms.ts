import { stem } from "porter2";
import type { Place } from "./excerpt.ts";

/** A word of a text that a query asked for, and where it stands. */
export interface FoundWord extends Place {
  /** In small letters, as the text has it. */
  word: string;
}

/** A piece of a text. */
export interface Piece {
  text: string;
  isFound: boolean;
}

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)*/gu;

/**
 * Finds the words of a text that an entry was found by. `terms` are the reef's: the stems of the query's words that the entry
 * holds. It knows irregular forms as well ("held" is "hold" to it), which are guessed here from the query's own words.
 */
export function createWordFinder(query: string, terms: readonly string[]): (text: string) => FoundWord[] {
  const stems = new Set(terms);
  const asked = (query.match(WORD) ?? []).map(normalize);
  const explained = new Set(asked.map(stemOf));
  const unexplained = terms.filter((term) => !explained.has(term));
  const irregular = new Set(asked.filter((word) => unexplained.some((term) => isLike(word, term))));
  return (text) =>
    Array.from(text.matchAll(WORD), ({ 0: word, index }) => ({
      word: normalize(word),
      start: index,
      length: word.length,
    }))
      .filter(({ word }) => stems.has(stemOf(word)) || irregular.has(word))
      .map(({ word, start, length }) => ({ word, start, end: start + length }));
}

/** Cuts a text at its found words, which are in their order. */
export function cutAtWords(text: string, found: readonly Place[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end } of found) {
    if (start > at) pieces.push({ text: text.slice(at, start), isFound: false });
    pieces.push({ text: text.slice(start, end), isFound: true });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isFound: false });
  return pieces;
}

const normalize = (word: string): string =>
  word
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/’/g, "'")
    .replace(/'(s|ll|re|ve|d|m|t)$/, "");

const stemOf = (word: string): string => (/\p{N}/u.test(word) ? word : stem(word));

/** Whether a word may be another form of a term: "held" of "hold", "knew" of "know". */
const isLike = (word: string, term: string): boolean =>
  word.length >= 3 && word[0] === term[0] && (word.at(-1) === term.at(-1) || word.length === term.length);
