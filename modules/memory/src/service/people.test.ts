import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import type { Call, MemberCaller, PersonCaller } from "@reef/http/call";
import { describeEachDatabase } from "@reef/testing";
import type { Diary, Entry, SearchRequest } from "../contract.ts";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "../test/memory-under-test.ts";
import { newEntry } from "../test/signed-entries.ts";

/** What a call comes to: `done`, or the code of its problem. */
const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: { code?: string }) => error.code ?? String(error),
  );

const plain = { includeShared: false, excludeSuperseded: false, recencyWeight: 0, importanceWeight: 0, limit: 20 };

describeEachDatabase("people and memory", testMigrations, ({ database }) => {
  let memory: MemoryUnderTest;
  let ada: Call;
  let bo: Call;
  let member: Call<PersonCaller>;
  let admin: Call<PersonCaller>;
  let owner: Call<PersonCaller>;
  /** Owns another organization. */
  let stranger: Call<PersonCaller>;
  let eve: Call;
  let diary: Diary;
  let entry: Entry;

  before(async () => {
    memory = createMemoryUnderTest(database());
    await memory.workflows.start();
  });
  after(async () => {
    await memory.workflows.stop(1);
    // Its thread, which puts contexts together, would keep the process from ending.
    await memory.stop();
  });

  /** An organization of its own for each test: two agents, three people, and a private diary of the first agent's. */
  const found = async () => {
    ada = memory.callOf("ada");
    bo = memory.callOf("bo", ada);
    eve = memory.callOf("eve");
    member = memory.personOf("mia", "member", ada);
    admin = memory.personOf("adam", "admin", ada);
    owner = memory.personOf("olga", "owner", ada);
    stranger = memory.personOf("sam", "owner", eve);
    diary = await memory.api.createDiary(ada, { name: "tides", visibility: "private" });
    entry = await memory.api.createEntry(ada, diary.id, newEntry("the lighthouse blinks twice"));
  };

  const listed = async (
    call: Call<MemberCaller>,
    more: Parameters<MemoryUnderTest["api"]["listDiaries"]>[1] | object = {},
  ) => (await memory.api.listDiaries(call, { limit: 20, ...more })).items.map(({ name }) => name);
  const hits = async (call: Call<MemberCaller>, more: Partial<SearchRequest> = {}) => {
    const { items } = await memory.api.search(call, { ...plain, query: "lighthouse", ...more });
    return items.map(({ content }) => content).toSorted();
  };

  it("MN15, MO21: each of the organization's people reads all of it, its admins manage it, to others it does not exist", async () => {
    await found();
    const { diaryId } = entry;
    const reads = (call: Call<MemberCaller>) => ({
      getDiary: () => memory.api.getDiary(call, diaryId),
      listEntries: () => memory.api.listEntries(call, diaryId, { limit: 10 }),
      listClusters: () => memory.api.listClusters(call, diaryId, { threshold: 0.8, limit: 10 }),
      listDiaryRelations: () => memory.api.listDiaryRelations(call, diaryId, { limit: 10 }),
      composeContext: () =>
        memory.api.composeContext(call, { diaryId, task: "the lighthouse", tokens: 200, includeSuspicious: false }),
      search: () => memory.api.search(call, { ...plain, query: "lighthouse", diaryId }),
      getEntry: () => memory.api.getEntry(call, entry.id),
      listEntryVersions: () => memory.api.listEntryVersions(call, entry.id),
      verifyEntry: () => memory.api.verifyEntry(call, entry.id),
      getShare: () => memory.api.getShare(call, shareId),
      listRelations: () => memory.api.listRelations(call, entry.id, { limit: 10 }),
    });
    const invite = (call: Call<MemberCaller>) =>
      memory.api.createShare(call, diaryId, { fingerprint: bo.caller.fingerprint, role: "reader" });
    const { id: shareId } = await invite(ada);
    const changes = (call: Call<MemberCaller>) => ({
      updateDiary: () => memory.api.updateDiary(call, diaryId, { name: "currents" }, undefined),
      listShares: () => memory.api.listShares(call, diaryId, { limit: 10 }),
      deleteShare: () => memory.api.deleteShare(call, shareId),
      createShare: () => invite(call),
      deleteDiary: async () => {
        const doomed = await memory.api.createDiary(ada, { name: "doomed", visibility: "private" });
        return memory.api.deleteDiary(call, doomed.id);
      },
    });
    const outcomes = async (attempts: Record<string, () => Promise<unknown>>) => {
      const seen = [];
      for (const [name, attempt] of Object.entries(attempts)) seen.push([name, await outcomeOf(attempt())]);
      return seen;
    };
    const all = (attempts: object, outcome: string) => Object.keys(attempts).map((name) => [name, outcome]);

    for (const call of [member, admin, owner]) {
      assert.deepEqual(await outcomes(reads(call)), all(reads(call), "done"), call.caller.role);
    }
    assert.deepEqual(await outcomes(changes(member)), all(changes(member), "memory.forbidden"));
    for (const call of [admin, owner]) {
      assert.deepEqual(await outcomes(changes(call)), all(changes(call), "done"), call.caller.role);
    }
    const unseen = new Map(
      ["getEntry", "listEntryVersions", "verifyEntry", "listRelations"].map((name) => [name, "memory.entry_not_found"]),
    );
    for (const name of ["getShare", "deleteShare"]) unseen.set(name, "memory.share_not_found");
    const attempts = { ...reads(stranger), ...changes(stranger) };
    assert.deepEqual(
      await outcomes(attempts),
      Object.keys(attempts).map((name) => [name, unseen.get(name) ?? "memory.not_found"]),
    );
  });

  it("a list holds all diaries of the organization and no other, each with its owner and the count of its entries", async () => {
    await found();
    await memory.api.createDiary(bo, { name: "Storms", visibility: "network" });
    const gone = await memory.api.createDiary(bo, { name: "gone", visibility: "private" });
    await memory.api.deleteDiary(bo, gone.id);
    await memory.api.createDiary(eve, { name: "elsewhere", visibility: "public" });
    const { items, total } = await memory.api.listDiaries(member, { limit: 20 });
    assert.deepEqual(
      items.map(({ name, owner, ownerId, entries, role }) => [
        name,
        owner.name,
        owner.agentId === ownerId,
        entries,
        role,
      ]),
      [
        ["Storms", "bo", true, 0, "reader"],
        ["tides", "ada", true, 1, "reader"],
      ],
    );
    assert.equal(total, 2);
    assert.deepEqual(await listed(stranger), ["elsewhere"]);
    const first = await memory.api.listDiaries(admin, { limit: 1 });
    const second = await memory.api.listDiaries(admin, { limit: 1, cursor: first.nextCursor ?? undefined });
    assert.deepEqual([first.items[0]?.name, second.items[0]?.name, second.nextCursor], ["Storms", "tides", null]);
    assert.equal(first.items[0]?.owner.fingerprint, bo.caller.fingerprint);
  });

  it("a list is narrowed by a part of the name and by what the caller is to the diaries", async () => {
    await found();
    await memory.api.createDiary(bo, { name: "Tide tables 100%", visibility: "private" });
    assert.deepEqual(await listed(member, { nameContains: "TIDE" }), ["Tide tables 100%", "tides"]);
    assert.deepEqual(await listed(member, { nameContains: "0%" }), ["Tide tables 100%"]);
    assert.deepEqual(await listed(member, { nameContains: "_" }), []);
    assert.deepEqual(await listed(ada, { nameContains: "tide" }), ["tides"]);
    const byRole = async (call: Call<MemberCaller>) =>
      Promise.all((["owner", "writer", "reader"] as const).map(async (role) => (await listed(call, { role })).length));
    assert.deepEqual(await byRole(member), [0, 0, 2]);
    assert.deepEqual(await byRole(admin), [2, 0, 0]);
    assert.deepEqual(await byRole(ada), [1, 0, 0]);
  });

  it("people read what another organization opens to all, and may do nothing more with it", async () => {
    await found();
    for (const visibility of ["network", "public"] as const) {
      const open = await memory.api.createDiary(eve, { name: visibility, visibility });
      assert.deepEqual((await memory.api.getDiary(admin, open.id)).role, null);
      assert.equal((await memory.api.getDiary(admin, open.id)).owner.name, "eve");
      assert.equal(
        await outcomeOf(memory.api.updateDiary(owner, open.id, { name: "ours" }, undefined)),
        "memory.forbidden",
      );
    }
    assert.deepEqual(await listed(owner), ["tides"]);
  });

  it("MN19: a search without a diary goes through all diaries of the organization, and no other one", async () => {
    await found();
    const { id } = await memory.api.createDiary(bo, { name: "bo's", visibility: "private" });
    await memory.api.createEntry(bo, id, newEntry("a lighthouse on the cliff"));
    const open = await memory.api.createDiary(eve, { name: "open", visibility: "network" });
    await memory.api.createEntry(eve, open.id, newEntry("a lighthouse of another organization"));
    const both = ["a lighthouse on the cliff", "the lighthouse blinks twice"];
    for (const call of [member, admin]) assert.deepEqual(await hits(call), both);
    assert.deepEqual(await hits(member, { diaryId: diary.id }), ["the lighthouse blinks twice"]);
    assert.deepEqual(await hits(member, { diaryId: open.id }), ["a lighthouse of another organization"]);
    assert.deepEqual(await hits(ada), ["the lighthouse blinks twice"]);
    assert.deepEqual(await hits(stranger), ["a lighthouse of another organization"]);
  });

  it("MN16: an agent that a person invites sees who it was, and has access from its acceptance to the revocation", async () => {
    await found();
    const invite = (call: Call<MemberCaller>, to: Call) =>
      memory.api.createShare(call, diary.id, { fingerprint: to.caller.fingerprint, role: "reader" });
    const { id, invitedBy } = await invite(admin, bo);
    const { personId, name } = admin.caller;
    assert.deepEqual(invitedBy, { personId, name });
    const waiting = await memory.api.listInvitations(bo, { limit: 10 });
    assert.deepEqual(
      waiting.items.map((share) => [share.id, share.invitedBy]),
      [[id, { personId, name }]],
    );
    assert.deepEqual((await memory.api.listShares(ada, diary.id, { limit: 10 })).items[0]?.invitedBy, {
      personId,
      name,
    });
    await memory.api.acceptInvitation(bo, id);
    assert.equal(await outcomeOf(memory.api.getEntry(bo, entry.id)), "done");
    await memory.api.deleteShare(owner, id);
    assert.equal(await outcomeOf(memory.api.getEntry(bo, entry.id)), "memory.entry_not_found");
    const again = await invite(ada, bo);
    assert.deepEqual([again.id, "agentId" in again.invitedBy && again.invitedBy.agentId], [id, ada.caller.agentId]);
  });

  it("a person shares with another agent of the organization than the owner, and with its groups", async () => {
    await found();
    const share = (to: { fingerprint: string } | { groupId: `grp_${string}` }) =>
      outcomeOf(memory.api.createShare(admin, diary.id, { ...to, role: "reader" }));
    const { id: groupId } = await memory.groups.createGroup(bo, { name: "crew" });
    const { id: foreignId } = await memory.groups.createGroup(eve, { name: "others" });
    assert.equal(await share({ fingerprint: ada.caller.fingerprint }), "memory.share_self");
    assert.equal(await share({ fingerprint: eve.caller.fingerprint }), "memory.subject_not_found");
    assert.equal(await share({ groupId: foreignId as `grp_${string}` }), "memory.subject_not_found");
    assert.equal(await share({ groupId: groupId as `grp_${string}` }), "done");
  });

  it("what an admin changes stays the agent's own", async () => {
    await found();
    const changed = await memory.api.updateDiary(admin, diary.id, { name: "currents" }, diary.version);
    assert.deepEqual([changed.name, changed.owner.name, changed.role], ["currents", "ada", "owner"]);
    assert.equal(
      await outcomeOf(memory.api.updateDiary(owner, diary.id, { name: "late" }, diary.version)),
      "memory.changed",
    );
    const seen = await memory.api.getDiary(ada, diary.id);
    assert.deepEqual([seen.name, seen.role, seen.version], ["currents", "owner", changed.version]);
    assert.equal(await outcomeOf(memory.api.createEntry(ada, diary.id, newEntry("still mine"))), "done");
    const { id } = await memory.api.createTransfer(ada, diary.id, bo.caller.fingerprint);
    await memory.api.acceptTransfer(bo, id);
    assert.equal((await memory.api.getDiary(member, diary.id)).owner.name, "bo");
    await memory.api.deleteDiary(admin, diary.id);
    assert.equal(await outcomeOf(memory.api.getDiary(bo, diary.id)), "memory.not_found");
  });
});
