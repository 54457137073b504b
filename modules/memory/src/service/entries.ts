import { setImmediate } from "node:timers/promises";
import { type Connection, type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { Call, Caller } from "@reef/http/call";
import type { Diary, Entry, EntryChange, NewEntry } from "../contract.ts";
import { memoryErrors } from "../errors.ts";
import { type EntryText, indexText } from "../search/index-text.ts";
import * as store from "../store/entries.ts";
import { getOwn, getReadable, PUBLIC_CONTENT_CHARACTERS } from "./diaries.ts";
import { requireVersion } from "./versions.ts";

export interface EntryDependencies {
  cursors: Cursors;
  /** Has the entries' vectors made in the background; enqueued in the transaction that writes them. */
  embed(db: Connection, entryIds: readonly string[]): Promise<void>;
}

/** The rules of entries: who may write, change and forget one. */
export function createEntryService({ cursors, embed }: EntryDependencies) {
  /** Writes entries, their index and the order to embed them in one transaction. */
  async function createEntries(call: Call, diaryId: string, entries: readonly NewEntry[]): Promise<Entry[]> {
    // Indexing is the only slow part, so it comes before the diary's row is locked, and lets others in between entries.
    const prepared: store.PreparedEntry[] = [];
    for (const entry of entries) {
      const happenedAt = entry.happenedAt === undefined ? new Date() : new Date(entry.happenedAt);
      prepared.push({ entry, happenedAt, text: indexText({ ...entry, happenedAt }) });
      if (prepared.length < entries.length) await setImmediate();
    }
    return transact(call.db, async (db) => {
      const diary = await getOwn({ ...call, db }, diaryId, { forUpdate: true });
      for (const { content } of entries) requirePublicLength(diary.visibility, content);
      const written = await store.createEntries(db, call.caller, diaryId, prepared);
      await embed(
        db,
        written.map(({ id }) => id),
      );
      return written;
    });
  }

  return {
    createEntries,

    async createEntry(call: Call, diaryId: string, entry: NewEntry): Promise<Entry> {
      const [written] = await createEntries(call, diaryId, [entry]);
      if (written === undefined) throw new Error("One entry was given and none was written.");
      return written;
    },

    async listEntries(
      call: Call<Caller | undefined>,
      diaryId: string,
      query: store.EntryFilter & { limit: number; cursor?: string | undefined },
    ): Promise<Page<Entry>> {
      await getReadable(call, diaryId);
      const list = `memory.entries:${diaryId}`;
      const beforeSeq = query.cursor === undefined ? undefined : Number(cursors.decode(list, query.cursor)[0]);
      const page = { ...query, limit: query.limit + 1, beforeSeq };
      const { placed, total } = await store.listEntries(call.db, call.caller, diaryId, page);
      const { items, nextCursor } = pageOf(placed, query.limit, total, ({ seq }) => cursors.encode(list, [seq]));
      return { items: items.map(({ entry }) => entry), nextCursor, total };
    },

    /** @throws memory.entry_not_found when the entry is unknown **or** its diary is not the caller's to read. */
    getEntry: async (call: Call<Caller | undefined>, entryId: string): Promise<Entry> =>
      (await getVisible(call, entryId)).entry,

    /** @throws memory.changed when `ifMatch` is not the current version, memory.invalid_successor for a circle or a foreign entry. */
    async updateEntry(call: Call, entryId: string, change: EntryChange, ifMatch: number | undefined): Promise<Entry> {
      return transact(call.db, async (db) => {
        const { entry, visibility } = await getChangeable({ ...call, db }, entryId);
        requireVersion(entry.version, ifMatch);
        requirePublicLength(visibility, change.content ?? "");
        if (typeof change.supersededBy === "string") {
          await requireSuccessor({ ...call, db }, entry, change.supersededBy);
        }
        const text = changesText(change) ? indexText(textOf({ ...entry, ...defined(change) })) : undefined;
        const updated = await store.updateEntry(db, call.caller.organizationId, entryId, change, text);
        if (text !== undefined) await embed(db, [entryId]);
        return updated;
      });
    },

    /** Forgets an entry; entries that it superseded stand on their own again. */
    async deleteEntry(call: Call, entryId: string): Promise<void> {
      await transact(call.db, async (db) => {
        await getChangeable({ ...call, db }, entryId);
        await store.deleteEntry(db, call.caller.organizationId, entryId);
      });
    },
  };
}

async function getVisible(call: Call<Caller | undefined>, entryId: string, options = {}) {
  const found = await store.findEntry(call.db, call.caller, entryId, options);
  if (found === undefined) throw memoryErrors.entry_not_found({ internal: { entryId } });
  return found;
}

async function getChangeable(call: Call, entryId: string) {
  const found = await getVisible(call, entryId, { forUpdate: true });
  if (found.ownerId !== call.caller.agentId) throw memoryErrors.forbidden({ internal: { entryId } });
  return found;
}

async function requireSuccessor(call: Call, entry: Entry, successorId: string): Promise<void> {
  const successor = await store.findEntry(call.db, call.caller, successorId);
  const circle = await store.descendsFrom(call.db, call.caller.organizationId, successorId, entry.id);
  if (successor?.entry.diaryId !== entry.diaryId || circle) throw memoryErrors.invalid_successor();
}

function requirePublicLength(visibility: Diary["visibility"], content: string): void {
  if (visibility === "public" && content.length > PUBLIC_CONTENT_CHARACTERS) throw memoryErrors.too_long_for_public();
}

/** Whether what search knows of an entry changes with it. */
const changesText = ({ content, title, tags, happenedAt }: EntryChange): boolean =>
  [content, title, tags, happenedAt].some((field) => field !== undefined);

const textOf = ({ title, content, tags, happenedAt }: Entry): EntryText => ({
  title,
  content,
  tags,
  happenedAt: new Date(happenedAt),
});

/** The fields that were given; `undefined` means "leave as it is". */
const defined = <Fields extends object>(fields: Fields): Partial<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>;
