/** An entry that may be a hit, with what it needs to be ranked. */
export interface Candidate {
  diary: string;
  seq: number;
  session: string | null;
  asks: boolean;
  words: number;
  importance: number;
  happenedAt: Date;
  /** False for an entry that only stands beside a match, or that the search excludes: it lends context and is no hit. */
  eligible: boolean;
  /** Indexes into the query's terms, and beside them how often the entry has each. */
  found: number[];
  frequency: number[];
  /** Likeness of meaning to the query, where both have vectors of one model. */
  cosine: number | null;
}

/** What is known of the diaries that are searched. */
export interface Statistics {
  entries: number;
  words: number;
  /** By term of the query: how many entries hold it. */
  frequency: number[];
}

/**
 * The settings of the rank; docs/adr/0006-search.md tells how they were found, and that each stands on a flat optimum.
 *
 * `saturation` and `lengthShare` are BM25's k1 and b (Robertson & Zaragoza, "The Probabilistic Relevance Framework",
 * 2009); memories are short, so length says little.
 */
export const RANK = {
  saturation: 0.8,
  lengthShare: 0.3,
  /** The name of who speaks, found as a line's label, against the same name in a text. */
  label: 3,
  mention: 0.5,
  /** What a named day or month adds for entries of that day or month. */
  date: 0.8,
  session: 0.2,
  vector: 0.4,
  /** What an entry loses by asking instead of telling. */
  asking: 0.1,
  /** The weight of a query that is clear: two words of which each is in a third of the entries, or one rare word. */
  clear: 2,
  /** Less relevance than this is no hit. */
  floor: 0.02,
  /** If no entry with its neighbours holds this share of the query, its words are unknown here and only meaning counts. */
  known: 0.1,
} as const;

/** The weight of a term that `frequency` of `entries` hold (Robertson–Spärck Jones, kept positive). */
export const inverseFrequency = (entries: number, frequency: number): number =>
  Math.log(1 + Math.max(0, entries - frequency + 0.5) / (frequency + 0.5));

/** The weights of a query's parts. */
export interface QueryWeights {
  words: readonly { weight: number; isSpeaker: boolean }[];
  /** By index of a date's term. */
  dates: ReadonlyMap<number, number>;
  /** All words' weights together: what an entry that explains the whole query would reach. */
  total: number;
}

/** The terms are the words, then the same words as labels, then a date. */
export function weigh(statistics: Statistics, wordCount: number): QueryWeights {
  const { entries, frequency } = statistics;
  const words = Array.from({ length: wordCount }, (_, index) => {
    const said = frequency[index] ?? 0;
    const spoken = frequency[wordCount + index] ?? 0;
    return { weight: inverseFrequency(entries, Math.min(entries, said + spoken)), isSpeaker: spoken > said };
  });
  const dates = frequency
    .slice(2 * wordCount)
    .map((count, index) => [2 * wordCount + index, inverseFrequency(entries, count)] as const);
  return { words, dates: new Map(dates), total: words.reduce((sum, { weight }) => sum + weight, 0) || 1 };
}
