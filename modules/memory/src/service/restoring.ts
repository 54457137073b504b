import { setImmediate } from "node:timers/promises";
import { type Id, newId } from "@reef/crypto";
import { type Connection, type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { Call, MemberCaller } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import type { PermissionsApi } from "@reef/permissions";
import { type EntryFault, findEntryFault } from "@reef/proofs";
import type { DiaryRelation, DiaryToRestore, EntryToRestore, RelationToRestore } from "../contract/archive.ts";
import { memoryErrors } from "../errors.ts";
import { looksLikeInjection } from "../safety/scan.ts";
import { indexText } from "../search/index-text.ts";
import { findDiary, type StoredDiary } from "../store/diaries.ts";
import * as relations from "../store/diary-relations.ts";
import { descendsFrom } from "../store/entries.ts";
import * as store from "../store/restoring.ts";
import type { DiaryAccess } from "./access.ts";
import { PUBLIC_CONTENT_CHARACTERS } from "./diaries.ts";
import type { Publishing } from "./publishing.ts";

export interface RestoringDependencies {
  access: DiaryAccess;
  identity: Pick<IdentityApi, "findKey" | "listAgentsById">;
  permissions: Pick<PermissionsApi, "grant">;
  cursors: Cursors;
  embed(db: Connection, entryIds: readonly string[]): Promise<void>;
  publishEntries: Publishing["publishEntries"];
}

type Author = EntryToRestore["author"];

/** How a fault of an entry's proof is told. */
const faultTexts: Readonly<Record<EntryFault, string>> = {
  content: "its content, title, tags or type is not what was signed",
  signature: "its signature was not made by the key that it names",
  signer: "it is signed by another key than its author's",
  unsigned: "it is not signed, or only in part, and its diary takes signed entries only",
};

/**
 * The rules of bringing one's memory along from another reef. What is restored is the caller's own; authors and times are
 * what the archive says, for which the caller answers by name, and signatures are believed only after they were verified.
 */
export function createRestoringService(dependencies: RestoringDependencies) {
  const { access, identity, permissions, cursors, embed, publishEntries } = dependencies;

  /** The caller's own diary that an archive's was restored as; or the archive's itself, on the reef that it came from. */
  async function findOwn(call: Call, sourceId: string): Promise<Id<"dia"> | undefined> {
    const restored = await store.findRestoredDiary(call.db, call.caller, sourceId);
    for (const id of restored === undefined ? [sourceId] : [restored, sourceId]) {
      const diary = await findDiary(call.db, access.readerOf(call.caller), id);
      if (diary?.role === "owner") return diary.id as Id<"dia">;
    }
    return undefined;
  }

  /** Made before the transaction, and found in it by the request's own list. */
  const ready = new WeakMap<readonly EntryToRestore[], store.PreparedRestoration[]>();

  /** What takes time, before anything is locked: proofs, the index, and whether a text looks like an attack. */
  async function prepare(call: Call, entries: readonly EntryToRestore[], { signed: isChained }: StoredDiary) {
    const proven = new Map<string, Author>();
    const claimed = await claimedAuthorOf(call, entries);
    const prepared: store.PreparedRestoration[] = [];
    for (const entry of entries) {
      const { author, title, content, tags } = entry;
      const fault = await findEntryFault(entry, { isChained });
      if (fault !== undefined) throw altered(entry, fault);
      prepared.push({
        entry,
        author: entry.signature === null ? claimed(author) : await provenAuthorOf(call, author, proven),
        text: indexText({ ...entry, happenedAt: new Date(entry.happenedAt) }),
        injectionRisk: await looksLikeInjection([title ?? "", content, ...tags].join("\n")),
      });
      if (prepared.length < entries.length) await setImmediate();
    }
    return prepared;
  }

  /**
   * The author of a signed entry is known by its fingerprint: its id is another one on each reef, and its name, which is
   * not signed, is the present one of whoever has or had that key here.
   */
  async function provenAuthorOf({ caller, db }: Call, author: Author, found: Map<string, Author>): Promise<Author> {
    const { fingerprint } = author;
    const known = found.get(fingerprint);
    if (known !== undefined) return known;
    const key = await identity.findKey(db, fingerprint);
    const isHere = key?.organizationId === caller.organizationId;
    const proven = isHere ? { agentId: key.agentId, name: key.name, fingerprint } : author;
    found.set(fingerprint, proven);
    return proven;
  }

  /**
   * Where nothing but the archive says who wrote it: the caller itself, or whom the archive names. If that has the id of
   * another agent that is here, it gets a new one, so that nobody's words are put into that one's mouth.
   */
  async function claimedAuthorOf({ caller, db }: Call, things: readonly { author: Author }[]) {
    const ids = [...new Set(things.map(({ author }) => author.agentId as Id<"agt">))];
    const present = await identity.listAgentsById(db, caller.organizationId, ids);
    return (author: Author): Author => {
      const { agentId, name, fingerprint } = caller;
      if (author.fingerprint === fingerprint) return { agentId, name, fingerprint };
      return present.has(author.agentId as Id<"agt">) ? { ...author, agentId: newId("agt") } : author;
    };
  }

  /** Whether an entry may take the place of another, of which the line is held: both of one diary, and not in a circle. */
  async function maySupersede(
    call: Call,
    { from, to }: { from: relations.RestoredEntry; to: relations.RestoredEntry },
  ): Promise<boolean> {
    if (from.diaryId !== to.diaryId) return false;
    return !(await descendsFrom(call.db, call.caller.organizationId, from.entryId, to.entryId));
  }

  return {
    /** Restores a diary of an archive, once for an agent; it keeps its id if that is free. */
    restoreDiary: (call: Call, diary: DiaryToRestore): Promise<{ sourceId: Id<"dia">; diaryId: Id<"dia"> }> =>
      transact(call.db, async (db) => {
        const { sourceId } = diary;
        const within = { ...call, db };
        await store.lockRestoring(db, call.caller);
        const own = await findOwn(within, sourceId);
        const diaryId = own ?? (await store.createRestoredDiary(db, call.caller, diary));
        if (own === undefined) {
          const owner = { type: "agent", id: call.caller.agentId } as const;
          await permissions.grant(within, { type: "diary", id: diaryId }, "owner", owner);
        }
        await store.saveRestoredDiary(db, call.caller, sourceId, diaryId);
        return { sourceId, diaryId };
      }),

    /** Verifies and reads entries, which takes time, for `restoreEntries`; nothing is written. */
    async prepareRestoration(call: Call, diaryId: string, entries: readonly EntryToRestore[]): Promise<void> {
      ready.set(entries, await prepare(call, entries, await access.getManageable(call, diaryId)));
    },

    /**
     * Restores entries of an archive into a diary of the caller's, in their order; those that are there stay as they are.
     *
     * @throws memory.altered_entry and memory.broken_chain, which name the entry; memory.too_long_for_public.
     */
    async restoreEntries(
      call: Call,
      diaryId: string,
      entries: readonly EntryToRestore[],
    ): Promise<{ sourceId: Id<"ent">; entryId: Id<"ent"> }[]> {
      const prepared = ready.get(entries) ?? (await prepare(call, entries, await access.getManageable(call, diaryId)));
      return transact(call.db, async (db) => {
        await store.lockRestoring(db, call.caller);
        const diary = await access.getManageable({ ...call, db }, diaryId, { forUpdate: true });
        const sourceIds = entries.map(({ sourceId }) => sourceId);
        const there = await store.listRestoredEntries(db, call.caller, diaryId, sourceIds);
        const missing = prepared.filter(({ entry }) => !there.has(entry.sourceId));
        requireChain(diary, missing);
        requirePublicLength(diary, missing);
        const written = missing.length === 0 ? [] : await store.createRestoredEntries(db, call.caller, diary, missing);
        const restored = new Map([...there, ...written]);
        await store.saveRestoredEntries(db, call.caller, diaryId, restored);
        const ids = [...new Map(written).values()];
        if (ids.length > 0) await embed(db, ids);
        if (ids.length > 0 && diary.visibility === "public") {
          await publishEntries(db, call.caller.organizationId, ids);
        }
        return sourceIds.map((sourceId) => ({ sourceId, entryId: restored.get(sourceId) ?? sourceId }));
      });
    },

    /** Restores relations between entries that the caller restored, and answers with those that could be. */
    restoreRelations: (
      call: Call,
      given: readonly RelationToRestore[],
    ): Promise<Pick<DiaryRelation, "fromEntryId" | "kind" | "toEntryId">[]> =>
      transact(call.db, async (db) => {
        const within = { ...call, db };
        await store.lockRestoring(db, call.caller);
        const sourceIds = new Set(given.flatMap(({ fromSourceId, toSourceId }) => [fromSourceId, toSourceId]));
        const own = await relations.listOwnRestored(db, call.caller, access.readerOf(call.caller), [...sourceIds]);
        const claimed = await claimedAuthorOf(within, given);
        const superseded = given.filter(({ kind }) => kind === "supersedes");
        await relations.holdLines(
          db,
          superseded.flatMap(({ toSourceId }) => own.get(toSourceId) ?? []),
        );
        const restored: Pick<DiaryRelation, "fromEntryId" | "kind" | "toEntryId">[] = [];
        for (const relation of given) {
          const from = own.get(relation.fromSourceId);
          const to = own.get(relation.toSourceId);
          if (from === undefined || to === undefined || from.entryId === to.entryId) continue;
          if (relation.kind === "supersedes" && !(await maySupersede(within, { from, to }))) continue;
          const author = claimed(relation.author);
          if (await relations.ensureRestoredRelation(db, call.caller, { from, to }, { ...relation, author })) {
            restored.push({ fromEntryId: from.entryId, kind: relation.kind, toEntryId: to.entryId });
          }
        }
        return restored;
      }),

    /** Relations of a diary's entries, so that an archive need not ask for those of each entry. */
    async listDiaryRelations(
      call: Call<MemberCaller>,
      diaryId: string,
      { limit, cursor }: { limit: number; cursor?: string | undefined },
    ): Promise<Page<DiaryRelation>> {
      await access.getReadable(call, diaryId);
      const list = `memory.diary-relations:${diaryId}`;
      const [entrySeq, seq] = cursor === undefined ? [] : cursors.decode(list, cursor);
      const after = entrySeq === undefined ? undefined : { entrySeq: Number(entrySeq), seq: String(seq) };
      const reader = access.readerOf(call.caller);
      const { placed, total } = await relations.listDiaryRelations(call.db, reader, diaryId, {
        limit: limit + 1,
        after,
      });
      const page = pageOf(placed, limit, total, ({ place }) => cursors.encode(list, [place.entrySeq, place.seq]));
      return { ...page, items: page.items.map(({ relation }) => relation) };
    },
  };
}

function altered({ sourceId }: EntryToRestore, fault: EntryFault) {
  return memoryErrors.altered_entry({
    detail: `Entry ${sourceId}: ${faultTexts[fault]}. Nothing was restored. Export the archive anew.`,
  });
}

/** Holds what is missing in a signed diary to its chain: each entry names the one before, the first one the head. */
function requireChain({ signed, chain }: StoredDiary, missing: readonly store.PreparedRestoration[]): void {
  if (!signed) return;
  let head = chain?.head ?? null;
  for (const { entry } of missing) {
    if ((entry.signature?.previousHash ?? null) !== head) {
      throw memoryErrors.broken_chain({
        detail:
          `Entry ${entry.sourceId} does not follow the diary's last one, whose content identifier is ${head ?? "null: there is none"}. ` +
          "Nothing was restored. Send all entries of a signed diary, in their order.",
      });
    }
    head = entry.contentHash;
  }
}

function requirePublicLength({ visibility }: StoredDiary, missing: readonly store.PreparedRestoration[]): void {
  const isTooLong = missing.some(({ entry }) => entry.content.length > PUBLIC_CONTENT_CHARACTERS);
  if (visibility === "public" && isTooLong) throw memoryErrors.too_long_for_public();
}
