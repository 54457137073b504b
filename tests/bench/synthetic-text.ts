import type { NewEntry } from "@reef/sdk";

const VOCABULARY = 40_000;
const SYLLABLES =
  "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru ta te ti to tu".split(
    " ",
  );
const STOP_WORD_SHARE = 0.4;
const TOPIC_SHARE = 0.2;
const TOPIC_WORDS = 30;
const SESSION_ENTRIES = 25;
const SPEAKERS = ["Ada", "Grace"];

/** Writes entries and questions; the same seed writes the same text. */
export function createWriter(seed: number) {
  const random = mulberry32(seed);
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const frequencies = cumulativeZipf();
  const word = () => wordOfRank(rankAt(frequencies, random()));
  let topic: string[] = [];
  let written = 0;

  return {
    word,
    entry(): NewEntry {
      if (written % SESSION_ENTRIES === 0) topic = Array.from({ length: TOPIC_WORDS }, word);
      const session = String(Math.floor(written / SESSION_ENTRIES));
      written += 1;
      const words = Array.from({ length: 8 + Math.floor(random() * 50) }, () => {
        if (random() < STOP_WORD_SHARE) return "the";
        return random() < TOPIC_SHARE ? pick(topic) : word();
      });
      return { content: `${pick(SPEAKERS)}: ${words.join(" ")}${random() < 0.2 ? "?" : "."}`, session };
    },
    /** A question about an entry: three to six of its words. */
    question(content: string): string {
      const words = content.split(/[ .?:]+/).filter((one) => one !== "the" && one !== "" && !SPEAKERS.includes(one));
      const asked = Array.from({ length: 3 + Math.floor(random() * 4) }, () => pick(words));
      return `What did ${pick(SPEAKERS)} ${asked.join(" ")}`;
    },
  };
}

function wordOfRank(rank: number): string {
  let text = "";
  for (let rest = rank + SYLLABLES.length; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    text += SYLLABLES[rest % SYLLABLES.length];
  }
  return `${text}x`;
}

/** The share of all words that the first n ranks make up (Zipf–Mandelbrot with an offset of 10). */
function cumulativeZipf(): Float64Array {
  const sums = new Float64Array(VOCABULARY);
  let sum = 0;
  for (let rank = 0; rank < VOCABULARY; rank += 1) {
    sum += 1 / (rank + 10);
    sums[rank] = sum;
  }
  return sums.map((value) => value / sum);
}

function rankAt(cumulative: Float64Array, share: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 1) < share) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A small fast generator of random numbers from a seed (Tommy Ettinger's Mulberry32, public domain). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
