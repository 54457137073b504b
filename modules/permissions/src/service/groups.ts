import { type Id, toUuid } from "@reef/crypto";
import { type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { Events } from "@reef/events";
import type { Call, MemberCaller } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import type { PublicAgent } from "@reef/identity/contract";
import type { Group, GroupMember } from "../contract.ts";
import { permissionsErrors } from "../errors.ts";
import { groupDeleted } from "../events.ts";
import type { ObjectRef } from "../rules.ts";
import * as store from "../store/groups.ts";
import type { Checks } from "./checks.ts";

export interface GroupDependencies {
  checks: Checks;
  identity: Pick<IdentityApi, "findAgent" | "listAgentsById">;
  events: Pick<Events, "emit">;
  cursors: Cursors;
}

/** The most members that a group has, so that its deletion and its checks stay small. */
const MOST_MEMBERS = 1_000;
/** Members that are looked at in one query. */
const AT_ONCE = 100;
const LIST = "permissions.groups";

type PageQuery = { limit: number; cursor?: string | undefined };

/**
 * Groups of agents: who owns one manages it, who is a member sees it, and so do the people of the organization; for all
 * others it does not exist.
 */
export function createGroups({ checks, identity, events, cursors }: GroupDependencies) {
  const refOf = (groupId: string): ObjectRef<"group"> => ({ type: "group", id: groupId as Id<"grp"> });

  async function getReadable(call: Call<MemberCaller>, groupId: string, options = {}): Promise<Group> {
    const group = await store.findGroup(call.db, call.caller, groupId, options);
    if (group === undefined) throw permissionsErrors.group_not_found({ internal: { groupId } });
    return group;
  }

  async function getManageable(call: Call, groupId: string): Promise<Group> {
    const group = await getReadable(call, groupId, { forUpdate: true });
    const allowed = await checks.check(call, "manage", refOf(groupId));
    if (!allowed) throw permissionsErrors.forbidden({ internal: { groupId } });
    return group;
  }

  const findMembership = ({ caller, db }: Call, groupId: string, agentId: Id<"agt">) =>
    store.listMemberships(db, caller.organizationId, groupId, { agentId, limit: 1 });

  /** The member with this fingerprint. It is looked for among the members, since a disabled agent may be removed too. */
  async function findMember(
    { caller, db }: Call,
    groupId: string,
    fingerprint: string,
  ): Promise<Id<"agt"> | undefined> {
    const { organizationId } = caller;
    for (let after: string | undefined, left = true; left; ) {
      const members = await store.listMemberships(db, organizationId, groupId, { limit: AT_ONCE, after });
      const agentIds = members.map(({ agentId }) => agentId);
      for (const agent of (await identity.listAgentsById(db, organizationId, agentIds)).values()) {
        if (agent.fingerprint === fingerprint.toUpperCase()) return agent.id;
      }
      const last = agentIds.at(-1);
      after = last && toUuid(last);
      left = members.length === AT_ONCE;
    }
    return undefined;
  }

  return {
    createGroup: (call: Call, { name }: Pick<Group, "name">): Promise<Group> =>
      transact(call.db, async (db) => {
        const { agentId, organizationId } = call.caller;
        const group = await store.insertGroup(db, organizationId, name);
        for (const relation of ["owner", "member"] as const) {
          await checks.grant({ ...call, db }, refOf(group.id), relation, { type: "agent", id: agentId });
        }
        return group;
      }),

    /** The groups that the caller owns or is a member of, for a person all of the organization. @throws list.invalid_cursor */
    async listGroups({ caller, db }: Call<MemberCaller>, { limit, cursor }: PageQuery): Promise<Page<Group>> {
      const after = cursor === undefined ? undefined : String(cursors.decode(LIST, cursor)[0]);
      const { groups, total } = await store.listGroups(db, caller, { limit: limit + 1, after });
      return pageOf(groups, limit, total, ({ id }) => cursors.encode(LIST, [toUuid(id as Id<"grp">)]));
    },

    /** @throws permissions.group_not_found when the group is unknown **or** the caller may not see it. */
    getGroup: (call: Call<MemberCaller>, groupId: string): Promise<Group> => getReadable(call, groupId),

    /** @throws permissions.group_not_found, permissions.forbidden, permissions.changed */
    updateGroup: (call: Call, groupId: string, { name }: Pick<Group, "name">, ifMatch: number | undefined) =>
      transact(call.db, async (db): Promise<Group> => {
        const { version } = await getManageable({ ...call, db }, groupId);
        if (ifMatch !== undefined && ifMatch !== version) throw permissionsErrors.changed({ currentVersion: version });
        return store.updateGroup(db, call.caller.organizationId, groupId, name);
      }),

    /** Takes the group, its members and all that was granted to it at one moment. */
    deleteGroup: (call: Call, groupId: string): Promise<void> =>
      transact(call.db, async (db) => {
        const { organizationId } = call.caller;
        await getManageable({ ...call, db }, groupId);
        await checks.revokeAll({ ...call, db }, refOf(groupId));
        await store.deleteGroup(db, organizationId, groupId);
        const payload = { groupId: groupId as Id<"grp">, organizationId };
        await events.emit(db, toUuid(organizationId), groupDeleted, payload);
      }),

    async listGroupMembers(
      call: Call<MemberCaller>,
      groupId: string,
      { limit, cursor }: PageQuery,
    ): Promise<Page<GroupMember>> {
      const { organizationId } = call.caller;
      await getReadable(call, groupId);
      const list = `permissions.members:${groupId}`;
      const after = cursor === undefined ? undefined : String(cursors.decode(list, cursor)[0]);
      const found = await store.listMemberships(call.db, organizationId, groupId, { limit: limit + 1, after });
      const total = await store.countMemberships(call.db, organizationId, groupId);
      const page = pageOf(found, limit, total, ({ agentId }) => cursors.encode(list, [toUuid(agentId)]));
      const agents = await identity.listAgentsById(
        call.db,
        organizationId,
        page.items.map(({ agentId }) => agentId),
      );
      const items = page.items.flatMap((membership) => {
        const agent = agents.get(membership.agentId);
        return agent === undefined ? [] : [toMember(agent, membership)];
      });
      return { ...page, items };
    },

    /** @throws permissions.agent_not_found when the organization has no such active agent, permissions.group_full */
    addGroupMember: (call: Call, groupId: string, fingerprint: string): Promise<GroupMember> =>
      transact(call.db, async (db) => {
        const within = { ...call, db };
        await getManageable(within, groupId);
        const agent = await identity.findAgent(db, call.caller.organizationId, fingerprint);
        if (agent === undefined) throw permissionsErrors.agent_not_found({ internal: { fingerprint } });
        // The group's row is locked, so that of many at once each counts those before it.
        const count = await store.countMemberships(db, call.caller.organizationId, groupId);
        const [known] = await findMembership(within, groupId, agent.id);
        if (known === undefined && count >= MOST_MEMBERS) throw permissionsErrors.group_full();
        await checks.grant(within, refOf(groupId), "member", { type: "agent", id: agent.id });
        const [membership] = await findMembership(within, groupId, agent.id);
        if (membership === undefined) throw new Error("A member was added and is not there.");
        return toMember(agent, membership);
      }),

    /** Takes a member out: its owner any, everybody itself. What the group gave it ends with the next request. */
    removeGroupMember: (call: Call, groupId: string, fingerprint: string): Promise<void> =>
      transact(call.db, async (db) => {
        const within = { ...call, db };
        const leaves = fingerprint.toUpperCase() === call.caller.fingerprint;
        await (leaves ? getReadable(within, groupId) : getManageable(within, groupId));
        const id = leaves ? call.caller.agentId : await findMember(within, groupId, fingerprint);
        const [known] = id === undefined ? [] : await findMembership(within, groupId, id);
        if (known === undefined) throw permissionsErrors.agent_not_found({ internal: { groupId, fingerprint } });
        await checks.revoke(within, refOf(groupId), { type: "agent", id: known.agentId }, ["member"]);
      }),
  };
}

const toMember = ({ id, name, fingerprint }: PublicAgent, { isOwner, addedAt }: store.Membership): GroupMember => ({
  agentId: id,
  name,
  fingerprint,
  role: isOwner ? "owner" : "member",
  addedAt: addedAt.toISOString(),
});

export type Groups = ReturnType<typeof createGroups>;
