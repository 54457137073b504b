import { termsOf } from "../search/language.ts";
import { chooseInTurn } from "./diversity.ts";
import { headingLine, INTRODUCTION, nothingToShow, quote, tieText } from "./markdown.ts";
import type { Candidate, ContextOrder, ContextTie, Level, ShownEntry } from "./order.ts";
import { toPlainLine, toPlainText } from "./plain-text.ts";
import { shorten } from "./shorten.ts";
import { countTokens } from "./tokens.ts";

/** A block of Markdown with the entries that are worth their place in it. */
export interface Composed {
  markdown: string;
  tokens: number;
  entries: ShownEntry[];
}

/** An entry may take a quarter of what is left, so that a long one leaves room for others; */
const SHARE = 0.25;
/** but short ones are not cut for that. */
const LEAST_SHARE = 200;
/** What an entry that says nearly the same as one before it may take beside its heading: a hint that it is there. */
const HINT = 30;
const NEARLY_THE_SAME = 0.9;
/** Fewer tokens than this hold a heading at best. */
const LEAST_PART = 35;
/** Budgets below this have no room for more than an entry. */
const LEAST_FOR_INTRODUCTION = 150;
/** A heading of more tokens than this goes without the author's name, which is then a very strange one. */
const LONG_HEADING = 48;
/** No ordinary text has more characters in a token; so a longer one cannot fit, and need not be counted to know it. */
const CHARACTERS_OF_A_TOKEN = 16;
/** What of an entry is compared with others. */
const COMPARED_CHARACTERS = 2_000;

interface Passage {
  candidate: Candidate;
  /** Position among the candidates. */
  index: number;
  alike: number;
  title: string | null;
  content: string;
  isWhole: boolean;
}

interface Part {
  passage: Passage;
  heading: string;
  body: string;
  level: Level;
  tokens: number;
}

/**
 * Chooses what to read for a task, and shows as much of each entry as the budget allows: all of it, the sentences that
 * bear on the task, or a line. The same order gives the same block, byte for byte, and the block never has more tokens
 * than its budget.
 *
 * Blocks are joined by empty lines, across which the tokenizer joins nothing, so the tokens of the parts add up.
 */
export function compose({ task, budgetTokens, candidates, ties, trust, whenEmpty }: ContextOrder): Composed {
  if (candidates.length === 0) return onlyText(nothingToShow[whenEmpty]);
  const likened = candidates.map((candidate) => ({
    score: candidate.score,
    terms: new Set(termsOf(`${candidate.title ?? ""}\n${candidate.content.slice(0, COMPARED_CHARACTERS)}`)),
    vector: candidate.vector === null ? null : Float32Array.from(JSON.parse(candidate.vector) as number[]),
  }));
  const terms = new Set(termsOf(task));
  const introduction = budgetTokens < LEAST_FOR_INTRODUCTION ? [] : [INTRODUCTION];
  let left = budgetTokens - introduction.reduce((sum, text) => sum + countTokens(`${text}\n\n`), 0);

  const parts: Part[] = [];
  for (const { index, alike } of chooseInTurn(likened, trust)) {
    if (left < LEAST_PART) break;
    const candidate = candidates[index];
    if (candidate === undefined) continue;
    const passage = { candidate, index, alike, ...plainOf(candidate) };
    const share = Math.min(left, Math.max(LEAST_SHARE, Math.floor(left * SHARE)));
    const part = fit(passage, headingOf(passage, parts, ties), share, terms);
    if (part === undefined) continue;
    parts.push(part);
    left -= part.tokens;
  }
  // What was kept for others that did not come is for those that are here.
  for (const [place, part] of parts.entries()) {
    if (part.level === "full" || part.passage.alike >= NEARLY_THE_SAME) continue;
    const longer = fit(part.passage, part.heading, part.tokens + left, terms);
    if (longer === undefined || longer.tokens <= part.tokens) continue;
    parts[place] = longer;
    left -= longer.tokens - part.tokens;
  }
  if (parts.length === 0) return onlyText(nothingToShow.noRoom);
  const markdown = [...introduction, ...parts.map(({ heading, body }) => `${heading}\n${body}`)].join("\n\n");
  return { markdown, tokens: countTokens(markdown), entries: parts.map(toShownEntry) };
}

/** A block without entries. */
const onlyText = (markdown: string): Composed => ({ markdown, tokens: countTokens(markdown), entries: [] });

function toShownEntry({ passage, level, tokens }: Part): ShownEntry {
  const { id, title, score } = passage.candidate;
  return { id, title, level, tokens, score };
}

function plainOf({ title, content }: Candidate): Pick<Passage, "title" | "content" | "isWhole"> {
  const plain = toPlainText(content);
  return { title: title === null ? null : toPlainLine(title), content: plain.text, isWhole: plain.isWhole };
}

/** An entry's heading as the next part, with its relations to those that are there already. */
function headingOf({ candidate, index }: Passage, before: readonly Part[], ties: readonly ContextTie[]): string {
  const numbers = new Map(before.map(({ passage }, place) => [passage.index, place + 1]));
  const told = ties.flatMap(({ kind, from, to }) => {
    const number = numbers.get(from === index ? to : from);
    if (number === undefined || (from !== index && to !== index)) return [];
    return [tieText(kind, from === index ? "out" : "in", number)];
  });
  const { id, author, importedBy, editedBy, day, isSuspicious } = candidate;
  const facts = { number: before.length + 1, id, author, importedBy, editedBy, day, isSuspicious, ties: told };
  // Who brought or changed an entry is no reason to leave out who wrote it.
  const withoutOthers = headingLine({ ...facts, importedBy: null, editedBy: null });
  if (countTokens(withoutOthers) <= LONG_HEADING) return headingLine(facts);
  return headingLine({ ...facts, author: { ...author, name: "" } });
}

/** As much of an entry as fits, in whole tokens with the empty line behind it; undefined where nothing does. */
function fit(passage: Passage, heading: string, mostTokens: number, task: ReadonlySet<string>): Part | undefined {
  const tokensWith = (text: string) => countTokens(`${heading}\n${quote(text)}\n\n`);
  const { title, content, isWhole, alike } = passage;
  const room = alike < NEARLY_THE_SAME ? mostTokens : Math.min(mostTokens, countTokens(heading) + HINT);
  const whole = [...(title === null ? [] : [`**${title}**`]), content].join("\n");
  const mayFit = whole.length <= room * CHARACTERS_OF_A_TOKEN;
  if (isWhole && mayFit && tokensWith(whole) <= room) {
    return { passage, heading, body: quote(whole), level: "full", tokens: tokensWith(whole) };
  }
  const short = shorten({ title, content, task, roomTokens: room, tokensWith });
  if (short === undefined) return undefined;
  return { passage, heading, body: quote(short.text), level: short.level, tokens: tokensWith(short.text) };
}
