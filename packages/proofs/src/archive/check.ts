import { findEntryFault } from "../entry-proof.ts";
import { readArchive } from "./read.ts";
import {
  type ArchivedDiary,
  type ArchivedEntry,
  type ArchivedKey,
  ArchiveError,
  type ArchiveHeader,
} from "./records.ts";

/** What a checked archive holds. */
export interface ArchiveSummary {
  header: ArchiveHeader;
  /** The agent's encrypted key, where the archive has it. */
  key: ArchivedKey | undefined;
  diaries: number;
  entries: number;
  signedEntries: number;
  relations: number;
  shares: number;
}

/**
 * Reads a whole archive and checks all that it claims: that every line is as it was signed, that every signed entry is
 * what its author signed, and that the chain of every signed diary is unbroken. It keeps nothing of what it reads.
 *
 * @throws ArchiveError with what is wrong, and where.
 */
export async function checkArchive(pieces: AsyncIterable<string>): Promise<ArchiveSummary> {
  let header: ArchiveHeader | undefined;
  let key: ArchivedKey | undefined;
  let chain: ChainCheck | undefined;
  const counts = { diaries: 0, entries: 0, signedEntries: 0, relations: 0, shares: 0 };
  for await (const { line, record } of readArchive(pieces)) {
    if (record.kind === "header") header = record;
    else if (record.kind === "key") key = record;
    else if (record.kind === "diary") {
      chain?.end();
      chain = checkChainOf(record.diary);
      counts.diaries += 1;
    } else if (record.kind === "entry") {
      if (chain === undefined || record.entry.diaryId !== chain.diary.id) {
        throw new ArchiveError(`Entry ${record.entry.id} (line ${line}) does not stand behind its diary.`);
      }
      await requireProof(record.entry, chain.diary);
      chain.follow(record.entry);
      counts.entries += 1;
      if (record.entry.signature !== null) counts.signedEntries += 1;
    } else if (record.kind === "relation") counts.relations += 1;
    else if (record.kind === "share") counts.shares += 1;
  }
  chain?.end();
  if (header === undefined) throw new ArchiveError("This is no archive of an agent.");
  return { header, key, ...counts };
}

interface ChainCheck {
  diary: ArchivedDiary;
  follow(entry: ArchivedEntry): void;
  end(): void;
}

/** Follows a diary's entries; of one that is no chain there is nothing to follow. */
function checkChainOf(diary: ArchivedDiary): ChainCheck {
  let head: string | null = null;
  let length = 0;
  let reachedHead = diary.chain?.head == null;
  return {
    diary,
    follow({ id, contentHash, signature }) {
      if (!diary.signed) return;
      if ((signature?.previousHash ?? null) !== head) {
        throw new ArchiveError(
          `Entry ${id} does not follow the one before it in the chain of diary ${diary.id}: one was removed or moved.`,
        );
      }
      head = contentHash;
      length += 1;
      if (length === diary.chain?.length) reachedHead = head === diary.chain.head;
    },
    end() {
      // The diary may have grown while it was exported, but what it had then must be there.
      if (!diary.signed || (reachedHead && length >= (diary.chain?.length ?? 0))) return;
      throw new ArchiveError(
        `The chain of diary ${diary.id} has ${length} entries here, and does not lead to the head that the diary had.`,
      );
    },
  };
}

const faultTexts = {
  content: "is not what its author signed: its content, title, tags or type was altered",
  signature: "has a signature that its key did not make",
  signer: "is signed by another key than its author's",
  unsigned: "is not signed, but its diary takes signed entries only",
};

async function requireProof(entry: ArchivedEntry, { signed, id }: ArchivedDiary): Promise<void> {
  const fault = await findEntryFault(entry, { isChained: signed });
  if (fault !== undefined) throw new ArchiveError(`Entry ${entry.id} of diary ${id} ${faultTexts[fault]}.`);
}
