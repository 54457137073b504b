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
  program_not_found: {
    status: 404,
    title: "Program not found",
    public:
      "You have let no such program in, or it has ended already. GET /api/account/programs lists those that act for you.",
  },
  too_many_programs: {
    status: 409,
    title: "Too many programs",
    public: "A person has 100 programs at most. End those that you do not use, on the page of your account.",
  },
  // One text for an id that names nothing and for a token that is not its own, so that nobody learns which there are.
  invitation_not_found: {
    status: 404,
    title: "Invitation not found",
    public: "No such invitation, or the link was not copied whole. Open it from the mail again, or copy all of it.",
  },
  invitation_expired: {
    status: 410,
    title: "Invitation expired",
    public: "The invitation was good for a week, which is over. Ask whoever invited you for another one.",
  },
  invitation_withdrawn: {
    status: 410,
    title: "Invitation withdrawn",
    public:
      "The invitation was taken back, or a newer one took its place. Look whether a newer mail has come, or ask whoever invited you.",
  },
  invitation_answered: {
    status: 410,
    title: "Invitation answered",
    public: "The invitation was accepted or declined before, and is good once. If it was you who accepted, sign in.",
  },
  organization_suspended: {
    status: 403,
    title: "Organization suspended",
    public:
      "This organization is suspended: nothing in it is lost, but nobody gets anything until an operator of the reef resumes it. Ask one of them.",
  },
} satisfies Record<string, ErrorDefinition>;
