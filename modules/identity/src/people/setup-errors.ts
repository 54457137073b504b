import type { ErrorDefinition } from "@reef/errors";

/** The problems of making the first person of a reef. */
export const setupErrors = {
  // One text for a code that never was, was replaced or was used.
  setup_refused: {
    status: 403,
    title: "Setup refused",
    public:
      "The link was used, or the server has printed a newer one since. Look at what it printed last; if the reef has its operator, sign in.",
  },
  password_too_weak: {
    status: 400,
    title: "Password too short",
    public: "A password has 12 to 128 characters; three or four words make a good one.",
  },
  slug_taken: {
    status: 409,
    title: "Slug taken",
    public: "Another organization has this slug. Choose another one.",
  },
  address_taken: {
    status: 409,
    title: "Address taken",
    public: "There is an account with this address already. Give another address.",
  },
} satisfies Record<string, ErrorDefinition>;
