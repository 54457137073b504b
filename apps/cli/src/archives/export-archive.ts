import { randomUUID } from "node:crypto";
import { parseSeed } from "@reef/proofs";
import {
  type ArchivedDiary,
  type ArchivedEntry,
  type ArchivedRelation,
  type ArchivedShare,
  createArchiveWriter,
  sealKeyForArchive,
} from "@reef/proofs/archive";
import { type Agent, type Diary, type DiaryRelation, type Entry, keyFromSeed, type Reef, type Share } from "@reef/sdk";

/** What is exported, and how it is told on the way. */
export interface Export {
  reef: Reef;
  me: Pick<Agent, "id" | "name">;
  privateKey: string;
  /** The passphrase of the key; undefined leaves the key out. */
  passphrase: string | undefined;
  progress(entries: number): void;
}

const PAGE = 100;

/**
 * The lines of an archive of all that is the agent's own, as they arrive: nothing but the list of its diaries is kept, so
 * the number of entries does not matter. `counts` is right when the last line is out.
 */
export async function* exportArchive(
  { reef, me, privateKey, passphrase, progress }: Export,
  counts: { diaries: number; entries: number },
): AsyncGenerator<string> {
  const key = await keyFromSeed(privateKey);
  const { publicKey, fingerprint } = key;
  const agent = { id: me.id, name: me.name, publicKey, fingerprint };
  const createdAt = new Date().toISOString();
  const { firstLine, writer } = await createArchiveWriter(
    { kind: "header", format: "reef-archive", version: 1, nonce: randomUUID(), createdAt, reef: reef.url, agent },
    (bytes) => key.sign(bytes),
  );
  yield firstLine;
  if (passphrase !== undefined) {
    yield writer.lineOf(await sealKeyForArchive(parseSeed(privateKey) ?? new Uint8Array(), passphrase));
  }
  for await (const agentKey of reef.identity.listAgentKeys.all({ fingerprint, limit: PAGE })) {
    yield writer.lineOf({ kind: "agentKey", agentKey });
  }
  const diaryIds: Diary["id"][] = [];
  for await (const diary of reef.memory.listDiaries.all({ role: "owner", limit: PAGE })) {
    diaryIds.push(diary.id);
    counts.diaries += 1;
    yield writer.lineOf({ kind: "diary", diary: archivedDiary(diary) });
    for await (const entry of reef.memory.listEntries.all({ diaryId: diary.id, order: "oldest", limit: PAGE })) {
      counts.entries += 1;
      progress(counts.entries);
      yield writer.lineOf({ kind: "entry", entry: archivedEntry(entry) });
    }
  }
  // Behind all entries, so that both ends of a relation are there when it is restored.
  for (const diaryId of diaryIds) {
    for await (const relation of reef.memory.listDiaryRelations.all({ diaryId, limit: PAGE })) {
      yield writer.lineOf({ kind: "relation", relation: archivedRelation(relation) });
    }
    for await (const share of reef.memory.listShares.all({ diaryId, limit: PAGE })) {
      yield writer.lineOf({ kind: "share", share: archivedShare(share) });
    }
  }
  yield writer.finish();
}

/** A relation as its author made it; who brought it to this reef is not the archive's to say. */
const archivedRelation = ({ importedBy: _importer, ...relation }: DiaryRelation): ArchivedRelation => relation;

const archivedDiary = ({ id, name, visibility, signed, chain, createdAt, updatedAt }: Diary): ArchivedDiary => ({
  id,
  name,
  visibility,
  signed,
  chain,
  createdAt,
  updatedAt,
});

/** An entry without what each reef finds out by itself. */
const archivedEntry = (entry: Entry): ArchivedEntry => ({
  id: entry.id,
  diaryId: entry.diaryId,
  author: entry.author,
  title: entry.title,
  content: entry.content,
  tags: entry.tags,
  type: entry.type,
  importance: entry.importance,
  session: entry.session,
  supersededBy: entry.supersededBy,
  happenedAt: entry.happenedAt,
  createdAt: entry.createdAt,
  updatedAt: entry.updatedAt,
  contentHash: entry.contentHash,
  signature: entry.signature,
});

const archivedShare = ({ diaryId, subject, role, status }: Share): ArchivedShare => ({
  diaryId,
  subject: { type: subject.type, name: subject.name, fingerprint: subject.fingerprint },
  role,
  status,
});
