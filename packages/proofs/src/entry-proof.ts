import { entryCid } from "./cid.ts";
import { fingerprintOf, parsePublicKey, verifySignature } from "./keys.ts";
import { frameSigningBytes } from "./signing-frame.ts";

/** What of an entry proves who wrote it; an entry as the API gives it is one. */
export interface ProvenEntry {
  type: string;
  title: string | null;
  content: string;
  tags: readonly string[];
  author: { fingerprint: string };
  contentHash: string | null;
  signature: { value: string; nonce: string; publicKey: string; previousHash: string | null } | null;
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

/** What is signed is framed for this use alone, so a signature for another one is none here. */
const DOMAIN = "reef:v1";

/**
 * What is wrong with a single entry's proof; undefined when nothing is, or when it has none and needs none. In a diary
 * whose entries are chained each needs one, which covers the entry before it as well.
 */
export async function findEntryFault(
  { author, contentHash, signature, ...entry }: ProvenEntry,
  { isChained }: { isChained: boolean },
): Promise<EntryFault | undefined> {
  if (contentHash === null && signature === null) return isChained ? "unsigned" : undefined;
  if (contentHash === null || signature === null) return "unsigned";
  const previous = isChained ? signature.previousHash : undefined;
  const actual = await entryCid({ ...entry, previous }).catch(() => undefined);
  if (actual !== contentHash) return "content";
  const { publicKey, nonce, value } = signature;
  const raw = parsePublicKey(publicKey);
  if (raw === undefined || (await fingerprintOf(raw)) !== author.fingerprint) return "signer";
  const signed = await frameSigningBytes(DOMAIN, contentHash, nonce);
  return (await verifySignature(publicKey, signed, value)) ? undefined : "signature";
}
