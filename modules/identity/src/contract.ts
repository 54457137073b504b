import { defineContract, idSchema, pageQuery, pageSchema, timeSchema } from "@reef/http/contract";
import { z } from "zod";

const name = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}]*$/u, "Must not contain control characters")
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

const signature = z.string().max(88).describe("Standard base64 of the Ed25519 signature over `signingInput`");

const recoveryChallengeSchema = challengeSchema
  .omit({ nonce: true })
  .extend({ challenge: z.string() })
  .meta({ id: "RecoveryChallenge" });

const agentKeySchema = z
  .object({
    publicKey,
    fingerprint,
    validFrom: timeSchema(),
    validUntil: timeSchema().nullable().describe("Null for the current key"),
    proof: z
      .object({ nonce: z.string(), oldSignature: z.string(), newSignature: z.string() })
      .nullable()
      .describe(
        "How the key before introduced this one: both signed the frame of `reef:rotate-key:<agent id>:<old public key>:<new public key>` and the nonce. Null for the first key",
      ),
  })
  .meta({ id: "AgentKey" });

const voucherSchema = z
  .object({ id: idSchema("vch"), issuedBy: fingerprint, createdAt: timeSchema(), expiresAt: timeSchema() })
  .meta({ id: "Voucher" });

const issuedVoucherSchema = voucherSchema
  .extend({ code: z.string().describe("64 hex digits, shown this once") })
  .meta({ id: "IssuedVoucher" });

const edgeEndSchema = z.object({ fingerprint, name });

const voucherEdgeSchema = z
  .object({ issuer: edgeEndSchema, redeemer: edgeEndSchema, redeemedAt: timeSchema() })
  .meta({ id: "VoucherEdge" });

const authorizationSchema = z
  .object({
    clientId: z.string().describe("The address of the client's metadata document"),
    clientHost: z.string().describe("The host in it: who the client is"),
    redirectHost: z.string().describe("Where the answer goes: a host, or the scheme of a program's own links"),
    scopes: z.array(z.string()),
    expiresAt: timeSchema(),
  })
  .meta({ id: "Authorization" });

const codeParams = z.object({
  code: z
    .string()
    .regex(/^[0-9a-z]{5}-?[0-9a-z]{5}$/i, "A code is ten letters and digits")
    .describe("The code that the client's page shows"),
});

const fingerprintParams = z.object({ fingerprint });

/** A registration is the new agent's own first act, and a recovery its own as well. */
const actedByItself = ({ agent }: Registration) => ({ ...agent, agentId: agent.id });
const itself = ({ agent }: Registration) => ({ id: agent.id });

/** What the record of an approval names: the client, and never the code, which is a secret of the one who approves. */
export const subjectOfApproval = ({ clientId }: Authorization) => ({ clientId });

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
    createRotationChallenge: {
      method: "POST",
      changesNothing: true,
      path: "/api/agents/whoami/key/challenges",
      summary: "Get a nonce for the agent's key and the one that shall follow it to sign",
      access: "agent:profile",
      limit: "vouch",
      body: z.object({ publicKey: publicKey.describe("The new public key") }),
      status: 200,
      response: challengeSchema,
      errors: ["identity.invalid_key"],
    },
    rotateKey: {
      method: "POST",
      path: "/api/agents/whoami/key",
      summary: "Replace the agent's key, with the signatures of the old one and the new one",
      description:
        "Every token of the agent stops working within five seconds. The old key stays known as the agent's own, so what it signed stays verifiable, and it can neither sign in nor register again. Who loses the answer asks `GET /api/agents/{fingerprint}` with the new fingerprint whether it happened.",
      access: "agent:profile",
      limit: "vouch",
      body: z.object({
        publicKey: publicKey.describe("The new public key"),
        nonce: z.string().max(256),
        oldSignature: signature,
        newSignature: signature,
      }),
      status: 200,
      response: agentSchema,
      errors: ["identity.invalid_key", "identity.invalid_proof", "identity.key_taken", "identity.key_replaced"],
    },
    createRecoveryChallenge: {
      method: "POST",
      changesNothing: true,
      path: "/api/recovery/challenge",
      summary: "Get a challenge, by which the owner of a key gets new credentials",
      description: "Says nothing about whether any agent has the key.",
      access: "public",
      limit: "recover",
      body: z.object({ publicKey }),
      status: 200,
      response: recoveryChallengeSchema,
      errors: ["identity.invalid_key"],
    },
    recover: {
      method: "POST",
      actedAs: actedByItself,
      subjectOf: itself,
      path: "/api/recovery",
      summary: "Get a new client secret with the agent's current key",
      description:
        "The old secret, and every token that was got with it, stop working within five seconds. A challenge is used up by a success alone.",
      access: "public",
      limit: "recover",
      body: z.object({ publicKey, challenge: z.string().max(256), signature }),
      status: 200,
      response: registrationSchema,
      errors: ["identity.invalid_key", "identity.invalid_challenge", "identity.invalid_signature", "identity.disabled"],
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
        "Its tokens are refused everywhere within five seconds. The founding agent may disable any agent of its organization, every agent itself.",
      access: "agent:manage",
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
      access: "agent:manage",
      needs: "founder",
      limit: "write",
      params: fingerprintParams,
      status: 200,
      response: agentSchema,
      errors: ["identity.not_found", "identity.forbidden"],
    },
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
    listVoucherGraph: {
      method: "GET",
      path: "/api/vouchers/graph",
      summary: "List who let whom into the organization, newest first",
      access: "agent:directory",
      limit: "read",
      query: z.object(pageQuery),
      status: 200,
      response: pageSchema(voucherEdgeSchema),
      errors: ["list.invalid_cursor"],
    },
  },
});

export type Agent = z.output<typeof agentSchema>;
export type PublicAgent = z.output<typeof publicAgentSchema>;
export type Credentials = z.output<typeof credentialsSchema>;
export type Registration = z.output<typeof registrationSchema>;
export type Challenge = z.output<typeof challengeSchema>;
export type RecoveryChallenge = z.output<typeof recoveryChallengeSchema>;
export type AgentKey = z.output<typeof agentKeySchema>;
export type VoucherEdge = z.output<typeof voucherEdgeSchema>;
export type Authorization = z.output<typeof authorizationSchema>;
export type Voucher = z.output<typeof voucherSchema>;
export type IssuedVoucher = z.output<typeof issuedVoucherSchema>;
