import { type Id, toUuid } from "@reef/crypto";
import { type Cursors, type DatabaseHandle, type Page, pageOf, transact } from "@reef/db";
import type { Events } from "@reef/events";
import type { AgentCaller, Call, MemberCaller, PersonCaller } from "@reef/http/call";
import type { PermissionsApi } from "@reef/permissions";
import type { NewShare, Share } from "../contract.ts";
import { memoryErrors } from "../errors.ts";
import { lockDiaryOf } from "../store/diaries.ts";
import * as store from "../store/shares.ts";
import type { DiaryAccess } from "./access.ts";
import type { Parties } from "./parties.ts";

export interface SharingDependencies {
  access: DiaryAccess;
  parties: Parties;
  permissions: Pick<PermissionsApi, "check" | "grant" | "revoke" | "objectsWith" | "listGroupNames">;
  cursors: Cursors;
}

/** The most agents and groups that a diary is or was shared with: bounds its lists and its deletion. */
const MOST_SHARES = 1_000;
const INVITATIONS = "memory.invitations";
const ORGANIZATION = "memory.organization-shares";
/** Shares with a deleted group that go in one transaction. */
const BATCH = 500;

type PageQuery = { limit: number; cursor?: string | undefined; status?: Share["status"] | undefined };

/**
 * Sharing diaries: pending → accepted or declined; revoked from any state; from declined or revoked back to pending.
 *
 * A share's row and the relation that it gives change in one transaction, so access follows with the next request.
 */
export function createSharingService({ access, parties, permissions, cursors }: SharingDependencies) {
  const addresseeOf = (caller: AgentCaller): store.Addressee => ({
    agentId: caller.agentId,
    ownedGroups: permissions.objectsWith(caller, "group", "manage"),
  });

  /** Only an agent is shared with. */
  const findShare = ({ db, caller }: Call<MemberCaller>, shareId: string) =>
    store.findShare(db, caller.organizationId, shareId, caller.kind === "agent" ? addresseeOf(caller) : undefined);

  async function show(call: Call<MemberCaller>, share: store.StoredShare): Promise<Share> {
    const [shown] = await parties.showShares(call, [share]);
    if (shown === undefined) throw memoryErrors.share_not_found({ internal: { shareId: share.id } });
    return shown;
  }

  /**
   * A share that concerns the caller: it was made with it, or the diary is its to manage. To be seen alone it concerns
   * every person of the organization.
   *
   * @throws memory.share_not_found, or memory.forbidden when the caller may read the diary but the share is another's.
   */
  async function getConcerned(
    call: Call<MemberCaller>,
    shareId: string,
    to: "see" | "end",
  ): Promise<store.StoredShare> {
    const found = await findShare(call, shareId);
    if (found === undefined) throw memoryErrors.share_not_found({ internal: { shareId } });
    if (to === "see" && call.caller.kind === "person") return found.share;
    const diary = { type: "diary", id: found.share.diaryId } as const;
    if (found.isAddressed || (await permissions.check(call, "manage", diary))) return found.share;
    const seesDiary = await permissions.check(call, "read", diary);
    throw (seesDiary ? memoryErrors.forbidden : memoryErrors.share_not_found)({ internal: { shareId } });
  }

  async function listShares(call: Call<MemberCaller>, list: string, of: store.ShareFilter["of"], query: PageQuery) {
    const after = query.cursor === undefined ? undefined : String(cursors.decode(list, query.cursor)[0]);
    const filter = { of, status: query.status, after, limit: query.limit + 1 };
    const { shares, total } = await store.listShares(call.db, call.caller.organizationId, filter);
    const page = pageOf(shares, query.limit, total, ({ id }) => cursors.encode(list, [toUuid(id)]));
    return { ...page, items: await parties.showShares(call, page.items) };
  }

  /** Answers an invitation for the caller, or for a group that it owns. */
  async function answer(call: Call, shareId: string, status: "accepted" | "declined"): Promise<Share> {
    const { organizationId } = call.caller;
    return transact(call.db, async (db) => {
      const within = { ...call, db };
      await lockDiaryOf(db, organizationId, "memory.shares", shareId);
      const found = await findShare(within, shareId);
      if (!found?.isAddressed) throw memoryErrors.share_not_found({ internal: { shareId } });
      const { diaryId, subject, role, status: before } = found.share;
      if (before !== "pending") throw memoryErrors.not_pending({ internal: { shareId, before } });
      await store.updateShareStatus(db, organizationId, shareId, status);
      if (status === "accepted") {
        // A group that is being deleted must not be given anything behind its deletion's back.
        if (subject.type === "group") await parties.getSubject(within, { groupId: subject.id });
        await permissions.grant(within, { type: "diary", id: diaryId }, role, subject);
      }
      return show(within, await getConcerned(within, shareId, "see"));
    });
  }

  return {
    /**
     * Invites an agent or a group; it may read once it has accepted.
     *
     * @throws memory.subject_not_found also for one of another organization, memory.share_self for the diary's owner,
     * memory.already_shared while an earlier invitation is pending or accepted, memory.too_many_shares.
     */
    createShare: (call: Call<MemberCaller>, diaryId: string, { role, ...named }: NewShare): Promise<Share> =>
      transact(call.db, async (db) => {
        const within = { ...call, db };
        const { organizationId } = call.caller;
        const diary = await access.getManageable(within, diaryId, { forUpdate: true });
        const subject = await parties.getSubject(within, named);
        if (subject.id === diary.ownerId) throw memoryErrors.share_self();
        const count = await store.countShares(db, organizationId, diaryId);
        if (count >= MOST_SHARES) throw memoryErrors.too_many_shares();
        const shareId = await store.saveShare(db, organizationId, {
          diaryId: diary.id as Id<"dia">,
          subject,
          role,
          status: "pending",
          invitedBy: inviterOf(call.caller),
        });
        if (shareId === undefined) throw memoryErrors.already_shared({ internal: { diaryId } });
        return show(within, await getConcerned(within, shareId, "see"));
      }),

    /** @throws memory.share_not_found, memory.forbidden */
    getShare: async (call: Call<MemberCaller>, shareId: string): Promise<Share> =>
      show(call, await getConcerned(call, shareId, "see")),

    /** With whom a diary is or was shared. @throws memory.not_found, memory.forbidden, list.invalid_cursor */
    async listShares(call: Call<MemberCaller>, diaryId: string, query: PageQuery): Promise<Page<Share>> {
      await access.getManageable(call, diaryId);
      return listShares(call, `memory.shares:${diaryId}`, { diaryId }, query);
    },

    /** The shares of all diaries of the person's organization. @throws list.invalid_cursor */
    listOrganizationShares: (call: Call<PersonCaller>, query: PageQuery): Promise<Page<Share>> =>
      listShares(call, ORGANIZATION, "organization", query),

    /** Invitations that wait for the caller, or other ones that it was sent. @throws list.invalid_cursor */
    listInvitations: (call: Call, query: PageQuery): Promise<Page<Share>> =>
      listShares(
        call,
        INVITATIONS,
        { addressee: addresseeOf(call.caller) },
        {
          ...query,
          status: query.status ?? "pending",
        },
      ),

    /** @throws memory.share_not_found when there is none for the caller, memory.not_pending when it was decided already. */
    acceptInvitation: (call: Call, shareId: string): Promise<Share> => answer(call, shareId, "accepted"),

    /** @throws memory.share_not_found, memory.not_pending */
    declineInvitation: (call: Call, shareId: string): Promise<Share> => answer(call, shareId, "declined"),

    /**
     * Ends a share: who manages the diary revokes it, or the one it was made with leaves. Safe to repeat.
     *
     * @throws memory.share_not_found, memory.forbidden
     */
    deleteShare: (call: Call<MemberCaller>, shareId: string): Promise<void> =>
      transact(call.db, async (db) => {
        const within = { ...call, db };
        const { organizationId } = call.caller;
        await lockDiaryOf(db, organizationId, "memory.shares", shareId);
        const { diaryId, subject } = await getConcerned(within, shareId, "end");
        await store.updateShareStatus(db, organizationId, shareId, "revoked");
        await permissions.revoke(within, { type: "diary", id: diaryId }, subject, ["reader", "writer"]);
      }),
  };
}

const inviterOf = (caller: MemberCaller): store.Inviter =>
  caller.kind === "agent" ? { agentId: caller.agentId } : { personId: caller.personId, name: caller.name };

/** Removes shares that name a group which is gone; what they gave went with the group. */
export function forgetDeletedGroups(
  database: DatabaseHandle,
  events: Pick<Events, "consume">,
  { groupDeleted }: Pick<PermissionsApi, "groupDeleted">,
): void {
  events.consume("memory.forget-deleted-groups", groupDeleted, async ({ payload: { organizationId, groupId } }) => {
    const deleteSome = () => store.deleteSharesWithGroup(database.kysely, organizationId, groupId, BATCH);
    while ((await deleteSome()) === "more");
  });
}
