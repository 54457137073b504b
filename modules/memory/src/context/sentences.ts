import { termsOf } from "../search/language.ts";

/** A sentence, or a line where a text has none. */
export interface Sentence {
  text: string;
  /** Which line of the text it stands on. */
  line: number;
  /** How much it bears on the task; 0 for not at all. */
  score: number;
}

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });
const words = new Intl.Segmenter("en", { granularity: "word" });

/** What a sentence takes over from each one beside it, so that an answer is kept with what it answers. */
const NEIGHBOUR = 0.2;
/** What the first sentence has more, in units of the rarest word: it often says what the rest is about. */
const FIRST = 0.2;
/** Where a task's words are all used up, shorter sentences say it in less. */
const LENGTH_WORDS = 40;

/** The sentences of a text with how much each bears on the task, whose words have these weights. */
export function scoreSentences(text: string, weights: ReadonlyMap<string, number>): Sentence[] {
  const found = splitSentences(text);
  const own = found.map((sentence) => bearing(sentence.text, weights));
  const heaviest = Math.max(0, ...weights.values());
  return found.map((sentence, index) => {
    const around = (own[index - 1] ?? 0) + (own[index + 1] ?? 0);
    const score = (own[index] ?? 0) + NEIGHBOUR * around + (index === 0 ? FIRST * heaviest : 0);
    return { ...sentence, score };
  });
}

function splitSentences(text: string): Omit<Sentence, "score">[] {
  return text.split("\n").flatMap((line, number) =>
    Array.from(sentences.segment(line), ({ segment, index }) => ({
      // The first one keeps what it is indented by, which means something in lists and code.
      text: index === 0 ? segment.trimEnd() : segment.trim(),
      line: number,
    })).filter((sentence) => sentence.text.trim() !== ""),
  );
}

function bearing(text: string, weights: ReadonlyMap<string, number>): number {
  const terms = termsOf(text);
  let sum = 0;
  for (const term of new Set(terms)) sum += weights.get(term) ?? 0;
  return sum / (1 + terms.length / LENGTH_WORDS);
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
