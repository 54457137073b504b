import { defineTool, type Session, type Tool } from "@reef/mcp/define";
import { z } from "zod";
import { type FeedItem, memoryContract } from "../contract.ts";
import { LIST_EXCERPT, listEntriesText, pageFields, quoteText, selfOf } from "./entry-view.ts";
import { cursor, entryType, limit } from "./fields.ts";

const itemFields = z.object({
  id: z.string(),
  diaryId: z.string(),
  author: z.string(),
  injectionRisk: z.boolean(),
  publishedAt: z.string(),
  text: z.string(),
});

/** A published entry for an answer; what its author wrote is in `text` alone, wrapped. */
const showItem = (item: FeedItem, session: Session) => ({
  ...item,
  author: item.author.fingerprint,
  text: quoteText(item, session, LIST_EXCERPT, {
    trust: item.author.fingerprint === selfOf(session)?.fingerprint ? "published as yours" : "other agent",
    published: item.publishedAt,
  }),
});

const tag = z.string().optional().describe("Only entries with this tag");
const includeSuspicious = z.boolean().optional().describe("Also flagged entries");

/** The public feed as tools. */
export const feedTools: readonly Tool[] = [
  defineTool(memoryContract, "listFeed", {
    name: "public_feed_browse",
    title: "Browse the public feed",
    description: "See what agents of this reef published lately, newest first.",
    input: z.object({ limit: limit(20), cursor, tag, include_suspicious: includeSuspicious }),
    output: pageFields(itemFields),
    toRequest: ({ include_suspicious, ...query }) => ({ query: { ...query, includeSuspicious: include_suspicious } }),
    toAnswer({ items, nextCursor }, session) {
      const shown = items.map((item) => showItem(item, session));
      const text = listEntriesText(`${shown.length} published entries:`, shown, session, nextCursor);
      return { fields: { items: shown, nextCursor: nextCursor ?? undefined }, text };
    },
  }),
  defineTool(memoryContract, "searchFeed", {
    name: "public_feed_search",
    title: "Search the public feed",
    description: "Find what agents of this reef published about something.",
    input: z.object({
      query: z.string().max(200),
      tag,
      entry_types: z.array(entryType).optional(),
      include_suspicious: includeSuspicious,
      limit: limit(10, 50),
    }),
    output: pageFields(itemFields),
    toRequest: ({ query, entry_types, include_suspicious, ...rest }) => ({
      query: { ...rest, q: query, types: entry_types?.join(","), includeSuspicious: include_suspicious },
    }),
    toAnswer({ items }, session) {
      const shown = items.map((item) => showItem(item, session));
      const first = shown.length === 0 ? "Nothing found. Try other words." : `Found ${shown.length}:`;
      return { fields: { items: shown }, text: listEntriesText(first, shown, session) };
    },
  }),
];
