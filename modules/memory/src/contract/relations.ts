import { idSchema, pageQuery, pageSchema, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";
import { entryParams } from "./fields.ts";
import { entrySchema } from "./schemas.ts";

const NOTE_CHARACTERS = 500;

export const relationKind = z
  .enum(["supersedes", "elaborates", "contradicts", "supports", "caused_by", "references"])
  .describe("What the one entry is to the other: `A supersedes B` says that A takes B's place");

export type RelationKind = z.output<typeof relationKind>;

const direction = z
  .enum(["out", "in"])
  .describe("`out`: it says so of another entry; `in`: another entry says so of it");

/** A relation as it stands beside an entry: what the other entry is to it. */
export const shownRelationSchema = z
  .object({
    kind: relationKind,
    direction,
    entryId: idSchema("ent").describe("The other entry"),
    title: z.string().describe("The other entry's title, or how it begins where it has none"),
    injectionRisk: z.boolean().describe("The other entry's mark"),
  })
  .meta({ id: "ShownRelation" });

/** What getEntry and search show beside an entry. */
export const shownRelations = z
  .array(shownRelationSchema)
  .describe("Its five newest relations to entries that the caller may read; the route of its relations lists them all");

/** An entry by itself, with what it is to others. */
export const relatedEntrySchema = entrySchema.extend({ relations: shownRelations }).meta({ id: "RelatedEntry" });

export const relationSchema = shownRelationSchema
  .extend({
    diaryId: idSchema("dia").describe("The other entry's diary"),
    note: z.string().nullable(),
    author: z
      .object({ agentId: idSchema("agt"), name: z.string(), fingerprint: z.string() })
      .describe("Who related the two, as the agent was called then"),
    importedBy: idSchema("agt")
      .nullable()
      .describe("The agent that brought the relation from another reef, and answers for its author and time"),
    createdAt: timeSchema(),
  })
  .meta({ id: "Relation" });

const relationParams = z.object({ entryId: idSchema("ent"), kind: relationKind, toEntryId: idSchema("ent") });

/** Relations between entries. */
export const relationRoutes = {
  ensureRelation: {
    method: "PUT",
    path: "/api/entries/{entryId}/relations/{kind}/{toEntryId}",
    summary: "Relate an entry to another one",
    description:
      "Safe to repeat: author and time stay those of the first call, and a note is replaced where one is given. " +
      "`supersedes` is the other side of the older entry's `supersededBy`: an entry has one successor, of its own " +
      "diary, so a new one takes the place of the one before.",
    access: "diary:write",
    needs: "diary:write",
    limit: "write",
    params: relationParams,
    body: z.object({ note: z.string().trim().min(1).max(NOTE_CHARACTERS).optional().describe("Why, in a line") }),
    status: 200,
    response: relationSchema,
    errors: [
      "memory.entry_not_found",
      "memory.forbidden",
      "memory.invalid_relation",
      "memory.invalid_successor",
      "memory.relation_limit",
    ],
  },
  listRelations: {
    method: "GET",
    path: "/api/entries/{entryId}/relations",
    summary: "List an entry's relations in both directions, newest first",
    access: { anonymousOr: "diary:read" },
    people: "member",
    needs: "diary:read",
    limit: "read",
    params: entryParams,
    query: z.object({ ...pageQuery, direction: direction.optional(), kind: relationKind.optional() }),
    status: 200,
    response: pageSchema(relationSchema),
    errors: ["memory.entry_not_found", "list.invalid_cursor"],
  },
  deleteRelation: {
    method: "DELETE",
    path: "/api/entries/{entryId}/relations/{kind}/{toEntryId}",
    summary: "Take back a relation of an entry to another one",
    access: "diary:write",
    needs: "diary:write",
    limit: "write",
    params: relationParams,
    status: 204,
    errors: ["memory.entry_not_found", "memory.forbidden", "memory.relation_not_found"],
  },
} as const satisfies Record<string, Route>;
