import { inverseFrequency } from "../search/candidate.ts";
import { termsOf } from "../search/language.ts";

/** What is shown of a text or left out: a short line, or a sentence of a long one. */
export interface Sentence {
  text: string;
  /** Which line of the text it stands on. */
  line: number;
  /** How much it bears on the task; 0 for not at all. */
  score: number;
}

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });
const words = new Intl.Segmenter("en", { granularity: "word" });

/** A line of no more than this says one thing: a turn of a talk, an item of a list, a line of code. */
const SHORT_LINE_CHARACTERS = 400;

/** What a sentence takes over from those around it, by distance, so that an answer is kept with what it answers. */
const NEIGHBOURS = [
  [-2, 0.3],
  [-1, 0.5],
  [1, 0.35],
  [2, 0.1],
] as const;
/** What the first sentence has more: it often says what the rest is about. */
const FIRST = 0.1;
/** Of sentences with the same words of the task, the shorter one says it in less. */
const LENGTH_WORDS = 40;

/** The sentences of a text with how much each bears on a task of these words: those that are rare in the text count most. */
export function scoreSentences(text: string, task: ReadonlySet<string>): Sentence[] {
  const found = splitSentences(text);
  const terms = found.map((sentence) => new Set(termsOf(sentence.text)));
  const weights = new Map<string, number>();
  for (const term of task) {
    const holders = terms.reduce((count, held) => count + (held.has(term) ? 1 : 0), 0);
    if (holders > 0) weights.set(term, inverseFrequency(found.length, holders));
  }
  const own = terms.map((held) => {
    let weight = 0;
    for (const [term, value] of weights) if (held.has(term)) weight += value;
    return weight / (1 + held.size / LENGTH_WORDS);
  });
  return found.map((sentence, index) => {
    const around = NEIGHBOURS.reduce((sum, [offset, share]) => sum + share * (own[index + offset] ?? 0), 0);
    return { ...sentence, score: (own[index] ?? 0) + around + (index === 0 ? FIRST : 0) };
  });
}

function splitSentences(text: string): Omit<Sentence, "score">[] {
  return text.split("\n").flatMap((line, number) => {
    if (line.trim() === "") return [];
    if (line.length <= SHORT_LINE_CHARACTERS) return [{ text: line.trimEnd(), line: number }];
    return Array.from(sentences.segment(line), ({ segment, index }) => ({
      // The first one keeps what it is indented by, which means something in lists and code.
      text: index === 0 ? segment.trimEnd() : segment.trim(),
      line: number,
    })).filter((sentence) => sentence.text.trim() !== "");
  });
}

/** Scripts that put no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3000-\u303f\uff00-\uff65]/u;

/**
 * The longest start of a text, ending between two words, that `fits`, with a mark that it goes on; undefined for none. No
 * more than `mostCharacters` of the text are looked at.
 */
export function cutBetweenWords(
  text: string,
  mostCharacters: number,
  fits: (start: string) => boolean,
): string | undefined {
  const ends: number[] = [];
  for (const { segment, index } of words.segment(text.slice(0, mostCharacters))) {
    const end = index + segment.length;
    if (segment.trim() !== "" && isBetweenWords(text, end)) ends.push(end);
  }
  const startOf = (end: number) => (end === text.length ? text : `${text.slice(0, end)} …`);
  let found: string | undefined;
  let low = 0;
  let high = ends.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const start = startOf(ends[middle] ?? 0);
    if (fits(start)) {
      found = start;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return found;
}

function isBetweenWords(text: string, position: number): boolean {
  const before = String.fromCodePoint(text.codePointAt(position - 1) ?? 32);
  const after = String.fromCodePoint(text.codePointAt(position) ?? 32);
  return /\s/.test(after) || UNSPACED.test(before) || UNSPACED.test(after);
}
