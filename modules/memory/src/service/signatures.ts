import type { Connection } from "@reef/db";
import type { Call, MemberCaller } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import { checkEntryProof, findEntryCid, fingerprintOf, parsePublicKey } from "@reef/proofs";
import type { SigningApi } from "@reef/signing";
import type { Entry, EntryChange, EntryVerification, NewEntry } from "../contract.ts";
import { memoryErrors } from "../errors.ts";
import type { StoredDiary } from "../store/diaries.ts";
import * as store from "../store/entries.ts";
import type { DiaryAccess } from "./access.ts";

export interface SignatureDependencies {
  access: DiaryAccess;
  signing: Pick<SigningApi, "getSigned">;
  identity: Pick<IdentityApi, "findKey">;
}

/** Kinds of memory that tell who an agent is: how much they count is as fixed as what they say. */
const SELF = new Set<Entry["type"]>(["identity", "soul", "reflection"]);

/** The rules of signed entries: what may be written, and what proves it afterwards. */
export function createSignatureService({ access, identity }: SignatureDependencies) {
  return {
    /**
     * Checks an entry anew from what is stored: its content against its identifier, the signature against that, and the
     * key against its author's. Without a signature all of it is false.
     *
     * @throws memory.entry_not_found when the entry is unknown **or** its diary is not the caller's to read.
     */
    async verifyEntry(call: Call<MemberCaller | undefined>, entryId: string): Promise<EntryVerification> {
      const found = await store.findEntry(call.db, access.readerOf(call.caller), entryId);
      if (found === undefined) throw memoryErrors.entry_not_found({ internal: { entryId } });
      const { entry, signed: isChained } = found;
      const { contentHash, signature } = entry;
      const check = await checkEntryProof(entry, { isChained });
      if (signature === null || check === undefined) return UNSIGNED;
      const { publicKey } = signature;
      const raw = parsePublicKey(publicKey);
      const signer = raw === undefined ? null : { fingerprint: await fingerprintOf(raw), publicKey };
      const { hashMatches, signatureMatches, isAuthorsKey } = check;
      const signatureValid = signatureMatches && isAuthorsKey && (await isKnownKey(call.db, entry, publicKey));
      return { signed: true, hashMatches, signatureValid, valid: hashMatches && signatureValid, contentHash, signer };
    },
  };

  /**
   * Whether a key of the author's fingerprint is, or was, the author's here. An entry from another reef names an author that
   * is unknown here; then its fingerprint alone ties it to the key.
   */
  async function isKnownKey(db: Connection, { author, importedBy }: Entry, publicKey: string): Promise<boolean> {
    if (importedBy !== null) return true;
    const known = await identity.findKey(db, author.fingerprint);
    return known?.agentId === author.agentId && known.publicKey === publicKey;
  }
}

const UNSIGNED: EntryVerification = {
  signed: false,
  hashMatches: false,
  signatureValid: false,
  valid: false,
  contentHash: null,
  signer: null,
};

/** Refuses entries whose `contentHash` is not theirs. It takes the longest, so it comes before any lock. @throws memory.hash_mismatch */
export async function requireContentHashes(entries: readonly NewEntry[]): Promise<void> {
  for (const { contentHash, previousHash: previous, ...entry } of entries) {
    if (contentHash !== undefined && (await findEntryCid({ ...entry, previous })) !== contentHash) {
      throw memoryErrors.hash_mismatch({ internal: { contentHash } });
    }
  }
}

/**
 * What proves each of the entries, in the transaction that writes them and under the lock of their diary's row: of a
 * chain, each must name the one before it.
 *
 * @throws memory.unsigned_entry, memory.not_chained, memory.chain_moved, memory.wrong_signature_message,
 * memory.wrong_signer, and what the signing module refuses.
 */
export async function takeSignatures(
  call: Call,
  diary: StoredDiary,
  entries: readonly NewEntry[],
  signing: SignatureDependencies["signing"],
): Promise<(store.EntrySignature | undefined)[]> {
  const signatures: (store.EntrySignature | undefined)[] = [];
  let head = diary.chain?.head ?? null;
  for (const entry of entries) {
    requirePlace(diary, entry, head);
    const signature = await takeSignature(call, entry, signing);
    signatures.push(signature);
    head = signature?.contentHash ?? null;
  }
  return signatures;
}

function requirePlace({ signed }: StoredDiary, { contentHash, previousHash }: NewEntry, head: string | null): void {
  if (!signed) {
    if (previousHash !== undefined) throw memoryErrors.not_chained();
    return;
  }
  if (contentHash === undefined || previousHash === undefined) throw memoryErrors.unsigned_entry();
  if (previousHash !== head) {
    throw memoryErrors.chain_moved({
      detail:
        `The diary's chain.head is ${head ?? "null: it has no entry"}, and previousHash names another. ` +
        "Sign the entry anew on top of it.",
    });
  }
}

async function takeSignature(
  call: Call,
  { signingRequestId, contentHash, previousHash = null }: NewEntry,
  signing: SignatureDependencies["signing"],
): Promise<store.EntrySignature | undefined> {
  if (signingRequestId === undefined || contentHash === undefined) return undefined;
  const { message, nonce, signature, publicKey } = await signing.getSigned(call, signingRequestId);
  if (message !== contentHash) throw memoryErrors.wrong_signature_message();
  if (publicKey !== call.caller.publicKey) throw memoryErrors.wrong_signer();
  return { contentHash, previousHash, signature, nonce, publicKey };
}

/** Refuses to change what was signed, also to what it is already. @throws memory.signed_entry */
export function requireUnsignedFields({ contentHash, type }: Entry, change: EntryChange): void {
  if (contentHash === null) return;
  const { content, title, tags, type: newType, importance } = change;
  const fixed = [content, title, tags, newType, SELF.has(type) ? importance : undefined];
  if (fixed.some((field) => field !== undefined)) throw memoryErrors.signed_entry();
}
