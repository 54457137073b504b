import { defineTool, type Tool } from "@reef/mcp/define";
import { z } from "zod";
import { type Entry, memoryContract } from "../contract.ts";
import { entryFields, listEntriesText, pageFields, showEntry } from "./entry-view.ts";
import { cursor, diaryId, entryId, entryType, importance, limit, tags } from "./fields.ts";
import { NO_SUCCESSOR, NOT_A_WRITER } from "./next-steps.ts";

const NO_DIARY = { "memory.not_found": "diaries_list shows the diaries that you may read." };
const NO_ENTRY = { "memory.entry_not_found": "entries_search or entries_list finds the entry's id." };
const FORBIDDEN = { "memory.forbidden": NOT_A_WRITER };
const SIGN = "sign with crypto_prepare_signature (message: the content hash) and crypto_submit_signature, then repeat.";
const TOO_LONG = { "memory.too_long_for_public": "shorten it, or write it into a private diary." };

/** What one entries_get shows at most, in characters: some 5,000 tokens. */
const GET_CHARACTERS = 20_000;

/** What is told of an entry that was just written: its author knows the rest. */
const writtenFields = z.object({
  id: z.string(),
  diaryId: z.string(),
  injectionRisk: z.boolean(),
  contentHash: z.string().optional(),
});

const showWritten = ({ contentHash, ...entry }: Entry) => ({ ...entry, contentHash: contentHash ?? undefined });

/** Entries as tools. */
export const entryTools: readonly Tool[] = [
  defineTool(memoryContract, "createEntry", {
    name: "entries_create",
    title: "Remember something",
    description: "Write down what you will want to know later: a fact, an event, a procedure, a reflection.",
    input: z.object({
      diary_id: diaryId,
      content: z.string().max(100_000),
      title: z.string().optional(),
      tags: tags.optional(),
      entry_type: entryType.optional().describe("semantic unless given"),
      importance: importance.optional().describe("5 unless given"),
      session: z.string().optional().describe("What it is part of: a conversation, a run"),
      happened_at: z.string().optional().describe("ISO-8601 UTC; now unless given"),
      content_hash: z.string().optional().describe("For a signed entry: the CIDv1 of its content"),
      signing_request_id: z.string().optional().describe("For a signed entry: your completed request over it"),
      previous_hash: z.string().nullable().optional().describe("In a signed diary: its chain head, or null"),
    }),
    output: writtenFields,
    nextSteps: {
      ...NO_DIARY,
      ...FORBIDDEN,
      ...TOO_LONG,
      "memory.unsigned_entry": SIGN,
      "memory.hash_mismatch": `compute content_hash anew over exactly what you send, then ${SIGN}`,
      "memory.wrong_signature_message": SIGN,
      "memory.wrong_signer": SIGN,
      "memory.signature_used": SIGN,
      "memory.not_chained": "leave previous_hash out, compute content_hash without it, then sign that.",
      "memory.chain_moved": "read the chain head with diaries_get, then sign anew.",
      "signing.not_found": SIGN,
      "signing.not_signed": SIGN,
    },
    toRequest: ({ diary_id, entry_type, happened_at, content_hash, signing_request_id, previous_hash, ...body }) => ({
      params: { diaryId: diary_id },
      body: {
        ...body,
        type: entry_type,
        happenedAt: happened_at,
        contentHash: content_hash,
        signingRequestId: signing_request_id,
        previousHash: previous_hash,
      },
    }),
    toAnswer(entry) {
      const signed = entry.contentHash === null ? "" : ` It is signed as ${entry.contentHash}.`;
      return { fields: showWritten(entry), text: `Remembered as ${entry.id} in ${entry.diaryId}.${signed}` };
    },
  }),
  defineTool(memoryContract, "getEntry", {
    name: "entries_get",
    title: "Read an entry",
    description: "Read an entry in full; lists and searches show its beginning only.",
    input: z.object({
      entry_id: entryId,
      from_character: z.int().min(0).max(100_000).optional().describe("Where to read on in a long one"),
    }),
    output: entryFields,
    nextSteps: NO_ENTRY,
    toRequest: ({ entry_id }) => ({ params: { entryId: entry_id } }),
    toAnswer(entry, session, { from_character }) {
      const fields = showEntry(entry, session, { characters: GET_CHARACTERS, from: from_character ?? 0 });
      return { fields, text: listEntriesText(`Entry ${entry.id} of ${entry.diaryId}:`, [fields], session) };
    },
  }),
  defineTool(memoryContract, "listEntries", {
    name: "entries_list",
    title: "List entries",
    description: "Go through a diary in order, newest first, or all entries with certain tags.",
    input: z.object({
      diary_id: diaryId,
      tags: tags.optional().describe("Only entries with all of these"),
      entry_type: entryType.optional(),
      limit: limit(20),
      cursor,
    }),
    output: pageFields(entryFields),
    nextSteps: NO_DIARY,
    toRequest: ({ diary_id, entry_type, tags, ...query }) => ({
      params: { diaryId: diary_id },
      query: { ...query, type: entry_type, tags: tags?.join(",") },
    }),
    toAnswer({ items, nextCursor, total }, session) {
      const shown = items.map((entry) => showEntry(entry, session));
      const text = listEntriesText(`${shown.length} of ${total} entries:`, shown, session, nextCursor);
      return { fields: { items: shown, nextCursor: nextCursor ?? undefined, total }, text };
    },
  }),
  defineTool(memoryContract, "updateEntry", {
    name: "entries_update",
    title: "Change an entry",
    description: "Use it when an unsigned entry turns out to be wrong, or any entry has been replaced by another.",
    input: z.object({
      entry_id: entryId,
      content: z.string().max(100_000).optional(),
      title: z.string().nullable().optional().describe("null clears it"),
      tags: tags.optional(),
      entry_type: entryType.optional(),
      importance: importance.optional(),
      superseded_by: z.string().nullable().optional().describe("ent_… of the same diary; null clears it"),
    }),
    output: writtenFields,
    nextSteps: {
      ...NO_ENTRY,
      ...FORBIDDEN,
      ...TOO_LONG,
      "memory.changed": "read it again with entries_get, then repeat the change.",
      "memory.invalid_successor": NO_SUCCESSOR,
      "memory.signed_entry": "write a new entry with entries_create, then set superseded_by of this one to its id.",
    },
    toRequest: ({ entry_id, entry_type, superseded_by, ...body }) => ({
      params: { entryId: entry_id },
      body: { ...body, type: entry_type, supersededBy: superseded_by },
    }),
    toAnswer: (entry) => ({ fields: showWritten(entry), text: `Changed ${entry.id}.` }),
  }),
  defineTool(memoryContract, "deleteEntry", {
    name: "entries_delete",
    title: "Forget an entry",
    description: "Remove an entry for good. To correct one, prefer entries_update.",
    input: z.object({ entry_id: entryId }),
    output: z.object({ id: z.string(), deleted: z.boolean() }),
    nextSteps: {
      ...NO_ENTRY,
      ...FORBIDDEN,
      "memory.chained": "write a new entry with entries_create, then set superseded_by of this one to its id.",
    },
    toRequest: ({ entry_id }) => ({ params: { entryId: entry_id } }),
    toAnswer: (_nothing, _session, { entry_id }) => ({
      fields: { id: entry_id, deleted: true },
      text: `Forgot ${entry_id}.`,
    }),
  }),
  defineTool(memoryContract, "verifyEntry", {
    name: "entries_verify",
    title: "Verify an entry",
    description: "Check that an entry is exactly what its author signed, before you rely on it.",
    input: z.object({ entry_id: entryId }),
    output: z.object({
      signed: z.boolean(),
      hashMatches: z.boolean(),
      signatureValid: z.boolean(),
      valid: z.boolean(),
      contentHash: z.string().nullable(),
      signer: z.object({ fingerprint: z.string() }).nullable(),
    }),
    nextSteps: NO_ENTRY,
    toRequest: ({ entry_id }) => ({ params: { entryId: entry_id } }),
    toAnswer(answer, _session, { entry_id }) {
      const { signed, valid, hashMatches, signer } = answer;
      const signedBy = `by the key ${signer?.fingerprint}`;
      if (!signed) return { fields: answer, text: `${entry_id} is not signed: nothing proves who wrote it.` };
      if (valid) return { fields: answer, text: `${entry_id} is what was signed ${signedBy}.` };
      const fault = hashMatches ? "the signature is not its author's" : "its content is not what was signed";
      return { fields: answer, text: `${entry_id} is NOT authentic: ${fault}.` };
    },
  }),
];
