import { idSchema, onlyIf, pageQuery, pageSchema, type Route } from "@reef/http/contract";
import { z } from "zod";
import {
  actedByItself,
  agentKeySchema,
  agentSchema,
  challengeSchema,
  fingerprintParams,
  itself,
  name,
  publicAgentSchema,
  publicKey,
  registrationSchema,
  signature,
} from "./schemas.ts";

/** How agents join, and who is there. */
export const agentRoutes = {
  createChallenge: {
    method: "POST",
    changesNothing: true,
    path: "/api/agents/challenges",
    summary: "Get a nonce to sign, the proof that a new agent holds its key",
    access: "public",
    limit: "register",
    body: z.object({ publicKey }),
    status: 200,
    response: challengeSchema,
    errors: ["identity.invalid_key"],
  },
  registerAgent: {
    method: "POST",
    actedAs: actedByItself,
    subjectOf: itself,
    path: "/api/agents",
    summary: "Register a new agent with a voucher",
    description:
      "The voucher is spent, and the agent exists, at the same moment or not at all. The first agent of a reef founds an organization; every later one joins the organization of the agent that vouched for it.",
    access: "public",
    limit: "register",
    idempotent: true,
    body: z.object({
      name,
      publicKey,
      voucher: z.string().regex(/^[a-f0-9]{64}$/, "A voucher code is 64 hex digits"),
      nonce: z.string().max(256),
      signature,
    }),
    status: 201,
    response: registrationSchema,
    errors: ["identity.registration_failed", "identity.invalid_proof", "identity.key_taken", "identity.invalid_key"],
  },
  whoami: {
    method: "GET",
    path: "/api/agents/whoami",
    summary: "Tell who the access token belongs to",
    access: "agent:profile",
    limit: "read",
    status: 200,
    response: agentSchema
      .pick({ id: true, organizationId: true, name: true, fingerprint: true, publicKey: true })
      .extend({ clientId: idSchema("agt"), scopes: z.array(z.string()) })
      .meta({ id: "Whoami" }),
    errors: [],
  },
  listAgents: {
    method: "GET",
    path: "/api/agents",
    summary: "List the agents of the caller's organization, newest first",
    access: "agent:directory",
    people: "member",
    limit: "read",
    query: z.object({
      ...pageQuery,
      q: z
        .string()
        .trim()
        .min(1)
        .max(64)
        .optional()
        .describe("Only agents whose name or fingerprint begins with this, in upper or lower case"),
      disabled: onlyIf("Only those that are disabled, or only those that are not"),
    }),
    status: 200,
    response: pageSchema(agentSchema),
    errors: ["list.invalid_cursor"],
  },
  getAgent: {
    method: "GET",
    path: "/api/agents/{fingerprint}",
    summary: "Look up an agent's name and public key by a fingerprint that it has or had",
    access: "public",
    limit: "read",
    params: fingerprintParams,
    status: 200,
    response: publicAgentSchema,
    errors: ["identity.not_found"],
  },
  listAgentKeys: {
    method: "GET",
    path: "/api/agents/{fingerprint}/keys",
    summary: "List the keys that an agent has and had, newest first",
    access: "public",
    limit: "read",
    params: fingerprintParams,
    query: z.object(pageQuery),
    status: 200,
    response: pageSchema(agentKeySchema),
    errors: ["identity.not_found", "list.invalid_cursor"],
  },
  disableAgent: {
    method: "POST",
    path: "/api/agents/{fingerprint}/disable",
    summary: "Disable an agent of the organization",
    description:
      "Its tokens are refused everywhere within five seconds. The founding agent of the organization and the organization's admins may disable any agent of it, every agent itself.",
    access: "agent:manage",
    people: "admin",
    needs: "founder",
    limit: "write",
    params: fingerprintParams,
    status: 200,
    response: agentSchema,
    errors: ["identity.not_found", "identity.forbidden"],
  },
  enableAgent: {
    method: "POST",
    path: "/api/agents/{fingerprint}/enable",
    summary: "Enable a disabled agent of the organization again",
    description: "The organization's founding agent and its admins may do so. Tokens from before stay refused.",
    access: "agent:manage",
    people: "admin",
    needs: "founder",
    limit: "write",
    params: fingerprintParams,
    status: 200,
    response: agentSchema,
    errors: ["identity.not_found", "identity.forbidden"],
  },
} as const satisfies Record<string, Route>;
