import { findEntryCid } from "./cid.ts";
import { fingerprintOf, parsePublicKey, verifySignature } from "./keys.ts";
import { SIGNING_DOMAIN } from "./signed-messages.ts";
import { frameSigningBytes } from "./signing-frame.ts";

/** What of an entry proves who wrote it; an entry as the API gives it is one. */
export interface ProvenEntry {
  type: string;
  title: string | null;
  content: string;
  tags: readonly string[];
  author: { fingerprint: string };
  contentHash: string | null;
  signature: EntrySignature | null;
}

/** A signature over an entry's content identifier; `previousHash` is null for the first of a chain, and outside of one. */
export interface EntrySignature {
  value: string;
  nonce: string;
  publicKey: string;
  previousHash: string | null;
}

/** What of an entry's proof holds; all three of a good one. */
export interface EntryProofCheck {
  /** The content identifier is the one of its content and, in a chain, of the entry before. */
  hashMatches: boolean;
  /** The key signed that identifier. */
  signatureMatches: boolean;
  /** The key is the one of the author's fingerprint. */
  isAuthorsKey: boolean;
}

/** What can be wrong with an entry's proof. */
export type EntryFault =
  /** The content identifier is not the one of its content. */
  | "content"
  /** The key did not sign that identifier. */
  | "signature"
  /** The key is not the one of the author's fingerprint. */
  | "signer"
  /** It has no proof, or half of one, where it must have one. */
  | "unsigned";

/** Checks a single entry's proof; undefined when it has none, or half of one. `isChained`: its diary is a chain. */
export async function checkEntryProof(
  { author, contentHash, signature, ...entry }: ProvenEntry,
  { isChained }: { isChained: boolean },
): Promise<EntryProofCheck | undefined> {
  if (contentHash === null || signature === null) return undefined;
  const previous = isChained ? signature.previousHash : undefined;
  const raw = parsePublicKey(signature.publicKey);
  return {
    hashMatches: (await findEntryCid({ ...entry, previous })) === contentHash,
    signatureMatches: await isSignatureOver(contentHash, signature),
    isAuthorsKey: raw !== undefined && (await fingerprintOf(raw)) === author.fingerprint,
  };
}

/**
 * What is wrong with a single entry's proof; undefined when nothing is, or when it has none and needs none. In a diary
 * whose entries are chained each needs one, which covers the entry before it as well.
 */
export async function findEntryFault(
  entry: ProvenEntry,
  { isChained }: { isChained: boolean },
): Promise<EntryFault | undefined> {
  const check = await checkEntryProof(entry, { isChained });
  if (check === undefined) {
    const claimsNothing = entry.contentHash === null && entry.signature === null;
    return claimsNothing && !isChained ? undefined : "unsigned";
  }
  if (!check.hashMatches) return "content";
  if (!check.isAuthorsKey) return "signer";
  return check.signatureMatches ? undefined : "signature";
}

/** Whether the key of a signature made it over this content identifier, whatever entry it stands at. */
export async function isSignatureOver(
  contentHash: string,
  { publicKey, nonce, value }: EntrySignature,
): Promise<boolean> {
  return verifySignature(publicKey, await frameSigningBytes(SIGNING_DOMAIN, contentHash, nonce), value);
}
