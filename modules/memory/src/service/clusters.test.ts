import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Call } from "@reef/http/call";
import { describeEachDatabase, until } from "@reef/testing";
import fc from "fast-check";
import { compareAll } from "../clusters/compare.ts";
import { createLikenesses, link } from "../clusters/linkage.ts";
import type { Clusters, NewEntry } from "../contract.ts";
import { type Encoder, toUnitVector } from "../encoder/encoder.ts";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "../test/memory-under-test.ts";

const entry = (content: string, more: Partial<NewEntry> = {}): NewEntry => ({
  content,
  tags: [],
  type: "semantic",
  importance: 5,
  ...more,
});

/** The last value of a generator, whatever it lets in between. */
function run<Result>(work: Generator<void, Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/**
 * An encoder for which texts mean the same that begin with the same letters, and which never gets to those about noon; it
 * stands for one outside of this machine.
 */
const firstWordEncoder: Encoder = {
  model: "first-word",
  trust: { floor: 0, gate: 0.9, weight: 1, leads: false },
  embed: async (texts) => {
    if (texts.some((text) => text.includes("noon"))) throw new Error("The encoder is away.");
    return texts.map((text) => {
      const values = new Float32Array(64).fill(0.01);
      values[(text.charCodeAt(0) + text.charCodeAt(1)) % 64] = 1;
      return toUnitVector(values);
    });
  },
  close: async () => {},
};

describe("clusters", () => {
  it("have no pair that is less alike than the threshold, are whole, and do not depend on chance", () => {
    const anyLikenesses = fc
      .integer({ min: 2, max: 14 })
      .chain((count) =>
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: count ** 2, maxLength: count ** 2 }),
      );
    fc.assert(
      fc.property(anyLikenesses, fc.double({ min: 0.05, max: 1, noNaN: true }), (values, threshold) => {
        const count = Math.sqrt(values.length);
        const likenesses = createLikenesses(count);
        for (let left = 0; left < count; left += 1) {
          for (let right = left + 1; right < count; right += 1)
            likenesses.set(left, right, values[left * count + right] ?? 0);
        }
        const groups = run(link(likenesses, threshold));
        assert.deepEqual(run(link(likenesses, threshold)), groups);
        const all = groups.flat();
        assert.equal(new Set(all).size, all.length);
        const fit = (a: readonly number[], b: readonly number[]) =>
          a.every((left) => b.every((right) => left === right || likenesses.between(left, right) >= threshold));
        for (const group of groups) assert.ok(group.length > 1 && fit(group, group));
        const alone = Array.from({ length: count }, (_, index) => [index]).filter(
          ([index]) => !all.includes(index ?? -1),
        );
        const ended = [...groups, ...alone];
        for (const [place, group] of ended.entries()) {
          for (const other of ended.slice(place + 1))
            assert.ok(!fit(group, other), "two groups that would fit stay apart");
        }
      }),
    );
  });

  it("compare texts by the share of words and pairs of words that they have in common", () => {
    const texts = ["the deploy key lives in the vault", "The deploy KEY lives in a vault!", "lunch at noon", ""];
    const likenesses = run(
      compareAll(
        texts.map((text) => ({ text, vector: undefined })),
        0,
      ),
    );
    assert.equal(likenesses.between(0, 1), 1);
    assert.equal(likenesses.between(0, 2), 0);
    assert.equal(likenesses.between(2, 3), 0);
  });
});

describeEachDatabase("clusters of a diary", testMigrations, ({ database }) => {
  let memory: MemoryUnderTest;
  let ada: Call;

  before(() => {
    memory = createMemoryUnderTest(database());
    ada = memory.callOf("ada");
  });
  after(() => memory.stop());

  const newDiary = async (from: MemoryUnderTest, call: Call, ...entries: NewEntry[]) => {
    const { id: diaryId } = await from.api.createDiary(call, { name: "notes", visibility: "private" });
    const written = await from.api.createEntries(call, diaryId, entries);
    return { diaryId, ids: written.map(({ id }) => id) };
  };
  const clustersOf = (diaryId: string, more: { threshold?: number; limit?: number } = {}): Promise<Clusters> =>
    memory.api.listClusters(ada, diaryId, { threshold: 0.8, limit: 20, ...more });

  it("are proposed with the one to start from, and nothing is changed", async () => {
    const { diaryId, ids } = await newDiary(
      memory,
      ada,
      entry("The deploy key lives in the vault of the operations team"),
      entry("Grace prefers the small table near the window"),
      entry("The deploy key lives in the vault of the operations team!", { importance: 8, title: "Deploy key" }),
      entry("The deploy key lives in the vault of our operations team"),
    );
    const { items, total, examined } = await clustersOf(diaryId, { threshold: 0.7 });
    assert.deepEqual([total, examined], [1, 4]);
    const [cluster] = items;
    assert.deepEqual(
      cluster?.entries.map(({ id }) => id),
      [ids[3], ids[2], ids[0]],
    );
    assert.deepEqual([cluster?.representativeId, cluster?.representativeReason], [ids[2], "most_important"]);
    assert.ok((cluster?.similarity ?? 0) >= 0.7);
    assert.equal(cluster?.entries[1]?.title, "Deploy key");
    const { items: entries } = await memory.api.listEntries(ada, diaryId, { limit: 10 });
    assert.deepEqual(
      entries.map(({ version, supersededBy }) => [version, supersededBy]),
      [
        [1, null],
        [1, null],
        [1, null],
        [1, null],
      ],
    );
    assert.deepEqual(await clustersOf(diaryId, { threshold: 0.7 }), { items, total, examined });
  });

  it("suggest to merge what says the same, and to review what differs in a number", async () => {
    const { diaryId, ids } = await newDiary(
      memory,
      ada,
      entry("The backup of the archive runs every night at 3 and takes an hour"),
      entry("The backup of the archive runs every night at 4 and takes an hour"),
      entry("Only whales may enter the reef after midnight"),
      entry("Only whales may enter the reef after midnight."),
    );
    const { items } = await clustersOf(diaryId, { threshold: 0.7 });
    assert.deepEqual(
      items.map(({ entries, suggestion, representativeReason }) => [
        entries.map(({ id }) => id),
        suggestion,
        representativeReason,
      ]),
      [
        [[ids[3], ids[2]], "merge", "newest"],
        [[ids[1], ids[0]], "review", "newest"],
      ],
    );
    const { items: first, total } = await clustersOf(diaryId, { threshold: 0.7, limit: 1 });
    assert.deepEqual([first, total], [items.slice(0, 1), 2]);
    assert.deepEqual((await clustersOf(diaryId, { threshold: 1 })).total, 1);
  });

  it("leave out what is superseded already", async () => {
    const { diaryId, ids } = await newDiary(memory, ada, entry("The port is open"), entry("The port is open"));
    assert.equal((await clustersOf(diaryId)).total, 1);
    await memory.api.ensureRelation(ada, { kind: "supersedes", fromId: ids[1] ?? "", toId: ids[0] ?? "" }, {});
    assert.deepEqual(await clustersOf(diaryId), { items: [], total: 0, examined: 1 });
  });

  it("are sought among the five hundred newest entries only", async () => {
    const { diaryId } = await newDiary(memory, ada, entry("An old twin"), entry("An old twin"));
    for (let batch = 0; batch < 5; batch += 1) {
      const contents = Array.from({ length: 100 }, (_, index) => entry(`word${batch}x${index} word${batch}y${index}`));
      await memory.api.createEntries(ada, diaryId, contents);
    }
    assert.deepEqual(await clustersOf(diaryId), { items: [], total: 0, examined: 500 });
  });

  it("MN15: are only for who may read the diary", async () => {
    const { diaryId } = await newDiary(memory, ada, entry("private"));
    await assert.rejects(memory.api.listClusters(memory.callOf("eve"), diaryId, { threshold: 0.8, limit: 1 }), {
      code: "memory.not_found",
    });
  });

  it("go by meaning where both entries have a vector, and by words where one has none", async () => {
    const encoded = createMemoryUnderTest(database(), firstWordEncoder);
    await encoded.workflows.start();
    const bo = encoded.callOf("bo");
    const { diaryId, ids } = await newDiary(
      encoded,
      bo,
      entry("Keys are turned on Mondays"),
      entry("Keys change weekly in the vault"),
    );
    const twins = ["Lunch is in the garden at noon", "Lunch is in our garden at noon!"];
    const without = await encoded.api.createEntries(
      bo,
      diaryId,
      twins.map((content) => entry(content)),
    );
    const clusters = async () =>
      (await encoded.api.listClusters(bo, diaryId, { threshold: 0.7, limit: 20 })).items.map(({ entries }) =>
        entries.map(({ id }) => id),
      );
    await until(async () => (await clusters()).length >= 2);
    const found = await clusters();
    await encoded.workflows.stop(1);
    await encoded.stop();
    const newestFirst = found.toSorted((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? 1 : -1));
    assert.deepEqual(newestFirst, [
      [without[1]?.id, without[0]?.id],
      [ids[1], ids[0]],
    ]);
  });
});
