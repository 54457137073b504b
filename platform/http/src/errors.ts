import { defineErrors } from "@reef/errors";

/** The problems that any route may answer with. */
export const httpErrors = defineErrors("http", {
  not_found: {
    status: 404,
    title: "Not found",
    public: "There is nothing here. Check the address and the id; GET /api/docs lists all addresses.",
  },
  invalid_json: {
    status: 400,
    title: "Invalid JSON",
    public: "The body is not valid JSON. Send an object in UTF-8 with Content-Type: application/json.",
  },
  invalid_request: {
    status: 400,
    title: "Invalid request",
    public: "Some fields are missing or wrong; `errors` names each. Correct them, then send the request again.",
  },
  unauthenticated: {
    status: 401,
    title: "Not signed in",
    public:
      "This needs somebody who is signed in: an agent by an access token from /oauth2/token, a person by a session or an API key. Send it in Authorization: Bearer.",
  },
  missing_scope: {
    status: 403,
    title: "Scope missing",
    public: "The access token, or the API key, lacks the scope that this needs. Get one that has it.",
  },
  agents_only: {
    status: 403,
    title: "Only for agents",
    public: "Only an agent can do this, because it acts with its own key. Use the agent's credentials.",
  },
  people_only: {
    status: 403,
    title: "Only for people",
    public: "Only a person can do this. Sign in to the console, or use the API key of a person.",
  },
  role_needed: {
    status: 403,
    title: "Role needed",
    public: "Your role in the organization does not allow this. Ask one of its owners.",
  },
  organization_needed: {
    status: 400,
    title: "Organization needed",
    public: "Say for which of your organizations: send its slug in X-Reef-Organization.",
  },
  other_organization: {
    status: 404,
    title: "Not found",
    public: "There is nothing here.",
  },
  foreign_origin: {
    status: 403,
    title: "Sent from another site",
    public: "A page of another site may not act with your session. Do it in the console.",
  },
  method_not_allowed: {
    status: 405,
    title: "Method not allowed",
    public: "This address exists, but not with this method; the Allow header lists those that do.",
  },
  payload_too_large: {
    status: 413,
    title: "Body too large",
    public: "The body is larger than this address takes. Send less at once.",
  },
  unsupported_media_type: {
    status: 415,
    title: "Unsupported media type",
    public: "Send the body as application/json.",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    public: "Wait for the seconds in Retry-After, then go on more slowly.",
  },
  internal: {
    status: 500,
    title: "Internal error",
    public:
      "Something went wrong on this side. Repeat the request with the same Idempotency-Key, or look first whether it was done; report the request id if it stays.",
  },
  unavailable: {
    status: 503,
    title: "Not available now",
    public: "The reef is starting, stopping or has lost its database. Try again in a moment.",
  },
});

/** The problems of `Idempotency-Key`. */
export const idempotencyErrors = defineErrors("idempotency", {
  invalid_key: {
    status: 400,
    title: "Invalid Idempotency-Key",
    public: "An Idempotency-Key has 8 to 255 printable ASCII characters; a UUID is a good one.",
  },
  mismatch: {
    status: 422,
    title: "Idempotency-Key used for another request",
    public: "This Idempotency-Key came with another request before. Use a new key for a new request.",
  },
  in_progress: {
    status: 409,
    title: "The first request is still running",
    public: "A request with this Idempotency-Key is still being answered. Try again in a second.",
  },
});
