import { idSchema, timeSchema } from "@reef/http/contract";
import { agentSchema } from "@reef/identity/contract";
import { z } from "zod";

const MESSAGE_CHARACTERS = 100_000;
/** JSON may write each character in six bytes, and the other fields need a few hundred. */
export const MESSAGE_BODY_BYTES = 6 * MESSAGE_CHARACTERS + 16_384;
/** The nonces of challenges, which a stateless check may be about as well, are the longest. */
const NONCE_CHARACTERS = 256;

/** What is signed. Half of a surrogate pair has no UTF-8, so two programs would sign different bytes for it. */
export const message = z
  .string()
  .min(1)
  .max(MESSAGE_CHARACTERS)
  .refine((text) => text.isWellFormed(), "Must not contain half of a surrogate pair");

export const nonce = z.string().min(1).max(NONCE_CHARACTERS);

export const signature = z.string().min(1).max(88).describe("Standard base64 of the 64 bytes of an Ed25519 signature");

export const { publicKey, fingerprint } = agentSchema.shape;

/** Whose deeds a list is narrowed to. */
export const actorFilter = z
  .union([fingerprint, idSchema("usr")])
  .describe("Only what this agent did, by any fingerprint that it has or had, or this person, by id");

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const signingRequestStatus = z.enum(["pending", "completed", "expired"]);

export const signingRequestSchema = z
  .object({
    id: idSchema("sgn"),
    agentId: idSchema("agt"),
    agent: z
      .object({ id: idSchema("agt"), name: z.string(), fingerprint })
      .describe("Whose key is asked for, with the name and the key that it has now"),
    message: z.string(),
    nonce: z.uuid(),
    signingInput: z.base64().describe("The bytes to sign with the agent's key, in base64: decode them first"),
    status: signingRequestStatus,
    signature: z.string().nullable(),
    valid: z.boolean().nullable().describe("Whether the signature is the agent's; null until there is one"),
    createdAt: timeSchema(),
    expiresAt: timeSchema(),
    completedAt: timeSchema().nullable(),
  })
  .meta({ id: "SigningRequest" });

const signerSchema = z.object({ agentId: idSchema("agt"), name: z.string(), fingerprint, publicKey });

export const verificationSchema = z
  .object({
    valid: z.boolean(),
    signer: signerSchema
      .nullable()
      .describe("The agent of this reef whose key it is or was; null where the key is not known here"),
    signedAt: timeSchema().nullable().describe("When this reef got the signature; null for a check without it"),
    messageHash: hash.nullable().describe("SHA-256 of the message in UTF-8, as hex digits"),
    signingRequestId: idSchema("sgn").nullable(),
    keyRetiredAt: timeSchema()
      .nullable()
      .describe(
        "In a check of message, nonce and key: when the agent replaced that key. Whoever holds an old key can still sign with it, so ask when the signature was made",
      ),
  })
  .meta({ id: "Verification" });

const actorSchema = z.union([
  z.object({ agentId: idSchema("agt"), name: z.string(), fingerprint: z.string() }),
  z.object({ personId: idSchema("usr"), name: z.string() }),
]);

export const auditRecordSchema = z
  .object({
    hash: hash.describe("SHA-256 over `reef:ledger:v1`, a line feed and `canonical`"),
    canonical: z.string().describe("The record as canonical JSON (RFC 8785): the text that was hashed"),
    record: z.object({
      v: z.literal(1),
      organizationId: idSchema("org"),
      position: z.int().describe("1, 2, 3 … without gaps"),
      at: timeSchema(),
      actor: actorSchema,
      operation: z.string(),
      subject: z.record(z.string(), z.string()).describe("Ids of what it was done to, by name"),
      fields: z.array(z.string()).describe("Names of the fields that the request set"),
      requestId: z.string(),
      previous: hash.nullable().describe("The hash of the record before; null in the first"),
    }),
  })
  .meta({ id: "AuditRecord" });

export const activitySchema = z
  .object({
    position: z.int().describe("Its position in the organization's ledger"),
    at: timeSchema(),
    actor: actorSchema,
    operation: z.string().describe("Such as `memory.createEntry`"),
    subject: z.record(z.string(), z.string()).describe("Ids of what it was done to, by name"),
  })
  .meta({ id: "Activity" });

const checkpointSchema = z
  .object({
    canonical: z.string().describe("The checkpoint as canonical JSON (RFC 8785)"),
    signature: z
      .string()
      .describe("Standard base64 of the Ed25519 signature over `reef:checkpoint:v1`, a line feed and `canonical`"),
    checkpoint: z.object({
      v: z.literal(1),
      organizationId: idSchema("org"),
      position: z.int(),
      hash: hash.describe("The hash of the record at that position"),
      at: timeSchema(),
      publicKey: publicKey.describe("The reef's audit key; /.well-known/reef.json publishes it as well"),
    }),
  })
  .meta({ id: "AuditCheckpoint" });

export const auditHeadSchema = z
  .object({
    position: z.int().describe("The count of records"),
    hash: hash.nullable().describe("The hash of the last one; null while there is none"),
    checkpoint: checkpointSchema.nullable(),
  })
  .meta({ id: "AuditHead" });
