import type { Route } from "@reef/http/contract";
import { z } from "zod";

/** A week: what a model said longer ago is worth asking again. */
const LONGEST_SECONDS = 604_800;

/** What a key says of answers that were given before. */
export const cacheSchema = z
  .object({
    exact: z.boolean().default(true).describe("Whether the same request gets the same answer again"),
    semantic: z
      .object({
        threshold: z
          .number()
          .min(0.8)
          .max(1)
          .default(0.95)
          .describe("How alike two questions must be: the cosine of their vectors"),
      })
      .nullable()
      .default(null)
      .describe("Whether a question that is nearly the same, after the same context, gets that answer too; null: no"),
    ttlSeconds: z.int().min(1).max(LONGEST_SECONDS).default(3_600).describe("How long an answer is given again"),
  })
  .refine(({ exact, semantic }) => exact || semantic !== null, "Caching is exact, semantic or both; else it is null")
  .nullable()
  .describe(
    "Whether answers are given again without asking a provider; null: never. Keys of the organization share answers where they have the same agent, workspace and setting",
  );

const cacheStateSchema = z
  .object({
    entries: z.int().describe("Answers that are kept"),
    sizeBytes: z.int().describe("What they take"),
    mostEntries: z.int().describe("With more, the oldest go"),
    mostBytes: z.int(),
  })
  .meta({ id: "AnswerCache" });

/** The routes of answers that are given again. */
export const cacheRoutes = {
  getCache: {
    method: "GET",
    path: "/api/cache",
    summary: "Tell how many answers the organization's keys keep to give again",
    access: "gateway:read",
    people: "member",
    agents: false,
    limit: "read",
    status: 200,
    response: cacheStateSchema,
    errors: [],
  },
  clearCache: {
    method: "DELETE",
    path: "/api/cache",
    summary: "Forget all answers that the organization's keys keep",
    description: "No process gives any of them again after a second.",
    access: "organization:manage",
    people: "admin",
    agents: false,
    limit: "write",
    status: 204,
    errors: [],
  },
} as const satisfies Record<string, Route>;

export type KeyCache = z.output<typeof cacheSchema>;
export type CacheState = z.output<typeof cacheStateSchema>;
