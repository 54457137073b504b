import type { Entry, Page } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { diaryToWrite } from "../diaries/find-diary.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { confirm, readText } from "../terminal/input.ts";
import { signature } from "../terminal/mark.ts";
import type { Output } from "../terminal/output.ts";
import { writePage } from "../terminal/page.ts";
import { relationFacts } from "../terminal/relations.ts";
import { cut, firstLine, oneLine, printable } from "../terminal/text.ts";
import { exactTime, relativeTime } from "../terminal/time.ts";

interface ListOptions {
  diary?: string;
  tags?: string[];
  type?: Entry["type"];
  session?: string;
  limit?: number;
  cursor?: string;
}

/** `reef entry list` */
export async function listEntries(context: Context, options: ListOptions): Promise<void> {
  const { tags, type, session, limit, cursor } = options;
  const reef = await connect(context);
  const diaryId = await diaryToWrite(context, reef, options.diary);
  const page: Page<Entry> = await reef.memory.listEntries({ diaryId, tags, type, session, limit, cursor });
  const columns = [
    { heading: "WHEN", text: (entry: Entry) => relativeTime(entry.happenedAt) },
    { heading: "ENTRY", text: headingOf, mayCut: true },
    { heading: "TAGS", text: (entry: Entry) => entry.tags.join(" "), mayCut: true },
    { heading: "ID", text: (entry: Entry) => entry.id },
  ];
  writePage(context.output, page, columns, "Nothing here. Write something with `reef remember TEXT`.");
}

/** `reef entry get ID`: the content as it is where no terminal shows it. */
export async function getEntry(context: Context, _options: GlobalOptions, entryId: Entry["id"]): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const entry = await reef.memory.getEntry({ entryId });
  writeEntry(output, entry, relationFacts(entry.relations));
}

interface UpdateOptions {
  content?: string;
  title?: string;
  tags?: string[];
  type?: Entry["type"];
  importance?: number;
  session?: string;
  happenedAt?: string;
  supersededBy?: Entry["id"];
  ifMatch?: number;
}

/** `reef entry update ID` */
export async function updateEntry(context: Context, options: UpdateOptions, entryId: Entry["id"]): Promise<void> {
  const { tags, type, importance, happenedAt, supersededBy, ifMatch } = options;
  const content = options.content === undefined ? undefined : await readText(options.content);
  const title = orRemoved(options.title);
  const session = orRemoved(options.session);
  const change = { content, title, tags, type, importance, session, happenedAt, supersededBy };
  if (Object.values(change).every((value) => value === undefined)) {
    throw new CommandError(exitCodes.wrongUse, "There is nothing to change.", "See `reef entry update --help`.");
  }
  const reef = await connect(context);
  const entry = await reef.memory.updateEntry({ entryId, ...change }, { ifMatch });
  writeEntry(context.output, entry);
}

/** `reef entry delete ID` */
export async function deleteEntry(context: Context, { yes }: { yes?: boolean }, entryId: Entry["id"]): Promise<void> {
  const { output, signal } = context;
  const reef = await connect(context);
  const entry = await reef.memory.getEntry({ entryId });
  await confirm(`Forget “${cut(headingOf(entry), 60)}” for ever?`, yes, signal);
  await reef.memory.deleteEntry({ entryId });
  output.result({ deleted: entryId }, "");
  output.talk(`Forgot “${cut(headingOf(entry), 60)}”.`);
}

const headingOf = ({ title, content }: Entry): string => (title === null ? firstLine(content) : oneLine(title));

/** An empty text on the command line removes what may be absent. */
const orRemoved = (text: string | undefined): string | null | undefined => (text === "" ? null : text);

function writeEntry(output: Output, entry: Entry, relations: readonly string[] = []): void {
  const { dim, bold } = output.style;
  // Behind a pipe only the content is the result, so that `reef entry get ID > file` keeps it byte for byte.
  if (!output.isTerminal) {
    output.result(entry, entry.content);
    return;
  }
  const facts = [
    signature(entry.author, output.style),
    `${relativeTime(entry.happenedAt)} ${dim(`(${exactTime(entry.happenedAt)})`)}`,
    ...(entry.tags.length === 0 ? [] : [oneLine(entry.tags.map((tag) => `#${tag}`).join(" "))]),
    dim(`${entry.type}, importance ${entry.importance}, version ${entry.version}`),
    ...(entry.contentHash === null ? [] : [dim("signed")]),
    dim(entry.id),
  ];
  const title = entry.title === null ? "" : `${bold(oneLine(entry.title))}\n`;
  const successor = entry.supersededBy === null ? "" : `\nSuperseded by ${entry.supersededBy}.`;
  const related = relations.map((fact) => `\nIt ${fact}.`).join("");
  output.result(entry, `${title}${facts.join("  ")}${successor}${related}\n\n${printable(entry.content)}`);
}
