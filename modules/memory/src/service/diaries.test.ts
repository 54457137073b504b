import assert from "node:assert/strict";
import { before, it } from "node:test";
import type { Call } from "@reef/http/call";
import { describeEachDatabase, until } from "@reef/testing";
import { sql } from "kysely";
import type { NewEntry } from "../contract.ts";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "../test/memory-under-test.ts";

const entry = (content: string): NewEntry => ({ content, tags: [], type: "semantic", importance: 5 });

describeEachDatabase("diaries and entries", testMigrations, ({ database }) => {
  let memory: MemoryUnderTest;
  let ada: Call;
  let eve: Call;

  before(() => {
    memory = createMemoryUnderTest(database());
    ada = memory.callOf("ada");
    eve = memory.callOf("eve");
  });

  it("a private diary does not exist for others, a network one for any agent, a public one for anybody", async () => {
    const seenBy = async (visibility: "private" | "network" | "public") => {
      const { id } = await memory.api.createDiary(ada, { name: visibility, visibility });
      await memory.api.createEntry(ada, id, entry("the tide tables"));
      return Promise.all(
        [ada, eve, memory.anonymous].map(async (call) => {
          const found = await memory.api.getDiary(call, id).catch((error: { code: string }) => error.code);
          const entries = await memory.api
            .listEntries(call, id, { limit: 10 })
            .catch((error: { code: string }) => error.code);
          return typeof found === "string" ? found : typeof entries === "string" ? entries : "seen";
        }),
      );
    };
    assert.deepEqual(await seenBy("private"), ["seen", "memory.not_found", "memory.not_found"]);
    assert.deepEqual(await seenBy("network"), ["seen", "seen", "memory.not_found"]);
    assert.deepEqual(await seenBy("public"), ["seen", "seen", "seen"]);
  });

  it("who may only read a diary is refused to change it, and what it holds", async () => {
    const { id } = await memory.api.createDiary(ada, { name: "open", visibility: "network" });
    const { id: entryId } = await memory.api.createEntry(ada, id, entry("hands off"));
    const forbidden = { code: "memory.forbidden" };
    await assert.rejects(memory.api.updateDiary(eve, id, { name: "mine" }, undefined), forbidden);
    await assert.rejects(memory.api.deleteDiary(eve, id), forbidden);
    await assert.rejects(memory.api.createEntry(eve, id, entry("graffiti")), forbidden);
    await assert.rejects(memory.api.updateEntry(eve, entryId, { content: "x" }, undefined), forbidden);
    await assert.rejects(memory.api.deleteEntry(eve, entryId), forbidden);
  });

  it("every entry names its author", async () => {
    const { id } = await memory.api.createDiary(ada, { name: "signed", visibility: "private" });
    const { author } = await memory.api.createEntry(ada, id, entry("I was here"));
    assert.deepEqual(author, { agentId: ada.caller.agentId, name: "ada", fingerprint: ada.caller.fingerprint });
  });

  it("a list has real totals, and its cursors neither skip nor repeat while entries are added", async () => {
    const { id } = await memory.api.createDiary(ada, { name: "long", visibility: "private" });
    await memory.api.createEntries(
      ada,
      id,
      Array.from({ length: 25 }, (_, index) => entry(`number ${index}`)),
    );
    const first = await memory.api.listEntries(ada, id, { limit: 10 });
    assert.equal(first.total, 25);
    await memory.api.createEntry(ada, id, entry("a late one"));
    const second = await memory.api.listEntries(ada, id, { limit: 10, cursor: first.nextCursor ?? undefined });
    const third = await memory.api.listEntries(ada, id, { limit: 10, cursor: second.nextCursor ?? undefined });
    const contents = [first, second, third].flatMap(({ items }) => items.map(({ content }) => content));
    assert.deepEqual(
      contents,
      Array.from({ length: 25 }, (_, index) => `number ${24 - index}`),
    );
    assert.equal(third.nextCursor, null);
    const last = await memory.api.listEntries(ada, id, { limit: 26 });
    assert.deepEqual([last.items.length, last.nextCursor], [26, null]);
  });

  it("a cursor of another list, or an edited one, is refused", async () => {
    const { id } = await memory.api.createDiary(ada, { name: "cursors", visibility: "private" });
    const invalid = { code: "list.invalid_cursor" };
    const { nextCursor } = await memory.api.listDiaries(ada, { limit: 1 });
    await assert.rejects(memory.api.listEntries(ada, id, { limit: 1, cursor: nextCursor ?? "" }), invalid);
    await assert.rejects(memory.api.listDiaries(ada, { limit: 1, cursor: `x${nextCursor}` }), invalid);
  });

  it("a change based on an old version is refused with the current one", async () => {
    const diary = await memory.api.createDiary(ada, { name: "edited", visibility: "private" });
    const changed = await memory.api.updateDiary(ada, diary.id, { name: "edited twice" }, diary.version);
    await assert.rejects(memory.api.updateDiary(ada, diary.id, { name: "lost" }, diary.version), (error: unknown) => {
      const { code, options } = error as { code: string; options: { currentVersion: number } };
      assert.deepEqual([code, options.currentVersion], ["memory.changed", changed.version]);
      return true;
    });
    assert.equal((await memory.api.getDiary(ada, diary.id)).name, "edited twice");
  });

  it("a public diary takes no long entries, and a diary with one cannot become public", async () => {
    const long = entry("x".repeat(10_001));
    const open = await memory.api.createDiary(ada, { name: "open", visibility: "public" });
    await assert.rejects(memory.api.createEntry(ada, open.id, long), { code: "memory.too_long_for_public" });
    const closed = await memory.api.createDiary(ada, { name: "closed", visibility: "private" });
    await memory.api.createEntry(ada, closed.id, long);
    await assert.rejects(memory.api.updateDiary(ada, closed.id, { visibility: "public" }, undefined), {
      code: "memory.too_long_for_public",
    });
  });

  it("an entry cannot be superseded by itself, in a circle, or by an entry of another diary", async () => {
    const { id } = await memory.api.createDiary(ada, { name: "line", visibility: "private" });
    const other = await memory.api.createDiary(ada, { name: "elsewhere", visibility: "private" });
    const [a, b] = await memory.api.createEntries(ada, id, [entry("first"), entry("second")]);
    const stranger = await memory.api.createEntry(ada, other.id, entry("stranger"));
    assert.ok(a && b);
    const invalid = { code: "memory.invalid_successor" };
    await memory.api.updateEntry(ada, a.id, { supersededBy: b.id }, undefined);
    await assert.rejects(memory.api.updateEntry(ada, b.id, { supersededBy: a.id }, undefined), invalid);
    await assert.rejects(memory.api.updateEntry(ada, b.id, { supersededBy: b.id }, undefined), invalid);
    await assert.rejects(memory.api.updateEntry(ada, b.id, { supersededBy: stranger.id }, undefined), invalid);
    await memory.api.deleteEntry(ada, b.id);
    assert.equal((await memory.api.getEntry(ada, a.id)).supersededBy, null);
  });

  it("MN17: a deleted diary and its entries are gone at once, and soon all that they left", async () => {
    await memory.workflows.start();
    const { id } = await memory.api.createDiary(ada, { name: "doomed", visibility: "public" });
    const { id: entryId } = await memory.api.createEntry(ada, id, entry("doomed too"));
    await memory.api.deleteDiary(ada, id);
    await assert.rejects(memory.api.getDiary(ada, id), { code: "memory.not_found" });
    await assert.rejects(memory.api.getEntry(ada, entryId), { code: "memory.entry_not_found" });
    assert.ok(!(await memory.api.listDiaries(ada, { limit: 100 })).items.some((diary) => diary.id === id));
    const left = async () => {
      const { rows } = await sql<{ count: number }>`
        select (select count(*) from memory.diaries where deleted_at is not null)
          + (select count(*) from memory.entries where content = 'doomed too')
          + (select count(*) from memory.postings where term = 'doom') as count`.execute(database().kysely);
      return rows[0]?.count;
    };
    await until(async () => (await left()) === 0);
    await memory.workflows.stop(1);
  });

  it("fifty writers of one diary at once lose nothing, and every entry has a place of its own", async () => {
    const { id } = await memory.api.createDiary(ada, { name: "busy", visibility: "private" });
    const names = Array.from({ length: 50 }, (_, index) => `writer ${index}`);
    await Promise.all(names.map((name) => memory.api.createEntry(ada, id, entry(name))));
    const { items, total } = await memory.api.listEntries(ada, id, { limit: 100 });
    assert.equal(total, 50);
    assert.deepEqual(items.map(({ content }) => content).toSorted(), names.toSorted());
  });
});
