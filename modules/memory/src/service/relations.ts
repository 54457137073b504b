import { type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { Call, MemberCaller } from "@reef/http/call";
import type { Entry, EntryChange, Relation } from "../contract.ts";
import { memoryErrors } from "../errors.ts";
import { findEntry } from "../store/entries.ts";
import * as store from "../store/relations.ts";
import type { DiaryAccess } from "./access.ts";

export interface RelationDependencies {
  access: DiaryAccess;
  cursors: Cursors;
  /** Names or takes back an entry's successor, with the rules for that. */
  updateEntry(call: Call, entryId: string, change: EntryChange, ifMatch: undefined): Promise<Entry>;
}

/** Relations of one entry to others; how many point to it is not its doing, and has no limit. */
const MOST_RELATIONS = 100;

/** The rules of relations: who may relate which entries, and who sees it. */
export function createRelationService({ access, cursors, updateEntry }: RelationDependencies) {
  async function getVisible(call: Call<MemberCaller | undefined>, entryId: string, options = {}): Promise<Entry> {
    const found = await findEntry(call.db, access.readerOf(call.caller), entryId, options);
    if (found === undefined) throw memoryErrors.entry_not_found({ internal: { entryId } });
    return found.entry;
  }

  async function getChangeable(call: Call, entryId: string): Promise<Entry> {
    const entry = await getVisible(call, entryId, { forUpdate: true });
    await access.requirePermission(call, "write", entry.diaryId);
    return entry;
  }

  /**
   * `supersedes` changes the other entry too. Both are held in the order of their ids, so that of requests which name the
   * same entries the other way round none waits for one that waits for it.
   */
  async function holdBoth(call: Call, { kind, fromId, toId }: store.RelationPath): Promise<void> {
    if (kind !== "supersedes") return;
    for (const id of [fromId, toId].toSorted()) {
      await findEntry(call.db, access.readerOf(call.caller), id, { forUpdate: true });
    }
  }

  return {
    /**
     * Relates an entry that the caller may write to one that it may read. Safe to repeat.
     *
     * @throws memory.invalid_relation for an entry and itself or for two organizations, memory.invalid_successor for a
     * `supersedes` that goes in a circle or to another diary, memory.relation_limit.
     */
    async ensureRelation(
      call: Call,
      path: store.RelationPath,
      { note }: { note?: string | undefined },
    ): Promise<Relation> {
      return transact(call.db, async (db) => {
        const within = { ...call, db };
        await holdBoth(within, path);
        await getChangeable(within, path.fromId);
        if (path.fromId === path.toId) throw memoryErrors.invalid_relation({ internal: { ...path } });
        const other = await getVisible(within, path.toId);
        const others = await store.countOtherRelations(db, call.caller.organizationId, path);
        if (others >= MOST_RELATIONS) throw memoryErrors.relation_limit({ internal: { ...path } });
        if (path.kind === "supersedes" && other.supersededBy !== path.fromId) {
          await updateEntry(within, path.toId, { supersededBy: path.fromId as Entry["id"] }, undefined);
        }
        const isRelated = await store.ensureRelation(db, call.caller, path, note);
        if (!isRelated) throw memoryErrors.invalid_relation({ internal: { ...path } });
        const reader = access.readerOf(call.caller);
        const found = { direction: "out", kind: path.kind, otherId: path.toId, limit: 1 } as const;
        const { placed } = await store.listRelations(db, reader, path.fromId, found);
        const [made] = placed;
        if (made === undefined) throw new Error("A relation was made and none was found.");
        return made.relation;
      });
    },

    /** An entry's relations; those to entries that the caller may not read are left out, and not counted either. */
    async listRelations(
      call: Call<MemberCaller | undefined>,
      entryId: string,
      query: store.RelationFilter & { limit: number; cursor?: string | undefined },
    ): Promise<Page<Relation>> {
      await getVisible(call, entryId);
      const { limit, cursor, direction, kind } = query;
      const list = `memory.relations:${entryId}`;
      const beforeSeq = cursor === undefined ? undefined : Number(cursors.decode(list, cursor)[0]);
      const page = { limit: limit + 1, beforeSeq, direction, kind };
      const { placed, total } = await store.listRelations(call.db, access.readerOf(call.caller), entryId, page);
      const { items, nextCursor } = pageOf(placed, limit, total, ({ seq }) => cursors.encode(list, [seq]));
      return { items: items.map(({ relation }) => relation), nextCursor, total };
    },

    /** @throws memory.relation_not_found */
    async deleteRelation(call: Call, path: store.RelationPath): Promise<void> {
      await transact(call.db, async (db) => {
        const within = { ...call, db };
        await holdBoth(within, path);
        await getChangeable(within, path.fromId);
        const existed = await store.deleteRelation(db, call.caller.organizationId, path);
        if (!existed) throw memoryErrors.relation_not_found({ internal: { ...path } });
        if (path.kind === "supersedes") await updateEntry(within, path.toId, { supersededBy: null }, undefined);
      });
    },
  };
}
