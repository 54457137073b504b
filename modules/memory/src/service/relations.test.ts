import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { type Id, newId, toUuid } from "@reef/crypto";
import { migrateToLatest } from "@reef/db";
import type { Call } from "@reef/http/call";
import { describeEachDatabase, until } from "@reef/testing";
import { sql } from "kysely";
import type { Diary, Entry, NewEntry, Relation, SearchRequest } from "../contract.ts";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "../test/memory-under-test.ts";

const entry = (content: string, more: Partial<NewEntry> = {}): NewEntry => ({
  content,
  tags: [],
  type: "semantic",
  importance: 5,
  ...more,
});

const searching = (query: string): SearchRequest => ({
  query,
  includeShared: false,
  excludeSuperseded: false,
  recencyWeight: 0,
  importanceWeight: 0,
  limit: 10,
});

const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: { code?: string }) => error.code ?? String(error),
  );

describeEachDatabase("relations", testMigrations, ({ database, kind }) => {
  let memory: MemoryUnderTest;
  let ada: Call;
  let bo: Call;
  let eve: Call;

  before(() => {
    memory = createMemoryUnderTest(database());
    ada = memory.callOf("ada");
    bo = memory.callOf("bo", ada);
    eve = memory.callOf("eve");
    return memory.workflows.start();
  });
  after(() => memory.workflows.stop(1));

  const newDiary = (call: Call, visibility: Diary["visibility"] = "private") =>
    memory.api.createDiary(call, { name: "notes", visibility });
  const write = async (call: Call, diaryId: string, ...contents: string[]): Promise<Entry[]> =>
    memory.api.createEntries(
      call,
      diaryId,
      contents.map((content) => entry(content)),
    );
  const relate = (
    call: Call,
    from: Entry | undefined,
    kindOf: Relation["kind"],
    to: Entry | undefined,
    note?: string,
  ) => memory.api.ensureRelation(call, { kind: kindOf, fromId: from?.id ?? "", toId: to?.id ?? "" }, { note });
  const unrelate = (call: Call, from: Entry | undefined, kindOf: Relation["kind"], to: Entry | undefined) =>
    memory.api.deleteRelation(call, { kind: kindOf, fromId: from?.id ?? "", toId: to?.id ?? "" });
  const listed = async (call: Call<Call["caller"] | undefined>, of: Entry | undefined, direction?: "out" | "in") =>
    (await memory.api.listRelations(call, of?.id ?? "", { limit: 100, direction })).items;
  const inShort = ({ kind: kindOf, direction, entryId }: Pick<Relation, "kind" | "direction" | "entryId">) =>
    `${direction} ${kindOf} ${entryId}`;

  it("a relation shows from both sides, with who made it, when and why; repeating it changes at most the note", async () => {
    const { id } = await newDiary(ada);
    const [cause, outage] = await write(ada, id, "\n\nThe disk was full\nand nobody knew", "The deploy failed");
    const made = await relate(ada, outage, "caused_by", cause, "seen in the log");
    assert.deepEqual(
      { ...made, createdAt: "" },
      {
        kind: "caused_by",
        direction: "out",
        entryId: cause?.id,
        title: "The disk was full",
        injectionRisk: false,
        diaryId: id,
        note: "seen in the log",
        author: { agentId: ada.caller.agentId, name: "ada", fingerprint: ada.caller.fingerprint },
        importedBy: null,
        createdAt: "",
      },
    );
    assert.deepEqual(await relate(ada, outage, "caused_by", cause), made);
    assert.equal((await relate(ada, outage, "caused_by", cause, "and in the graph")).note, "and in the graph");
    assert.deepEqual((await listed(ada, outage)).map(inShort), [`out caused_by ${cause?.id}`]);
    assert.deepEqual((await listed(ada, cause)).map(inShort), [`in caused_by ${outage?.id}`]);
    assert.deepEqual(await listed(ada, cause, "out"), []);
    await unrelate(ada, outage, "caused_by", cause);
    assert.deepEqual(await listed(ada, cause), []);
    await assert.rejects(unrelate(ada, outage, "caused_by", cause), { code: "memory.relation_not_found" });
  });

  it("MN15: relating takes the right to write the one entry and to read the other; what may not be read does not exist", async () => {
    const { id: mine } = await newDiary(ada);
    const { id: open } = await newDiary(bo, "network");
    const { id: hidden } = await newDiary(bo);
    const [own] = await write(ada, mine, "ada's own");
    const [readable] = await write(bo, open, "bo's, for all to read");
    const [secret] = await write(bo, hidden, "bo's secret");
    assert.equal(await outcomeOf(relate(ada, own, "references", readable)), "done");
    assert.equal(await outcomeOf(relate(ada, own, "references", secret)), "memory.entry_not_found");
    assert.equal(await outcomeOf(relate(ada, readable, "references", own)), "memory.forbidden");
    assert.equal(await outcomeOf(relate(ada, secret, "references", own)), "memory.entry_not_found");
    assert.equal(await outcomeOf(unrelate(bo, own, "references", readable)), "memory.entry_not_found");
    assert.equal(await outcomeOf(unrelate(ada, readable, "references", own)), "memory.forbidden");
    assert.equal(
      await outcomeOf(memory.api.listRelations(ada, secret?.id ?? "", { limit: 1 })),
      "memory.entry_not_found",
    );
  });

  it("a relation to what the reader may not read is left out everywhere, and not even counted", async () => {
    const { id: open } = await newDiary(ada, "public");
    const { id: hidden } = await newDiary(ada);
    const [lamp] = await write(ada, open, "The lighthouse lamp turns");
    const [keeper] = await write(ada, hidden, "The keeper sleeps");
    await relate(ada, keeper, "contradicts", lamp);
    await relate(ada, lamp, "elaborates", keeper);
    const seenBy = async (call: Call<Call["caller"] | undefined>) => {
      const page = await memory.api.listRelations(call, lamp?.id ?? "", { limit: 10 });
      const found = await memory.api.search(call, { ...searching("lighthouse lamp"), diaryId: open });
      const got = await memory.api.getEntry(call, lamp?.id ?? "");
      return [page.items.length, page.total, found.items[0]?.relations.length, got.relations.length];
    };
    assert.deepEqual(await seenBy(ada), [2, 2, 2, 2]);
    for (const call of [bo, eve, memory.anonymous]) assert.deepEqual(await seenBy(call), [0, 0, 0, 0]);
    const { id: shareId } = await memory.api.createShare(ada, hidden, {
      fingerprint: bo.caller.fingerprint,
      role: "reader",
    });
    await memory.api.acceptInvitation(bo, shareId);
    assert.deepEqual(await seenBy(bo), [2, 2, 2, 2]);
    await memory.api.deleteShare(ada, shareId);
    assert.deepEqual(await seenBy(bo), [0, 0, 0, 0]);
  });

  it("entries of two organizations are not related, nor is an entry to itself", async () => {
    const { id: theirs } = await newDiary(eve, "public");
    const { id: mine } = await newDiary(ada);
    const [foreign] = await write(eve, theirs, "readable, but of another organization");
    const [own] = await write(ada, mine, "mine");
    assert.equal(await outcomeOf(relate(ada, own, "supports", foreign)), "memory.invalid_relation");
    assert.equal(await outcomeOf(relate(ada, own, "supports", own)), "memory.invalid_relation");
    assert.deepEqual(await listed(ada, own), []);
  });

  it("`supersedes` and `supersededBy` are one truth, whichever is set or taken back", async () => {
    const { id } = await newDiary(ada);
    const [old, newer, newest] = await write(ada, id, "The port is 80", "The port is 8080", "The port is 4200");
    const successor = async () => (await memory.api.getEntry(ada, old?.id ?? "")).supersededBy;
    const superseding = async () => (await listed(ada, old, "in")).map(inShort);

    await relate(ada, newer, "supersedes", old);
    assert.deepEqual([await successor(), await superseding()], [newer?.id, [`in supersedes ${newer?.id}`]]);
    await memory.api.updateEntry(ada, old?.id ?? "", { supersededBy: newest?.id }, undefined);
    assert.deepEqual([await successor(), await superseding()], [newest?.id, [`in supersedes ${newest?.id}`]]);
    await relate(ada, newer, "supersedes", old);
    assert.deepEqual([await successor(), await superseding()], [newer?.id, [`in supersedes ${newer?.id}`]]);
    await memory.api.updateEntry(ada, old?.id ?? "", { supersededBy: null }, undefined);
    assert.deepEqual([await successor(), await superseding()], [null, []]);
    await relate(ada, newer, "supersedes", old);
    await unrelate(ada, newer, "supersedes", old);
    assert.deepEqual([await successor(), await superseding()], [null, []]);

    await relate(ada, newer, "supersedes", old);
    const found = async (excludeSuperseded: boolean) =>
      (await memory.api.search(ada, { ...searching("port"), diaryId: id, excludeSuperseded })).items.map(
        (hit) => hit.id,
      );
    assert.ok((await found(false)).includes(old?.id ?? "ent_"));
    assert.ok(!(await found(true)).includes(old?.id ?? "ent_"));
    const before = await memory.api.getEntry(ada, old?.id ?? "");
    await relate(ada, newer, "supersedes", old);
    assert.equal((await memory.api.getEntry(ada, old?.id ?? "")).version, before.version);
    await memory.api.deleteEntry(ada, newer?.id ?? "");
    assert.deepEqual([await successor(), await superseding()], [null, []]);
  });

  it("no circle of successors comes to be, whichever way they are named, and none across diaries", async () => {
    const { id } = await newDiary(ada);
    const { id: other } = await newDiary(ada);
    const [a, b, c] = await write(ada, id, "first", "second", "third");
    const [stranger] = await write(ada, other, "elsewhere");
    const invalid = "memory.invalid_successor";
    await relate(ada, b, "supersedes", a);
    await memory.api.updateEntry(ada, b?.id ?? "", { supersededBy: c?.id }, undefined);
    assert.equal(await outcomeOf(relate(ada, a, "supersedes", c)), invalid);
    assert.equal(await outcomeOf(relate(ada, a, "supersedes", b)), invalid);
    assert.equal(await outcomeOf(relate(ada, stranger, "supersedes", c)), invalid);
    assert.deepEqual((await listed(ada, c, "in")).map(inShort), []);
    assert.equal(await outcomeOf(relate(ada, stranger, "elaborates", c)), "done");
  });

  // The embedded database has one connection, so nothing happens at the same moment there.
  if (kind === "postgres") {
    it("changes at the same moment close no circle, and lose nothing", async () => {
      for (let round = 0; round < 10; round += 1) {
        const { id } = await newDiary(ada);
        const [a, b, c] = await write(ada, id, "a", "b", "c");
        const outcomes = await Promise.all([
          outcomeOf(relate(ada, a, "supersedes", b)),
          outcomeOf(relate(ada, b, "supersedes", c)),
          outcomeOf(memory.api.updateEntry(ada, a?.id ?? "", { supersededBy: c?.id }, undefined)),
        ]);
        assert.deepEqual(outcomes.toSorted(), ["done", "done", "memory.invalid_successor"]);
        const both = await Promise.all([
          outcomeOf(relate(ada, a, "supports", b)),
          outcomeOf(relate(ada, b, "supports", a)),
        ]);
        assert.deepEqual(both, ["done", "done"]);
      }
    });

    it("changes that name the same entries the other way round wait for each other in one order only", async () => {
      const { id } = await newDiary(ada);
      const [a, b, c] = await write(ada, id, "a", "b", "c");
      // In transactions of the test's own, which are not begun again where the database breaks one off.
      const alone = (work: (call: Call) => Promise<unknown>) =>
        outcomeOf(
          database()
            .kysely.transaction()
            .execute((db) => work({ ...ada, db })),
        );
      const circle = [
        [a, b],
        [b, c],
        [c, a],
      ] as const;
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, index) => circle[index % 3] ?? circle[0]).flatMap(([from, to]) => [
          alone((call) => relate(call, from, "supersedes", to)),
          alone((call) => unrelate(call, from, "supersedes", to)),
        ]),
      );
      const expected = new Set(["done", "memory.invalid_successor", "memory.relation_not_found"]);
      assert.deepEqual(
        outcomes.filter((outcome) => !expected.has(outcome)),
        [],
      );
    });
  }

  it("an entry has at most 100 relations to others, and no limit on those that point to it", async () => {
    const { id } = await newDiary(ada);
    const [hub] = await write(ada, id, "the hub");
    const contents = Array.from({ length: 60 }, (_, index) => `spoke ${index}`);
    const spokes = [...(await write(ada, id, ...contents)), ...(await write(ada, id, ...contents))];
    for (const spoke of spokes) await relate(ada, spoke, "references", hub);
    for (const spoke of spokes.slice(0, 100)) await relate(ada, hub, "references", spoke);
    assert.equal(await outcomeOf(relate(ada, hub, "references", spokes[100])), "memory.relation_limit");
    assert.equal(await outcomeOf(relate(ada, hub, "supersedes", spokes[1])), "memory.relation_limit");
    assert.equal(await outcomeOf(relate(ada, hub, "references", spokes[0], "again")), "done");
    assert.equal((await memory.api.getEntry(ada, hub?.id ?? "")).relations.length, 5);
    assert.equal((await memory.api.listRelations(ada, hub?.id ?? "", { limit: 1 })).total, 220);
    const shown = (await memory.api.search(ada, { ...searching("hub"), diaryId: id })).items[0]?.relations;
    assert.deepEqual(
      shown?.map(inShort),
      spokes
        .slice(95, 100)
        .toReversed()
        .map((spoke) => `out references ${spoke.id}`),
    );
  });

  it("the pages of a list neither skip nor repeat while relations are added", async () => {
    const { id } = await newDiary(ada);
    const [hub, ...spokes] = await write(ada, id, "hub", ...Array.from({ length: 7 }, (_, index) => `spoke ${index}`));
    for (const [index, spoke] of spokes.slice(0, 6).entries()) {
      await (index % 2 === 0 ? relate(ada, hub, "supports", spoke) : relate(ada, spoke, "supports", hub));
    }
    const first = await memory.api.listRelations(ada, hub?.id ?? "", { limit: 4 });
    await relate(ada, hub, "supports", spokes[6]);
    const second = await memory.api.listRelations(ada, hub?.id ?? "", {
      limit: 4,
      cursor: first.nextCursor ?? undefined,
    });
    assert.deepEqual(
      [...first.items, ...second.items].map(({ entryId }) => entryId),
      spokes
        .slice(0, 6)
        .toReversed()
        .map((spoke) => spoke.id),
    );
    assert.deepEqual([first.total, second.total, second.nextCursor], [6, 7, null]);
    const kinds = await memory.api.listRelations(ada, hub?.id ?? "", { limit: 9, kind: "elaborates" });
    assert.deepEqual([kinds.items, kinds.total], [[], 0]);
    const { nextCursor: foreign } = await memory.api.listDiaries(ada, { limit: 1 });
    await assert.rejects(memory.api.listRelations(ada, hub?.id ?? "", { limit: 1, cursor: foreign ?? "" }), {
      code: "list.invalid_cursor",
    });
  });

  it("MN17: with an entry or a diary its relations are gone for everybody, and soon from the database", async () => {
    const { id: kept } = await newDiary(ada);
    const { id: doomed } = await newDiary(ada);
    const [stays] = await write(ada, kept, "stays");
    const [goes, forgotten] = await write(ada, doomed, "goes with its diary", "is forgotten before");
    await relate(ada, stays, "supports", goes);
    await relate(ada, forgotten, "supports", stays);
    await memory.api.deleteEntry(ada, forgotten?.id ?? "");
    assert.deepEqual((await listed(ada, stays)).map(inShort), [`out supports ${goes?.id}`]);
    await memory.api.deleteDiary(ada, doomed);
    assert.deepEqual(await listed(ada, stays), []);
    assert.deepEqual((await memory.api.getEntry(ada, stays?.id ?? "")).relations, []);
    const left = async () => {
      const stayed = toUuid(stays?.id as Id<"ent">);
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from memory.relations
        where from_entry_id = ${stayed} or to_entry_id = ${stayed}`.execute(database().kysely);
      return rows[0]?.count;
    };
    await until(async () => (await left()) === 0);
  });
});

const MIGRATION = "202611220340-create-entry-relations";
const earlier = Object.fromEntries(Object.entries(testMigrations).filter(([name]) => name < MIGRATION));

describeEachDatabase("successors that were named before there were relations", earlier, ({ database }) => {
  it("are relations of the entries that take the place, by their authors", async () => {
    const { kysely } = database();
    const [organization, diary, old, newer, author] = Array.from({ length: 5 }, () => toUuid(newId("ent")));
    await sql`
      insert into memory.diaries (id, organization_id, owner_agent_id, name, visibility)
      values (${diary}, ${organization}, ${author}, 'notes', 'private')`.execute(kysely);
    await sql`
      insert into memory.entries (id, organization_id, diary_id, seq, author_agent_id, author_name, author_fingerprint,
        content, tags, type, importance, asks, words, normalized, happened_at, superseded_by)
      select id, ${organization}::uuid, ${diary}::uuid, seq, ${author}::uuid, 'ada', 'F', 'text', '{}', 'semantic', 5,
        false, 1, 'text', now(), successor
      from (values (${newer}::uuid, 1, null::uuid), (${old}::uuid, 2, ${newer}::uuid)) entry(id, seq, successor)`.execute(
      kysely,
    );
    await migrateToLatest(kysely, testMigrations);
    const { rows } = await sql`
      select from_entry_id, kind, to_entry_id, organization_id, author_agent_id, author_name from memory.relations`.execute(
      kysely,
    );
    assert.deepEqual(rows, [
      {
        from_entry_id: newer,
        kind: "supersedes",
        to_entry_id: old,
        organization_id: organization,
        author_agent_id: author,
        author_name: "ada",
      },
    ]);
  });
});
