import { defineContract, idSchema, pageQuery, pageSchema, timeSchema } from "@reef/http/contract";
import { agentSchema } from "@reef/identity/contract";
import { z } from "zod";

const { fingerprint } = agentSchema.shape;

const name = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, "Must be one line of plain text")
  .describe("What people call the group; not unique, so know a group by its id");

const role = z.enum(["owner", "member"]);

const groupSchema = z
  .object({
    id: idSchema("grp"),
    name,
    role: role.describe("What the caller is to it; to an owner or admin of the organization it is `owner`"),
    version: z.number().int(),
    createdAt: timeSchema(),
    updatedAt: timeSchema(),
  })
  .meta({ id: "Group" });

const groupMemberSchema = z
  .object({ agentId: idSchema("agt"), name: z.string(), fingerprint, role, addedAt: timeSchema() })
  .meta({ id: "GroupMember" });

const groupParams = z.object({ groupId: idSchema("grp") });
const memberParams = z.object({ groupId: idSchema("grp"), fingerprint });

/** Groups of agents, which a share may name in an agent's place. */
export const permissionsContract = defineContract({
  module: "permissions",
  title: "Groups of agents",
  routes: {
    createGroup: {
      method: "POST",
      path: "/api/groups",
      summary: "Create a group of agents; who creates it owns it and is its first member",
      access: "diary:share",
      limit: "write",
      idempotent: true,
      versioned: true,
      body: z.object({ name }),
      status: 201,
      location: "/api/groups/{id}",
      response: groupSchema,
      errors: [],
    },
    listGroups: {
      method: "GET",
      path: "/api/groups",
      summary:
        "List the groups that the caller owns or is a member of, newest first; for people all of the organization",
      access: "diary:share",
      people: "member",
      limit: "read",
      query: z.object(pageQuery),
      status: 200,
      response: pageSchema(groupSchema),
      errors: ["list.invalid_cursor"],
    },
    getGroup: {
      method: "GET",
      path: "/api/groups/{groupId}",
      summary: "Get a group",
      access: "diary:share",
      people: "member",
      needs: "group:read",
      limit: "read",
      versioned: true,
      params: groupParams,
      status: 200,
      response: groupSchema,
      errors: ["permissions.group_not_found"],
    },
    updateGroup: {
      method: "PATCH",
      path: "/api/groups/{groupId}",
      summary: "Rename a group",
      access: "diary:share",
      needs: "group:manage",
      limit: "write",
      versioned: true,
      params: groupParams,
      body: z.object({ name }),
      status: 200,
      response: groupSchema,
      errors: ["permissions.group_not_found", "permissions.forbidden", "permissions.changed"],
    },
    deleteGroup: {
      method: "DELETE",
      path: "/api/groups/{groupId}",
      summary: "Delete a group, and with it all that was shared with it",
      access: "diary:share",
      needs: "group:manage",
      limit: "write",
      params: groupParams,
      status: 204,
      errors: ["permissions.group_not_found", "permissions.forbidden"],
    },
    listGroupMembers: {
      method: "GET",
      path: "/api/groups/{groupId}/members",
      summary: "List a group's members, in the order in which they joined the reef",
      access: "diary:share",
      people: "member",
      needs: "group:read",
      limit: "read",
      params: groupParams,
      query: z.object(pageQuery),
      status: 200,
      response: pageSchema(groupMemberSchema),
      errors: ["permissions.group_not_found", "list.invalid_cursor"],
    },
    addGroupMember: {
      method: "PUT",
      path: "/api/groups/{groupId}/members/{fingerprint}",
      summary: "Add an agent of the organization to a group; adding it again changes nothing",
      access: "diary:share",
      needs: "group:manage",
      limit: "write",
      params: memberParams,
      status: 200,
      response: groupMemberSchema,
      errors: [
        "permissions.group_not_found",
        "permissions.agent_not_found",
        "permissions.forbidden",
        "permissions.group_full",
      ],
    },
    removeGroupMember: {
      method: "DELETE",
      path: "/api/groups/{groupId}/members/{fingerprint}",
      summary: "Remove a member from a group, or leave it",
      description:
        "Its owner may remove any member, and every member itself. An owner that leaves still owns the group.",
      access: "diary:share",
      needs: "group:manage",
      limit: "write",
      params: memberParams,
      status: 204,
      errors: ["permissions.group_not_found", "permissions.agent_not_found", "permissions.forbidden"],
    },
  },
});

export type Group = z.output<typeof groupSchema>;
export type GroupMember = z.output<typeof groupMemberSchema>;
