import assert from "node:assert/strict";
import { before, it } from "node:test";
import { type Id, toUuid } from "@reef/crypto";
import type { Call } from "@reef/http/call";
import { verifyChain } from "@reef/proofs";
import { describeEachDatabase, until } from "@reef/testing";
import { type RawBuilder, sql } from "kysely";
import type { Diary, Entry } from "../contract.ts";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "../test/memory-under-test.ts";
import { newEntry, signEntry } from "../test/signed-entries.ts";

describeEachDatabase("signed diaries", testMigrations, ({ database }) => {
  let memory: MemoryUnderTest;
  let ada: Call;

  before(() => {
    memory = createMemoryUnderTest(database());
    ada = memory.callOf("ada");
  });

  const run = (query: RawBuilder<unknown>) => query.execute(database().kysely);
  const createChain = (name: string): Promise<Diary> =>
    memory.api.createDiary(ada, { name, visibility: "private", signed: true });
  const headOf = async (diaryId: string) => (await memory.api.getDiary(ada, diaryId)).chain?.head ?? null;
  const append = async (diaryId: string, content: string): Promise<Entry> =>
    memory.api.createEntry(ada, diaryId, await signEntry(memory, ada, newEntry(content), await headOf(diaryId)));
  const verify = async (diaryId: string) => {
    const { items } = await memory.api.listEntries(ada, diaryId, { limit: 100, order: "oldest" });
    const { chain } = await memory.api.getDiary(ada, diaryId);
    assert.ok(chain);
    return verifyChain(items, chain);
  };

  it("MN23: each entry names the one before, the diary tells the last, and the chain verifies by itself", async () => {
    const { id, signed, chain } = await createChain("chain");
    assert.deepEqual([signed, chain], [true, { length: 0, head: null }]);
    const entries = [await append(id, "one"), await append(id, "two"), await append(id, "three")];
    assert.deepEqual(
      entries.map(({ signature }) => signature?.previousHash),
      [null, entries[0]?.contentHash, entries[1]?.contentHash],
    );
    const diary = await memory.api.getDiary(ada, id);
    assert.deepEqual(diary.chain, { length: 3, head: entries[2]?.contentHash });
    assert.deepEqual(await verify(id), { valid: true, entries: 3, length: 3, head: diary.chain?.head, faults: [] });
    for (const entry of entries) assert.equal((await memory.api.verifyEntry(ada, entry.id)).valid, true);
    const ordinary = await memory.api.createDiary(ada, { name: "ordinary", visibility: "private" });
    assert.deepEqual([ordinary.signed, ordinary.chain], [false, null]);
  });

  it("MN23: an entry that is unsigned, or follows another than the last, is refused with what to do", async () => {
    const { id } = await createChain("strict");
    const first = await append(id, "first");
    const unsigned = { code: "memory.unsigned_entry" };
    await assert.rejects(memory.api.createEntry(ada, id, newEntry("bare")), unsigned);
    const unchained = await signEntry(memory, ada, newEntry("signed, but alone"));
    await assert.rejects(memory.api.createEntry(ada, id, unchained), unsigned);
    await assert.rejects(memory.api.createEntries(ada, id, [newEntry("bare"), newEntry("too")]), unsigned);
    const late = await signEntry(memory, ada, newEntry("late"), null);
    await assert.rejects(memory.api.createEntry(ada, id, late), (error: unknown) => {
      const { code, message } = error as { code: string; message: string };
      assert.equal(code, "memory.chain_moved");
      assert.ok(first.contentHash && message.includes(first.contentHash), message);
      return true;
    });
    // Signed for one place, it cannot be put at another.
    const moved = { ...late, previousHash: first.contentHash };
    await assert.rejects(memory.api.createEntry(ada, id, moved), { code: "memory.hash_mismatch" });
    assert.deepEqual((await memory.api.getDiary(ada, id)).chain, { length: 1, head: first.contentHash });
  });

  it("MN23: many entries may be imported if each follows the one before; all of them or none", async () => {
    const { id } = await createChain("imported");
    const one = await signEntry(memory, ada, newEntry("one"), null);
    const two = await signEntry(memory, ada, newEntry("two"), one.contentHash);
    const astray = await signEntry(memory, ada, newEntry("astray"), one.contentHash);
    await assert.rejects(memory.api.createEntries(ada, id, [one, two, astray]), { code: "memory.chain_moved" });
    assert.equal((await memory.api.listEntries(ada, id, { limit: 1 })).total, 0);
    await memory.api.createEntries(ada, id, [one, two]);
    assert.deepEqual((await memory.api.getDiary(ada, id)).chain, { length: 2, head: two.contentHash });
    assert.ok((await verify(id)).valid);
  });

  it("MN23: of twenty writers that follow the same entry one goes on, and with patience all do", async () => {
    const { id } = await createChain("busy");
    const codes: string[] = [];
    const write = async (content: string): Promise<void> => {
      try {
        await append(id, content);
      } catch (error) {
        codes.push((error as { code: string }).code);
        await write(content);
      }
    };
    const attempts = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => signEntry(memory, ada, newEntry(`same ${index}`), null)),
    );
    const first = await Promise.allSettled(attempts.map((entry) => memory.api.createEntry(ada, id, entry)));
    assert.equal(first.filter(({ status }) => status === "fulfilled").length, 1);
    await Promise.all(Array.from({ length: 10 }, (_, index) => write(`writer ${index}`)));
    assert.deepEqual(new Set(codes.filter((code) => code !== "memory.chain_moved")), new Set());
    const report = await verify(id);
    assert.deepEqual([report.valid, report.length], [true, 11]);
  });

  it("MN23: an entry is neither removed nor moved, through the API or past it", async () => {
    const { id } = await createChain("kept");
    const other = await createChain("elsewhere");
    const entries = [await append(id, "one"), await append(id, "two")];
    for (const entry of entries) {
      const row = sql`where id = ${toUuid(entry.id as Id<"ent">)}`;
      await assert.rejects(memory.api.deleteEntry(ada, entry.id), { code: "memory.chained" });
      await assert.rejects(run(sql`delete from memory.entries ${row}`), /part of a chain/);
      await assert.rejects(run(sql`update memory.entries set seq = 9 ${row}`), /part of a chain/);
      await assert.rejects(
        run(sql`update memory.entries set diary_id = ${toUuid(other.id as Id<"dia">)} ${row}`),
        /part of a chain/,
      );
      await assert.rejects(memory.api.updateEntry(ada, entry.id, { content: "x" }, undefined), {
        code: "memory.signed_entry",
      });
    }
    const [first, second] = entries;
    assert.ok(first && second);
    await memory.api.updateEntry(ada, first.id, { supersededBy: second.id }, undefined);
    assert.ok((await verify(id)).valid);
  });

  it("MN23: a diary stays what it was created as, and a hidden one does not come back", async () => {
    const { id } = await createChain("fixed");
    const ordinary = await memory.api.createDiary(ada, { name: "free", visibility: "private" });
    const row = (diaryId: string) => sql`where id = ${toUuid(diaryId as Id<"dia">)}`;
    await assert.rejects(run(sql`update memory.diaries set signed = false ${row(id)}`), /chosen at its creation/);
    await assert.rejects(
      run(sql`update memory.diaries set signed = true ${row(ordinary.id)}`),
      /chosen at its creation/,
    );
    await run(sql`update memory.diaries set deleted_at = now() ${row(id)}`);
    await assert.rejects(run(sql`update memory.diaries set deleted_at = null ${row(id)}`), /does not come back/);
    const renamed = await memory.api.updateDiary(ada, ordinary.id, { name: "still free" }, undefined);
    assert.equal(renamed.signed, false);
  });

  it("MN23: its owner can delete the whole diary, and nothing of it is left", async () => {
    await memory.workflows.start();
    const { id } = await createChain("doomed");
    await append(id, "one");
    await append(id, "two");
    await memory.api.deleteDiary(ada, id);
    await assert.rejects(memory.api.getDiary(ada, id), { code: "memory.not_found" });
    const diary = toUuid(id as Id<"dia">);
    const left = async () =>
      (
        await sql<{ count: number }>`
          select (select count(*) from memory.diaries where id = ${diary})
            + (select count(*) from memory.entries where diary_id = ${diary}) as count`.execute(database().kysely)
      ).rows[0]?.count;
    await until(async () => (await left()) === 0);
    await memory.workflows.stop(1);
  });

  it("MN23: what was damaged in the database is named by whoever reads the diary", async () => {
    const { id } = await createChain("harmed");
    const entries = [
      await append(id, "one"),
      await append(id, "two"),
      await append(id, "three"),
      await append(id, "four"),
    ];
    const [first, second, third] = entries;
    assert.ok(first && second && third);
    const row = (entry: Entry) => sql`where id = ${toUuid(entry.id as Id<"ent">)}`;
    await run(sql`alter table memory.entries disable trigger user`);
    await run(sql`update memory.entries set content = 'uno' ${row(first)}`);
    await run(sql`delete from memory.entries ${row(third)}`);
    await run(sql`alter table memory.entries enable trigger user`);
    const { faults } = await verify(id);
    assert.deepEqual(
      faults.map(({ kind }) => kind),
      ["altered", "missing"],
    );
    assert.deepEqual(faults[0], { kind: "altered", entry: { id: first.id, position: 1 } });
    assert.ok(faults[1]?.kind === "missing" && faults[1].after?.id === second.id && faults[1].count === 1);
  });
});
