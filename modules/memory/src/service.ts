import { createDiaryService, type DiaryDependencies } from "./service/diaries.ts";
import { createEntryService, type EntryDependencies } from "./service/entries.ts";
import { createRecallService, type RecallDependencies } from "./service/recall.ts";

export type MemoryServiceDependencies = DiaryDependencies & EntryDependencies & RecallDependencies;

/** The rules of memory: diaries, entries and recall. */
export const createMemoryService = (dependencies: MemoryServiceDependencies) => ({
  ...createDiaryService(dependencies),
  ...createEntryService(dependencies),
  ...createRecallService(dependencies),
});

export type MemoryService = ReturnType<typeof createMemoryService>;
