import { orderChain } from "./chain-order.ts";
import type { ChainAnchor, ChainEntry, ChainLink, ChainOptions, ChainReport } from "./chain-report.ts";
import { findEntryCid } from "./cid.ts";
import { checkEntryProof, isSignatureOver } from "./entry-proof.ts";

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
  const links: ChainLink[] = [];
  for await (const entry of entries) {
    links.push(await judge(entry, links.length + 1, links.at(-1)?.name ?? null));
  }
  const { length, head, faults } = orderChain(links, anchor, options);
  return { valid: faults.length === 0, entries: links.length, length, head, faults };
}

/** One entry by itself. `standsBehind` is the identifier of the entry that stands before it in the list. */
async function judge(entry: ChainEntry, position: number, standsBehind: string | null): Promise<ChainLink> {
  const { id, contentHash, signature } = entry;
  const place = { id, position };
  const cidBehind = (previous: string | null) => findEntryCid({ ...entry, previous });
  const check = await checkEntryProof(entry, { isChained: true });
  if (contentHash === null || signature === null || check === undefined) {
    return { ...place, state: "unsigned", name: await cidBehind(standsBehind), previous: standsBehind };
  }
  const previous = signature.previousHash;
  if (check.hashMatches) {
    const state = check.isAuthorsKey && check.signatureMatches ? "good" : "wrong_signature";
    return { ...place, state, name: contentHash, previous };
  }
  // Something was altered; what it was called, and what it followed, is then what still fits the signature.
  const altered = { ...place, state: "altered" as const };
  if ((await cidBehind(standsBehind)) === contentHash) {
    return { ...altered, name: contentHash, previous: standsBehind };
  }
  const actual = await cidBehind(previous);
  if (actual !== undefined && (await isSignatureOver(actual, signature))) {
    return { ...altered, name: actual, previous };
  }
  return { ...altered, name: contentHash, previous };
}
