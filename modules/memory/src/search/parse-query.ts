import { askedDate } from "./dates.ts";
import { labelTerm } from "./index-text.ts";
import { normalize, termsOf } from "./language.ts";

/** A query as it was meant. */
export interface Query {
  /** The words to look for, as terms; at most {@link MAX_WORDS}. */
  words: string[];
  /** The terms to look up: the words, the same words as labels, and a date if one is named. */
  terms: string[];
  /** Normalised phrases that a hit must hold to the letter. */
  phrases: string[];
  /** Terms that no hit may hold, as word or as label. */
  excluded: string[];
}

/** More words than this make a query no clearer, and each costs a lookup. */
const MAX_WORDS = 24;

const PHRASE = /"([^"]+)"/g;
const EXCLUDED = /(^|\s)-([\p{L}\p{N}]\S*)/gu;

/** Reads `some words "a phrase" -excluded`. A question needs no syntax; all its words are wanted, none must occur. */
export function parseQuery(text: string): Query {
  const phrases: string[] = [];
  const excludedWords: string[] = [];
  const rest = text
    .replace(PHRASE, (_match, phrase: string) => {
      phrases.push(normalize(phrase).trim());
      return ` ${phrase} `;
    })
    .replace(EXCLUDED, (_match, gap: string, word: string) => {
      excludedWords.push(...termsOf(word));
      return gap;
    });
  const words = [...new Set(termsOf(rest))].filter((term) => !excludedWords.includes(term)).slice(0, MAX_WORDS);
  const date = askedDate(rest);
  return {
    words,
    terms: [...words, ...words.map(labelTerm), ...(date === undefined ? [] : [date])],
    phrases,
    excluded: [...excludedWords, ...excludedWords.map(labelTerm)],
  };
}
