import { defineTool, type Tool } from "@reef/mcp/define";
import { z } from "zod";
import { relationKind } from "../contract/relations.ts";
import { memoryContract } from "../contract.ts";
import { diaryId, entryId, entryType, tags } from "./fields.ts";
import { NO_SUCCESSOR, NOT_A_WRITER } from "./next-steps.ts";

/** What joins entries: the context for a task, and relations. */
export const contextTools: readonly Tool[] = [
  defineTool(memoryContract, "composeContext", {
    name: "context_compile",
    title: "Compile context",
    description: "Get what a diary holds for a task as one text that fits a budget. Use it before you begin a task.",
    input: z.object({
      diary_id: diaryId,
      task: z.string().max(2_000).describe("What is to be done"),
      tokens: z.int().min(50).max(100_000).optional().describe("2000 unless given"),
      tags: tags.optional().describe("Only entries with all of these"),
      entry_types: z.array(entryType).optional(),
    }),
    output: z.object({
      entries: z.array(z.object({ id: z.string(), level: z.string(), score: z.number() })),
      text: z.string(),
      tokens: z.int(),
      omitted: z.int(),
      suspicious: z.int(),
    }),
    nextSteps: { "memory.not_found": "diaries_list shows the diaries that you may read." },
    toRequest: ({ diary_id, entry_types, ...body }) => ({ body: { ...body, diaryId: diary_id, types: entry_types } }),
    toAnswer(answer, { quotes }, { diary_id }) {
      const text = quotes.quote("context", { diary: diary_id, authors: "see each heading" }, answer.markdown);
      const left = answer.suspicious === 0 ? "" : ` ${answer.suspicious} were left out as attempts to instruct you.`;
      const first = `${answer.entries.length} entries, ${answer.omitted} more bear on the task.${left}`;
      return { fields: { ...answer, text }, text: [first, quotes.notice, text].join("\n") };
    },
  }),
  defineTool(memoryContract, "ensureRelation", {
    name: "entries_relate",
    title: "Relate two entries",
    description: "Use it when you notice that an entry replaces, explains, contradicts or supports another one.",
    input: z.object({
      entry_id: entryId,
      relation: z.enum(relationKind.options),
      to_entry_id: entryId,
      note: z.string().optional().describe("Why, in a line"),
    }),
    output: z.object({ kind: z.string(), direction: z.string(), entryId: z.string(), diaryId: z.string() }),
    nextSteps: {
      "memory.entry_not_found": "entries_search or entries_list finds the entry's id.",
      "memory.forbidden": NOT_A_WRITER,
      "memory.invalid_relation": "relate two different entries of your organization.",
      "memory.invalid_successor": NO_SUCCESSOR,
      "memory.relation_limit": "say it in a new entry with entries_create instead.",
    },
    toRequest: ({ entry_id, relation, to_entry_id, note }) => ({
      params: { entryId: entry_id, kind: relation, toEntryId: to_entry_id },
      body: { note },
    }),
    toAnswer: (fields, _session, { entry_id, relation, to_entry_id }) => ({
      fields,
      text: `${entry_id} ${relation.replace("_", " ")} ${to_entry_id}.`,
    }),
  }),
];
