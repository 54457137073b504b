import { implement, type MountedRoute } from "@reef/http";
import type { RelationKind } from "./contract/relations.ts";
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
    createEntry: {
      prepare: (call, { params, body }) => memory.prepareEntries(call, params.diaryId, [body]),
      handle: (call, { params, body }) => memory.createEntry(call, params.diaryId, body),
    },
    importEntries: {
      prepare: (call, { params, body }) => memory.prepareEntries(call, params.diaryId, body.entries),
      handle: async (call, { params, body }) => ({
        items: await memory.createEntries(call, params.diaryId, body.entries),
      }),
    },
    listEntries: (call, { params, query }) => memory.listEntries(call, params.diaryId, query),
    listOrganizationEntries: (call, { query }) => memory.listOrganizationEntries(call, query),
    getEntry: (call, { params }) => memory.getEntry(call, params.entryId),
    listEntryVersions: (call, { params }) => memory.listEntryVersions(call, params.entryId),
    verifyEntry: (call, { params }) => memory.verifyEntry(call, params.entryId),
    updateEntry: {
      prepare: (call, { params, body }) => memory.prepareUpdate(call, params.entryId, body),
      handle: (call, { params, body, ifMatch }) => memory.updateEntry(call, params.entryId, body, ifMatch),
    },
    deleteEntry: (call, { params }) => memory.deleteEntry(call, params.entryId),
    search: (call, { body }) => memory.search(call, body),
    listFeed: (call, { query }) => memory.listFeed(call, query),
    searchFeed: (call, { query }) => memory.searchFeed(call, query),
    streamFeed: (call, { query }) => memory.streamFeed(call, query),
    ensureRelation: (call, { params, body }) => memory.ensureRelation(call, toRelationPath(params), body),
    listRelations: (call, { params, query }) => memory.listRelations(call, params.entryId, query),
    deleteRelation: (call, { params }) => memory.deleteRelation(call, toRelationPath(params)),
    composeContext: (call, { body }) => memory.composeContext(call, body),
    listClusters: (call, { params, query }) => memory.listClusters(call, params.diaryId, query),
    createShare: (call, { params, body }) => memory.createShare(call, params.diaryId, body),
    listShares: (call, { params, query }) => memory.listShares(call, params.diaryId, query),
    listOrganizationShares: (call, { query }) => memory.listOrganizationShares(call, query),
    getShare: (call, { params }) => memory.getShare(call, params.shareId),
    deleteShare: (call, { params }) => memory.deleteShare(call, params.shareId),
    listInvitations: (call, { query }) => memory.listInvitations(call, query),
    acceptInvitation: (call, { params }) => memory.acceptInvitation(call, params.shareId),
    declineInvitation: (call, { params }) => memory.declineInvitation(call, params.shareId),
    createTransfer: (call, { params, body }) => memory.createTransfer(call, params.diaryId, body.fingerprint),
    listTransfers: (call, { query }) => memory.listTransfers(call, query),
    getTransfer: (call, { params }) => memory.getTransfer(call, params.transferId),
    acceptTransfer: (call, { params }) => memory.acceptTransfer(call, params.transferId),
    declineTransfer: (call, { params }) => memory.declineTransfer(call, params.transferId),
    cancelTransfer: (call, { params }) => memory.cancelTransfer(call, params.transferId),
    listDiaryRelations: (call, { params, query }) => memory.listDiaryRelations(call, params.diaryId, query),
    restoreDiary: (call, { body }) => memory.restoreDiary(call, body),
    restoreEntries: {
      prepare: (call, { params, body }) => memory.prepareRestoration(call, params.diaryId, body.entries),
      handle: async (call, { params, body }) => ({
        items: await memory.restoreEntries(call, params.diaryId, body.entries),
      }),
    },
    restoreRelations: async (call, { body }) => ({ items: await memory.restoreRelations(call, body.relations) }),
  });

const toRelationPath = ({ entryId, kind, toEntryId }: { entryId: string; kind: RelationKind; toEntryId: string }) => ({
  kind,
  fromId: entryId,
  toId: toEntryId,
});
