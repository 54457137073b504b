import assert from "node:assert/strict";
import { afterEach, it } from "node:test";
import { describeEachDatabase, until } from "@reef/testing";
import { sql } from "kysely";
import type { NewEntry, SearchRequest } from "./contract.ts";
import { type Encoder, toUnitVector } from "./encoder/encoder.ts";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "./test/memory-under-test.ts";

/** An encoder for which texts are alike when they are equally long; it stands for one outside of this machine. */
function lengthEncoder(model: string, isAway: () => boolean = () => false): Encoder {
  return {
    model,
    trust: { floor: 0.2, gate: 0.9, weight: 1, leads: false },
    async embed(texts) {
      if (isAway()) throw new Error("The encoder is away.");
      return texts.map((text) => toUnitVector([1, text.length / 20, 0]));
    },
    close: async () => {},
  };
}

const entry = (content: string): NewEntry => ({ content, tags: [], type: "semantic", importance: 5 });
const asking = (query: string): SearchRequest => ({
  query,
  includeShared: false,
  excludeSuperseded: false,
  recencyWeight: 0,
  importanceWeight: 0,
  limit: 10,
});

describeEachDatabase("vectors", testMigrations, ({ database }) => {
  let memory: MemoryUnderTest;

  async function start(encoder: Encoder): Promise<void> {
    memory = createMemoryUnderTest(database(), encoder);
    await memory.workflows.start();
    await memory.start();
  }
  afterEach(() => memory.workflows.stop(2));

  const countOf = async (model: string) =>
    (
      await sql<{ count: number }>`select count(*) as count from memory.embeddings where model = ${model}`.execute(
        database().kysely,
      )
    ).rows[0]?.count;

  it("MN18: a paraphrase without a shared word is found once the vector is made", async () => {
    await start(lengthEncoder("one"));
    const ada = memory.callOf("ada");
    const { id } = await memory.api.createDiary(ada, { name: "notes", visibility: "private" });
    await memory.api.createEntry(ada, id, entry("kraken sighted"));
    await until(async () => (await countOf("one")) === 1);
    const { items, degraded } = await memory.api.search(ada, asking("fourteen chars"));
    assert.equal(degraded, false);
    assert.deepEqual(
      items.map(({ content, why }) => [content, why.terms, (why.vector ?? 0) > 0.9]),
      [["kraken sighted", [], true]],
    );
  });

  it("MN22: while the encoder is away entries are written and found by their words; it catches up by itself", async () => {
    let away = true;
    await start(lengthEncoder("two", () => away));
    const ada = memory.callOf("ada");
    const { id } = await memory.api.createDiary(ada, { name: "notes", visibility: "private" });
    const { id: entryId } = await memory.api.createEntry(ada, id, entry("the anchor is rusty"));
    const { items, degraded } = await memory.api.search(ada, asking("rusty anchor"));
    assert.deepEqual([items[0]?.id, degraded], [entryId, true]);
    away = false;
    await until(async () => ((await countOf("two")) ?? 0) >= 1);
    assert.equal((await memory.api.search(ada, asking("rusty anchor"))).degraded, false);
  });

  it("MN22: what was written while the encoder was away for hours is found by its meaning once it is back", async () => {
    let away = true;
    await start(lengthEncoder("hours", () => away));
    const db = database().kysely;
    const ada = memory.callOf("ada");
    const { id } = await memory.api.createDiary(ada, { name: "notes", visibility: "private" });
    const { id: entryId } = await memory.api.createEntry(ada, id, entry("a whale was seen"));
    const waitsBehind = async (attempts: number) => {
      const { rows } = await sql`
        select from workflows.job
        where name = 'memory.embed' and state = 'retry' and retry_count >= ${attempts}::int`.execute(db);
      return rows.length === 1;
    };
    await until(() => waitsBehind(0));
    // As if the pauses of the first 12 attempts were over, which take more than two hours.
    await sql`
      update workflows.job set retry_count = 12, start_after = now()
      where name = 'memory.embed' and state = 'retry'`.execute(db);
    await until(() => waitsBehind(13));
    away = false;
    await sql`update workflows.job set start_after = now() where name = 'memory.embed' and state = 'retry'`.execute(db);
    await until(async () => (await memory.workflows.countPending("memory.embed")) === 0);
    const { items } = await memory.api.search(ada, asking("sixteen letters!"));
    assert.deepEqual(
      items.map((hit) => hit.id),
      [entryId],
    );
  });

  it("MN18: an entry that is changed while its vector is made is found by what it says all the same", async () => {
    const [asked, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const quick = lengthEncoder("slow");
    await start({
      ...quick,
      async embed(texts, purpose) {
        if (texts.includes("otter in kelp")) {
          asked.resolve();
          await held.promise;
        }
        return quick.embed(texts, purpose);
      },
    });
    await until(async () => (await memory.workflows.countPending("memory.embed-missing")) === 0);
    const ada = memory.callOf("ada");
    const { id } = await memory.api.createDiary(ada, { name: "notes", visibility: "private" });
    const { id: entryId } = await memory.api.createEntry(ada, id, entry("otter in kelp"));
    await asked.promise;
    await memory.api.updateEntry(ada, entryId, { importance: 9 }, undefined);
    held.resolve();
    await until(async () => (await memory.workflows.countPending("memory.embed")) === 0);
    const { items } = await memory.api.search(ada, asking("thirteen char"));
    assert.deepEqual(
      items.map((hit) => hit.id),
      [entryId],
    );
  });

  it("MN22: a search that goes on without its vector leaves nothing for the encoder to do", async () => {
    const waiting = new Set<string>();
    await start({
      ...lengthEncoder("busy"),
      embed: ([text = ""], _purpose, signal) =>
        new Promise((_resolve, reject) => {
          waiting.add(text);
          signal?.addEventListener("abort", () => {
            waiting.delete(text);
            reject(signal.reason);
          });
        }),
    });
    const ada = memory.callOf("ada");
    await memory.api.createDiary(ada, { name: "notes", visibility: "private" });
    assert.equal((await memory.api.search(ada, asking("anything"))).degraded, true);
    assert.equal(waiting.has("anything"), false);
  });

  it("a changed model has every entry encoded again in the background, while search goes on", async () => {
    await start(lengthEncoder("three"));
    const ada = memory.callOf("ada");
    const { id } = await memory.api.createDiary(ada, { name: "many", visibility: "private" });
    for (let batch = 0; batch < 3; batch += 1) {
      await memory.api.createEntries(
        ada,
        id,
        Array.from({ length: 90 }, (_, index) => entry(`shell ${batch} ${index}`)),
      );
    }
    await until(async () => ((await countOf("three")) ?? 0) >= 270);
    await memory.workflows.stop(2);

    await start(lengthEncoder("four"));
    assert.ok((await memory.api.search(ada, asking("shell 2 17"))).items.length > 0);
    await until(async () => (await countOf("three")) === 0);
    assert.ok(((await countOf("four")) ?? 0) >= 270);
  });
});
