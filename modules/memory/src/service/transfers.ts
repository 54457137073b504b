import { type Id, toUuid } from "@reef/crypto";
import { type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { Call, MemberCaller } from "@reef/http/call";
import type { PermissionsApi } from "@reef/permissions";
import type { Transfer } from "../contract.ts";
import { memoryErrors } from "../errors.ts";
import { lockDiaryOf, updateOwner } from "../store/diaries.ts";
import { deleteShares, saveShare } from "../store/shares.ts";
import * as store from "../store/transfers.ts";
import type { DiaryAccess } from "./access.ts";
import type { Parties } from "./parties.ts";

export interface TransferDependencies {
  access: DiaryAccess;
  parties: Parties;
  permissions: Pick<PermissionsApi, "grant" | "revoke">;
  cursors: Cursors;
}

/** How long an offer stands, in days. */
const OFFERED_DAYS = 7;
const LIST = "memory.transfers";

/** Giving diaries away: the owner offers, the other side accepts or declines, the owner may take the offer back. */
export function createTransferService({ access, parties, permissions, cursors }: TransferDependencies) {
  /** An agent's own; for a person all of the organization. */
  const sideOf = (caller: MemberCaller): store.TransferSide => ({
    organizationId: caller.organizationId,
    agentId: caller.kind === "agent" ? caller.agentId : undefined,
  });

  async function show(call: Call<MemberCaller>, transferId: string): Promise<Transfer> {
    const [shown] = await parties.showTransfers(call, [await getStored(call, transferId)]);
    if (shown === undefined) throw new Error("One transfer was given and none is shown.");
    return shown;
  }

  async function getStored({ db, caller }: Call<MemberCaller>, transferId: string): Promise<store.StoredTransfer> {
    const found = await store.findTransfer(db, sideOf(caller), transferId);
    if (found === undefined) throw memoryErrors.transfer_not_found({ internal: { transferId } });
    return found;
  }

  /** The pending transfer, with its diary locked. @throws memory.not_the_receiver or memory.not_the_sender for the other side */
  async function getPending(call: Call, transferId: string, side: "from" | "to"): Promise<store.StoredTransfer> {
    await lockDiaryOf(call.db, call.caller.organizationId, "memory.transfers", transferId);
    const transfer = await getStored(call, transferId);
    if (transfer[side] !== call.caller.agentId) {
      throw side === "to" ? memoryErrors.not_the_receiver() : memoryErrors.not_the_sender();
    }
    if (transfer.status !== "pending") throw memoryErrors.not_pending({ internal: { transferId } });
    return transfer;
  }

  /** The new owner holds the diary alone; the former one stays as a writer, by a share like any other. */
  async function changeOwner(call: Call, { diaryId, from, to }: store.StoredTransfer): Promise<void> {
    const { organizationId } = call.caller;
    const diary = { type: "diary", id: diaryId } as const;
    const [former, next] = [{ type: "agent", id: from } as const, { type: "agent", id: to } as const];
    await permissions.revoke(call, diary, former);
    await permissions.revoke(call, diary, next);
    await permissions.grant(call, diary, "owner", next);
    await permissions.grant(call, diary, "writer", former);
    await updateOwner(call.db, organizationId, diaryId, to);
    await deleteShares(call.db, organizationId, diaryId, next);
    const share = { diaryId, subject: former, role: "writer", status: "accepted" } as const;
    await saveShare(call.db, organizationId, { ...share, invitedBy: { agentId: to } });
  }

  return {
    /**
     * Offers a diary for seven days.
     *
     * @throws memory.subject_not_found, memory.share_self, memory.already_offered while another offer of it is pending.
     */
    createTransfer: (call: Call, diaryId: string, fingerprint: string): Promise<Transfer> =>
      transact(call.db, async (db) => {
        const within = { ...call, db };
        const { agentId, organizationId } = call.caller;
        const diary = await access.getManageable(within, diaryId, { forUpdate: true });
        const { id: to } = await parties.getAgent(within, fingerprint);
        if (to === agentId) throw memoryErrors.share_self();
        const offer = { diaryId: diary.id as Id<"dia">, from: agentId, to, days: OFFERED_DAYS };
        const transferId = await store.insertTransfer(db, organizationId, offer);
        if (transferId === undefined) throw memoryErrors.already_offered({ internal: { diaryId } });
        return show(within, transferId);
      }),

    /** Transfers from and to the caller; for a person all of the organization. @throws list.invalid_cursor */
    async listTransfers(
      call: Call<MemberCaller>,
      {
        limit,
        cursor,
        status,
      }: { limit: number; cursor?: string | undefined; status?: Transfer["status"] | undefined },
    ): Promise<Page<Transfer>> {
      const after = cursor === undefined ? undefined : String(cursors.decode(LIST, cursor)[0]);
      const { transfers, total } = await store.listTransfers(call.db, sideOf(call.caller), {
        limit: limit + 1,
        after,
        status,
      });
      const page = pageOf(transfers, limit, total, ({ id }) => cursors.encode(LIST, [toUuid(id)]));
      return { ...page, items: await parties.showTransfers(call, page.items) };
    },

    /** @throws memory.transfer_not_found */
    getTransfer: (call: Call<MemberCaller>, transferId: string): Promise<Transfer> => show(call, transferId),

    /** @throws memory.transfer_not_found, memory.not_the_receiver, memory.not_pending when it was decided or has expired. */
    acceptTransfer: (call: Call, transferId: string): Promise<Transfer> =>
      transact(call.db, async (db) => {
        const within = { ...call, db };
        const transfer = await getPending(within, transferId, "to");
        await changeOwner(within, transfer);
        await store.updateTransferStatus(db, call.caller.organizationId, transferId, "accepted");
        return show(within, transferId);
      }),

    /** @throws memory.transfer_not_found, memory.not_the_receiver, memory.not_pending */
    declineTransfer: (call: Call, transferId: string): Promise<Transfer> =>
      transact(call.db, async (db) => {
        const within = { ...call, db };
        await getPending(within, transferId, "to");
        await store.updateTransferStatus(db, call.caller.organizationId, transferId, "declined");
        return show(within, transferId);
      }),

    /** Takes an offer back. @throws memory.transfer_not_found, memory.not_the_sender, memory.not_pending */
    cancelTransfer: (call: Call, transferId: string): Promise<void> =>
      transact(call.db, async (db) => {
        await getPending({ ...call, db }, transferId, "from");
        await store.updateTransferStatus(db, call.caller.organizationId, transferId, "cancelled");
      }),
  };
}
