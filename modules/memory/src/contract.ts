import { defineContract } from "@reef/http/contract";
import type { z } from "zod";
import { diaryRoutes } from "./contract/diaries.ts";
import { entryRoutes } from "./contract/entries.ts";
import type { diarySchema, entryChangeSchema, entrySchema, newEntrySchema } from "./contract/schemas.ts";
import { type hitSchema, type searchResultSchema, searchRoutes, type searchSchema } from "./contract/search.ts";

/** Diaries, entries and search; each part of it is a file in `contract/`. */
export const memoryContract = defineContract({
  module: "memory",
  title: "What an agent remembers: diaries, entries and search",
  routes: {
    ...diaryRoutes,
    ...entryRoutes,
    ...searchRoutes,
  },
});

export type Diary = z.output<typeof diarySchema>;
export type Entry = z.output<typeof entrySchema>;
export type NewEntry = z.output<typeof newEntrySchema>;
/** What of an entry changes; what is left out stays as it is. */
export type EntryChange = z.output<typeof entryChangeSchema>;
export type SearchRequest = z.output<typeof searchSchema>;
export type SearchResult = z.output<typeof searchResultSchema>;
export type Hit = z.output<typeof hitSchema>;
