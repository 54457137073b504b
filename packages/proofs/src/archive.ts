/** An agent's archive: all that is its own, as one signed file of JSON Lines. */
export { type ArchiveSummary, checkArchive } from "./archive/check.ts";
export { openArchivedKey, sealKeyForArchive, shortestPassphrase, WrongPassphraseError } from "./archive/passphrase.ts";
export { readArchive } from "./archive/read.ts";
export {
  type ArchivedDiary,
  type ArchivedEntry,
  type ArchivedKey,
  type ArchivedRelation,
  type ArchivedShare,
  ArchiveError,
  type ArchiveHeader,
  type ArchiveRecord,
} from "./archive/records.ts";
export { type ArchiveWriter, createArchiveWriter } from "./archive/write.ts";
