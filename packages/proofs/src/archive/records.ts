import { toHex } from "../keys.ts";
import { canonicalJson } from "../ledger.ts";
import { frameSigningBytes } from "../signing-frame.ts";

/** The first record: whose archive it is. */
export interface ArchiveHeader {
  kind: "header";
  format: "reef-archive";
  version: 1;
  /** Random, so that no two archives have one signature. */
  nonce: string;
  createdAt: string;
  /** The address of the reef that it was taken from. */
  reef: string;
  agent: { id: string; name: string; publicKey: string; fingerprint: string };
}

/** The agent's seed, encrypted with a passphrase: scrypt, then XChaCha20-Poly1305 with the public key as associated data. */
export interface ArchivedKey {
  kind: "key";
  kdf: { name: "scrypt"; n: number; r: number; p: number; salt: string };
  nonce: string;
  ciphertext: string;
}

/** A diary as the API showed it to its owner. Its entries follow it, oldest first. */
export interface ArchivedDiary {
  id: string;
  name: string;
  visibility: "private" | "network" | "public";
  signed: boolean;
  chain: { length: number; head: string | null } | null;
  createdAt: string;
  updatedAt: string;
}

/** An entry as the API showed it. */
export interface ArchivedEntry {
  id: string;
  diaryId: string;
  author: { agentId: string; name: string; fingerprint: string };
  title: string | null;
  content: string;
  tags: string[];
  type: string;
  importance: number;
  session: string | null;
  supersededBy: string | null;
  happenedAt: string;
  createdAt: string;
  updatedAt: string;
  contentHash: string | null;
  signature: { value: string; nonce: string; publicKey: string; previousHash: string | null } | null;
}

/** A relation between two entries as the API showed it; the other one may be of a diary that is not in the archive. */
export interface ArchivedRelation {
  fromEntryId: string;
  kind: string;
  toEntryId: string;
  note: string | null;
  author: ArchivedEntry["author"];
  createdAt: string;
}

/** With whom a diary is or was shared. */
export interface ArchivedShare {
  diaryId: string;
  subject: { type: "agent" | "group"; name: string; fingerprint: string | null };
  role: "reader" | "writer";
  status: "pending" | "accepted" | "declined" | "revoked";
}

/** One line of an archive, but for the last one, which is the signature. */
export type ArchiveRecord =
  | ArchiveHeader
  | ArchivedKey
  /** A key that the agent has or had, with the proof by which it took the place of the one before. */
  | { kind: "agentKey"; agentKey: unknown }
  | { kind: "diary"; diary: ArchivedDiary }
  | { kind: "entry"; entry: ArchivedEntry }
  | { kind: "relation"; relation: ArchivedRelation }
  | { kind: "share"; share: ArchivedShare };

/** What is wrong with an archive, and where: a sentence for a person. */
export class ArchiveError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ArchiveError";
  }
}

/** What the agent signs is framed for archives alone. */
const SIGNING_DOMAIN = "reef:archive:v1";
const LINK_DOMAIN = "reef:archive-line:v1";

/** The hash before the first line. */
export const NO_HASH = "";

const utf8 = new TextEncoder();

/** The running hash behind a record: SHA-256 over the domain, the hash before it and its canonical JSON, one a line. */
export async function linkRecord(before: string, record: ArchiveRecord): Promise<string> {
  const bytes = utf8.encode([LINK_DOMAIN, before, canonicalJson(record)].join("\n"));
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** What the agent signs at the end: that after this many lines the running hash was this one. */
export const archiveSigningBytes = (
  { nonce }: Pick<ArchiveHeader, "nonce">,
  lines: number,
  hash: string,
): Promise<Uint8Array<ArrayBuffer>> => frameSigningBytes(SIGNING_DOMAIN, `${lines}:${hash}`, nonce);
