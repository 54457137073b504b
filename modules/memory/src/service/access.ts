import type { Id } from "@reef/crypto";
import type { Call, MemberCaller } from "@reef/http/call";
import type { PermissionsApi } from "@reef/permissions";
import { sql } from "kysely";
import { memoryErrors } from "../errors.ts";
import { findDiary, type Reader, type StoredDiary } from "../store/diaries.ts";

/** What the rules of memory need to know of permissions. */
export type DiaryPermissions = Pick<PermissionsApi, "check" | "objectsWith" | "permits" | "relationOn">;

/** Who may do what with a diary, and with the entries in it, which follow it. */
export interface DiaryAccess {
  /** The caller as a read of the store takes it. */
  readerOf(caller: MemberCaller | undefined): Reader;
  /** @throws memory.not_found when the diary is unknown **or** the caller may not read it: existence is not revealed. */
  getReadable(
    call: Call<MemberCaller | undefined>,
    diaryId: string,
    options?: { forUpdate?: boolean },
  ): Promise<StoredDiary>;
  /** A diary that the caller may write in. @throws memory.not_found, memory.forbidden when it may only read it. */
  getWritable(call: Call, diaryId: string, options?: { forUpdate?: boolean }): Promise<StoredDiary>;
  /** A diary that is the caller's to rename, share and delete. @throws memory.not_found, memory.forbidden */
  getManageable(call: Call<MemberCaller>, diaryId: string, options?: { forUpdate?: boolean }): Promise<StoredDiary>;
  /** For who has read something of the diary already. @throws memory.forbidden */
  requirePermission(
    call: Call<MemberCaller>,
    permission: "write" | "manage",
    diaryId: StoredDiary["id"],
  ): Promise<void>;
}

/** Whoever shows no token reads what is public. */
const NOBODY: Reader = {
  wholeOrganization: undefined,
  visibilities: ["public"],
  mayRead: () => sql<boolean>`false`,
  roleOn: () => sql<null>`null`,
  holding: () => sql<string>`(select null::uuid where false)`,
};

export function createDiaryAccess(permissions: DiaryPermissions): DiaryAccess {
  const readerOf = (caller: MemberCaller | undefined): Reader =>
    caller === undefined
      ? NOBODY
      : {
          wholeOrganization: caller.kind === "person" ? caller.organizationId : undefined,
          visibilities: ["public", "network"],
          mayRead: (diaryId) => permissions.permits(caller, "diary", "read", diaryId),
          roleOn: (diaryId) => permissions.relationOn(caller, "diary", diaryId),
          holding: (permission) => permissions.objectsWith(caller, "diary", permission),
        };

  async function getReadable(
    call: Call<MemberCaller | undefined>,
    diaryId: string,
    options = {},
  ): Promise<StoredDiary> {
    const diary = await findDiary(call.db, readerOf(call.caller), diaryId, options);
    if (diary === undefined) throw memoryErrors.not_found({ internal: { diaryId } });
    return diary;
  }

  async function requirePermission(
    call: Call<MemberCaller>,
    permission: "write" | "manage",
    diaryId: StoredDiary["id"],
  ): Promise<void> {
    const allowed = await permissions.check(call, permission, { type: "diary", id: diaryId as Id<"dia"> });
    if (!allowed) throw memoryErrors.forbidden({ internal: { diaryId, permission } });
  }

  async function getPermitted(call: Call<MemberCaller>, permission: "write" | "manage", diaryId: string, options = {}) {
    const diary = await getReadable(call, diaryId, options);
    await requirePermission(call, permission, diary.id);
    return diary;
  }

  return {
    readerOf,
    getReadable,
    getWritable: (call, diaryId, options) => getPermitted(call, "write", diaryId, options),
    getManageable: (call, diaryId, options) => getPermitted(call, "manage", diaryId, options),
    requirePermission,
  };
}
