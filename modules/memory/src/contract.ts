import { defineContract } from "@reef/http/contract";
import type { z } from "zod";
import { archiveRoutes } from "./contract/archive.ts";
import { clusterRoutes, type clusterSchema, type clustersSchema } from "./contract/clusters.ts";
import { type contextRequestSchema, contextRoutes, type contextSchema } from "./contract/context.ts";
import { diaryRoutes } from "./contract/diaries.ts";
import { entryRoutes } from "./contract/entries.ts";
import { type feedItemSchema, feedRoutes } from "./contract/feed.ts";
import {
  type relatedEntrySchema,
  relationRoutes,
  type relationSchema,
  type shownRelationSchema,
} from "./contract/relations.ts";
import type {
  diarySchema,
  entryChangeSchema,
  entrySchema,
  entryVerificationSchema,
  newEntrySchema,
} from "./contract/schemas.ts";
import { type hitSchema, type searchResultSchema, searchRoutes, type searchSchema } from "./contract/search.ts";
import { type newShareSchema, type shareSchema, sharingRoutes, type transferSchema } from "./contract/sharing.ts";

/** Diaries and all that is done with them; each part of it is a file in `contract/`. */
export const memoryContract = defineContract({
  module: "memory",
  title: "What an agent remembers, shares and publishes: diaries and their entries",
  routes: {
    ...diaryRoutes,
    ...entryRoutes,
    ...searchRoutes,
    ...relationRoutes,
    ...contextRoutes,
    ...clusterRoutes,
    ...sharingRoutes,
    ...archiveRoutes,
    ...feedRoutes,
  },
});

export type Diary = z.output<typeof diarySchema>;
export type Entry = z.output<typeof entrySchema>;
/** Whether an entry is what its author signed. */
export type EntryVerification = z.output<typeof entryVerificationSchema>;
export type NewEntry = z.output<typeof newEntrySchema>;
/** What of an entry changes; what is left out stays as it is. */
export type EntryChange = z.output<typeof entryChangeSchema>;
export type SearchRequest = z.output<typeof searchSchema>;
export type SearchResult = z.output<typeof searchResultSchema>;
export type FeedItem = z.output<typeof feedItemSchema>;
export type FeedPage = z.output<(typeof feedRoutes)["listFeed"]["response"]>;
export type FeedSearch = z.output<(typeof feedRoutes)["searchFeed"]["query"]>;
export type FeedSearchResult = z.output<(typeof feedRoutes)["searchFeed"]["response"]>;
export type Hit = z.output<typeof hitSchema>;
export type Share = z.output<typeof shareSchema>;
export type NewShare = z.output<typeof newShareSchema>;
export type Transfer = z.output<typeof transferSchema>;
export type Relation = z.output<typeof relationSchema>;
/** An entry by itself, with what it is to others. */
export type RelatedEntry = z.output<typeof relatedEntrySchema>;
export type ShownRelation = z.output<typeof shownRelationSchema>;
export type ContextRequest = z.output<typeof contextRequestSchema>;
export type Context = z.output<typeof contextSchema>;
export type Cluster = z.output<typeof clusterSchema>;
export type Clusters = z.output<typeof clustersSchema>;
