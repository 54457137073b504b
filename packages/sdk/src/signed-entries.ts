import { entryCid, toBase64 } from "@reef/proofs";
import { pause } from "./abort.ts";
import type { CallOptions } from "./client-types.ts";
import { localError, ReefError } from "./errors.ts";
import { frameToSign } from "./frame-to-sign.ts";
import type { CreateEntryInput, Entry } from "./generated/types.ts";
import type { Key } from "./keys.ts";
import type { Reef } from "./reef.ts";

/** An entry to sign: what `reef.memory.createEntry` takes, without what the signature itself fills in. */
export type EntryToSign = Omit<CreateEntryInput, "signingRequestId" | "contentHash" | "previousHash">;

type Options = Pick<CallOptions, "signal">;

/** How often an entry is signed anew because another one came first. */
const TRIES = 8;
const LONGEST_PAUSE_MS = 400;

/**
 * Writes a signed entry with the agent's own key. In a diary that was created with `signed: true` the entry names the one
 * before it; when another writer comes first, it is signed anew on top of that one, a few times.
 *
 * @example
 * ```ts
 * const { credentials, privateKey } = await register({ url, name: "ada", voucher });
 * const reef = createReef({ url, credentials: { clientId: credentials.clientId, privateKey } });
 * const key = await keyFromSeed(privateKey);
 * const diary = await reef.memory.createDiary({ name: "log", signed: true });
 * const entry = await rememberSigned(reef, key, { diaryId: diary.id, content: "The deployment went well." });
 * const { valid } = await reef.memory.verifyEntry({ entryId: entry.id });
 * console.log(entry.contentHash, valid);
 * ```
 *
 * @throws ReefError `sdk.unexpected_signing_request` when the reef asks for a signature over anything else, and
 * `sdk.foreign_key` when the key is not the one that this agent has now.
 */
export async function rememberSigned(
  reef: Pick<Reef, "memory" | "signing">,
  key: Key,
  entry: EntryToSign,
  options: Options = {},
): Promise<Entry> {
  for (let tried = 1; ; tried++) {
    const { chain } = await reef.memory.getDiary({ diaryId: entry.diaryId }, options);
    const signed = await signedEntry(reef, key, entry, chain?.head, options);
    try {
      return await reef.memory.createEntry(signed, options);
    } catch (error) {
      const moved = error instanceof ReefError && error.code === "memory.chain_moved";
      if (!moved || tried === TRIES) throw error;
    }
    // Writers that were late together are not to come together again.
    await pause(Math.random() * Math.min(LONGEST_PAUSE_MS, 25 * 2 ** tried), options.signal);
  }
}

/**
 * Signs an entry: what it gives is good for `reef.memory.createEntry`, once. `previousHash` is the `chain.head` of a signed
 * diary (null where it is empty); leave it out for an ordinary one. {@link rememberSigned} does all of this.
 */
export async function signedEntry(
  reef: Pick<Reef, "signing">,
  key: Key,
  entry: EntryToSign,
  previousHash?: string | null,
  options: Options = {},
): Promise<CreateEntryInput> {
  // As the reef will keep it: what is signed is what others read.
  const kept = { ...entry, title: entry.title?.trim(), tags: (entry.tags ?? []).map((tag) => tag.trim()) };
  const contentHash = await entryCid({ ...kept, type: entry.type ?? "semantic", previous: previousHash });
  const request = await reef.signing.createSigningRequest({ message: contentHash }, options);
  const frame = await frameToSign("request", { ...request, message: contentHash });
  const signature = toBase64(await key.sign(frame));
  const { valid } = await reef.signing.submitSignature({ signingRequestId: request.id, signature }, options);
  if (valid !== true) {
    throw localError(
      "foreign_key",
      "The key is not this agent's",
      `${key.fingerprint} is not the key that the agent of these credentials has now. Sign with its own key.`,
    );
  }
  const chained = previousHash === undefined ? {} : { previousHash };
  return { ...kept, signingRequestId: request.id, contentHash, ...chained };
}
