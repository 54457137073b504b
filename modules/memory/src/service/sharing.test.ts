import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Id, newId, toUuid } from "@reef/crypto";
import { transact } from "@reef/db";
import type { Call } from "@reef/http/call";
import { createSupervisor } from "@reef/supervision";
import { describeEachDatabase, silentLogger } from "@reef/testing";
import { sql } from "kysely";
import type { Diary, EntryChange, NewEntry, Share } from "../contract.ts";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "../test/memory-under-test.ts";

const entry = (content: string): NewEntry => ({ content, tags: [], type: "semantic", importance: 5 });

/** What a call comes to: `done`, or the code of its problem. */
const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: { code?: string }) => error.code ?? String(error),
  );

describeEachDatabase("sharing", testMigrations, ({ database }) => {
  let memory: MemoryUnderTest;
  let ada: Call;
  let bo: Call;
  let cy: Call;
  let eve: Call;
  let diary: Diary;

  before(() => {
    memory = createMemoryUnderTest(database());
    ada = memory.callOf("ada");
    bo = memory.callOf("bo", ada);
    cy = memory.callOf("cy", ada);
    eve = memory.callOf("eve");
    return memory.workflows.start();
  });
  after(() => memory.workflows.stop(1));

  const newDiary = async (name = "shared") => {
    diary = await memory.api.createDiary(ada, { name, visibility: "private" });
    return diary;
  };
  const invite = (to: Call, role: Share["role"] = "reader") =>
    memory.api.createShare(ada, diary.id, { fingerprint: to.caller.fingerprint, role });
  const share = async (to: Call, role: Share["role"]) => memory.api.acceptInvitation(to, (await invite(to, role)).id);
  const seen = (call: Call) => outcomeOf(memory.api.getDiary(call, diary.id));

  it("an entry that another writer changed names that writer, until its author writes the content anew", async () => {
    await newDiary();
    await share(bo, "writer");
    const { id } = await memory.api.createEntry(ada, diary.id, entry("I trust nobody"));
    const editorAfter = async (call: Call, change: EntryChange) => {
      await memory.api.updateEntry(call, id, change, undefined);
      return (await memory.api.getEntry(ada, id)).editedBy;
    };
    assert.equal(await editorAfter(ada, { title: "Trust" }), null);
    assert.equal(await editorAfter(bo, { importance: 9 }), null, "its importance is nothing that the author says");
    assert.equal(await editorAfter(bo, { content: "I trust bo" }), bo.caller.agentId);
    assert.equal(await editorAfter(ada, { tags: ["trust"] }), bo.caller.agentId, "the content is still bo's");
    assert.equal(await editorAfter(ada, { content: "I trust nobody" }), null);
  });

  it("a diary's later names are not told to who declined it or was sent away", async () => {
    await newDiary("tides");
    const [accepted, declined] = [await share(bo, "reader"), await invite(cy)];
    const rename = (name: string) => memory.api.updateDiary(ada, diary.id, { name }, undefined);
    const namesSeen = async () => [
      (await memory.api.getShare(bo, accepted.id)).diaryName,
      (await memory.api.getShare(cy, declined.id)).diaryName,
    ];
    await rename("currents");
    assert.deepEqual(await namesSeen(), ["currents", "currents"]);
    await memory.api.deleteShare(ada, accepted.id);
    assert.equal((await memory.api.declineInvitation(cy, declined.id)).diaryName, "tides");
    assert.deepEqual(await namesSeen(), ["tides", "tides"]);
    const { items } = await memory.api.listInvitations(bo, { limit: 10, status: "revoked" });
    assert.equal(items.find(({ id }) => id === accepted.id)?.diaryName, "tides");
    assert.equal((await invite(bo)).diaryName, "currents");
    await rename("storms");
    await memory.api.deleteShare(bo, accepted.id);
    assert.equal((await memory.api.getShare(bo, accepted.id)).diaryName, "currents");
  });

  it("MN15: a stranger gets 404 for a private diary and all that is in it, a reader reads, a writer writes, the owner manages", async () => {
    await newDiary();
    const { id: entryId } = await memory.api.createEntry(ada, diary.id, entry("the tide tables"));
    await share(bo, "reader");
    await share(cy, "writer");
    const attempts = (call: Call) => ({
      getDiary: () => memory.api.getDiary(call, diary.id),
      listEntries: () => memory.api.listEntries(call, diary.id, { limit: 10 }),
      getEntry: () => memory.api.getEntry(call, entryId),
      search: () =>
        memory.api.search(call, {
          query: "tide",
          diaryId: diary.id,
          includeShared: false,
          excludeSuperseded: false,
          recencyWeight: 0,
          importanceWeight: 0,
          limit: 10,
        }),
      createEntry: () => memory.api.createEntry(call, diary.id, entry("mine")),
      updateEntry: () => memory.api.updateEntry(call, entryId, { importance: 6 }, undefined),
      deleteEntry: async () =>
        memory.api.deleteEntry(call, (await memory.api.createEntry(ada, diary.id, entry("doomed"))).id),
      updateDiary: () => memory.api.updateDiary(call, diary.id, { name: "renamed" }, undefined),
      createShare: () =>
        memory.api.createShare(call, diary.id, { fingerprint: eve.caller.fingerprint, role: "reader" }),
      listShares: () => memory.api.listShares(call, diary.id, { limit: 10 }),
      createTransfer: () => memory.api.createTransfer(call, diary.id, eve.caller.fingerprint),
      deleteDiary: () => memory.api.deleteDiary(call, diary.id),
    });
    const outcomes = async (call: Call) => {
      const found: Record<string, string> = {};
      for (const [name, attempt] of Object.entries(attempts(call))) found[name] = await outcomeOf(attempt());
      return found;
    };
    const [none, never] = ["memory.not_found", "memory.forbidden"];
    const reads = { getDiary: "done", listEntries: "done", getEntry: "done", search: "done" };
    const manages = ["updateDiary", "createShare", "listShares", "createTransfer", "deleteDiary"];
    const refused = (names: readonly string[], code: string) => Object.fromEntries(names.map((name) => [name, code]));
    assert.deepEqual(await outcomes(eve), {
      ...refused(["getDiary", "listEntries", "search", "createEntry", ...manages], none),
      ...refused(["getEntry", "updateEntry", "deleteEntry"], "memory.entry_not_found"),
    });
    assert.deepEqual(await outcomes(bo), {
      ...reads,
      ...refused(["createEntry", "updateEntry", "deleteEntry", ...manages], never),
    });
    const writes = { createEntry: "done", updateEntry: "done", deleteEntry: "done" };
    assert.deepEqual(await outcomes(cy), { ...reads, ...writes, ...refused(manages, never) });
    assert.deepEqual(await outcomes(ada), {
      ...reads,
      ...writes,
      updateDiary: "done",
      listShares: "done",
      // Eve is of another organization, so she cannot be found.
      createShare: "memory.subject_not_found",
      createTransfer: "memory.subject_not_found",
      deleteDiary: "done",
    });
  });

  it("MN16: accepting gives access at once, revoking takes it with the next request, and a repeated invitation starts anew", async () => {
    await newDiary();
    const invited = await invite(bo);
    assert.deepEqual(
      [invited.status, invited.role, invited.respondedAt, invited.diaryName, invited.subject, invited.invitedBy],
      [
        "pending",
        "reader",
        null,
        "shared",
        { type: "agent", id: bo.caller.agentId, name: "bo", fingerprint: bo.caller.fingerprint },
        { agentId: ada.caller.agentId, name: "ada", fingerprint: ada.caller.fingerprint },
      ],
    );
    assert.equal(await seen(bo), "memory.not_found");
    const accepted = await memory.api.acceptInvitation(bo, invited.id);
    assert.deepEqual([accepted.status, accepted.respondedAt === null], ["accepted", false]);
    assert.equal(await seen(bo), "done");
    await memory.api.deleteShare(ada, invited.id);
    assert.equal(await seen(bo), "memory.not_found");

    const again = await invite(bo, "writer");
    assert.deepEqual([again.id, again.status, again.role, again.respondedAt], [invited.id, "pending", "writer", null]);
    assert.equal(await seen(bo), "memory.not_found");
    await memory.api.acceptInvitation(bo, again.id);
    await memory.api.createEntry(bo, diary.id, entry("now I write"));
    await memory.api.deleteShare(ada, invited.id);
    assert.equal(await outcomeOf(memory.api.createEntry(bo, diary.id, entry("no more"))), "memory.not_found");
  });

  it("MN16: who declines gets nothing, may be invited again, and an answer is given once", async () => {
    await newDiary();
    const { id } = await invite(bo);
    assert.equal((await memory.api.declineInvitation(bo, id)).status, "declined");
    assert.equal(await seen(bo), "memory.not_found");
    assert.equal(await outcomeOf(memory.api.acceptInvitation(bo, id)), "memory.not_pending");
    assert.equal((await invite(bo)).id, id);
    await memory.api.acceptInvitation(bo, id);
    assert.equal(await outcomeOf(memory.api.declineInvitation(bo, id)), "memory.not_pending");
    assert.equal(await outcomeOf(memory.api.acceptInvitation(bo, id)), "memory.not_pending");
  });

  it("MN16: a second invitation is refused while the first is pending or accepted, and so is one to oneself", async () => {
    await newDiary();
    const { id } = await invite(bo);
    assert.equal(await outcomeOf(invite(bo, "writer")), "memory.already_shared");
    await memory.api.acceptInvitation(bo, id);
    assert.equal(await outcomeOf(invite(bo, "writer")), "memory.already_shared");
    assert.equal(await outcomeOf(invite(ada)), "memory.share_self");
    assert.equal((await memory.api.listShares(ada, diary.id, { limit: 10 })).total, 1);
  });

  it("an invitation is nobody's but the invited agent's to answer, and nobody outside the organization can be invited", async () => {
    await newDiary();
    const { id } = await invite(bo);
    for (const other of [ada, cy, eve]) {
      assert.equal(await outcomeOf(memory.api.acceptInvitation(other, id)), "memory.share_not_found");
      assert.equal(await outcomeOf(memory.api.declineInvitation(other, id)), "memory.share_not_found");
    }
    assert.equal(await outcomeOf(memory.api.acceptInvitation(bo, newId("shr"))), "memory.share_not_found");
    for (const fingerprint of [eve.caller.fingerprint, "0000-0000-0000-0000"]) {
      const stranger = memory.api.createShare(ada, diary.id, { fingerprint, role: "reader" });
      assert.equal(await outcomeOf(stranger), "memory.subject_not_found");
    }
    const unknownGroup = memory.api.createShare(ada, diary.id, { groupId: newId("grp"), role: "reader" });
    assert.equal(await outcomeOf(unknownGroup), "memory.subject_not_found");
  });

  it("the owner revokes from any state, the one it was shared with may leave, and nobody else ends a share", async () => {
    await newDiary();
    const { id } = await share(bo, "reader");
    await share(cy, "writer");
    assert.equal(await outcomeOf(memory.api.deleteShare(cy, id)), "memory.forbidden");
    assert.equal(await outcomeOf(memory.api.deleteShare(eve, id)), "memory.share_not_found");
    const stranger = memory.callOf("dora", ada);
    assert.equal(await outcomeOf(memory.api.deleteShare(stranger, id)), "memory.share_not_found");
    assert.equal(await seen(bo), "done");
    await memory.api.deleteShare(bo, id);
    assert.equal(await seen(bo), "memory.not_found");
    await memory.api.deleteShare(ada, id);
    await invite(bo);
    await memory.api.deleteShare(ada, id);
    assert.equal(await outcomeOf(memory.api.acceptInvitation(bo, id)), "memory.not_pending");
    const { items } = await memory.api.listShares(ada, diary.id, { limit: 10, status: "revoked" });
    assert.deepEqual(
      items.map((item) => item.id),
      [id],
    );
  });

  it("invitations wait in one list, and shares are paged with real totals", async () => {
    const guest = memory.callOf("guest", ada);
    const made: string[] = [];
    for (const name of ["one", "two", "three"]) {
      await newDiary(name);
      made.push((await invite(guest)).id);
    }
    const first = await memory.api.listInvitations(guest, { limit: 2 });
    const cursor = first.nextCursor ?? assert.fail("there is a second page");
    const second = await memory.api.listInvitations(guest, { limit: 2, cursor });
    assert.deepEqual([first.total, second.total, second.nextCursor], [3, 3, null]);
    assert.deepEqual(
      [...first.items, ...second.items].map(({ id }) => id),
      made.toReversed(),
    );
    await memory.api.acceptInvitation(guest, made[0] ?? "");
    assert.equal((await memory.api.listInvitations(guest, { limit: 10 })).total, 2);
    const accepted = await memory.api.listInvitations(guest, { limit: 10, status: "accepted" });
    assert.deepEqual(
      accepted.items.map(({ diaryName }) => diaryName),
      ["one"],
    );
    assert.equal((await memory.api.listInvitations(bo, { limit: 10, status: "accepted" })).total > 0, true);
    const elsewhere = memory.api.listShares(ada, diary.id, { limit: 1, cursor });
    assert.equal(await outcomeOf(elsewhere), "list.invalid_cursor");
  });

  it("diaries are listed with what the caller is to them, and those that only their visibility opens are not listed", async () => {
    const reader = memory.callOf("reader", ada);
    const own = await memory.api.createDiary(reader, { name: "own", visibility: "private" });
    const read = await newDiary("read");
    await share(reader, "reader");
    const written = await newDiary("written");
    await share(reader, "writer");
    const open = await memory.api.createDiary(ada, { name: "open", visibility: "network" });
    const listed = async (role?: Diary["role"]) => {
      const page = await memory.api.listDiaries(reader, { limit: 10, role });
      assert.equal(page.total, page.items.length);
      return page.items.map((item) => [item.id, item.role]);
    };
    assert.deepEqual(await listed(), [
      [written.id, "writer"],
      [read.id, "reader"],
      [own.id, "owner"],
    ]);
    assert.deepEqual(await listed("writer"), [[written.id, "writer"]]);
    assert.deepEqual(await listed("owner"), [[own.id, "owner"]]);
    assert.equal((await memory.api.getDiary(reader, open.id)).role, null);
    const first = await memory.api.listDiaries(reader, { limit: 2 });
    const second = await memory.api.listDiaries(reader, { limit: 2, cursor: first.nextCursor ?? "" });
    assert.deepEqual([first.total, second.items.map(({ id }) => id)], [3, [own.id]]);
  });

  it("MN17: with a diary go its shares, transfers and all relations, in the same moment", async () => {
    await newDiary();
    await share(bo, "reader");
    await invite(cy, "writer");
    await memory.api.createTransfer(ada, diary.id, bo.caller.fingerprint);
    await memory.api.deleteDiary(ada, diary.id);
    const id = toUuid(diary.id as Id<"dia">);
    const { rows } = await sql<{ shares: number; transfers: number; relations: number }>`
      select (select count(*) from memory.shares where diary_id = ${id}) as shares,
        (select count(*) from memory.transfers where diary_id = ${id}) as transfers,
        (select count(*) from permissions.relations where ${id} in (object_id, subject_id)) as relations`.execute(
      database().kysely,
    );
    assert.deepEqual(rows, [{ shares: 0, transfers: 0, relations: 0 }]);
    assert.equal(await seen(bo), "memory.not_found");
    assert.equal((await memory.api.listTransfers(bo, { limit: 10 })).total, 0);
    assert.ok(
      !(await memory.api.listInvitations(cy, { limit: 100 })).items.some(({ diaryId }) => diaryId === diary.id),
    );
  });

  it("a share's row and what it gives are one moment: a transaction that fails leaves neither", async () => {
    await newDiary();
    const { id } = await invite(bo);
    const failing = transact(database().kysely, async (db) => {
      await memory.api.acceptInvitation({ ...bo, db }, id);
      assert.equal(await outcomeOf(memory.api.getDiary({ ...bo, db }, diary.id)), "done");
      throw new Error("the answer was lost");
    });
    await assert.rejects(failing, /the answer was lost/);
    assert.equal(await seen(bo), "memory.not_found");
    assert.equal((await memory.api.listInvitations(bo, { limit: 1 })).items[0]?.id, id);
  });

  it("fifty shares at once with fifty agents all succeed", async () => {
    await newDiary();
    const guests = Array.from({ length: 50 }, (_, index) => memory.callOf(`guest ${index}`, ada));
    const shares = await Promise.all(guests.map((guest) => invite(guest)));
    assert.equal(new Set(shares.map(({ id }) => id)).size, 50);
    assert.equal((await memory.api.listShares(ada, diary.id, { limit: 100, status: "pending" })).total, 50);
    await Promise.all(guests.map((guest, index) => memory.api.acceptInvitation(guest, shares[index]?.id ?? "")));
    assert.deepEqual(new Set(await Promise.all(guests.map(seen))), new Set(["done"]));
  });

  it("fifty shares at once with one agent: exactly one succeeds, the others hear that it is shared already", async () => {
    await newDiary();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcomeOf(invite(bo))));
    assert.deepEqual(outcomes.toSorted(), [...Array<string>(49).fill("memory.already_shared"), "done"].toSorted());
    assert.equal((await memory.api.listShares(ada, diary.id, { limit: 100 })).total, 1);
  });

  it("of accepting and revoking at once one comes last, and row and access agree", async () => {
    for (let round = 0; round < 10; round += 1) {
      await newDiary();
      const { id } = await invite(bo);
      await Promise.all([outcomeOf(memory.api.acceptInvitation(bo, id)), memory.api.deleteShare(ada, id)]);
      const [left] = (await memory.api.listShares(ada, diary.id, { limit: 1 })).items;
      assert.equal(left?.status, "revoked");
      assert.equal(await seen(bo), "memory.not_found");
    }
  });

  it("a diary shared with a group is its members' to read as long as they are in it; its owner answers for it", async () => {
    const { groups } = memory;
    const lead = memory.callOf("lead", ada);
    const group = await groups.createGroup(lead, { name: "night shift" });
    await groups.addGroupMember(lead, group.id, bo.caller.fingerprint);
    await newDiary();
    const invited = await memory.api.createShare(ada, diary.id, { groupId: group.id, role: "writer" });
    assert.deepEqual(invited.subject, { type: "group", id: group.id, name: "night shift", fingerprint: null });
    assert.equal(await outcomeOf(memory.api.acceptInvitation(bo, invited.id)), "memory.share_not_found");
    assert.equal((await memory.api.listInvitations(lead, { limit: 10 })).items[0]?.id, invited.id);
    await memory.api.acceptInvitation(lead, invited.id);
    assert.deepEqual([await seen(bo), await seen(cy)], ["done", "memory.not_found"]);
    await memory.api.createEntry(bo, diary.id, entry("from the group"));
    assert.equal(await outcomeOf(memory.api.deleteShare(bo, invited.id)), "memory.forbidden");
    await groups.addGroupMember(lead, group.id, cy.caller.fingerprint);
    await groups.removeGroupMember(lead, group.id, bo.caller.fingerprint);
    assert.deepEqual([await seen(bo), await seen(cy)], ["memory.not_found", "done"]);
    await groups.removeGroupMember(cy, group.id, cy.caller.fingerprint);
    assert.equal(await seen(cy), "memory.not_found");
    assert.equal(await seen(lead), "done");
    await memory.api.deleteShare(lead, invited.id);
    assert.equal(await seen(lead), "memory.not_found");
  });

  it("a deleted group takes all that it was granted at once, and its shares soon", async () => {
    const { groups } = memory;
    const supervisor = createSupervisor({ logger: silentLogger });
    supervisor.start(memory.events.loop);
    const group = await groups.createGroup(bo, { name: "short-lived" });
    await newDiary();
    const { id } = await memory.api.createShare(ada, diary.id, { groupId: group.id, role: "reader" });
    await memory.api.acceptInvitation(bo, id);
    assert.equal(await seen(bo), "done");
    // A consumer starts with what commits after it was first seen, so the deletion waits for it.
    while (!(await hasConsumer())) await sleep(20);
    await groups.deleteGroup(bo, group.id);
    assert.equal(await seen(bo), "memory.not_found");
    while ((await memory.api.listShares(ada, diary.id, { limit: 10 })).total > 0) await sleep(20);
    await supervisor.stop();
  });

  async function hasConsumer(): Promise<boolean> {
    const { rows } =
      await sql`select from platform.event_consumers where name = 'memory.forget-deleted-groups'`.execute(
        database().kysely,
      );
    return rows.length > 0;
  }
});
