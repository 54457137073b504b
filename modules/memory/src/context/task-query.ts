import { inverseFrequency, type Statistics } from "../search/candidate.ts";
import { termsOf } from "../search/language.ts";

/** What search takes at most, in characters and in words that it looks up. */
const QUERY_CHARACTERS = 500;
const QUERY_WORDS = 24;

/** A task as plain words: what search would read as syntax (`"a phrase"`, `-excluded`) is just how people write. */
export const withoutSyntax = (task: string): string =>
  task
    .replace(/["“”„]/g, " ")
    .replace(/(^|\s)-+(?=\S)/g, "$1")
    .replace(/\s+/g, " ")
    .trim();

/** The different words of a task, as terms. */
export const termsOfTask = (task: string): string[] => [...new Set(termsOf(task))];

/** Whether search takes the task as it is. */
export const isShort = (task: string): boolean =>
  task.length <= QUERY_CHARACTERS && termsOfTask(task).length <= QUERY_WORDS;

/** Of a long task, the words that tell the diary's entries apart best, in their order; the task's start where none is known. */
export function condense(task: string, terms: readonly string[], statistics: Statistics): string {
  const weighed = terms
    .map((term, index) => ({ term, frequency: statistics.frequency[index] ?? 0 }))
    .filter(({ frequency }) => frequency > 0)
    .map(({ term, frequency }) => ({ term, weight: inverseFrequency(statistics.entries, frequency) }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, QUERY_WORDS);
  const wanted = new Set(weighed.map(({ term }) => term));
  const seen = new Set<string>();
  const kept = task.split(" ").filter((word) => {
    const fresh = termsOf(word).filter((term) => wanted.has(term) && !seen.has(term));
    for (const term of fresh) seen.add(term);
    return fresh.length > 0;
  });
  return limit(kept.length > 0 ? kept : task.split(" "));
}

/** As many whole words as a query may have characters. */
function limit(words: readonly string[]): string {
  let query = "";
  for (const word of words) {
    const longer = query === "" ? word : `${query} ${word}`;
    if (longer.length > QUERY_CHARACTERS) break;
    query = longer;
  }
  return query || (words[0] ?? "").slice(0, QUERY_CHARACTERS);
}
