/** Far above any call's count, and so far below what 64 bits hold that no sum reaches that. */
const LARGEST_COUNT = 1_000_000_000_000;

/** What a column of 32 bits holds. */
export const LARGEST_INTEGER = 2_147_483_647;

/**
 * A count as the database takes it, whole and not below zero. An upstream may tell anything of what a call used, and one odd
 * number must not hold up the record of all others.
 */
export const wholeNumber = (value: number, largest = LARGEST_COUNT): number =>
  Number.isFinite(value) ? Math.min(largest, Math.max(0, Math.round(value))) : 0;

const LONGEST_TEXT = 500;
/** NUL, and halves of characters. */
const ODD = /[\0\ud800-\udfff]/;

/** A text as the database takes it: without NUL and halves of characters, and of bounded length. */
export const wholeText = (text: string): string =>
  text.length <= LONGEST_TEXT && !ODD.test(text)
    ? text
    : text.slice(0, LONGEST_TEXT).replaceAll("\0", "").toWellFormed();
