import type { ProvenEntry } from "./entry-proof.ts";

/** What of an entry its chain proves; an entry as the API gives it is one. */
export interface ChainEntry extends ProvenEntry {
  id: string;
}

/** How long a chain is, and the content identifier of its last entry; null for none. */
export interface ChainAnchor {
  length: number;
  head: string | null;
}

/** An entry, and at which position of the list it stands; the first is 1. */
export interface ChainPlace {
  id: string;
  position: number;
}

/** One thing that is wrong with a chain. */
export type ChainFault =
  /** The content, or what it says that it follows, is not what was signed. */
  | { kind: "altered"; entry: ChainPlace }
  /** The signature is not by the author's key, or not over this content. */
  | { kind: "wrong_signature"; entry: ChainPlace }
  /** It has no signature. */
  | { kind: "unsigned"; entry: ChainPlace }
  /** No entry of the chain leads to it. */
  | { kind: "inserted"; entry: ChainPlace }
  /** It is signed, and stands where the next one names another: `contentHash`. */
  | { kind: "replaced"; entry: ChainPlace; contentHash: string }
  /** It belongs behind `after`; null: at the beginning. */
  | { kind: "reordered"; entry: ChainPlace; after: ChainPlace | null }
  /** Entries between these two are gone, the last of which was `contentHash`; null: how many cannot be told. */
  | { kind: "missing"; after: ChainPlace | null; before: ChainPlace; count: number | null; contentHash: string }
  /** Entries behind this one are gone, up to the end. */
  | { kind: "cut_off"; after: ChainPlace | null; count: number | null }
  /** The chain does not hold the head that was known before, and it is no shorter: its history is another one. */
  | { kind: "rewritten"; head: string }
  /** The chain has another length than was said. */
  | { kind: "length"; expected: number; found: number };

/** What {@link verifyChain} found. */
export interface ChainReport {
  valid: boolean;
  /** How many entries were read. */
  entries: number;
  /** The end of the chain: of a valid one worth remembering, as `known` of the next time. */
  length: number;
  head: string | null;
  /** In the order of the list. */
  faults: ChainFault[];
}

export interface ChainOptions {
  /** Heads that were found good before, with their length if it is known: the chain must still hold them. */
  known?: readonly { head: string; length?: number | undefined }[] | undefined;
  /** Whether entries may follow the head, properly: the list was read while the diary was written to. */
  mayHaveGrown?: boolean | undefined;
}

/** An entry without its content: all that the order of the chain needs. */
export interface ChainLink extends ChainPlace {
  state: "good" | "altered" | "wrong_signature" | "unsigned";
  /** The content identifier by which the next entry knows it, if it has any. */
  name: string | undefined;
  /** The identifier of the entry before, as this one names it; null for the first. */
  previous: string | null;
}
