import canonicalize from "canonicalize";
import { CID } from "multiformats/cid";
import { create as createDigest } from "multiformats/hashes/digest";

/** What of an entry its content identifier covers. */
export interface IdentifiedContent {
  type: string;
  /** No title and an empty one are the same. */
  title?: string | null | undefined;
  content: string;
  /** In any order. */
  tags: readonly string[];
  /**
   * Of an entry in a chain: the content identifier of the entry before; `""` or null where it is the first. Left out, the
   * entry is in no chain, which gives another identifier than the first of one.
   */
  previous?: string | null | undefined;
}

/** The form of the identifiers that this reef makes: it is part of what is hashed. */
export const ENTRY_VERSION = "reef:entry:v1";

/** Multicodec of bytes that mean nothing further, and multihash of SHA-256 (https://github.com/multiformats/multicodec). */
const RAW = 0x55;
const SHA_256 = 0x12;

/**
 * The content identifier of an entry, `bafkrei…`: CIDv1, raw, base32, of SHA-256 over the canonical JSON (RFC 8785) of
 * `{ c: content, t: title, tags, type, v: version }` and, in a chain, `p: previous`.
 *
 * Tags are sorted by their code points, which is the order of their UTF-8 bytes, so that every language sorts them alike
 * (JavaScript's own order differs above U+FFFF). Nothing in the text is escaped but what JSON must: `<`, `&` and U+2028
 * stand for themselves.
 *
 * @throws TypeError when a text holds half of a surrogate pair, which has no UTF-8.
 */
export async function entryCid(
  { type, title, content, tags, previous }: IdentifiedContent,
  version: string = ENTRY_VERSION,
): Promise<string> {
  if (![type, title ?? "", content, ...tags].every((text) => text.isWellFormed())) {
    throw new TypeError("A text holds half of a surrogate pair, so it has no content identifier.");
  }
  const identified = { c: content, t: title ?? "", tags: tags.toSorted(byCodePoint), type, v: version };
  const chained = previous === undefined ? identified : { ...identified, p: previous ?? "" };
  const bytes = new TextEncoder().encode(canonicalize(chained));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return CID.createV1(RAW, createDigest(SHA_256, digest)).toString();
}

/** {@link entryCid}, or undefined for a text that has none because it is no Unicode. */
export async function findEntryCid(content: IdentifiedContent): Promise<string | undefined> {
  try {
    return await entryCid(content);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function byCodePoint(a: string, b: string): number {
  const left = Array.from(a, codePoint);
  const right = Array.from(b, codePoint);
  const at = left.findIndex((point, index) => point !== right[index]);
  if (at === -1) return left.length - right.length;
  return (left[at] ?? -1) - (right[at] ?? -1);
}

const codePoint = (character: string): number => character.codePointAt(0) ?? -1;
