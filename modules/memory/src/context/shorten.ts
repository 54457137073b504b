import type { Level } from "./order.ts";
import { cutBetweenWords, type Sentence, scoreSentences } from "./sentences.ts";
import { countTokens } from "./tokens.ts";

export interface Shortening {
  title: string | null;
  content: string;
  /** The words of the task, as terms. */
  task: ReadonlySet<string>;
  roomTokens: number;
  /** What the entry takes with its heading when this text of it is shown. */
  tokensWith(text: string): number;
}

/** Less text than this is hardly more than what an entry is about. */
const OUTLINE_TOKENS = 30;
/** Fewer tokens say nothing. */
const LEAST_TOKENS = 8;
/** Sentences that did not fit before it is given up to find one that does. */
const PATIENCE = 20;
/** No ordinary text has more characters in a token. */
const CHARACTERS_OF_A_TOKEN = 16;

/** The sentences that bear most on the task, in their own order and whole where they fit; undefined where nothing does. */
export function shorten(given: Shortening): { text: string; level: Level } | undefined {
  const { title, content, task, roomTokens, tokensWith } = given;
  const room = roomTokens - tokensWith("");
  if (room < LEAST_TOKENS) return undefined;
  const level = room <= OUTLINE_TOKENS ? "outline" : "excerpt";
  const heading = title === null ? [] : [`**${title}**`];
  const fits = (text: string) => tokensWith([...heading, text].join("\n")) <= roomTokens;
  const found = scoreSentences(content, task);

  const chosen = chooseSentences(found, room - heading.reduce((sum, line) => sum + countTokens(line) + 2, 0));
  while (chosen.length > 0) {
    const text = join(found, chosen);
    if (fits(text)) return { text: [...heading, text].join("\n"), level };
    chosen.pop();
  }
  const best = found.reduce<Sentence | undefined>((a, b) => (a === undefined || b.score > a.score ? b : a), undefined);
  const start = (text: string, test: (start: string) => boolean) =>
    cutBetweenWords(text, room * CHARACTERS_OF_A_TOKEN, test);
  const cut = start(best?.text.trim() ?? "", fits);
  if (cut !== undefined) return { text: [...heading, cut].join("\n"), level };
  // Not even a word fits beside the title, so the title stands for the rest.
  const alone = start(title ?? best?.text.trim() ?? "", (text) => tokensWith(text) <= roomTokens);
  return alone === undefined ? undefined : { text: alone, level: "outline" };
}

/** Indexes of the best sentences that together have about so many tokens, the best first. */
function chooseSentences(found: readonly Sentence[], room: number): number[] {
  const byScore = Array.from(found.keys()).sort((a, b) => (found[b]?.score ?? 0) - (found[a]?.score ?? 0) || a - b);
  const chosen: number[] = [];
  let left = room;
  let misses = 0;
  for (const index of byScore) {
    const text = found[index]?.text ?? "";
    const tokens = text.length > left * CHARACTERS_OF_A_TOKEN ? Number.POSITIVE_INFINITY : countTokens(`> ${text}`) + 1;
    if (tokens > left) {
      misses += 1;
      if (misses > PATIENCE) break;
      continue;
    }
    chosen.push(index);
    left -= tokens;
  }
  return chosen;
}

/** The chosen sentences in their own order; `…` stands where others were left out. */
function join(found: readonly Sentence[], chosen: readonly number[]): string {
  let text = "";
  let previous: number | undefined;
  for (const index of chosen.toSorted((a, b) => a - b)) {
    const sentence = found[index];
    if (sentence === undefined) continue;
    const isNext = index === (previous ?? -1) + 1;
    const isSameLine = previous !== undefined && found[previous]?.line === sentence.line;
    if (previous !== undefined) text += isSameLine ? " " : "\n";
    if (!isNext) text += "… ";
    text += sentence.text;
    previous = index;
  }
  return previous === found.length - 1 ? text : `${text} …`;
}
