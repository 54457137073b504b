import { implement, type MountedRoute } from "@reef/http";
import { permissionsContract } from "./contract.ts";
import type { Groups } from "./service/groups.ts";

/** What answers each route of the contract. */
export const createPermissionsRoutes = (groups: Groups): MountedRoute[] =>
  implement(permissionsContract, {
    createGroup: (call, { body }) => groups.createGroup(call, body),
    listGroups: (call, { query }) => groups.listGroups(call, query),
    getGroup: (call, { params }) => groups.getGroup(call, params.groupId),
    updateGroup: (call, { params, body, ifMatch }) => groups.updateGroup(call, params.groupId, body, ifMatch),
    deleteGroup: (call, { params }) => groups.deleteGroup(call, params.groupId),
    listGroupMembers: (call, { params, query }) => groups.listGroupMembers(call, params.groupId, query),
    addGroupMember: (call, { params }) => groups.addGroupMember(call, params.groupId, params.fingerprint),
    removeGroupMember: (call, { params }) => groups.removeGroupMember(call, params.groupId, params.fingerprint),
  });
