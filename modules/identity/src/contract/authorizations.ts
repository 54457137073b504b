import type { Route } from "@reef/http/contract";
import { authorizationSchema, codeParams, subjectOfApproval } from "./schemas.ts";

/** Programs that ask to act for an agent. */
export const authorizationRoutes = {
  getAuthorization: {
    method: "GET",
    path: "/api/authorizations/{code}",
    summary: "Look at what a client asks for, before letting it act for the agent",
    access: "agent:profile",
    limit: "vouch",
    params: codeParams,
    status: 200,
    response: authorizationSchema,
    errors: ["identity.unknown_code"],
  },
  approveAuthorization: {
    method: "POST",
    subjectOf: subjectOfApproval,
    path: "/api/authorizations/{code}/approve",
    summary: "Let a client act for the agent, through MCP alone, with the scopes that it asked for",
    description:
      "The code is good once. What the client gets ends after 90 days, and when the agent is disabled or takes another key or secret.",
    access: "agent:profile",
    limit: "vouch",
    params: codeParams,
    status: 200,
    response: authorizationSchema,
    errors: ["identity.unknown_code", "identity.scope_beyond_token"],
  },
} as const satisfies Record<string, Route>;
