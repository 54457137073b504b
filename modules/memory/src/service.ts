import type { PermissionsApi } from "@reef/permissions";
import { createDiaryAccess } from "./service/access.ts";
import { type ClusterDependencies, createClusterService } from "./service/clusters.ts";
import { type ContextDependencies, createContextService } from "./service/context.ts";
import { createDiaryService, type DiaryDependencies } from "./service/diaries.ts";
import { createEntryService, type EntryDependencies } from "./service/entries.ts";
import { createFeedService, type FeedDependencies } from "./service/feed.ts";
import { createParties, type PartyDependencies } from "./service/parties.ts";
import { createRecallService, type RecallDependencies } from "./service/recall.ts";
import { createRelationService } from "./service/relations.ts";
import { createRestoringService } from "./service/restoring.ts";
import { createSharingService } from "./service/sharing.ts";
import { createSignatureService, type SignatureDependencies } from "./service/signatures.ts";
import { createTransferService } from "./service/transfers.ts";

export type MemoryServiceDependencies = Omit<
  DiaryDependencies &
    EntryDependencies &
    RecallDependencies &
    SignatureDependencies &
    PartyDependencies &
    ContextDependencies &
    ClusterDependencies &
    FeedDependencies,
  "access" | "parties" | "search" | "searchDiaries"
> & {
  permissions: PermissionsApi;
};

/** The rules of memory: diaries, entries and recall. */
export const createMemoryService = (given: MemoryServiceDependencies) => {
  const dependencies = { ...given, access: createDiaryAccess(given.permissions), parties: createParties(given) };
  const entries = createEntryService(dependencies);
  const { searchDiaries, ...recall } = createRecallService(dependencies);
  return {
    ...createDiaryService(dependencies),
    ...entries,
    ...recall,
    ...createRelationService({ ...dependencies, updateEntry: entries.updateEntry }),
    ...createContextService({ ...dependencies, search: recall.search }),
    ...createClusterService(dependencies),
    ...createSharingService(dependencies),
    ...createRestoringService(dependencies),
    ...createTransferService(dependencies),
    ...createSignatureService(dependencies),
    ...createFeedService({ ...dependencies, searchDiaries }),
  };
};

export type MemoryService = ReturnType<typeof createMemoryService>;
