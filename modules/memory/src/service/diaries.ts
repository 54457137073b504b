import { type Id, toUuid } from "@reef/crypto";
import { type Connection, type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { Call, MemberCaller } from "@reef/http/call";
import type { PermissionsApi } from "@reef/permissions";
import type { Diary } from "../contract.ts";
import { memoryErrors } from "../errors.ts";
import * as store from "../store/diaries.ts";
import { deleteShares } from "../store/shares.ts";
import { deleteTransfers } from "../store/transfers.ts";
import type { DiaryAccess } from "./access.ts";
import type { Parties } from "./parties.ts";
import type { Publishing } from "./publishing.ts";
import { requireVersion } from "./versions.ts";

/** The longest content that a diary which anyone may read takes, in characters. */
export const PUBLIC_CONTENT_CHARACTERS = 10_000;

export interface DiaryDependencies {
  access: DiaryAccess;
  parties: Pick<Parties, "showDiaries">;
  permissions: Pick<PermissionsApi, "grant" | "revokeAll">;
  cursors: Cursors;
  /** Has the entries of a hidden diary removed in the background; enqueued in the transaction that hides it. */
  purge(db: Connection, organizationId: Id<"org">, diaryId: string): Promise<void>;
  publishDiary: Publishing["publishDiary"];
}

type NewDiary = Pick<Diary, "name" | "visibility"> & Partial<Pick<Diary, "signed">>;

const LIST = "memory.diaries";

/** The rules of diaries: who may see, change and delete one. */
export function createDiaryService(dependencies: DiaryDependencies) {
  const { access, parties, permissions, cursors, purge, publishDiary } = dependencies;

  async function show({ db }: Pick<Call, "db">, diary: store.StoredDiary): Promise<Diary> {
    const [shown] = await parties.showDiaries(db, diary.organizationId, [diary]);
    if (shown === undefined) throw new Error("One diary was given and none is shown.");
    return shown;
  }

  return {
    createDiary: (call: Call, input: NewDiary): Promise<Diary> =>
      transact(call.db, async (db) => {
        const { agentId, organizationId } = call.caller;
        const diary = await store.createDiary(db, organizationId, { signed: false, ...input, ownerId: agentId });
        const owner = { type: "agent", id: agentId } as const;
        await permissions.grant({ ...call, db }, { type: "diary", id: diary.id as Id<"dia"> }, "owner", owner);
        return show({ db }, diary);
      }),

    /**
     * Every diary on which the caller holds a relation, so of people all of the organization; not those that only their
     * visibility opens to it.
     */
    async listDiaries(
      call: Call<MemberCaller>,
      { limit, cursor, ...filter }: { limit: number; cursor?: string | undefined } & Omit<store.DiaryFilter, "after">,
    ): Promise<Page<Diary>> {
      const after = cursor === undefined ? undefined : String(cursors.decode(LIST, cursor)[0]);
      const reader = access.readerOf(call.caller);
      const { diaries, total } = await store.listHeldDiaries(call.db, reader, { ...filter, limit: limit + 1, after });
      const page = pageOf(diaries, limit, total, ({ id }) => cursors.encode(LIST, [toUuid(id as Id<"dia">)]));
      return { ...page, items: await parties.showDiaries(call.db, call.caller.organizationId, page.items) };
    },

    /** @throws memory.not_found when the diary is unknown **or** the caller may not read it: existence is not revealed. */
    getDiary: async (call: Call<MemberCaller | undefined>, diaryId: string): Promise<Diary> =>
      show(call, await access.getReadable(call, diaryId)),

    /** @throws memory.changed when `ifMatch` is not the current version, memory.too_long_for_public when an entry forbids it. */
    async updateDiary(
      call: Call<MemberCaller>,
      diaryId: string,
      change: { name?: string | undefined; visibility?: Diary["visibility"] | undefined },
      ifMatch: number | undefined,
    ): Promise<Diary> {
      return transact(call.db, async (db) => {
        const diary = await access.getManageable({ ...call, db }, diaryId, { forUpdate: true });
        requireVersion(diary.version, ifMatch);
        if (change.visibility === "public" && diary.visibility !== "public") {
          const { organizationId } = call.caller;
          if (await store.hasEntryLongerThan(db, organizationId, diaryId, PUBLIC_CONTENT_CHARACTERS)) {
            throw memoryErrors.too_long_for_public();
          }
          await publishDiary(db, organizationId, diaryId);
        }
        return show({ db }, await store.updateDiary(db, call.caller.organizationId, diaryId, change));
      });
    },

    /** Hides the diary at once, with all that anybody could do with it, and has its entries removed in the background. */
    async deleteDiary(call: Call<MemberCaller>, diaryId: string): Promise<void> {
      await transact(call.db, async (db) => {
        const diary = await access.getManageable({ ...call, db }, diaryId, { forUpdate: true });
        await permissions.revokeAll({ ...call, db }, { type: "diary", id: diary.id as Id<"dia"> });
        await deleteShares(db, call.caller.organizationId, diaryId);
        await deleteTransfers(db, call.caller.organizationId, diaryId);
        await store.hideDiary(db, call.caller.organizationId, diaryId);
        await purge(db, call.caller.organizationId, diaryId);
      });
    },
  };
}
