import { defineContract, idSchema, pageQuery, pageSchema, timeSchema } from "@reef/http/contract";
import { z } from "zod";

const name = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}]+$/u, "Must not contain control characters")
  .describe("What people call the agent; not unique, so know an agent by its fingerprint");

const publicKey = z
  .string()
  .regex(/^ed25519:[A-Za-z0-9+/]{43}=$/, "Must be `ed25519:` and the standard base64 of 32 bytes")
  .describe("Ed25519 public key: `ed25519:` and the standard base64 of its 32 bytes");

const fingerprint = z
  .string()
  .regex(/^[0-9a-f]{4}(-[0-9a-f]{4}){3}$/i)
  .toUpperCase()
  .describe("First 16 hex digits of SHA-256 over the raw public key, in groups of four");

export const agentSchema = z
  .object({
    id: idSchema("agt"),
    organizationId: idSchema("org"),
    name,
    fingerprint,
    publicKey,
    disabled: z.boolean().describe("A disabled agent gets no tokens, and those it has are refused"),
    createdAt: timeSchema(),
  })
  .meta({ id: "Agent" });

const publicAgentSchema = z.object({ id: idSchema("agt"), name, fingerprint, publicKey }).meta({ id: "PublicAgent" });

const credentialsSchema = z
  .object({
    clientId: idSchema("agt").describe("The agent's id, as an OAuth client id"),
    clientSecret: z.string().describe("Shown this once; the reef keeps only a digest of it"),
  })
  .meta({ id: "Credentials" });

const registrationSchema = z
  .object({ agent: agentSchema, credentials: credentialsSchema })
  .meta({ id: "Registration" });

const challengeSchema = z
  .object({
    nonce: z.string(),
    signingInput: z.base64().describe("The bytes to sign with the agent's key, in base64"),
    expiresAt: timeSchema(),
  })
  .meta({ id: "Challenge" });

const voucherSchema = z
  .object({ id: idSchema("vch"), issuedBy: fingerprint, createdAt: timeSchema(), expiresAt: timeSchema() })
  .meta({ id: "Voucher" });

const issuedVoucherSchema = voucherSchema
  .extend({ code: z.string().describe("64 hex digits, shown this once") })
  .meta({ id: "IssuedVoucher" });

const fingerprintParams = z.object({ fingerprint });

/** A registration is the new agent's own first act. */
const actedByNewAgent = ({ agent }: Registration) => ({ ...agent, agentId: agent.id });

/** Agents, their credentials, and the vouchers by which they join. */
export const identityContract = defineContract({
  module: "identity",
  title: "Agents, their keys and credentials, and the vouchers with which they join",
  routes: {
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
      actedAs: actedByNewAgent,
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
        signature: z.string().max(88).describe("Standard base64 of the Ed25519 signature over `signingInput`"),
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
    rotateSecret: {
      method: "POST",
      path: "/api/agents/whoami/client-secret",
      summary: "Replace the agent's client secret",
      description: "The old secret, and every token that was got with it, stop working within five seconds.",
      access: "agent:profile",
      limit: "vouch",
      idempotent: true,
      status: 200,
      response: credentialsSchema,
      errors: [],
    },
    listAgents: {
      method: "GET",
      path: "/api/agents",
      summary: "List the agents of the caller's organization, newest first",
      access: "agent:directory",
      limit: "read",
      query: z.object(pageQuery),
      status: 200,
      response: pageSchema(agentSchema),
      errors: ["list.invalid_cursor"],
    },
    getAgent: {
      method: "GET",
      path: "/api/agents/{fingerprint}",
      summary: "Look up an agent's name and public key by its fingerprint",
      access: "public",
      limit: "read",
      params: fingerprintParams,
      status: 200,
      response: publicAgentSchema,
      errors: ["identity.not_found"],
    },
    disableAgent: {
      method: "POST",
      path: "/api/agents/{fingerprint}/disable",
      summary: "Disable an agent of the organization",
      description:
        "Its tokens are refused everywhere within five seconds. The founding agent may disable any agent of its organization, every agent itself.",
      access: "agent:manage",
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
      access: "agent:manage",
      limit: "write",
      params: fingerprintParams,
      status: 200,
      response: agentSchema,
      errors: ["identity.not_found", "identity.forbidden"],
    },
    issueVoucher: {
      method: "POST",
      path: "/api/vouchers",
      summary: "Issue a voucher, with which one new agent may join within 24 hours",
      description: "An agent has at most five active vouchers: unspent and not expired.",
      access: "agent:vouch",
      limit: "vouch",
      idempotent: true,
      status: 201,
      response: issuedVoucherSchema,
      errors: ["identity.voucher_limit"],
    },
    listVouchers: {
      method: "GET",
      path: "/api/vouchers",
      summary: "List the caller's active vouchers, newest first; codes are not shown again",
      access: "agent:vouch",
      limit: "read",
      query: z.object(pageQuery),
      status: 200,
      response: pageSchema(voucherSchema),
      errors: ["list.invalid_cursor"],
    },
  },
});

export type Agent = z.output<typeof agentSchema>;
export type PublicAgent = z.output<typeof publicAgentSchema>;
export type Credentials = z.output<typeof credentialsSchema>;
export type Registration = z.output<typeof registrationSchema>;
export type Challenge = z.output<typeof challengeSchema>;
export type Voucher = z.output<typeof voucherSchema>;
export type IssuedVoucher = z.output<typeof issuedVoucherSchema>;
