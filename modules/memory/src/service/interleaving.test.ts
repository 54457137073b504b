import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { newId, toUuid } from "@reef/crypto";
import { transact } from "@reef/db";
import type { Call } from "@reef/http/call";
import { describeEachDatabase, until } from "@reef/testing";
import { type KyselyPlugin, sql } from "kysely";
import type { DiaryToRestore, EntryToRestore } from "../contract/archive.ts";
import type { NewEntry } from "../contract.ts";
import { purgeDiary } from "../store/diaries.ts";
import { listUnembedded, saveEmbeddings } from "../store/embeddings.ts";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "../test/memory-under-test.ts";

const entry = (content: string): NewEntry => ({ content, tags: [], type: "semantic", importance: 5 });

const TIME = "2025-03-01T10:00:00.000Z";
const TIMES = { createdAt: TIME, updatedAt: TIME };

const diaryToRestore = (): DiaryToRestore => ({
  sourceId: newId("dia"),
  name: "notes",
  visibility: "private",
  signed: false,
  ...TIMES,
});

const entryToRestore = ({ caller }: Call, content: string): EntryToRestore => ({
  ...entry(content),
  sourceId: newId("ent"),
  author: { agentId: caller.agentId, name: caller.name, fingerprint: caller.fingerprint },
  title: null,
  session: null,
  happenedAt: TIME,
  ...TIMES,
  contentHash: null,
  signature: null,
});

const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: { code?: string }) => error.code ?? String(error),
  );

describeEachDatabase("changes at the same moment", testMigrations, ({ database, kind }) => {
  // The embedded database has one connection, so nothing happens at the same moment there.
  if (kind !== "postgres") return;
  let memory: MemoryUnderTest;
  let ada: Call;

  before(() => {
    memory = createMemoryUnderTest(database());
    ada = memory.callOf("ada");
    // Without workers, so that what is removed is removed when the tests say so.
    return memory.workflows.start({ work: false });
  });
  after(() => memory.workflows.stop(1));

  const newDiary = async () => (await memory.api.createDiary(ada, { name: "notes", visibility: "private" })).id;

  /** Does something in a transaction that stays open behind it until it is told to commit. */
  function open(work: (call: Call) => Promise<unknown>) {
    const [reached, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const committed = transact(database().kysely, async (db) => {
      await work({ ...ada, db });
      reached.resolve();
      await held.promise;
    });
    const commit = () => {
      held.resolve();
      return committed;
    };
    return { reached: Promise.race([reached.promise, committed]), commit };
  }

  /** Waits until work is over, or waits for somebody else's lock. */
  async function underWay(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    work.then(end, end);
    await until(async () => {
      const { rows } = await sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        database().kysely,
      );
      return isOver || rows.length > 0;
    });
  }

  it("a diary never becomes public around an entry that just grows too long for that", async () => {
    const diaryId = await newDiary();
    const { id } = await memory.api.createEntry(ada, diaryId, entry("short"));
    const publishing = open((call) => memory.api.updateDiary(call, diaryId, { visibility: "public" }, undefined));
    await publishing.reached;
    const growing = outcomeOf(memory.api.updateEntry(ada, id, { content: "long ".repeat(4_000) }, undefined));
    await underWay(growing);
    await publishing.commit();
    assert.equal(await growing, "memory.too_long_for_public");
    assert.equal((await memory.api.getEntry(memory.anonymous, id)).content, "short");
  });

  it("a relation that is restored closes no circle with one that is just being made", async () => {
    const { diaryId } = await memory.api.restoreDiary(ada, diaryToRestore());
    const [first, second] = [entryToRestore(ada, "first"), entryToRestore(ada, "second")];
    await memory.api.restoreEntries(ada, diaryId, [first, second]);
    const making = open((call) =>
      memory.api.updateEntry(call, first.sourceId, { supersededBy: second.sourceId as `ent_${string}` }, undefined),
    );
    await making.reached;
    const restoring = memory.api.restoreRelations(ada, [
      {
        fromSourceId: first.sourceId,
        kind: "supersedes",
        toSourceId: second.sourceId,
        note: null,
        author: first.author,
        createdAt: TIME,
      },
    ]);
    await underWay(restoring);
    await making.commit();
    assert.deepEqual(await restoring, []);
    const successors = [first, second].map(
      async ({ sourceId }) => (await memory.api.getEntry(ada, sourceId)).supersededBy,
    );
    assert.deepEqual(await Promise.all(successors), [second.sourceId, null]);
  });

  it("what an entry says now never keeps the vector of what it said before", async () => {
    const { id } = await memory.api.createEntry(ada, await newDiary(), entry("before"));
    const found = await listUnembedded(database().kysely, "one", [id]);
    const changing = open((call) => memory.api.updateEntry(call, id, { content: "after" }, undefined));
    await changing.reached;
    const vectors = found.map((unembedded) => ({ entry: unembedded, vector: new Float32Array([1, 0]) }));
    const saving = saveEmbeddings(database().kysely, "one", vectors);
    await underWay(saving);
    await changing.commit();
    await saving;
    assert.deepEqual(
      (await listUnembedded(database().kysely, "one", [id])).map(({ text }) => text),
      ["after"],
    );
  });

  it("a deleted diary leaves nothing behind of an entry that was changed meanwhile", async () => {
    const diaryId = await newDiary();
    const { id } = await memory.api.createEntry(ada, diaryId, entry("kelp"));
    const deleting = open((call) => memory.api.deleteDiary(call, diaryId));
    await deleting.reached;
    const changing = open((call) => memory.api.updateEntry(call, id, { content: "kelp and coral" }, undefined));
    await underWay(changing.reached);
    await deleting.commit();
    await changing.reached;
    const purging = transact(database().kysely, (db) => purgeDiary(db, ada.caller.organizationId, diaryId, 100));
    await underWay(purging);
    await changing.commit();
    assert.equal(await purging, "done");
    const { rows } =
      await sql`select from memory.postings where diary_id = ${toUuid(diaryId as `dia_${string}`)}`.execute(
        database().kysely,
      );
    assert.equal(rows.length, 0);
  });

  it("a removal that was held up takes nothing of what was restored since under the diary's id", async () => {
    const diary = diaryToRestore();
    const kept = entryToRestore(ada, "restored twice");
    const restore = async () => {
      await memory.api.restoreDiary(ada, diary);
      await memory.api.restoreEntries(ada, diary.sourceId, [kept]);
    };
    await restore();
    await memory.api.deleteDiary(ada, diary.sourceId);
    const [asked, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const stopping: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        asked.resolve();
        await held.promise;
        return result;
      },
    };
    const purge = (db = database().kysely) =>
      transact(db, (transaction) => purgeDiary(transaction, ada.caller.organizationId, diary.sourceId, 100));
    const late = purge(database().kysely.withPlugin(stopping));
    await asked.promise;
    assert.equal(await purge(), "done");
    await restore();
    held.resolve();
    assert.equal(await late, "done");
    assert.equal((await memory.api.getEntry(ada, kept.sourceId)).content, "restored twice");
  });
});
