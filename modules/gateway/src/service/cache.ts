import { transact } from "@reef/db";
import type { Call, PersonCaller } from "@reef/http/call";
import type { CacheState } from "../contract/cache.ts";
import * as store from "../store/cached-answers.ts";
import { touchChanges } from "../store/changes.ts";

/** What an organization keeps of answers at most; with more, the oldest go. */
export const CACHE_BOUNDS = { mostEntries: 5_000, mostBytes: 134_217_728 } as const;

/** The answers that keys give again, as people see them. */
export const createCacheService = () => ({
  /** How many answers there are, and how many there can be. */
  getCache: async ({ db, caller }: Call<PersonCaller>): Promise<CacheState> => ({
    ...(await store.sumCachedAnswers(db, caller.organizationId)),
    ...CACHE_BOUNDS,
  }),

  /** Forgets all: what processes hold in memory goes when they see that the organization changed, within a second. */
  clearCache: ({ db, caller }: Call<PersonCaller>): Promise<void> =>
    transact(db, async (transaction) => {
      await store.deleteCachedAnswers(transaction, caller.organizationId);
      await touchChanges(transaction, caller.organizationId);
    }),
});

export type CacheService = ReturnType<typeof createCacheService>;
