/** The formats that a client and a reef must compute alike. Isomorphic: no Node, no input or output. */
export { fromBase64, toBase64, toBase64Url } from "./base64.ts";
export { verifyChain } from "./chain.ts";
export type { ChainAnchor, ChainEntry, ChainFault, ChainOptions, ChainPlace, ChainReport } from "./chain-report.ts";
export { ENTRY_VERSION, entryCid, findEntryCid, type IdentifiedContent } from "./cid.ts";
export {
  checkEntryProof,
  type EntryFault,
  type EntryProofCheck,
  type EntrySignature,
  findEntryFault,
  type ProvenEntry,
} from "./entry-proof.ts";
export {
  fingerprintOf,
  formatPublicKey,
  parsePublicKey,
  parseSeed,
  publicKeyOf,
  SMALL_ORDER_POINTS,
  signWithSeed,
  toHex,
  verifySignature,
} from "./keys.ts";
export {
  canonicalJson,
  checkpointSigningBytes,
  hashLedgerRecord,
  type LedgerCheckpoint,
  type LedgerRecord,
  ledgerCheckpointLine,
  ledgerRecordLine,
} from "./ledger.ts";
export type { LedgerFault } from "./ledger-chain.ts";
export { identityMessages, RESERVED_PREFIX, SIGNING_DOMAIN } from "./signed-messages.ts";
export { frameSigningBytes } from "./signing-frame.ts";
export { allowedSignersLine, sshPrivateKey, sshPublicKey } from "./ssh.ts";
export { type LedgerOptions, type LedgerVerdict, verifyLedger } from "./verify-ledger.ts";
