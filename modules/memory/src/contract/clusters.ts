import { idSchema, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";
import { diaryParams, importance, title } from "./fields.ts";

export const clusterSchema = z
  .object({
    entries: z
      .array(
        z.object({
          id: idSchema("ent"),
          title: title.nullable(),
          excerpt: z.string().describe("How it begins"),
          importance,
          createdAt: timeSchema(),
        }),
      )
      .describe("Newest first"),
    representativeId: idSchema("ent").describe("The one to start from"),
    representativeReason: z
      .enum(["most_important", "most_central", "newest"])
      .describe("What sets it apart from the others"),
    similarity: z.number().describe("Of its pairs on average, 0 to 1; no pair is below the threshold"),
    suggestion: z
      .enum(["merge", "review"])
      .describe("`merge`: they say the same; `review`: they are near, or name different numbers"),
  })
  .meta({ id: "Cluster" });

export const clustersSchema = z
  .object({
    items: z.array(clusterSchema).describe("The most alike first"),
    total: z.number().int().describe("How many clusters there are, also beyond `limit`"),
    examined: z.number().int().describe("How many entries were compared: the newest ones that nothing supersedes"),
  })
  .meta({ id: "Clusters" });

/** Clusters of entries that say nearly the same. */
export const clusterRoutes = {
  listClusters: {
    method: "GET",
    path: "/api/diaries/{diaryId}/clusters",
    summary: "Propose which of a diary's newest entries to merge",
    description:
      "Entries are compared by meaning where both have a vector, else by their words. Nothing is changed. To merge a " +
      "cluster, write one entry that says what all of them say, then relate it to each with " +
      "`PUT /api/entries/{newEntryId}/relations/supersedes/{oldEntryId}`: search leaves out what is superseded where " +
      "`excludeSuperseded` asks for it, and clusters and contexts always do.",
    access: "diary:read",
    people: "member",
    needs: "diary:read",
    limit: "search",
    params: diaryParams,
    query: z.object({
      threshold: z.coerce
        .number()
        .min(0)
        .max(1)
        .default(0.8)
        .describe("How alike each pair of a cluster must be: 0 is as alike as any two texts, 1 is the same"),
      limit: z.coerce.number().int().min(1).max(100).default(20).describe("How many clusters at most"),
    }),
    status: 200,
    response: clustersSchema,
    errors: ["memory.not_found"],
  },
} as const satisfies Record<string, Route>;
