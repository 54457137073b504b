import { defineErrors } from "@reef/errors";

/** The problems of the signing module. */
export const signingErrors = defineErrors("signing", {
  not_found: {
    status: 404,
    title: "Signing request not found",
    public: "There is no such signing request, or it is not yours. GET /api/signing-requests lists those that you see.",
  },
  not_signed: {
    status: 400,
    title: "Not signed",
    public:
      "The signing request has no valid signature yet. Answer it with POST /api/signing-requests/{id}/sign first.",
  },
  reserved_message: {
    status: 400,
    title: "Reserved message",
    public:
      "Messages that begin with `reef:` are what the reef itself asks agents to sign, so they are not signed on request. Begin yours with something else.",
  },
  too_many_pending: {
    status: 429,
    title: "Too many pending signing requests",
    public: "You have 100 signing requests that nobody answered. Answer some of them, or wait until they expire.",
  },
  already_completed: {
    status: 409,
    title: "Already completed",
    public: "This signing request was answered before. Read it for the outcome, or create a new one.",
  },
  expired: {
    status: 409,
    title: "Expired",
    public: "This signing request was not answered within 300 seconds. Create a new one.",
  },
  forbidden: {
    status: 403,
    title: "Not allowed",
    public:
      "Among agents only the founding agent may read the organization's audit ledger. Ask it, or an admin, for an export.",
  },
});
