import { implement, type MountedRoute } from "@reef/http";
import { memoryContract } from "./contract.ts";
import type { MemoryService } from "./service.ts";

/** What answers each route of the contract. */
export const createMemoryRoutes = (memory: MemoryService): MountedRoute[] =>
  implement(memoryContract, {
    createDiary: (call, { body }) => memory.createDiary(call, body),
    listDiaries: (call, { query }) => memory.listDiaries(call, query),
    getDiary: (call, { params }) => memory.getDiary(call, params.diaryId),
    updateDiary: (call, { params, body, ifMatch }) => memory.updateDiary(call, params.diaryId, body, ifMatch),
    deleteDiary: (call, { params }) => memory.deleteDiary(call, params.diaryId),
    createEntry: (call, { params, body }) => memory.createEntry(call, params.diaryId, body),
    importEntries: async (call, { params, body }) => ({
      items: await memory.createEntries(call, params.diaryId, body.entries),
    }),
    listEntries: (call, { params, query }) => memory.listEntries(call, params.diaryId, query),
    getEntry: (call, { params }) => memory.getEntry(call, params.entryId),
    updateEntry: (call, { params, body, ifMatch }) => memory.updateEntry(call, params.entryId, body, ifMatch),
    deleteEntry: (call, { params }) => memory.deleteEntry(call, params.entryId),
    search: (call, { body }) => memory.search(call, body),
  });
