import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Call, MemberCaller } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import type { PublicAgent } from "@reef/identity/contract";
import type { PermissionsApi, Subject } from "@reef/permissions";
import type { Diary, NewShare, Share, Transfer } from "../contract.ts";
import { memoryErrors } from "../errors.ts";
import type { StoredDiary } from "../store/diaries.ts";
import type { StoredShare } from "../store/shares.ts";
import type { StoredTransfer } from "../store/transfers.ts";

export interface PartyDependencies {
  identity: Pick<IdentityApi, "findAgent" | "listAgentsById">;
  permissions: Pick<PermissionsApi, "listGroupNames">;
}

/** The agents that one question to the directory may name. */
const AGENTS_AT_ONCE = 100;

/**
 * Owners of diaries, and those whom shares and transfers are between: found by what a person names them by, and shown by
 * their present names.
 */
export interface Parties {
  /** An active agent of the caller's organization. @throws memory.subject_not_found */
  getAgent(call: Call<MemberCaller>, fingerprint: string): Promise<PublicAgent>;
  /**
   * Whom a new share names; a group cannot be deleted from then on until the transaction ends.
   *
   * @throws memory.subject_not_found
   */
  getSubject(call: Call<MemberCaller>, named: Pick<NewShare, "fingerprint" | "groupId">): Promise<Subject>;
  /** Diaries of one organization, which need not be the caller's. */
  showDiaries(db: Connection, organizationId: Id<"org">, diaries: readonly StoredDiary[]): Promise<Diary[]>;
  showShares(call: Call<MemberCaller>, shares: readonly StoredShare[]): Promise<Share[]>;
  showTransfers(call: Call<MemberCaller>, transfers: readonly StoredTransfer[]): Promise<Transfer[]>;
}

export function createParties({ identity, permissions }: PartyDependencies): Parties {
  async function agentsBy(db: Connection, organizationId: Id<"org">, ids: readonly Id<"agt">[]) {
    const distinct = [...new Set(ids)];
    const agents = new Map<Id<"agt">, PublicAgent>();
    for (let start = 0; start < distinct.length; start += AGENTS_AT_ONCE) {
      const batch = distinct.slice(start, start + AGENTS_AT_ONCE);
      for (const [id, agent] of await identity.listAgentsById(db, organizationId, batch)) agents.set(id, agent);
    }
    return (id: Id<"agt">) => {
      const agent = agents.get(id);
      if (agent === undefined) throw new Error(`The organization has no agent ${id}.`);
      return { agentId: agent.id, name: agent.name, fingerprint: agent.fingerprint };
    };
  }

  async function getAgent({ caller, db }: Call<MemberCaller>, fingerprint: string): Promise<PublicAgent> {
    const agent = await identity.findAgent(db, caller.organizationId, fingerprint);
    if (agent === undefined) throw memoryErrors.subject_not_found({ internal: { fingerprint } });
    return agent;
  }

  return {
    getAgent,

    async getSubject(call, { fingerprint, groupId }) {
      if (groupId !== undefined) {
        const names = await permissions.listGroupNames(call.db, call.caller.organizationId, [groupId], { lock: true });
        if (!names.has(groupId)) throw memoryErrors.subject_not_found({ internal: { groupId } });
        return { type: "group", id: groupId };
      }
      const { id } = await getAgent(call, fingerprint ?? "");
      return { type: "agent", id };
    },

    async showDiaries(db, organizationId, diaries) {
      const ownerIds = diaries.map(({ ownerId }) => ownerId as Id<"agt">);
      const agentOf = await agentsBy(db, organizationId, ownerIds);
      return diaries.map(({ organizationId: _, ...diary }) => ({
        ...diary,
        owner: agentOf(diary.ownerId as Id<"agt">),
      }));
    },

    async showShares({ caller, db }, shares) {
      const subjects = shares.map(({ subject }) => subject);
      const agentOf = await agentsBy(db, caller.organizationId, [
        ...subjects.flatMap((subject) => (subject.type === "agent" ? [subject.id] : [])),
        ...shares.flatMap(({ invitedBy }) => ("agentId" in invitedBy ? [invitedBy.agentId] : [])),
      ]);
      const groupIds = subjects.flatMap((subject) => (subject.type === "group" ? [subject.id] : []));
      const groups = await permissions.listGroupNames(db, caller.organizationId, [...new Set(groupIds)]);
      const show = (subject: Subject): Share["subject"] => {
        // A deleted group stays in the list for the moment until its event has been handled.
        if (subject.type === "group") {
          return { ...subject, name: groups.get(subject.id) ?? "a deleted group", fingerprint: null };
        }
        const { name, fingerprint } = agentOf(subject.id);
        return { ...subject, name, fingerprint };
      };
      return shares.map((share) => ({
        ...share,
        subject: show(share.subject),
        invitedBy: "agentId" in share.invitedBy ? agentOf(share.invitedBy.agentId) : share.invitedBy,
        invitedAt: share.invitedAt.toISOString(),
        respondedAt: share.respondedAt?.toISOString() ?? null,
      }));
    },

    async showTransfers({ caller, db }, transfers) {
      const agentOf = await agentsBy(
        db,
        caller.organizationId,
        transfers.flatMap(({ from, to }) => [from, to]),
      );
      return transfers.map((transfer) => ({
        ...transfer,
        from: agentOf(transfer.from),
        to: agentOf(transfer.to),
        createdAt: transfer.createdAt.toISOString(),
        expiresAt: transfer.expiresAt.toISOString(),
      }));
    },
  };
}
