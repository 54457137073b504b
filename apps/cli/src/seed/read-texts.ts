import { readFile } from "node:fs/promises";
import type { NewEntry } from "@reef/sdk";
import { types } from "../parse.ts";
import type { Calendar } from "./calendar.ts";
import { type AgentName, type DiaryName, isAgentName, textFiles } from "./story.ts";

/** An entry of the story, ready to be written by its author. */
export interface StoryEntry {
  diary: DiaryName;
  author: AgentName;
  /** The name by which relations know it. */
  key?: string;
  /** Signed though its diary does not ask for it. */
  isSigned?: boolean;
  /** When it happened, in milliseconds. */
  at: number;
  entry: NewEntry;
}

/**
 * The hand-written entries of a diary, from its file in `texts/`: each begins with a line
 * `@ WHEN | author | type importance | session: … | tags: … | key: … | signed`, the last four of which may be missing.
 * WHEN is a day and a time (`-12 07:30`) or an age (`now-03:10`). A line `# …` behind it is the title; the rest is the
 * content.
 */
export async function readTexts(diary: DiaryName, calendar: Calendar): Promise<StoryEntry[]> {
  const text = await readFile(new URL(`texts/${textFiles[diary]}`, import.meta.url), "utf8");
  return text
    .split(/^@ /m)
    .slice(1)
    .map((part) => parseEntry(part, diary, calendar));
}

function parseEntry(part: string, diary: DiaryName, calendar: Calendar): StoryEntry {
  const [heading = "", ...body] = part.trim().split("\n");
  const lines = body.slice(
    Math.max(
      0,
      body.findIndex((line) => line.trim() !== ""),
    ),
  );
  const [when = "", author = "", kind = "", ...rest] = heading.split(" | ");
  const named = Object.fromEntries(rest.map((field) => field.split(": ", 2)));
  const { session, tags = "", key, signed, ...unknown } = named;
  const [typeName, importance] = kind.split(" ");
  const type = types.find((known) => known === typeName);
  if (type === undefined || !isAgentName(author) || Object.keys(unknown).length > 0) {
    throw new Error(`${textFiles[diary]} has a heading that nobody understands: ${heading}`);
  }
  const title = lines[0]?.startsWith("# ") ? fillIn(lines[0].slice(2), calendar) : undefined;
  const content = fillIn(joinLines(title === undefined ? lines : lines.slice(1)), calendar);
  const at = momentOf(when, calendar);
  return {
    diary,
    author,
    at,
    ...(key && { key }),
    ...("signed" in named && { isSigned: true }),
    entry: {
      content,
      type,
      importance: Number(importance),
      tags: tags === "" ? [] : tags.split(", "),
      happenedAt: new Date(at).toISOString(),
      ...(title !== undefined && { title }),
      ...(session !== undefined && { session }),
    },
  };
}

function momentOf(when: string, calendar: Calendar): number {
  const [, age] = /^now-(\d\d:\d\d)$/.exec(when) ?? [];
  if (age !== undefined) return calendar.ago(age);
  const [, day, time] = /^(-\d+) (\d\d:\d\d)$/.exec(when) ?? [];
  if (day === undefined || time === undefined) throw new Error(`${when} is no moment of the story.`);
  return calendar.at(Number(day), time);
}

/** Puts days in the place of `{{weekday -3}}` and `{{date -3}}`. */
const fillIn = (text: string, calendar: Calendar): string =>
  text.replace(/\{\{(weekday|date) (-?\d+)\}\}/g, (_, form: "weekday" | "date", day: string) =>
    calendar[form](Number(day)),
  );

/** Lines that stay lines in Markdown: items of lists, rows of tables, quotes, and what is indented below them. */
const OWN_LINE = /^\s*([-|>]|\d+\.|#+|`{3})/;

/** A paragraph of the file is one line of the entry; lists, tables, quotes and code stay as they are. */
function joinLines(lines: readonly string[]): string {
  const joined: string[] = [];
  let isCode = false;
  for (const line of lines) {
    const before = joined.at(-1);
    const mayJoin = !isCode && before !== undefined && before.trim() !== "" && !/^\s*(\||`{3})/.test(before);
    if (mayJoin && line.trim() !== "" && !OWN_LINE.test(line)) joined[joined.length - 1] = `${before} ${line.trim()}`;
    else joined.push(line);
    if (line.trim().startsWith("```")) isCode = !isCode;
  }
  return joined.join("\n").trim();
}
