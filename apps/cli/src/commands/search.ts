import type { Hit, Search } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { diaryIdOf } from "../diaries/find-diary.ts";
import { readText } from "../terminal/input.ts";
import { signature } from "../terminal/mark.ts";
import type { Output } from "../terminal/output.ts";
import { relationFacts } from "../terminal/relations.ts";
import { cut, firstLine, flow, oneLine } from "../terminal/text.ts";
import { exactTime, relativeTime } from "../terminal/time.ts";

interface SearchOptions
  extends Pick<Search, "tags" | "session" | "after" | "before" | "limit" | "cursor" | "excludeSuperseded"> {
  diary?: string;
  shared?: boolean;
  type?: Search["types"];
  recency?: number;
  importance?: number;
}

/** `reef search QUERY` */
export async function search(context: Context, options: SearchOptions, words: readonly string[]): Promise<void> {
  const { output } = context;
  const query = await readText(words);
  const reef = await connect(context);
  const diaryId = options.diary === undefined ? undefined : await diaryIdOf(reef, options.diary);
  const { tags, session, after, before, limit, cursor, excludeSuperseded } = options;
  const result = await reef.memory.search({
    query,
    diaryId,
    includeShared: options.shared,
    tags,
    types: options.type,
    session,
    after,
    before,
    limit,
    cursor,
    excludeSuperseded,
    recencyWeight: options.recency,
    importanceWeight: options.importance,
  });
  output.result(result, result.items.map((hit) => renderHit(hit, output)).join("\n\n"));
  if (result.items.length === 0) output.talk("Nothing found. Try other words, or fewer conditions.");
  if (result.degraded) output.talk("Only words were searched: the sentence encoder did not answer.");
  if (result.nextCursor !== null) output.talk(`There is more. The next page: --cursor ${result.nextCursor}`);
}

const INDENT = "      ";
/** Below this, cutting leaves nothing to read; then the terminal may wrap. */
const NARROWEST = 20;

/** A hit for a person: score and heading; a line of its text, where the heading is a title; tags, who, when and the id. */
function renderHit(hit: Hit, { style, width }: Output): string {
  const room = Math.max(NARROWEST, width - INDENT.length);
  const emphasised = (text: string) => emphasise(cut(text, room), hit.why.terms, style.bold);
  const heading = emphasised(hit.title === null ? firstLine(hit.content) : oneLine(hit.title));
  const lines = [`${style.dim(hit.score.toFixed(2))}  ${heading}`];
  if (hit.title !== null) lines.push(INDENT + emphasised(tellingLine(hit)));
  const facts = [
    signature(hit.author, style),
    `${relativeTime(hit.happenedAt)} ${style.dim(`(${exactTime(hit.happenedAt)})`)}`,
    ...(hit.tags.length === 0 ? [] : [oneLine(hit.tags.map((tag) => `#${tag}`).join(" "))]),
    ...(hit.supersededBy === null ? [] : [style.bad("superseded")]),
    style.dim(hit.id),
  ];
  lines.push(...flow([...facts, ...relationFacts(hit.relations)], room).map((line) => INDENT + line));
  return lines.join("\n");
}

/** The line of the content that says most about why it was found: the first one with a term of the query. */
function tellingLine({ content, why }: Hit): string {
  const wanted = why.terms.map((term) => term.toLowerCase());
  const lines = content.split("\n").filter((line) => line.trim() !== "");
  const telling = lines.find((line) => wanted.some((term) => line.toLowerCase().includes(term)));
  return oneLine(telling ?? lines[0] ?? "");
}

/** The text with each word that begins with one of the terms set apart. */
function emphasise(text: string, terms: readonly string[], mark: (text: string) => string): string {
  if (terms.length === 0) return text;
  const escaped = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])(${escaped})[\\p{L}\\p{N}]*`, "giu"), mark);
}
