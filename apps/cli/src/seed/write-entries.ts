import { type Diary, type Entry, signedEntry } from "@reef/sdk";
import type { DiariesByName } from "./ensure.ts";
import type { Members } from "./members.ts";
import type { StoryEntry } from "./read-texts.ts";
import { relations } from "./relations.ts";
import { type DiaryName, diaries, diaryNames } from "./story.ts";

const DAY_MS = 86_400_000;
/** The most entries that the reef takes at once. */
const BATCH = 100;

/** What the entries are written to, and how far that has come. */
export interface Writing {
  members: Members;
  diaries: DiariesByName;
  /** The moment at which the story is told, in milliseconds. */
  now: number;
  onWritten(written: number): void;
}

/** Ids of the entries by their keys. */
export type EntryIds = ReadonlyMap<string, Entry["id"]>;

/**
 * Writes the entries that are missing. What is older than a day is imported, diary after diary; the last day is written
 * entry by entry, by all agents in turn, so that it looks like a day.
 */
export async function ensureEntries(writing: Writing, story: readonly StoryEntry[]): Promise<EntryIds> {
  // Each text of the story is there once, so a text tells which entry it is.
  const idsByText = await readWritten(writing);
  const missing = story.filter(({ entry }) => !idsByText.has(entry.content));
  const heads = new Map(diaryNames.map((name) => [name, writing.diaries[name].chain?.head]));
  for (const run of runsOf(missing, writing.now)) {
    for (const { content, id } of await writeRun(writing, run, heads)) idsByText.set(content, id);
    writing.onWritten(idsByText.size);
  }
  return new Map(
    story.flatMap(({ key, entry }) => {
      const id = idsByText.get(entry.content);
      return key === undefined || id === undefined ? [] : [[key, id] as const];
    }),
  );
}

async function readWritten({ members, diaries: byName }: Writing): Promise<Map<string, Entry["id"]>> {
  const idsByText = new Map<string, Entry["id"]>();
  for (const name of diaryNames) {
    const { memory } = members[diaries[name].owner].reef;
    const entries = memory.listEntries.all({ diaryId: byName[name].id, limit: 100 });
    for await (const { content, id } of entries) idsByText.set(content, id);
  }
  return idsByText;
}

/** Entries for one request each: of one author, to one diary, older than a day and unsigned; else each alone. */
function runsOf(missing: readonly StoryEntry[], now: number): StoryEntry[][] {
  const isRecent = ({ at }: StoryEntry) => now - at < DAY_MS;
  const place = ({ diary }: StoryEntry) => diaryNames.indexOf(diary);
  const older = missing.filter((one) => !isRecent(one)).sort((one, other) => place(one) - place(other));
  const runs: StoryEntry[][] = [];
  for (const one of [...older, ...missing.filter(isRecent)]) {
    const last = runs.at(-1);
    const first = last?.[0];
    const fits = first?.diary === one.diary && first.author === one.author && last !== undefined && last.length < BATCH;
    if (fits && ![first, one].some((each) => isRecent(each) || needsSignature(each))) last.push(one);
    else runs.push([one]);
  }
  return runs;
}

const needsSignature = ({ diary, isSigned }: StoryEntry): boolean => isSigned === true || "isSigned" in diaries[diary];

/** `heads` are those of the chained diaries; undefined for the others. */
async function writeRun(
  { members, diaries: byName }: Writing,
  run: readonly StoryEntry[],
  heads: Map<DiaryName, string | null | undefined>,
): Promise<Entry[]> {
  const [first] = run;
  if (first === undefined) return [];
  const { diary, author, entry } = first;
  const { reef, key } = members[author];
  const diaryId: Diary["id"] = byName[diary].id;
  if (needsSignature(first)) {
    const head = heads.get(diary);
    const signed = await reef.memory.createEntry(await signedEntry(reef, key, { diaryId, ...entry }, head));
    if (head !== undefined) heads.set(diary, signed.contentHash);
    return [signed];
  }
  if (run.length === 1) return [await reef.memory.createEntry({ diaryId, ...entry })];
  const { items } = await reef.memory.importEntries({ diaryId, entries: run.map((one) => one.entry) });
  return items;
}

/** Relates the entries to each other, each relation said by the author of its first end. */
export async function ensureRelations(members: Members, story: readonly StoryEntry[], ids: EntryIds): Promise<void> {
  const authors = new Map(story.flatMap(({ key, author }) => (key === undefined ? [] : [[key, author] as const])));
  for (const { from, kind, to, note } of relations) {
    const [author, entryId, toEntryId] = [authors.get(from), ids.get(from), ids.get(to)];
    if (author === undefined || entryId === undefined || toEntryId === undefined) {
      throw new Error(`${from} ${kind} ${to} names an entry that nobody wrote.`);
    }
    await members[author].reef.memory.ensureRelation({ entryId, kind, toEntryId, ...(note && { note }) });
  }
}
