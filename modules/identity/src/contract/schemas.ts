import { idSchema, timeSchema } from "@reef/http/contract";
import { z } from "zod";

export const name = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}]*$/u, "Must not contain control characters")
  .describe("What people call the agent; not unique, so know an agent by its fingerprint");

export const publicKey = z
  .string()
  .regex(/^ed25519:[A-Za-z0-9+/]{43}=$/, "Must be `ed25519:` and the standard base64 of 32 bytes")
  .describe("Ed25519 public key: `ed25519:` and the standard base64 of its 32 bytes");

const fingerprint = z
  .string()
  .regex(/^[0-9a-f]{4}(-[0-9a-f]{4}){3}$/i)
  .toUpperCase()
  .describe("First 16 hex digits of SHA-256 over the raw public key, in groups of four");

/** Who lets others in: an agent, by its current key, or a person. */
const issuerSchema = z
  .union([z.object({ fingerprint, name }), z.object({ personId: idSchema("usr"), name: z.string() })])
  .meta({ id: "Issuer" });

export const agentSchema = z
  .object({
    id: idSchema("agt"),
    organizationId: idSchema("org"),
    name,
    fingerprint,
    publicKey,
    disabled: z.boolean().describe("A disabled agent gets no tokens, and those it has are refused"),
    issuer: issuerSchema.nullable().describe("Who let it in with a voucher; null for the founder of the organization"),
    lastSeenAt: timeSchema().nullable().describe("The hour in which it last signed in; null until it first does"),
    createdAt: timeSchema(),
  })
  .meta({ id: "Agent" });

export const publicAgentSchema = z
  .object({ id: idSchema("agt"), name, fingerprint, publicKey })
  .meta({ id: "PublicAgent" });

export const credentialsSchema = z
  .object({
    clientId: idSchema("agt").describe("The agent's id, as an OAuth client id"),
    clientSecret: z.string().describe("Shown this once; the reef keeps only a digest of it"),
  })
  .meta({ id: "Credentials" });

export const registrationSchema = z
  .object({ agent: agentSchema, credentials: credentialsSchema })
  .meta({ id: "Registration" });

export const challengeSchema = z
  .object({
    nonce: z.string(),
    signingInput: z.base64().describe("The bytes to sign with the agent's key, in base64"),
    expiresAt: timeSchema(),
  })
  .meta({ id: "Challenge" });

export const signature = z.string().max(88).describe("Standard base64 of the Ed25519 signature over `signingInput`");

export const recoveryChallengeSchema = challengeSchema
  .omit({ nonce: true })
  .extend({ challenge: z.string() })
  .meta({ id: "RecoveryChallenge" });

export const agentKeySchema = z
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

export const voucherSchema = z
  .object({ id: idSchema("vch"), issuer: issuerSchema, createdAt: timeSchema(), expiresAt: timeSchema() })
  .meta({ id: "Voucher" });

export const issuedVoucherSchema = voucherSchema
  .extend({ code: z.string().describe("64 hex digits, shown this once") })
  .meta({ id: "IssuedVoucher" });

export const voucherEdgeSchema = z
  .object({ issuer: issuerSchema, redeemer: z.object({ fingerprint, name }), redeemedAt: timeSchema() })
  .meta({ id: "VoucherEdge" });

export const authorizationSchema = z
  .object({
    clientId: z.string().describe("The address of the client's metadata document"),
    clientHost: z.string().describe("The host in it: who the client is"),
    redirectHost: z.string().describe("Where the answer goes: a host, or the scheme of a program's own links"),
    scopes: z.array(z.string()),
    expiresAt: timeSchema(),
  })
  .meta({ id: "Authorization" });

export const codeParams = z.object({
  code: z
    .string()
    .regex(/^[0-9a-z]{5}-?[0-9a-z]{5}$/i, "A code is ten letters and digits")
    .describe("The code that the client's page shows"),
});

export const fingerprintParams = z.object({ fingerprint });

/** A registration is the new agent's own first act, and a recovery its own as well. */
export const actedByItself = ({ agent }: Registration) => ({
  agentId: agent.id,
  organizationId: agent.organizationId,
  name: agent.name,
  fingerprint: agent.fingerprint,
});
export const itself = ({ agent }: Registration) => ({ id: agent.id });

/** What the record of an approval names: the client, and never the code, which is a secret of the one who approves. */
export const subjectOfApproval = ({ clientId }: Authorization) => ({ clientId });

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
export type Issuer = z.output<typeof issuerSchema>;
