import { idSchema, type Route } from "@reef/http/contract";
import { z } from "zod";
import { tags, title, type } from "./fields.ts";

export const contextRequestSchema = z
  .object({
    diaryId: idSchema("dia"),
    task: z.string().trim().min(1).max(2_000).describe("What is to be done, in plain words"),
    tokens: z
      .number()
      .int()
      .min(50)
      .max(100_000)
      .default(2_000)
      .describe("How many tokens the block may have at most, as the tokenizer o200k_base counts them"),
    tags: tags.optional().describe("Only entries that have all of these"),
    types: z.array(type).max(6).optional().describe("Only these kinds of memory"),
    includeSuspicious: z
      .boolean()
      .default(false)
      .describe("Also entries that look like an attempt to instruct the model that reads them; they are marked"),
  })
  .meta({ id: "ContextRequest" });

export const contextSchema = z
  .object({
    markdown: z
      .string()
      .describe("What to give to a model. Each line of an entry begins with `>`; all other lines are the reef's own"),
    entries: z.array(
      z.object({
        id: idSchema("ent"),
        title: title.nullable(),
        level: z
          .enum(["full", "excerpt", "outline"])
          .describe("All of it; the sentences that bear on the task; hardly more than what it is about"),
        tokens: z.number().int(),
        score: z.number().describe("Relevance, 0 to 1"),
      }),
    ),
    tokens: z.number().int().describe("Of the whole block; never more than `budgetTokens`"),
    budgetTokens: z.number().int(),
    omitted: z
      .number()
      .int()
      .describe("How many of the entries that bear on the task, 200 at most, are not in the block"),
    suspicious: z.number().int().describe("How many of those were left out because they are flagged"),
    degraded: z.boolean().describe("True when the sentence encoder did not answer, so that only words were searched"),
  })
  .meta({ id: "Context" });

/** Context that fits. */
export const contextRoutes = {
  composeContext: {
    method: "POST",
    changesNothing: true,
    path: "/api/context",
    summary: "Put together what to read for a task, within a budget of tokens",
    description:
      "The entries of a diary that bear on the task, without those that a newer one supersedes; chosen by relevance and " +
      "by what they add to each other, and shortened where needed, never within a word. The same request to the same " +
      "diary gives the same block.",
    access: "diary:read",
    people: "member",
    needs: "diary:read",
    limit: "search",
    body: contextRequestSchema,
    status: 200,
    response: contextSchema,
    errors: ["memory.not_found", "memory.busy"],
  },
} as const satisfies Record<string, Route>;
