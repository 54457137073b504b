import type { ErrorDefinition } from "@reef/errors";

/** The problems of whoever proves, or fails to prove, who it is. */
export const credentialErrors = {
  invalid_proof: {
    status: 400,
    title: "Invalid proof",
    public:
      "The nonce is not one of this reef's for that key, is older than five minutes, or the signature is wrong. Get a new challenge and sign the decoded bytes of its `signingInput`.",
  },
  invalid_challenge: {
    status: 400,
    title: "Invalid challenge",
    public:
      "The challenge is not one of this reef's for that key, is older than five minutes, or was used. Get a new one at /api/recovery/challenge.",
  },
  // One text for an unknown key, a former one and a wrong signature, so that nobody learns which keys exist.
  invalid_signature: {
    status: 400,
    title: "Invalid signature",
    public:
      "No agent has this key now, or the signature is wrong. Sign the decoded bytes of `signingInput` with the agent's current key.",
  },
  // One text for a code that never was, is spent or has expired.
  unknown_code: {
    status: 404,
    title: "No such code",
    public:
      "No request waits under this code: it is mistyped, spent or older than ten minutes. Start again in the client.",
  },
  scope_beyond_token: {
    status: 403,
    title: "More than the token has",
    public: "The client asks for scopes that this access token lacks. Approve it with a token that has them all.",
  },
  // One text for an unknown client, a wrong secret and a disabled agent.
  invalid_credentials: {
    status: 401,
    title: "Invalid client credentials",
    public:
      "The client id and secret are not those of an active agent. Replace the secret with `reef secret rotate`, or recover it with `reef recover`.",
  },
  too_many_failures: {
    status: 429,
    title: "Too many wrong secrets",
    public:
      "Five wrong secrets came for this client from your address within a minute. Send the right one, or wait a minute.",
  },
  invalid_token: {
    status: 401,
    title: "Invalid access token",
    public: "The access token is malformed, expired or revoked. Get a new one at /oauth2/token.",
  },
} satisfies Record<string, ErrorDefinition>;
