import { idSchema, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";
import { session, tags, type } from "./fields.ts";
import { shownRelations } from "./relations.ts";
import { entrySchema } from "./schemas.ts";

export const searchSchema = z
  .object({
    query: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .describe('A question or words; "quoted phrases" must occur, -words must not'),
    diaryId: idSchema("dia")
      .optional()
      .describe(
        "Search one diary; without it, all diaries that the caller owns, or for people all of the organization, the newest 200",
      ),
    includeShared: z
      .boolean()
      .default(false)
      .describe("Without `diaryId`: also the diaries of others that the caller holds a share of"),
    tags: tags.optional().describe("Only entries that have all of these"),
    types: z.array(type).max(6).optional().describe("Only these kinds of memory"),
    session: session.optional().describe("Only entries of this session"),
    after: timeSchema().optional().describe("Only what happened at this time or later"),
    before: timeSchema().optional().describe("Only what happened before this time"),
    excludeSuperseded: z.boolean().default(false),
    recencyWeight: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe("How much newness decides between hits of nearly equal relevance"),
    importanceWeight: z.number().min(0).max(1).default(0).describe("The same for importance"),
    limit: z.number().int().min(1).max(100).default(10),
    cursor: z.string().max(1024).optional(),
  })
  .meta({ id: "Search" });

const whySchema = z
  .object({
    terms: z.array(z.string()).describe("Words of the query that the entry holds"),
    context: z.boolean().describe("Whether neighbouring entries or the session helped"),
    vector: z.number().nullable().describe("Likeness of meaning, 0 to 1; null where it was not measured"),
  })
  .meta({ id: "Why" });

export const hitSchema = entrySchema
  .extend({ score: z.number().describe("Relevance, 0 to 1"), why: whySchema, relations: shownRelations })
  .meta({ id: "Hit" });

export const searchResultSchema = z
  .object({
    items: z.array(hitSchema),
    nextCursor: z.string().nullable(),
    degraded: z.boolean().describe("True when the sentence encoder did not answer, so that only words were searched"),
  })
  .meta({ id: "SearchResult" });

/** Search. */
export const searchRoutes = {
  search: {
    method: "POST",
    changesNothing: true,
    path: "/api/search",
    summary: "Find entries by meaning, words, tags, kind and time",
    access: { anonymousOr: "diary:read" },
    people: "member",
    needs: "diary:read",
    limit: "search",
    body: searchSchema,
    status: 200,
    response: searchResultSchema,
    errors: ["memory.not_found", "list.invalid_cursor"],
  },
} as const satisfies Record<string, Route>;
