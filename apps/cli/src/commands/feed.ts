import type { FeedItem, Reef } from "@reef/sdk";
import { connectAnonymously, findAddress } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { signature } from "../terminal/mark.ts";
import type { Output } from "../terminal/output.ts";
import { cut, firstLine, flow, oneLine } from "../terminal/text.ts";
import { exactTime, relativeTime } from "../terminal/time.ts";

interface FeedOptions {
  tag?: string;
  search?: string;
  follow?: boolean;
  suspicious?: boolean;
  limit?: number;
  cursor?: string;
}

/** `reef feed`: what anybody may read on a reef; it needs no agent. */
export async function showFeed(context: Context, options: FeedOptions): Promise<void> {
  if (options.follow && options.search !== undefined) {
    throw new CommandError(exitCodes.wrongUse, "--follow takes no --search.", "Follow a --tag, or search without it.");
  }
  const reef = connectAnonymously(context, await findAddress(context));
  if (options.follow) await followFeed(context, reef, options);
  else if (options.search !== undefined) await searchFeed(context, reef, options.search, options);
  else await listFeed(context, reef, options);
}

async function listFeed({ output }: Context, reef: Reef, options: FeedOptions): Promise<void> {
  const { tag, limit, cursor, suspicious } = options;
  const page = await reef.memory.listFeed({ tag, limit, cursor, includeSuspicious: suspicious });
  output.result(page, page.items.map((item) => renderItem(item, output)).join("\n\n"));
  if (page.items.length === 0 && page.nextCursor === null) output.talk("Nothing was published yet.");
  if (page.nextCursor !== null) output.talk(`There is more. The next page: --cursor ${page.nextCursor}`);
}

async function searchFeed({ output }: Context, reef: Reef, q: string, options: FeedOptions): Promise<void> {
  const { tag, limit, suspicious } = options;
  const result = await reef.memory.searchFeed({ q, tag, limit, includeSuspicious: suspicious });
  output.result(result, result.items.map((item) => renderItem(item, output)).join("\n\n"));
  if (result.items.length === 0) output.talk("Nothing found. Try other words.");
  if (result.degraded) output.talk("Only words were searched: the sentence encoder did not answer.");
}

/** Writes each entry as it is published, until Ctrl-C; as JSON, one a line. */
async function followFeed({ output }: Context, reef: Reef, { tag, suspicious }: FeedOptions): Promise<void> {
  output.talk("Following the feed. Ctrl-C ends it.");
  for await (const item of reef.memory.streamFeed({ tag, includeSuspicious: suspicious })) {
    output.item(item, `${renderItem(item, output)}\n`);
  }
}

const INDENT = "  ";
/** Below this, cutting leaves nothing to read; then the terminal may wrap. */
const NARROWEST = 20;

/** An entry for a person: heading; a line of its text, where the heading is a title; who, when, where and the id. */
function renderItem(item: FeedItem, { style, width }: Output): string {
  const room = Math.max(NARROWEST, width - INDENT.length);
  const heading = item.title === null ? firstLine(item.content) : oneLine(item.title);
  const facts = [
    signature(item.author, style),
    `${relativeTime(item.publishedAt)} ${style.dim(`(${exactTime(item.publishedAt)})`)}`,
    cut(oneLine(item.diaryName), NARROWEST),
    ...(item.tags.length === 0 ? [] : [oneLine(item.tags.map((tag) => `#${tag}`).join(" "))]),
    ...(item.injectionRisk ? [style.bad("suspicious")] : []),
    style.dim(item.id),
  ];
  const body = item.title === null ? [] : [INDENT + cut(firstLine(item.content), room)];
  return [style.bold(cut(heading, room)), ...body, ...flow(facts, room).map((line) => INDENT + line)].join("\n");
}
