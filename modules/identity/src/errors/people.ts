import type { ErrorDefinition } from "@reef/errors";

/** The problems of who is signed in as a person, and of whom an organization that is suspended keeps out. */
export const signedInErrors = {
  // One text for a session that never was, has ended or has expired.
  signed_out: {
    status: 401,
    title: "Signed out",
    public: "This session has ended. Sign in again; in a terminal with `reef login`.",
  },
  // One text for a key that never was, has expired, is switched off, or whose owner has left the organization.
  invalid_api_key: {
    status: 401,
    title: "Invalid API key",
    public: "The API key is unknown, switched off or has ended. Make another one in the console.",
  },
  organization_suspended: {
    status: 403,
    title: "Organization suspended",
    public:
      "This organization is suspended: nothing in it is lost, but nobody gets anything until an operator of the reef resumes it. Ask one of them.",
  },
} satisfies Record<string, ErrorDefinition>;
