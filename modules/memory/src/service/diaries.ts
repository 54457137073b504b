import { type Id, toUuid } from "@reef/crypto";
import { type Connection, type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { Call, Caller } from "@reef/http/call";
import type { Diary } from "../contract.ts";
import { memoryErrors } from "../errors.ts";
import * as store from "../store/diaries.ts";
import { requireVersion } from "./versions.ts";

/** The longest content that a diary which anyone may read takes, in characters. */
export const PUBLIC_CONTENT_CHARACTERS = 10_000;

export interface DiaryDependencies {
  cursors: Cursors;
  /** Has the entries of a hidden diary removed in the background; enqueued in the transaction that hides it. */
  purge(db: Connection, organizationId: Id<"org">, diaryId: string): Promise<void>;
}

const LIST = "memory.diaries";

/** The rules of diaries: who may see, change and delete one. */
export function createDiaryService({ cursors, purge }: DiaryDependencies) {
  return {
    createDiary: (call: Call, input: Pick<Diary, "name" | "visibility"> & { signed?: boolean }): Promise<Diary> =>
      store.createDiary(call.db, call.caller.organizationId, { ...input, ownerId: call.caller.agentId }),

    async listDiaries(
      call: Call,
      query: { limit: number; cursor?: string | undefined; name?: string | undefined },
    ): Promise<Page<Diary>> {
      const after = query.cursor === undefined ? undefined : String(cursors.decode(LIST, query.cursor)[0]);
      const { diaries, total } = await store.listOwnedDiaries(call.db, call.caller, {
        limit: query.limit + 1,
        name: query.name,
        after,
      });
      return pageOf(diaries, query.limit, total, ({ id }) => cursors.encode(LIST, [toUuid(id as Id<"dia">)]));
    },

    /** @throws memory.not_found when the diary is unknown **or** the caller may not read it: existence is not revealed. */
    getDiary: (call: Call<Caller | undefined>, diaryId: string): Promise<Diary> => getReadable(call, diaryId),

    /** @throws memory.changed when `ifMatch` is not the current version, memory.too_long_for_public when an entry forbids it. */
    async updateDiary(
      call: Call,
      diaryId: string,
      change: { name?: string | undefined; visibility?: Diary["visibility"] | undefined },
      ifMatch: number | undefined,
    ): Promise<Diary> {
      return transact(call.db, async (db) => {
        const diary = await getOwn({ ...call, db }, diaryId, { forUpdate: true });
        requireVersion(diary.version, ifMatch);
        if (change.visibility === "public" && diary.visibility !== "public") {
          const { organizationId } = call.caller;
          if (await store.hasEntryLongerThan(db, organizationId, diaryId, PUBLIC_CONTENT_CHARACTERS)) {
            throw memoryErrors.too_long_for_public();
          }
        }
        return store.updateDiary(db, call.caller.organizationId, diaryId, change);
      });
    },

    /** Hides the diary at once and has its entries removed in the background. */
    async deleteDiary(call: Call, diaryId: string): Promise<void> {
      await transact(call.db, async (db) => {
        await getOwn({ ...call, db }, diaryId, { forUpdate: true });
        await store.hideDiary(db, call.caller.organizationId, diaryId);
        await purge(db, call.caller.organizationId, diaryId);
      });
    },
  };
}

/** @throws memory.not_found */
export async function getReadable(call: Call<Caller | undefined>, diaryId: string, options = {}): Promise<Diary> {
  const diary = await store.findDiary(call.db, call.caller, diaryId, options);
  if (diary === undefined) throw memoryErrors.not_found({ internal: { diaryId } });
  return diary;
}

/** A diary that the caller may change. @throws memory.not_found, or memory.forbidden when it may only read it. */
export async function getOwn(call: Call, diaryId: string, options = {}): Promise<Diary> {
  const diary = await getReadable(call, diaryId, options);
  if (diary.ownerId !== call.caller.agentId) throw memoryErrors.forbidden({ internal: { diaryId } });
  return diary;
}
