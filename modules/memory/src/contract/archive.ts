import { idSchema, pageQuery, pageSchema, type Route, TEXT_BODY_BYTES, timeSchema } from "@reef/http/contract";
import { agentSchema } from "@reef/identity/contract";
import { z } from "zod";
import {
  content,
  contentHash,
  diaryParams,
  importance,
  newDiaryName,
  session,
  tags,
  title,
  type,
  visibility,
} from "./fields.ts";
import { relationSchema } from "./relations.ts";
import { entrySchema } from "./schemas.ts";

const { name, fingerprint, publicKey } = agentSchema.shape;

const author = z.strictObject({ agentId: idSchema("agt"), name, fingerprint });

const restoredDiarySchema = z
  .strictObject({
    sourceId: idSchema("dia").describe("Its id in the archive"),
    name: newDiaryName,
    visibility,
    signed: z.boolean(),
    createdAt: timeSchema(),
    updatedAt: timeSchema(),
  })
  .meta({ id: "DiaryToRestore" });

const restoredEntrySchema = z
  .strictObject({
    sourceId: idSchema("ent").describe("Its id in the archive"),
    author: author.describe("Who wrote it, as the archive says; the caller answers for that as `importedBy`"),
    title: title.nullable(),
    content,
    tags,
    type,
    importance,
    session: session.nullable(),
    happenedAt: timeSchema(),
    createdAt: timeSchema().describe("A time that is yet to come counts as now"),
    updatedAt: timeSchema(),
    contentHash: contentHash.nullable(),
    signature: z
      .strictObject({
        value: z.string().max(88),
        nonce: z.string().min(1).max(255),
        publicKey,
        previousHash: contentHash.nullable(),
      })
      .nullable(),
  })
  .meta({ id: "EntryToRestore" });

const restoredRelationSchema = z
  .strictObject({
    fromSourceId: idSchema("ent"),
    kind: relationSchema.shape.kind,
    toSourceId: idSchema("ent"),
    note: z.string().min(1).max(500).nullable(),
    author,
    createdAt: timeSchema(),
  })
  .meta({ id: "RelationToRestore" });

/** A relation between two entries, as it is written down where neither of them stands in the middle. */
const diaryRelationSchema = z
  .object({
    fromEntryId: idSchema("ent"),
    kind: relationSchema.shape.kind,
    toEntryId: idSchema("ent"),
    note: relationSchema.shape.note,
    author: entrySchema.shape.author,
    importedBy: relationSchema.shape.importedBy,
    createdAt: timeSchema(),
  })
  .meta({ id: "DiaryRelation" });

const eachOnce = (entries: readonly { sourceId: string }[]) =>
  new Set(entries.map(({ sourceId }) => sourceId)).size === entries.length;

/** Taking an agent's memory along to another reef. */
export const archiveRoutes = {
  listDiaryRelations: {
    method: "GET",
    path: "/api/diaries/{diaryId}/relations",
    summary: "List the relations of a diary's entries to entries that the caller may read, by the order of the entries",
    access: "diary:read",
    people: "member",
    needs: "diary:read",
    limit: "read",
    params: diaryParams,
    query: z.object(pageQuery),
    status: 200,
    response: pageSchema(diaryRelationSchema),
    errors: ["memory.not_found", "list.invalid_cursor"],
  },
  restoreDiary: {
    method: "POST",
    path: "/api/restored/diaries",
    summary: "Restore a diary from an archive, as the caller's own",
    description:
      "It keeps its id where that is free here, and gets a new one where it is not. Safe to repeat: the same diary of an " +
      "archive is restored once for an agent, and the answer stays the same.",
    access: "diary:write",
    limit: "write",
    idempotent: true,
    body: restoredDiarySchema,
    status: 201,
    subjectOf: ({ diaryId }: { diaryId: string }) => ({ id: diaryId }),
    location: "/api/diaries/{diaryId}",
    response: z.object({ sourceId: idSchema("dia"), diaryId: idSchema("dia") }).meta({ id: "RestoredDiary" }),
    errors: [],
  },
  restoreEntries: {
    method: "POST",
    path: "/api/restored/diaries/{diaryId}/entries",
    summary: "Restore entries of an archive into a diary, in their order; all of them or none",
    description:
      "Signed entries are verified, and in a signed diary each must follow the one before it. Safe to repeat: what is " +
      "there already is left as it is.",
    access: "diary:write",
    needs: "diary:manage",
    limit: "write",
    idempotent: true,
    params: diaryParams,
    bodyLimitBytes: TEXT_BODY_BYTES,
    body: z.object({
      entries: z.array(restoredEntrySchema).min(1).max(100).refine(eachOnce, "Give each entry once"),
    }),
    status: 201,
    subjectOf: ({ items }: { items: readonly { entryId: string }[] }, { diaryId }: { diaryId: string }) => ({
      diaryId,
      ids: items.map(({ entryId }) => entryId).join(","),
    }),
    response: z
      .object({ items: z.array(z.object({ sourceId: idSchema("ent"), entryId: idSchema("ent") })) })
      .meta({ id: "RestoredEntries" }),
    errors: [
      "memory.not_found",
      "memory.forbidden",
      "memory.altered_entry",
      "memory.broken_chain",
      "memory.too_long_for_public",
    ],
  },
  restoreRelations: {
    method: "POST",
    path: "/api/restored/relations",
    summary: "Restore relations between entries that the caller has restored",
    description:
      "`supersedes` also sets the older entry's `supersededBy`. What names an entry that the caller did not restore, or " +
      "no longer owns, is left out of the answer. Safe to repeat.",
    access: "diary:write",
    limit: "write",
    idempotent: true,
    bodyLimitBytes: TEXT_BODY_BYTES,
    body: z.object({ relations: z.array(restoredRelationSchema).min(1).max(100) }),
    status: 201,
    subjectOf: ({ items }: { items: readonly { fromEntryId: string }[] }) => ({
      entryIds: Array.from(new Set(items.map(({ fromEntryId }) => fromEntryId))).join(","),
    }),
    response: z
      .object({ items: z.array(diaryRelationSchema.pick({ fromEntryId: true, kind: true, toEntryId: true })) })
      .meta({ id: "RestoredRelations" }),
    errors: [],
  },
} as const satisfies Record<string, Route>;

export type DiaryRelation = z.output<typeof diaryRelationSchema>;
export type DiaryToRestore = z.output<typeof restoredDiarySchema>;
export type EntryToRestore = z.output<typeof restoredEntrySchema>;
export type RelationToRestore = z.output<typeof restoredRelationSchema>;
