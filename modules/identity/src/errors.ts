import { defineErrors } from "@reef/errors";
import { credentialErrors } from "./errors/credentials.ts";
import { organizationErrors } from "./errors/organizations.ts";
import { signedInErrors } from "./errors/people.ts";
import { setupErrors } from "./people/setup-errors.ts";

/** The problems of the identity module. */
export const identityErrors = defineErrors("identity", {
  ...credentialErrors,
  ...signedInErrors,
  ...setupErrors,
  ...organizationErrors,
  invalid_key: {
    status: 400,
    title: "Invalid public key",
    public: "The public key is not usable. Send `ed25519:` and the standard base64 of the 32 bytes of an Ed25519 key.",
  },
  // One text for every reason, so that guessing teaches nothing about which codes exist.
  registration_failed: {
    status: 403,
    title: "Registration failed",
    public:
      "The voucher is unknown, used, revoked or expired, or who issued it may let nobody in now. Ask an agent of the reef, or one of its people, for a new one.",
  },
  key_taken: {
    status: 409,
    title: "Key already registered",
    public: "This public key is or was an agent's, and names nobody else. Use a new key.",
  },
  key_replaced: {
    status: 409,
    title: "Key already replaced",
    public: "The agent's key was replaced a moment ago. Sign in with its new key, then ask for a challenge again.",
  },
  disabled: {
    status: 403,
    title: "Agent disabled",
    public: "This agent is disabled. Ask an admin or the founding agent of its organization to enable it again.",
  },
  voucher_limit: {
    status: 429,
    title: "Too many active vouchers",
    public:
      "You have five vouchers that are neither spent nor expired. Use one of them, revoke one, or wait for one to expire.",
  },
  voucher_not_found: {
    status: 404,
    title: "Voucher not found",
    public:
      "No such voucher: it is spent, was revoked, or somebody else's. GET /api/vouchers lists those you may revoke.",
  },
  not_found: {
    status: 404,
    title: "Agent not found",
    public: "No such agent, or it belongs to another organization. Check the fingerprint.",
  },
  no_member: {
    status: 403,
    title: "No member any more",
    public: "You left the organization, or were removed, a moment ago. Ask one of its owners to invite you again.",
  },
  forbidden: {
    status: 403,
    title: "Not allowed",
    public:
      "Of the agents only the founding one may disable and enable others; every agent may disable itself. Ask it, or an admin of the organization, to do it.",
  },
});
