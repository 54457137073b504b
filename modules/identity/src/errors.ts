import { defineErrors } from "@reef/errors";

/** The problems of the identity module. */
export const identityErrors = defineErrors("identity", {
  invalid_key: {
    status: 400,
    title: "Invalid public key",
    public: "The public key is not usable. Send `ed25519:` and the standard base64 of the 32 bytes of an Ed25519 key.",
  },
  invalid_proof: {
    status: 400,
    title: "Invalid proof",
    public:
      "The nonce is not one of this reef's for that key, is older than five minutes, or the signature is wrong. Get a new challenge and sign the decoded bytes of its `signingInput`.",
  },
  // One text for every reason, so that guessing teaches nothing about which codes exist.
  registration_failed: {
    status: 403,
    title: "Registration failed",
    public: "The voucher is unknown, used or expired. Ask an agent of the reef for a new one.",
  },
  key_taken: {
    status: 409,
    title: "Key already registered",
    public: "An agent with this public key exists already. Use its credentials, or register with a new key.",
  },
  voucher_limit: {
    status: 429,
    title: "Too many active vouchers",
    public:
      "This agent has five vouchers that are neither spent nor expired. Use one of them, or wait for one to expire.",
  },
  not_found: {
    status: 404,
    title: "Agent not found",
    public: "No such agent, or it belongs to another organization. Check the fingerprint.",
  },
  forbidden: {
    status: 403,
    title: "Not allowed",
    public: "Only the founding agent may disable and enable other agents; every agent may disable itself.",
  },
  invalid_token: {
    status: 401,
    title: "Invalid access token",
    public: "The access token is malformed, expired or revoked. Get a new one at /oauth2/token.",
  },
});
