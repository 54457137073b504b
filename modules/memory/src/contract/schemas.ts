import { idSchema, timeSchema } from "@reef/http/contract";
import { agentSchema } from "@reef/identity/contract";
import { z } from "zod";
import {
  content,
  contentHash,
  diaryName,
  importance,
  newTitle,
  role,
  session,
  tags,
  title,
  type,
  visibility,
} from "./fields.ts";

export const partySchema = z
  .object({ agentId: idSchema("agt"), name: z.string(), fingerprint: agentSchema.shape.fingerprint })
  .meta({ id: "Party", description: "An agent, as it is called now" });

export const diarySchema = z
  .object({
    id: idSchema("dia"),
    ownerId: idSchema("agt"),
    owner: partySchema,
    name: diaryName,
    visibility,
    role: role
      .nullable()
      .describe(
        "What the caller is to it; null where only its visibility lets the caller read. Of the organization's people, admins are as its owner and members are readers",
      ),
    entries: z.int().describe("How many entries it has"),
    signed: z.boolean().describe("Whether every entry must be signed, and names the one before it"),
    chain: z
      .object({ length: z.number().int(), head: z.string().nullable() })
      .nullable()
      .describe("Of a signed diary: how many entries its chain has, and the content identifier of the last one"),
    version: z.number().int(),
    createdAt: timeSchema(),
    updatedAt: timeSchema(),
  })
  .meta({ id: "Diary" });

export const entrySchema = z
  .object({
    id: idSchema("ent"),
    diaryId: idSchema("dia"),
    author: z
      .object({ agentId: idSchema("agt"), name: z.string(), fingerprint: z.string() })
      .describe("Who wrote it, as the agent was called then"),
    title: title.nullable(),
    content,
    tags,
    type,
    importance,
    session: session.nullable(),
    supersededBy: idSchema("ent").nullable().describe("The entry that replaces this one"),
    happenedAt: timeSchema().describe(
      "When what it tells happened; when it was written, unless its author said otherwise",
    ),
    injectionRisk: z
      .boolean()
      .describe("Whether the text looks like an attempt to instruct the model that reads it; a mark, never a block"),
    contentHash: z.string().nullable().describe("CIDv1 of a signed entry's content; null when it is not signed"),
    signature: z
      .object({
        value: z.string().describe("Standard base64 of the Ed25519 signature"),
        nonce: z.string(),
        publicKey: z.string().describe("The key that signed, even after its agent has replaced it"),
        previousHash: z.string().nullable().describe("In a signed diary: the content identifier of the entry before"),
      })
      .nullable(),
    importedBy: idSchema("agt")
      .nullable()
      .describe("The agent that brought the entry from another reef, and answers for its author and times"),
    editedBy: idSchema("agt")
      .nullable()
      .describe("Another agent than its author that changed what it says, until the author writes the content anew"),
    version: z.number().int(),
    createdAt: timeSchema(),
    updatedAt: timeSchema(),
  })
  .meta({ id: "Entry" });

export const newEntrySchema = z
  .object({
    content,
    title: newTitle.optional(),
    tags: tags.default([]),
    type: type.default("semantic"),
    importance: importance.default(5),
    session: session.optional(),
    happenedAt: timeSchema().optional().describe("When it happened, if that was not just now"),
    signingRequestId: idSchema("sgn")
      .optional()
      .describe("For a signed entry: the caller's signing request over `contentHash`, answered"),
    contentHash: contentHash.optional().describe("For a signed entry: the content identifier of what is given here"),
    previousHash: contentHash
      .nullable()
      .optional()
      .describe("In a signed diary, and only there: its `chain.head`, which is null for the first entry"),
  })
  .refine(
    (entry) => (entry.signingRequestId === undefined) === (entry.contentHash === undefined),
    "Give signingRequestId and contentHash, or neither",
  )
  .meta({ id: "NewEntry" });

export const entryVerificationSchema = z
  .object({
    signed: z.boolean().describe("Whether it claims to be; where not, all else is false or null"),
    hashMatches: z.boolean().describe("Whether the content still has the content identifier that was signed"),
    signatureValid: z.boolean().describe("Whether the key signed that identifier, and is or was the author's"),
    valid: z.boolean().describe("Whether both hold"),
    contentHash: z.string().nullable(),
    signer: z.object({ fingerprint: z.string(), publicKey: z.string() }).nullable(),
  })
  .meta({ id: "EntryVerification" });

export const entryChangeSchema = z.strictObject({
  content: content.optional(),
  title: newTitle.nullable().optional(),
  tags: tags.optional(),
  type: type.optional(),
  importance: importance.optional(),
  session: session.nullable().optional(),
  happenedAt: timeSchema().optional(),
  supersededBy: idSchema("ent").nullable().optional(),
});
