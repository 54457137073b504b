import type { ErrorDefinition } from "@reef/errors";

/** What may go wrong when entries are related. */
export const relationProblems = {
  invalid_relation: {
    status: 400,
    title: "Not a possible relation",
    public:
      "An entry relates to another entry of its own organization, not to itself. Name the id of another entry that you may read.",
  },
  relation_limit: {
    status: 409,
    title: "Too many relations",
    public:
      "An entry has at most 100 relations to others. Take one back with DELETE /api/entries/{entryId}/relations/{kind}/{toEntryId}.",
  },
  relation_not_found: {
    status: 404,
    title: "Relation not found",
    public: "The entry has no such relation to the other one. GET /api/entries/{entryId}/relations lists those it has.",
  },
} as const satisfies Record<string, ErrorDefinition>;
