import assert from "node:assert/strict";
import { before, it } from "node:test";
import type { Call } from "@reef/http/call";
import { describeEachDatabase } from "@reef/testing";
import type { Diary, Entry, NewEntry, SearchRequest } from "../contract.ts";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "../test/memory-under-test.ts";

const entry = (content: string, more: Partial<NewEntry> = {}): NewEntry => ({
  content,
  tags: [],
  type: "semantic",
  importance: 5,
  ...more,
});

const asking = (query: string, more: Partial<SearchRequest> = {}): SearchRequest => ({
  query,
  includeShared: false,
  excludeSuperseded: false,
  recencyWeight: 0,
  importanceWeight: 0,
  limit: 10,
  ...more,
});

describeEachDatabase("recall", testMigrations, ({ database }) => {
  let memory: MemoryUnderTest;
  let ada: Call;
  let diaryId: Diary["id"];
  const written: Record<string, Entry> = {};

  const search = async (query: string, more: Partial<SearchRequest> = {}) =>
    (await memory.api.search(ada, asking(query, { diaryId, ...more }))).items;

  before(async () => {
    memory = createMemoryUnderTest(database());
    ada = memory.callOf("ada");
    diaryId = (await memory.api.createDiary(ada, { name: "notes", visibility: "private" })).id;
    const entries: Record<string, NewEntry> = {
      key: entry("The deploy key lives in the vault; rotate it on Mondays", { tags: ["ops"], title: "Deployment" }),
      lunch: entry("Grace prefers the small table near the window for lunch", { tags: ["people"], importance: 9 }),
      outage: entry("The staging cluster lost quorum after the kernel upgrade", {
        tags: ["ops", "incident"],
        type: "episodic",
      }),
      lesson: entry("Never upgrade two nodes of one cluster at a time", { tags: ["ops"], type: "procedural" }),
      filler: entry("Painted the fence green and watered the garden"),
    };
    for (const [name, one] of Object.entries(entries)) written[name] = await memory.api.createEntry(ada, diaryId, one);
  });

  it("MN18: an entry is found at once by an exact word of its title, by a quoted phrase and by other forms of its words", async () => {
    for (const query of ["Deployment", '"lives in the vault"', "when do we change the deployment key"]) {
      assert.equal((await search(query))[0]?.id, written.key?.id, query);
    }
    assert.equal((await search("ops", { tags: ["incident"] }))[0]?.id, written.outage?.id);
  });

  it("MN19: a hit holds every quoted phrase to the letter", async () => {
    assert.deepEqual(await search('"vault in the lives"'), []);
    assert.deepEqual(
      (await search('"Near the WINDOW"')).map(({ id }) => id),
      [written.lunch?.id],
    );
  });

  it("MN19: an excluded word is in no hit, also not in one that only its neighbours brought in", async () => {
    const hits = await search("cluster upgrade -kernel");
    assert.deepEqual(
      hits.map(({ id }) => id),
      [written.lesson?.id],
    );
    assert.ok((await search("cluster upgrade")).some(({ content }) => content.includes("kernel")));
  });

  it("MN19: tags must all be there, types one of those asked for, and the session the one asked for", async () => {
    assert.deepEqual(
      (await search("cluster", { tags: ["ops", "incident"] })).map(({ id }) => id),
      [written.outage?.id],
    );
    assert.deepEqual(
      (await search("cluster", { types: ["procedural"] })).map(({ id }) => id),
      [written.lesson?.id],
    );
    assert.deepEqual(await search("cluster", { session: "another" }), []);
  });

  it("MN19: a superseded entry is left out on request only", async () => {
    const old = await memory.api.createEntry(ada, diaryId, entry("The wifi password is tangerine"));
    const newer = await memory.api.createEntry(ada, diaryId, entry("The wifi password is pomegranate"));
    await memory.api.updateEntry(ada, old.id, { supersededBy: newer.id }, undefined);
    const all = await search("wifi password");
    assert.deepEqual(new Set(all.map(({ id }) => id)), new Set([old.id, newer.id]));
    const current = await search("wifi password", { excludeSuperseded: true });
    assert.deepEqual(
      current.map(({ id }) => id),
      [newer.id],
    );
  });

  it("MN19: a time range holds what happened in it", async () => {
    await memory.api.createEntry(
      ada,
      diaryId,
      entry("Moved the backups to Oslo", { happenedAt: "2020-05-04T10:00:00Z" }),
    );
    assert.equal(
      (await search("backups", { after: "2020-05-01T00:00:00Z", before: "2020-06-01T00:00:00Z" })).length,
      1,
    );
    assert.deepEqual(await search("backups", { after: "2020-06-01T00:00:00Z" }), []);
    assert.deepEqual(await search("backups", { before: "2020-05-04T10:00:00Z" }), []);
  });

  it("MN20: a nonsense query returns nothing, and so does one of stop words only", async () => {
    for (const query of ["flurbish quantotronic zanzibarbic", "what is the of and", "???"]) {
      assert.deepEqual(await search(query), [], query);
    }
  });

  it("MN20: importance and recency reorder only hits of nearly equal relevance", async () => {
    const plain = await memory.api.createEntry(
      ada,
      diaryId,
      entry("Tea order: jasmine", { happenedAt: "2021-01-01T00:00:00Z" }),
    );
    const important = await memory.api.createEntry(
      ada,
      diaryId,
      entry("Tea order: jasmine", { importance: 10, happenedAt: "2021-01-01T00:00:00Z" }),
    );
    const off = await memory.api.createEntry(
      ada,
      diaryId,
      entry("Tea cups were washed by somebody else on that day", { importance: 10 }),
    );
    const weighted = await search("tea order jasmine", { importanceWeight: 1, recencyWeight: 1 });
    assert.equal(weighted[0]?.id, important.id);
    assert.ok(weighted.findIndex(({ id }) => id === plain.id) < weighted.findIndex(({ id }) => id === off.id));
  });

  it("MN21: a hit, the list and the entry itself show one entry the same way", async () => {
    const [hit] = await search("deploy key vault");
    const { score, why, ...shown } = hit ?? assert.fail("nothing found");
    assert.ok(score > 0 && score <= 1);
    assert.deepEqual(why.terms.toSorted(), ["deploy", "key", "vault"]);
    assert.deepEqual(shown, await memory.api.getEntry(ada, shown.id));
    // A list leaves out what an entry is related to; all else is the same.
    const { relations, ...listed } = shown;
    assert.deepEqual(relations, []);
    const { items } = await memory.api.listEntries(ada, diaryId, { limit: 100 });
    assert.deepEqual(
      items.find(({ id }) => id === shown.id),
      listed,
    );
  });

  it("finds what stands beside a match in its session, and says that context brought it", async () => {
    const talk = await memory.api.createDiary(ada, { name: "talk", visibility: "private" });
    await memory.api.createEntries(ada, talk.id, [
      entry("Grace: Where did you put the passport?", { session: "1" }),
      entry("Ada: In the blue drawer upstairs.", { session: "1" }),
      entry("Ada: The weather is fine.", { session: "2" }),
    ]);
    const { items } = await memory.api.search(ada, asking("where is the passport", { diaryId: talk.id }));
    const answer = items.find(({ content }) => content.includes("blue drawer"));
    assert.equal(answer?.why.context, true);
    assert.deepEqual(answer?.why.terms, []);
    assert.ok(!items.some(({ content }) => content.includes("weather")));
  });

  it("pages through all hits without gap or repetition", async () => {
    const pages: string[] = [];
    let cursor: string | undefined;
    do {
      const result = await memory.api.search(ada, asking("ops cluster key tea wifi", { diaryId, limit: 2, cursor }));
      pages.push(...result.items.map(({ id }) => id));
      cursor = result.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const whole = await search("ops cluster key tea wifi", { limit: 100 });
    assert.deepEqual(
      pages,
      whole.map(({ id }) => id),
    );
  });

  it("searches all diaries of the caller, and never those of another agent", async () => {
    const eve = memory.callOf("eve");
    assert.deepEqual((await memory.api.search(eve, asking("deploy key vault"))).items, []);
    await assert.rejects(memory.api.search(eve, asking("deploy", { diaryId })), { code: "memory.not_found" });
    assert.ok((await memory.api.search(ada, asking("passport vault"))).items.length >= 2);
  });

  it("forgets: a deleted entry is found no more, and its neighbours still are", async () => {
    const doomed = await memory.api.createEntry(ada, diaryId, entry("The hamster is called Turing"));
    await memory.api.deleteEntry(ada, doomed.id);
    assert.deepEqual(await search("hamster"), []);
    assert.equal((await search("vault"))[0]?.id, written.key?.id);
  });

  it("follows a change: the new words find the entry, the old ones do not", async () => {
    const changed = await memory.api.createEntry(ada, diaryId, entry("The spare bulb is in the cellar"));
    await memory.api.updateEntry(ada, changed.id, { content: "The spare bulb is in the attic" }, undefined);
    assert.equal((await search("attic"))[0]?.id, changed.id);
    assert.deepEqual(await search("cellar"), []);
  });
});
