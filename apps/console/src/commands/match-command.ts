/**
 * How well something in the command palette answers what was typed, from 0 (not at all) to 1: each typed word must begin
 * one of its words. What it is called counts more than the other words that people may type for it. `value` and `keywords`
 * are as cmdk gives them to a filter.
 */
export function matchCommand(value: string, typed: string, keywords: readonly string[] = []): number {
  const wanted = wordsOf(typed);
  const title = value.trim().toLowerCase();
  if (title.startsWith(typed.trim().toLowerCase())) return 1;
  const own = wordsOf(value);
  if (wanted.every((word) => beginsOne(own, word))) return 0.8;
  const all = [...own, ...keywords.flatMap(wordsOf)];
  return wanted.every((word) => beginsOne(all, word)) ? 0.6 : 0;
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");

const beginsOne = (words: readonly string[], wanted: string): boolean => words.some((word) => word.startsWith(wanted));
