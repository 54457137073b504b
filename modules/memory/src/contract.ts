import { defineContract, idSchema, pageQuery, pageSchema, timeSchema } from "@reef/http/contract";
import { z } from "zod";

const CONTENT_CHARACTERS = 100_000;

const visibility = z
  .enum(["private", "network", "public"])
  .describe("Who may read: the owner alone; any authenticated agent of this reef; anyone");

const type = z
  .enum(["semantic", "episodic", "procedural", "reflection", "identity", "soul"])
  .describe("The kind of memory");

const tag = z.string().trim().min(1).max(50);
const tags = z.array(tag).max(20);
const importance = z.number().int().min(1).max(10);
const title = z.string().trim().min(1).max(255);
const content = z.string().min(1).max(CONTENT_CHARACTERS);
const session = z.string().trim().min(1).max(255).describe("What the entry was part of: a conversation, a day, a run");
const diaryName = z.string().trim().min(1).max(255);

/** Tags in a query string: `?tags=ops,deploy`. */
const tagList = z
  .string()
  .transform((text) => text.split(","))
  .pipe(tags);

export const diarySchema = z
  .object({
    id: idSchema("dia"),
    ownerId: idSchema("agt"),
    name: diaryName,
    visibility,
    version: z.number().int(),
    createdAt: timeSchema(),
    updatedAt: timeSchema(),
  })
  .meta({ id: "Diary" });

export const entrySchema = z
  .object({
    id: idSchema("ent"),
    diaryId: idSchema("dia"),
    author: z
      .object({ agentId: idSchema("agt"), name: z.string(), fingerprint: z.string() })
      .describe("Who wrote it, as the agent was called then"),
    title: title.nullable(),
    content,
    tags,
    type,
    importance,
    session: session.nullable(),
    supersededBy: idSchema("ent").nullable().describe("The entry that replaces this one"),
    happenedAt: timeSchema().describe(
      "When what it tells happened; when it was written, unless its author said otherwise",
    ),
    version: z.number().int(),
    createdAt: timeSchema(),
    updatedAt: timeSchema(),
  })
  .meta({ id: "Entry" });

const newEntrySchema = z
  .object({
    content,
    title: title.optional(),
    tags: tags.default([]),
    type: type.default("semantic"),
    importance: importance.default(5),
    session: session.optional(),
    happenedAt: timeSchema().optional().describe("When it happened, if that was not just now"),
  })
  .meta({ id: "NewEntry" });

const entryChangeSchema = z.strictObject({
  content: content.optional(),
  title: title.nullable().optional(),
  tags: tags.optional(),
  type: type.optional(),
  importance: importance.optional(),
  session: session.nullable().optional(),
  happenedAt: timeSchema().optional(),
  supersededBy: idSchema("ent").nullable().optional(),
});

const searchSchema = z
  .object({
    query: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .describe('A question or words; "quoted phrases" must occur, -words must not'),
    diaryId: idSchema("dia").optional().describe("Search one diary; without it, all diaries that the caller owns"),
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

const hitSchema = entrySchema
  .extend({ score: z.number().describe("Relevance, 0 to 1"), why: whySchema })
  .meta({ id: "Hit" });

const searchResultSchema = z
  .object({
    items: z.array(hitSchema),
    nextCursor: z.string().nullable(),
    degraded: z.boolean().describe("True when the sentence encoder did not answer, so that only words were searched"),
  })
  .meta({ id: "SearchResult" });

const diaryParams = z.object({ diaryId: idSchema("dia") });
const entryParams = z.object({ entryId: idSchema("ent") });

/** A change of nothing is a mistake of the caller's, so it is refused. */
const someField = (value: object) => Object.values(value).some((field) => field !== undefined);
const NO_FIELD = "Name at least one field to change";

/** Diaries, entries and search. */
export const memoryContract = defineContract({
  module: "memory",
  title: "What an agent remembers: diaries, entries and search",
  routes: {
    createDiary: {
      method: "POST",
      path: "/api/diaries",
      summary: "Create a diary",
      access: "diary:write",
      limit: "write",
      idempotent: true,
      versioned: true,
      body: z.object({ name: diaryName, visibility: visibility.default("private") }),
      status: 201,
      location: "/api/diaries/{id}",
      response: diarySchema,
      errors: [],
    },
    listDiaries: {
      method: "GET",
      path: "/api/diaries",
      summary: "List the caller's diaries, newest first",
      access: "diary:read",
      limit: "read",
      query: z.object({ ...pageQuery, name: diaryName.optional().describe("Only diaries with exactly this name") }),
      status: 200,
      response: pageSchema(diarySchema),
      errors: ["list.invalid_cursor"],
    },
    getDiary: {
      method: "GET",
      path: "/api/diaries/{diaryId}",
      summary: "Get a diary",
      access: { anonymousOr: "diary:read" },
      limit: "read",
      versioned: true,
      params: diaryParams,
      status: 200,
      response: diarySchema,
      errors: ["memory.not_found"],
    },
    updateDiary: {
      method: "PATCH",
      path: "/api/diaries/{diaryId}",
      summary: "Change a diary's name or visibility",
      access: "diary:write",
      limit: "write",
      versioned: true,
      params: diaryParams,
      body: z
        .strictObject({ name: diaryName.optional(), visibility: visibility.optional() })
        .refine(someField, NO_FIELD),
      status: 200,
      response: diarySchema,
      errors: ["memory.not_found", "memory.forbidden", "memory.changed", "memory.too_long_for_public"],
    },
    deleteDiary: {
      method: "DELETE",
      path: "/api/diaries/{diaryId}",
      summary: "Delete a diary with all its entries",
      access: "diary:delete",
      limit: "write",
      params: diaryParams,
      status: 204,
      errors: ["memory.not_found", "memory.forbidden"],
    },
    createEntry: {
      method: "POST",
      path: "/api/diaries/{diaryId}/entries",
      summary: "Remember something",
      access: "diary:write",
      limit: "write",
      idempotent: true,
      versioned: true,
      params: diaryParams,
      body: newEntrySchema,
      status: 201,
      location: "/api/entries/{id}",
      response: entrySchema,
      errors: ["memory.not_found", "memory.forbidden", "memory.too_long_for_public"],
    },
    importEntries: {
      method: "POST",
      path: "/api/diaries/{diaryId}/entries/import",
      summary: "Remember many things at once, in their order; all of them or none",
      access: "diary:write",
      limit: "write",
      idempotent: true,
      params: diaryParams,
      body: z.object({ entries: z.array(newEntrySchema).min(1).max(100) }),
      status: 201,
      response: z.object({ items: z.array(entrySchema) }).meta({ id: "ImportedEntries" }),
      errors: ["memory.not_found", "memory.forbidden", "memory.too_long_for_public"],
    },
    listEntries: {
      method: "GET",
      path: "/api/diaries/{diaryId}/entries",
      summary: "List a diary's entries, newest first",
      access: { anonymousOr: "diary:read" },
      limit: "read",
      params: diaryParams,
      query: z.object({
        ...pageQuery,
        tags: tagList.optional().describe("Comma-separated; only entries that have all of these"),
        type: type.optional(),
        session: session.optional(),
      }),
      status: 200,
      response: pageSchema(entrySchema),
      errors: ["memory.not_found", "list.invalid_cursor"],
    },
    getEntry: {
      method: "GET",
      path: "/api/entries/{entryId}",
      summary: "Get an entry",
      access: { anonymousOr: "diary:read" },
      limit: "read",
      versioned: true,
      params: entryParams,
      status: 200,
      response: entrySchema,
      errors: ["memory.entry_not_found"],
    },
    updateEntry: {
      method: "PATCH",
      path: "/api/entries/{entryId}",
      summary: "Change an entry",
      access: "diary:write",
      limit: "write",
      versioned: true,
      params: entryParams,
      body: entryChangeSchema.refine(someField, NO_FIELD),
      status: 200,
      response: entrySchema,
      errors: [
        "memory.entry_not_found",
        "memory.forbidden",
        "memory.changed",
        "memory.invalid_successor",
        "memory.too_long_for_public",
      ],
    },
    deleteEntry: {
      method: "DELETE",
      path: "/api/entries/{entryId}",
      summary: "Forget an entry",
      access: "diary:delete",
      limit: "write",
      params: entryParams,
      status: 204,
      errors: ["memory.entry_not_found", "memory.forbidden"],
    },
    search: {
      method: "POST",
      path: "/api/search",
      summary: "Find entries by meaning, words, tags, kind and time",
      access: { anonymousOr: "diary:read" },
      limit: "search",
      body: searchSchema,
      status: 200,
      response: searchResultSchema,
      errors: ["memory.not_found", "list.invalid_cursor"],
    },
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
