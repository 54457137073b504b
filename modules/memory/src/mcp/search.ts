import { defineTool, type Tool } from "@reef/mcp/define";
import { z } from "zod";
import { memoryContract } from "../contract.ts";
import { type Excerpt, entryFields, listEntriesText, pageFields, showEntry } from "./entry-view.ts";
import { cursor, diaryId, entryType, limit, tags } from "./fields.ts";

/** What a search shows of each hit: enough to answer from, most of the time. */
const HIT_EXCERPT: Excerpt = { characters: 1_000 };

const weight = z.number().min(0).max(1).optional();

/** Search as a tool. */
export const searchTools: readonly Tool[] = [
  defineTool(memoryContract, "search", {
    name: "entries_search",
    title: "Search entries",
    description:
      "Find what is remembered about something: ask a question or give words. Use it before you say that you do not know.",
    input: z.object({
      query: z.string().max(500).describe('"quoted phrases" must occur, -words must not'),
      diary_id: diaryId.optional().describe("Only this diary; else all that you own"),
      include_shared: z.boolean().optional().describe("Also diaries shared with you"),
      tags: tags.optional().describe("Only entries with all of these"),
      entry_types: z.array(entryType).optional(),
      after: z.string().optional().describe("ISO-8601 UTC"),
      before: z.string().optional(),
      exclude_superseded: z.boolean().optional(),
      w_recency: weight.describe("How much newness decides, 0 to 1"),
      w_importance: weight,
      limit: limit(10),
      cursor,
    }),
    output: pageFields(entryFields.extend({ score: z.number() })),
    nextSteps: { "memory.not_found": "diaries_list shows the diaries that you may read." },
    toRequest: ({ diary_id, include_shared, entry_types, exclude_superseded, w_recency, w_importance, ...body }) => ({
      body: {
        ...body,
        diaryId: diary_id,
        includeShared: include_shared,
        types: entry_types,
        excludeSuperseded: exclude_superseded,
        recencyWeight: w_recency,
        importanceWeight: w_importance,
      },
    }),
    toAnswer({ items, nextCursor, degraded }, session) {
      const shown = items.map((hit) => ({ ...showEntry(hit, session, HIT_EXCERPT), score: hit.score }));
      const how = degraded ? " (by words only: meaning could not be searched just now)" : "";
      const first = shown.length === 0 ? `Nothing found${how}. Try other words.` : `Found ${shown.length}${how}:`;
      const text = listEntriesText(first, shown, session, nextCursor);
      return { fields: { items: shown, nextCursor: nextCursor ?? undefined }, text };
    },
  }),
];
