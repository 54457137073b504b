import { dateTermsOf } from "./dates.ts";
import { normalize, termsOf } from "./language.ts";

/** What search keeps of an entry's text. */
export interface IndexedText {
  /** How often each term occurs, weighted by where it stands. */
  terms: ReadonlyMap<string, number>;
  /** How many words the entry has, stop words left out. */
  words: number;
  /** Whether it asks something. An entry that asks answers less itself, and what follows it more. */
  asks: boolean;
  /** All its text as phrases are compared with it. */
  normalized: string;
}

export interface EntryText {
  title?: string | null | undefined;
  content: string;
  tags: readonly string[];
  happenedAt: Date;
}

const TITLE_WEIGHT = 2;
const TAG_WEIGHT = 1.5;

/** "Ada: hello" is a line that Ada said, in transcripts of every kind. */
const LABEL = /^\s*(\p{L}[\p{L}\p{N} ._-]{0,39}):\s/u;

/** The term of a word as a line's label: "ada:" marks what Ada said, apart from what mentions Ada. */
export const labelTerm = (term: string): string => `${term}:`;

/** Indexes an entry: a pure function, so that the same text gives the same terms on every database. */
export function indexText({ title, content, tags, happenedAt }: EntryText): IndexedText {
  const terms = new Map<string, number>();
  let words = 0;
  const add = (found: readonly string[], weight: number) => {
    for (const term of found) terms.set(term, (terms.get(term) ?? 0) + weight);
    words += found.length;
  };
  const [line = "", label = ""] = LABEL.exec(content) ?? [];
  add(termsOf(content.slice(line.length)), 1);
  add(termsOf(label).map(labelTerm), 1);
  add(termsOf(title ?? ""), TITLE_WEIGHT);
  add(termsOf(tags.join(" ")), TAG_WEIGHT);
  for (const date of dateTermsOf(happenedAt)) terms.set(date, 1);
  return {
    terms,
    words,
    asks: content.includes("?"),
    normalized: normalize([title ?? "", content, ...tags].join("\n")),
  };
}
