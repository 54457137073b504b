import { setImmediate } from "node:timers/promises";
import type { Id } from "@reef/crypto";
import { type Connection, type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { AgentCaller, Call, MemberCaller, PersonCaller } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import type { Diary, Entry, EntryChange, NewEntry, RelatedEntry } from "../contract.ts";
import { memoryErrors } from "../errors.ts";
import { looksLikeInjection } from "../safety/scan.ts";
import { type EntryText, indexText } from "../search/index-text.ts";
import * as store from "../store/entries.ts";
import { listOrganizationEntries, type OrganizationEntryFilter } from "../store/organization-entries.ts";
import { listShownRelations, recordSuccessor } from "../store/relations.ts";
import { listVersions } from "../store/versions.ts";
import type { DiaryAccess } from "./access.ts";
import { PUBLIC_CONTENT_CHARACTERS } from "./diaries.ts";
import type { Publishing } from "./publishing.ts";
import {
  requireContentHashes,
  requireUnsignedFields,
  type SignatureDependencies,
  takeSignatures,
} from "./signatures.ts";
import { requireVersion } from "./versions.ts";

const ORGANIZATION = "memory.organization-entries";
/** Versions of an entry that are shown at most. */
const MOST_VERSIONS = 100;

export interface EntryDependencies {
  access: DiaryAccess;
  identity: Pick<IdentityApi, "findKey">;
  signing: SignatureDependencies["signing"];
  cursors: Cursors;
  /** Has the entries' vectors made in the background; enqueued in the transaction that writes them. */
  embed(db: Connection, entryIds: readonly string[]): Promise<void>;
  publishEntries: Publishing["publishEntries"];
}

/** The rules of entries: who may write, change and forget one. */
export function createEntryService(dependencies: EntryDependencies) {
  const { access, identity, signing, cursors, embed, publishEntries } = dependencies;
  /** Made before the transaction, and found in it by the request's own objects. */
  const preparedEntries = new WeakMap<NewEntry, store.PreparedEntry>();
  const preparedChanges = new WeakMap<EntryChange, { version: number; text: RatedText }>();

  /**
   * Writes entries, their index and the order to embed them in one transaction.
   *
   * @throws memory.hash_mismatch and the others of service/signatures.ts, memory.signature_used for a signature that
   * another entry has, also when that one is being written at the same moment.
   */
  async function createEntries(call: Call, diaryId: string, entries: readonly NewEntry[]): Promise<Entry[]> {
    await requireContentHashes(entries);
    const prepared = await prepareTexts(entries);
    return transact(call.db, async (db) => {
      const diary = await access.getWritable({ ...call, db }, diaryId, { forUpdate: true });
      for (const { content } of entries) requirePublicLength(diary.visibility, content);
      const signatures = await takeSignatures({ ...call, db }, diary, entries, signing);
      const written = await store.createEntries(db, call.caller, diary, prepared, signatures);
      if (written === "signature used") throw memoryErrors.signature_used();
      const ids = written.map(({ id }) => id);
      await embed(db, ids);
      if (diary.visibility === "public") await publishEntries(db, call.caller.organizationId, ids);
      return written;
    });
  }

  /** The entries with what search and readers must know of their texts; what was prepared before is not made again. */
  async function prepareTexts(entries: readonly NewEntry[]): Promise<store.PreparedEntry[]> {
    const made: store.PreparedEntry[] = [];
    for (const entry of entries) {
      const known = preparedEntries.get(entry);
      const ready = known ?? (await prepareText(entry));
      preparedEntries.set(entry, ready);
      made.push(ready);
      if (known === undefined) await setImmediate();
    }
    return made;
  }

  async function getVisible(call: Call<MemberCaller | undefined>, entryId: string, options = {}) {
    const found = await store.findEntry(call.db, access.readerOf(call.caller), entryId, options);
    if (found === undefined) throw memoryErrors.entry_not_found({ internal: { entryId } });
    return found;
  }

  async function getChangeable(call: Call, entryId: string) {
    const found = await getVisible(call, entryId, { forUpdate: true });
    await access.requirePermission(call, "write", found.entry.diaryId);
    return found;
  }

  /** A content that is too long for the public is looked at under its diary's lock: the diary may be about to become public. */
  async function requireLengthOf(call: Call, diaryId: string, content: string): Promise<void> {
    if (content.length <= PUBLIC_CONTENT_CHARACTERS) return;
    const { visibility } = await access.getWritable(call, diaryId, { forUpdate: true });
    requirePublicLength(visibility, content);
  }

  async function requireSuccessor(call: Call, entry: Entry, successorId: string): Promise<void> {
    // Two changes at once could close a circle that neither of them sees, so they take turns.
    await access.getWritable(call, entry.diaryId, { forUpdate: true });
    const successor = await store.findEntry(call.db, access.readerOf(call.caller), successorId);
    const circle = await store.descendsFrom(call.db, call.caller.organizationId, successorId, entry.id);
    if (successor?.entry.diaryId !== entry.diaryId || circle) throw memoryErrors.invalid_successor();
  }

  return {
    /** Reads new entries' texts, which takes time, for {@link createEntries}; only for who may write there. */
    async prepareEntries(call: Call, diaryId: string, entries: readonly NewEntry[]): Promise<void> {
      await access.getWritable(call, diaryId);
      await prepareTexts(entries);
    },

    /** Reads a changed entry's text for {@link updateEntry}; an entry that changes meanwhile is read again there. */
    async prepareUpdate(call: Call, entryId: string, change: EntryChange): Promise<void> {
      if (!changesText(change)) return;
      const { entry } = await getVisible(call, entryId);
      await access.requirePermission(call, "write", entry.diaryId);
      const text = await rate(textOf({ ...entry, ...defined(change) }));
      preparedChanges.set(change, { version: entry.version, text });
    },

    createEntries,

    async createEntry(call: Call, diaryId: string, entry: NewEntry): Promise<Entry> {
      const [written] = await createEntries(call, diaryId, [entry]);
      if (written === undefined) throw new Error("One entry was given and none was written.");
      return written;
    },

    async listEntries(
      call: Call<MemberCaller | undefined>,
      diaryId: string,
      query: store.EntryFilter &
        Partial<Pick<store.EntryPage, "order">> & { limit: number; cursor?: string | undefined },
    ): Promise<Page<Entry>> {
      await access.getReadable(call, diaryId);
      const { order = "newest" } = query;
      const list = `memory.entries:${diaryId}:${order}`;
      const pastSeq = query.cursor === undefined ? undefined : Number(cursors.decode(list, query.cursor)[0]);
      const page = { ...query, limit: query.limit + 1, order, pastSeq };
      const { placed, total } = await store.listEntries(call.db, access.readerOf(call.caller), diaryId, page);
      const { items, nextCursor } = pageOf(placed, query.limit, total, ({ seq }) => cursors.encode(list, [seq]));
      return { items: items.map(({ entry }) => entry), nextCursor, total };
    },

    /**
     * Entries of all diaries of the person's organization, those that were written here last first.
     *
     * @throws list.invalid_cursor
     */
    async listOrganizationEntries(
      { db, caller }: Call<PersonCaller>,
      { author, cursor, limit, ...filter }: OrganizationEntryQuery,
    ): Promise<Page<Entry>> {
      const [writtenAt, id] = cursor === undefined ? [] : cursors.decode(ORGANIZATION, cursor).map(String);
      const past = writtenAt === undefined || id === undefined ? undefined : { writtenAt, id };
      const key = author === undefined ? undefined : await identity.findKey(db, author);
      // Nobody has or had such a key, so nobody wrote anything with it.
      if (author !== undefined && key === undefined) return { items: [], nextCursor: null, total: 0 };
      const page = { ...filter, authorId: key?.agentId, limit: limit + 1, past };
      const { placed, total } = await listOrganizationEntries(db, caller.organizationId, page);
      const cursorOf = (last: (typeof placed)[number]) => cursors.encode(ORGANIZATION, [last.writtenAt, last.id]);
      const { items, nextCursor } = pageOf(placed, limit, total, cursorOf);
      return { items: items.map(({ entry }) => entry), nextCursor, total };
    },

    /** @throws memory.entry_not_found when the entry is unknown **or** its diary is not the caller's to read. */
    async getEntry(call: Call<MemberCaller | undefined>, entryId: string): Promise<RelatedEntry> {
      const { entry } = await getVisible(call, entryId);
      const relations = await listShownRelations(call.db, access.readerOf(call.caller), [entryId]);
      return { ...entry, relations: relations.get(entryId) ?? [] };
    },

    /** An entry between what it took the place of and what took its place. @throws memory.entry_not_found */
    async listEntryVersions(call: Call<MemberCaller | undefined>, entryId: string): Promise<{ items: Entry[] }> {
      await getVisible(call, entryId);
      return { items: await listVersions(call.db, access.readerOf(call.caller), entryId, MOST_VERSIONS) };
    },

    /**
     * @throws memory.changed when `ifMatch` is not the current version, memory.signed_entry for a change of what was
     * signed, memory.invalid_successor for a circle or a foreign entry.
     */
    async updateEntry(call: Call, entryId: string, change: EntryChange, ifMatch: number | undefined): Promise<Entry> {
      return transact(call.db, async (db) => {
        const { entry } = await getChangeable({ ...call, db }, entryId);
        requireVersion(entry.version, ifMatch);
        requireUnsignedFields(entry, change);
        await requireLengthOf({ ...call, db }, entry.diaryId, change.content ?? "");
        if (typeof change.supersededBy === "string") {
          await requireSuccessor({ ...call, db }, entry, change.supersededBy);
        }
        const ready = preparedChanges.get(change);
        const known = ready?.version === entry.version ? ready.text : undefined;
        const text = changesText(change)
          ? (known ?? (await rate(textOf({ ...entry, ...defined(change) }))))
          : undefined;
        const attributed = { ...change, editedBy: editorOf(entry, change, call.caller) };
        const updated = await store.updateEntry(db, call.caller.organizationId, entryId, attributed, text);
        if (text !== undefined) await embed(db, [entryId]);
        if (change.supersededBy !== undefined) await recordSuccessor(db, call.caller, entryId, change.supersededBy);
        return updated;
      });
    },

    /** Forgets an entry; entries that it superseded stand on their own again. @throws memory.chained in a signed diary */
    async deleteEntry(call: Call, entryId: string): Promise<void> {
      await transact(call.db, async (db) => {
        const { signed: isChained } = await getChangeable({ ...call, db }, entryId);
        if (isChained) throw memoryErrors.chained({ internal: { entryId } });
        await store.deleteEntry(db, call.caller.organizationId, entryId);
      });
    },
  };
}

interface OrganizationEntryQuery extends Omit<OrganizationEntryFilter, "authorId"> {
  limit: number;
  cursor?: string | undefined;
  /** A fingerprint that an agent of the reef has or had. */
  author?: string | undefined;
}

function requirePublicLength(visibility: Diary["visibility"], content: string): void {
  if (visibility === "public" && content.length > PUBLIC_CONTENT_CHARACTERS) throw memoryErrors.too_long_for_public();
}

/** Whether what search knows of an entry changes with it. */
const changesText = ({ content, title, tags, happenedAt }: EntryChange): boolean =>
  [content, title, tags, happenedAt].some((field) => field !== undefined);

/** Who answers for what an entry says after a change of it; undefined where that stays as it was. */
function editorOf({ author }: Entry, change: EntryChange, { agentId }: AgentCaller): Id<"agt"> | null | undefined {
  if (author.agentId === agentId) return change.content === undefined ? undefined : null;
  return changesText(change) || change.type !== undefined ? agentId : undefined;
}

/** An entry's text as search knows it, and whether it looks like an attempt to instruct its reader. */
type RatedText = ReturnType<typeof indexText> & { injectionRisk: boolean };

const rate = async (text: EntryText): Promise<RatedText> => ({
  ...indexText(text),
  injectionRisk: await isRisky(text),
});

async function prepareText(entry: NewEntry): Promise<store.PreparedEntry> {
  const happenedAt = entry.happenedAt === undefined ? new Date() : new Date(entry.happenedAt);
  const { injectionRisk, ...text } = await rate({ ...entry, happenedAt });
  return { entry, happenedAt, text, injectionRisk };
}

/** Whether some part of what an entry says looks like an attempt to instruct its reader. */
const isRisky = ({ title, content, tags }: EntryText): Promise<boolean> =>
  looksLikeInjection([title ?? "", content, ...tags].join("\n"));

const textOf = ({ title, content, tags, happenedAt }: Entry): EntryText => ({
  title,
  content,
  tags,
  happenedAt: new Date(happenedAt),
});

/** The fields that were given; `undefined` means "leave as it is". */
const defined = <Fields extends object>(fields: Fields): Partial<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>;
