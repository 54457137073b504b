import { orderChain } from "./chain-order.ts";
import type { ChainAnchor, ChainEntry, ChainLink, ChainOptions, ChainReport } from "./chain-report.ts";
import { entryCid } from "./cid.ts";
import { fingerprintOf, parsePublicKey, verifySignature } from "./keys.ts";
import { frameSigningBytes } from "./signing-frame.ts";

const DOMAIN = "reef:v1";

/**
 * Verifies a diary's chain: every content against its identifier, every signature against that and against its author's
 * fingerprint, and that each entry names the one before it, from the first to `head`. It tells exactly what is wrong.
 *
 * `entries` come oldest first and are read once; of each only its identifiers are kept, so a long chain needs little
 * memory. Who wrote the chain can still rewrite its end, with new signatures of its own, and whoever holds the database can
 * cut it off together with the head: against both there is `known`. Where several entries side by side are damaged at
 * once, all of it is noticed, but the faults may be told in another way than they were made.
 */
export async function verifyChain(
  entries: AsyncIterable<ChainEntry> | Iterable<ChainEntry>,
  anchor: ChainAnchor,
  options: ChainOptions = {},
): Promise<ChainReport> {
  const fingerprints = new Map<string, Promise<string | undefined>>();
  const links: ChainLink[] = [];
  for await (const entry of entries) {
    links.push(await judge(entry, links.length + 1, links.at(-1)?.name ?? null, fingerprints));
  }
  const { length, head, faults } = orderChain(links, anchor, options);
  return { valid: faults.length === 0, entries: links.length, length, head, faults };
}

/** One entry by itself. `standsBehind` is the identifier of the entry that stands before it in the list. */
async function judge(
  entry: ChainEntry,
  position: number,
  standsBehind: string | null,
  fingerprints: Map<string, Promise<string | undefined>>,
): Promise<ChainLink> {
  const { id, contentHash, signature, author } = entry;
  const place = { id, position };
  if (contentHash === null || signature === null) {
    return { ...place, state: "unsigned", name: await cidBehind(entry, standsBehind), previous: standsBehind };
  }
  const { previousHash: previous, publicKey, nonce, value } = signature;
  const signs = async (cid: string) => verifySignature(publicKey, await frameSigningBytes(DOMAIN, cid, nonce), value);
  const actual = await cidBehind(entry, previous);
  if (actual === contentHash) {
    const isAuthors = (await fingerprintBy(publicKey, fingerprints)) === author.fingerprint;
    const state = isAuthors && (await signs(contentHash)) ? "good" : "wrong_signature";
    return { ...place, state, name: contentHash, previous };
  }
  // Something was altered; what it was called, and what it followed, is then what still fits the signature.
  const altered = { ...place, state: "altered" as const };
  if ((await cidBehind(entry, standsBehind)) === contentHash) {
    return { ...altered, name: contentHash, previous: standsBehind };
  }
  if (actual !== undefined && (await signs(actual))) return { ...altered, name: actual, previous };
  return { ...altered, name: contentHash, previous };
}

/** Its content identifier if it followed `previous`; undefined for a text that has none. */
const cidBehind = (entry: ChainEntry, previous: string | null): Promise<string | undefined> =>
  entryCid({ ...entry, previous }).catch((error: unknown) => {
    if (error instanceof TypeError) return undefined;
    throw error;
  });

/** The fingerprint of a key, computed once: a chain has few authors. */
function fingerprintBy(
  publicKey: string,
  known: Map<string, Promise<string | undefined>>,
): Promise<string | undefined> {
  const found = known.get(publicKey);
  if (found !== undefined) return found;
  const raw = parsePublicKey(publicKey);
  const made = raw === undefined ? Promise.resolve(undefined) : fingerprintOf(raw);
  known.set(publicKey, made);
  return made;
}
