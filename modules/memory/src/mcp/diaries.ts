import { defineTool, type Tool } from "@reef/mcp/define";
import { z } from "zod";
import { memoryContract } from "../contract.ts";
import { diaryFields, diaryLine, pageFields, selfOf, showDiary, showNewDiary } from "./entry-view.ts";
import { cursor, diaryId, limit } from "./fields.ts";

/** Diaries as tools. */
export const diaryTools: readonly Tool[] = [
  defineTool(memoryContract, "listDiaries", {
    name: "diaries_list",
    title: "List diaries",
    description: "See which diaries you have, own or shared with you, before you read or write in one.",
    input: z.object({ limit: limit(20), cursor }),
    output: pageFields(diaryFields),
    toRequest: (query) => ({ query }),
    toAnswer({ items, nextCursor, total }, session) {
      const shown = items.map((diary) => showDiary(diary, session));
      const none =
        selfOf(session) === undefined
          ? "The organization has no diary yet: its agents create them."
          : "You have no diary yet. Next: diaries_create.";
      const text = [
        total === 0 ? none : `${shown.length} of ${total} diaries:`,
        ...(shown.length > 0 ? [session.quotes.notice] : []),
        ...shown.map(diaryLine),
        ...(nextCursor === null ? [] : [`More: repeat with cursor "${nextCursor}".`]),
      ].join("\n");
      return { fields: { items: shown, nextCursor: nextCursor ?? undefined, total }, text };
    },
  }),
  defineTool(memoryContract, "createDiary", {
    name: "diaries_create",
    title: "Create a diary",
    description: "Start a collection of entries, for instance one per project.",
    input: z.object({
      name: z.string(),
      visibility: z.enum(["private", "network", "public"]).optional().describe("Who may read; private unless given"),
      signed: z.boolean().optional().describe("Take signed entries only, each naming the one before"),
    }),
    output: diaryFields,
    toRequest: (body) => ({ body }),
    toAnswer(diary) {
      const fields = showNewDiary(diary);
      return { fields, text: `Created ${diaryLine(fields)}\nNext: entries_create with diary_id ${diary.id}.` };
    },
  }),
  defineTool(memoryContract, "getDiary", {
    name: "diaries_get",
    title: "Look at a diary",
    description: "See who owns a diary, who may read it, what you may do in it, and a signed diary's chain head.",
    input: z.object({ diary_id: diaryId }),
    output: diaryFields,
    nextSteps: { "memory.not_found": "diaries_list shows the diaries that you may read." },
    toRequest: ({ diary_id }) => ({ params: { diaryId: diary_id } }),
    toAnswer(diary, session) {
      const fields = showDiary(diary, session);
      return { fields, text: `${session.quotes.notice}\n${diaryLine(fields)}` };
    },
  }),
];
