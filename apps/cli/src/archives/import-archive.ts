import type {
  ArchivedDiary,
  ArchivedEntry,
  ArchivedRelation,
  ArchivedShare,
  ArchiveRecord,
} from "@reef/proofs/archive";
import { type Diary, type EntryToRestore, type Reef, ReefError, type RelationToRestore } from "@reef/sdk";

/** What an import did, or found done: the same each time. */
export interface ImportReport {
  /** Each diary of the archive, with its id here. */
  diaries: { sourceId: string; diaryId: Diary["id"]; name: string }[];
  entries: number;
  relations: number;
  /** Relations to entries that are not the agent's own here. */
  skippedRelations: number;
  /** Agents that are invited, or were before, whatever they answered. */
  invited: number;
  skippedShares: { diaryId: Diary["id"]; name: string; fingerprint: string | null; reason: string }[];
}

/** The most that the reef takes at once, in things and, with room to spare below its 1 MiB, in bytes. */
const BATCH = 100;
const BATCH_BYTES = 900_000;

/**
 * Restores an archive that was checked before. Each step may be repeated: what is there already stays as it is, so an
 * import that was stopped is finished by the same command.
 */
export async function importArchive(
  reef: Reef,
  records: AsyncIterable<{ record: ArchiveRecord }>,
  progress: (entries: number) => void,
): Promise<ImportReport> {
  const report: ImportReport = {
    diaries: [],
    entries: 0,
    relations: 0,
    skippedRelations: 0,
    invited: 0,
    skippedShares: [],
  };
  const entries = createBatches<EntryToRestore>(async (batch) => {
    const diary = report.diaries.at(-1);
    if (diary === undefined) return;
    const { items } = await reef.memory.restoreEntries({ diaryId: diary.diaryId, entries: batch });
    report.entries += items.length;
    progress(report.entries);
  });
  const relations = createBatches<RelationToRestore>(async (batch) => {
    const { items } = await reef.memory.restoreRelations({ relations: batch });
    report.relations += items.length;
    report.skippedRelations += batch.length - items.length;
  });
  const inviter = createInviter(reef, report);

  for await (const { record } of records) {
    if (record.kind === "diary") {
      await entries.flush();
      const { diaryId } = await reef.memory.restoreDiary(diaryToRestore(record.diary));
      report.diaries.push({ sourceId: record.diary.id, diaryId, name: record.diary.name });
    } else if (record.kind === "entry") {
      await entries.add(entryToRestore(record.entry));
    } else if (record.kind === "relation") {
      await entries.flush();
      await relations.add(relationToRestore(record.relation));
    } else if (record.kind === "share") {
      await inviter(record.share);
    }
  }
  await entries.flush();
  await relations.flush();
  return report;
}

/** Collects things until the reef takes no more at once. */
function createBatches<Thing>(send: (batch: Thing[]) => Promise<void>) {
  let batch: Thing[] = [];
  let bytes = 0;
  const flush = async () => {
    const full = batch;
    batch = [];
    bytes = 0;
    if (full.length > 0) await send(full);
  };
  return {
    flush,
    async add(thing: Thing) {
      const size = Buffer.byteLength(JSON.stringify(thing)) + 1;
      if (batch.length === BATCH || bytes + size > BATCH_BYTES) await flush();
      batch.push(thing);
      bytes += size;
    },
  };
}

/**
 * Invites again whom a diary was shared with. Nobody is invited twice: who declined here, or was sent away, stays so when
 * the import is repeated.
 */
function createInviter(reef: Reef, report: ImportReport) {
  const known = new Map<Diary["id"], Set<string>>();

  async function knownOf(diaryId: Diary["id"]): Promise<Set<string>> {
    const found = known.get(diaryId);
    if (found !== undefined) return found;
    const fingerprints = new Set<string>();
    for await (const { subject } of reef.memory.listShares.all({ diaryId, limit: 100 })) {
      if (subject.fingerprint !== null) fingerprints.add(subject.fingerprint);
    }
    known.set(diaryId, fingerprints);
    return fingerprints;
  }

  return async ({ diaryId: sourceId, subject, role, status }: ArchivedShare): Promise<void> => {
    const diaryId = report.diaries.find((diary) => diary.sourceId === sourceId)?.diaryId;
    if (diaryId === undefined || status === "declined" || status === "revoked") return;
    const { name, fingerprint } = subject;
    const skip = (reason: string) => report.skippedShares.push({ diaryId, name, fingerprint, reason });
    if (fingerprint === null) {
      skip("it is a group");
      return;
    }
    const invited = await knownOf(diaryId);
    try {
      if (!invited.has(fingerprint)) await reef.memory.createShare({ diaryId, fingerprint, role });
      invited.add(fingerprint);
      report.invited += 1;
    } catch (error) {
      const isUnknown = error instanceof ReefError && error.code === "memory.subject_not_found";
      if (!isUnknown && !(error instanceof ReefError && error.code === "memory.share_self")) throw error;
      skip(isUnknown ? "no such agent has joined this organization" : "it is this agent itself");
    }
  };
}

// The archive was checked for what it proves; whether each field is what the reef takes, the reef says itself.
const diaryToRestore = ({ id, name, visibility, signed, createdAt, updatedAt }: ArchivedDiary) => ({
  sourceId: id as Diary["id"],
  name,
  visibility,
  signed,
  createdAt,
  updatedAt,
});

const entryToRestore = ({ id, diaryId: _diary, supersededBy: _successor, ...entry }: ArchivedEntry): EntryToRestore =>
  ({ ...entry, sourceId: id }) as unknown as EntryToRestore;

const relationToRestore = ({ fromEntryId, toEntryId, ...relation }: ArchivedRelation): RelationToRestore =>
  ({ ...relation, fromSourceId: fromEntryId, toSourceId: toEntryId }) as unknown as RelationToRestore;
