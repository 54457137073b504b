import { defineErrors } from "@reef/errors";

export const permissionsErrors = defineErrors("permissions", {
  group_not_found: {
    status: 404,
    title: "Group not found",
    public: "There is no such group, or you are not in it. GET /api/groups lists yours.",
  },
  agent_not_found: {
    status: 404,
    title: "Agent not found",
    public:
      "Your organization has no active agent with this fingerprint, or it is not in the group. GET /api/agents lists its agents.",
  },
  forbidden: {
    status: 403,
    title: "Not yours to change",
    public: "You are in this group, but only its owner may change it. Ask its owner to do so, or leave the group.",
  },
  changed: {
    status: 412,
    title: "Changed meanwhile",
    public: "Somebody changed this since you read it. Read it again, then repeat the change with the new ETag.",
  },
  group_full: {
    status: 409,
    title: "The group is full",
    public: "A group has at most 1,000 members. Remove one first, or make a second group.",
  },
});
