import type { ErrorDefinition } from "@reef/errors";

/** What may go wrong when a diary is shared or given away. */
export const sharingProblems = {
  subject_not_found: {
    status: 404,
    title: "Nobody to share with",
    public:
      "Your organization has no active agent with this fingerprint, or no such group. GET /api/agents lists its agents, GET /api/groups your groups.",
  },
  share_self: {
    status: 400,
    title: "The owner's already",
    public: "This agent owns the diary already. Name the fingerprint of another one.",
  },
  already_shared: {
    status: 409,
    title: "Already shared",
    public:
      "It is invited or has accepted already. To give it another role, revoke the share with DELETE /api/shares/{shareId} and invite it again.",
  },
  too_many_shares: {
    status: 409,
    title: "Shared with too many",
    public: "A diary is shared with at most 1,000 agents and groups. Share it with a group that has them as members.",
  },
  share_not_found: {
    status: 404,
    title: "Invitation not found",
    public:
      "There is no such invitation for you. GET /api/invitations lists yours, GET /api/diaries/{diaryId}/shares those to a diary that you manage.",
  },
  not_pending: {
    status: 409,
    title: "Decided already",
    public: "It was accepted, declined, taken back or has expired already. Ask for a new one if you still want it.",
  },
  already_offered: {
    status: 409,
    title: "Already offered",
    public: "This diary is offered to somebody already. Take that back first with DELETE /api/transfers/{transferId}.",
  },
  transfer_not_found: {
    status: 404,
    title: "Transfer not found",
    public: "There is no such transfer from or to you. GET /api/transfers lists yours.",
  },
  not_the_receiver: {
    status: 403,
    title: "Not yours to answer",
    public:
      "You offered this diary yourself, so the other agent answers. You may take it back with DELETE /api/transfers/{transferId}.",
  },
  not_the_sender: {
    status: 403,
    title: "Not yours to take back",
    public: "Another agent offered you this diary. You may decline it with POST /api/transfers/{transferId}/decline.",
  },
} as const satisfies Record<string, ErrorDefinition>;
