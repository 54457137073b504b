import assert from "node:assert/strict";
import { before, it } from "node:test";
import { type Id, toUuid } from "@reef/crypto";
import type { Call } from "@reef/http/call";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import type { Diary, Transfer } from "../contract.ts";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "../test/memory-under-test.ts";

/** What a call comes to: `done`, or the code of its problem. */
const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: { code?: string }) => error.code ?? String(error),
  );

describeEachDatabase("transfers", testMigrations, ({ database }) => {
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
  });

  const offer = async (to: Call): Promise<Transfer> => {
    diary = await memory.api.createDiary(ada, { name: "heirloom", visibility: "private" });
    return memory.api.createTransfer(ada, diary.id, to.caller.fingerprint);
  };
  const roleOf = async (call: Call) =>
    memory.api.getDiary(call, diary.id).then(
      ({ role }) => role,
      (error: { code: string }) => error.code,
    );
  const expire = ({ id }: Transfer) =>
    sql`update memory.transfers set expires_at = now() - interval '1 second' where id = ${toUuid(id as Id<"trf">)}`.execute(
      database().kysely,
    );

  it("an offer changes nothing, accepting it changes the owner, and the former one stays as a writer who may leave", async () => {
    const transfer = await offer(bo);
    assert.deepEqual([transfer.status, transfer.from.name, transfer.to.name], ["pending", "ada", "bo"]);
    assert.equal(Date.parse(transfer.expiresAt) - Date.parse(transfer.createdAt), 7 * 86_400_000);
    assert.deepEqual([await roleOf(ada), await roleOf(bo)], ["owner", "memory.not_found"]);
    assert.equal((await memory.api.acceptTransfer(bo, transfer.id)).status, "accepted");
    assert.deepEqual([await roleOf(ada), await roleOf(bo)], ["writer", "owner"]);
    const { ownerId, version } = await memory.api.getDiary(bo, diary.id);
    assert.deepEqual([ownerId, version], [bo.caller.agentId, diary.version + 1]);
    assert.equal(await outcomeOf(memory.api.deleteDiary(ada, diary.id)), "memory.forbidden");
    const { items } = await memory.api.listShares(bo, diary.id, { limit: 10 });
    assert.deepEqual(
      items.map(({ subject, role, status }) => [subject.id, role, status]),
      [[ada.caller.agentId, "writer", "accepted"]],
    );
    await memory.api.deleteShare(ada, items[0]?.id ?? "");
    assert.equal(await roleOf(ada), "memory.not_found");
  });

  it("who had a share owns the diary without it afterwards, and it may come back the same way", async () => {
    const transfer = await offer(bo);
    const { id } = await memory.api.createShare(ada, diary.id, {
      fingerprint: bo.caller.fingerprint,
      role: "reader",
    });
    await memory.api.acceptInvitation(bo, id);
    await memory.api.acceptTransfer(bo, transfer.id);
    const shared = async (owner: Call) =>
      (await memory.api.listShares(owner, diary.id, { limit: 10 })).items.map(({ subject }) => subject.name);
    assert.deepEqual(await shared(bo), ["ada"]);
    const back = await memory.api.createTransfer(bo, diary.id, ada.caller.fingerprint);
    await memory.api.acceptTransfer(ada, back.id);
    assert.deepEqual([await shared(ada), await roleOf(ada), await roleOf(bo)], [["bo"], "owner", "writer"]);
  });

  it("each side does only what is its own, and for others there is no such transfer", async () => {
    const { id } = await offer(bo);
    assert.equal(await outcomeOf(memory.api.acceptTransfer(ada, id)), "memory.not_the_receiver");
    assert.equal(await outcomeOf(memory.api.declineTransfer(ada, id)), "memory.not_the_receiver");
    assert.equal(await outcomeOf(memory.api.cancelTransfer(bo, id)), "memory.not_the_sender");
    for (const other of [cy, eve]) {
      for (const attempt of [memory.api.acceptTransfer, memory.api.declineTransfer, memory.api.cancelTransfer]) {
        assert.equal(await outcomeOf(attempt(other, id)), "memory.transfer_not_found");
      }
      assert.equal((await memory.api.listTransfers(other, { limit: 10 })).total, 0);
    }
    assert.equal((await memory.api.declineTransfer(bo, id)).status, "declined");
    assert.equal(await outcomeOf(memory.api.acceptTransfer(bo, id)), "memory.not_pending");
    assert.equal(await roleOf(ada), "owner");
  });

  it("a diary is offered once at a time, to another agent of the organization only", async () => {
    const { id } = await offer(bo);
    const again = () => outcomeOf(memory.api.createTransfer(ada, diary.id, cy.caller.fingerprint));
    assert.equal(await again(), "memory.already_offered");
    await memory.api.cancelTransfer(ada, id);
    assert.equal(await outcomeOf(memory.api.acceptTransfer(bo, id)), "memory.not_pending");
    assert.equal(await again(), "done");
    const other = await memory.api.createDiary(ada, { name: "other", visibility: "private" });
    const offerTo = (call: Call) => outcomeOf(memory.api.createTransfer(ada, other.id, call.caller.fingerprint));
    assert.equal(await offerTo(ada), "memory.share_self");
    assert.equal(await offerTo(eve), "memory.subject_not_found");
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => offerTo(bo)));
    assert.equal(outcomes.filter((outcome) => outcome === "done").length, 1);
  });

  it("an offer that has expired is shown so, cannot be accepted, and stands in nobody's way", async () => {
    const transfer = await offer(bo);
    await expire(transfer);
    const { items } = await memory.api.listTransfers(bo, { limit: 1 });
    assert.deepEqual([items[0]?.id, items[0]?.status], [transfer.id, "expired"]);
    assert.equal(await outcomeOf(memory.api.acceptTransfer(bo, transfer.id)), "memory.not_pending");
    await memory.api.createTransfer(ada, diary.id, cy.caller.fingerprint);
    assert.equal(await roleOf(ada), "owner");
  });

  it("a diary's later names are not told by a transfer that was decided or has expired", async () => {
    const decisions: [string, (transfer: Transfer) => Promise<unknown>][] = [
      ["accepted", ({ id }) => memory.api.acceptTransfer(bo, id)],
      ["declined", ({ id }) => memory.api.declineTransfer(bo, id)],
      ["cancelled", ({ id }) => memory.api.cancelTransfer(ada, id)],
      ["expired", expire],
    ];
    for (const [status, decide] of decisions) {
      const transfer = await offer(bo);
      const seen = async (call: Call) => {
        const { items } = await memory.api.listTransfers(call, { limit: 1 });
        const { diaryName } = await memory.api.getTransfer(call, transfer.id);
        assert.equal(items[0]?.diaryName, diaryName);
        return diaryName;
      };
      await memory.api.updateDiary(ada, diary.id, { name: "on offer" }, undefined);
      assert.deepEqual([await seen(ada), await seen(bo)], ["on offer", "on offer"]);
      await decide(transfer);
      assert.deepEqual([await seen(ada), await seen(bo)], ["heirloom", "heirloom"], status);
    }
  });

  it("transfers of both directions are one list, newest first, in pages", async () => {
    const giver = memory.callOf("giver", ada);
    const ids: string[] = [];
    for (const [from, to] of [
      [giver, bo],
      [bo, giver],
      [giver, cy],
    ] as const) {
      const { id } = await memory.api.createDiary(from, { name: "passed on", visibility: "private" });
      ids.push((await memory.api.createTransfer(from, id, to.caller.fingerprint)).id);
    }
    const first = await memory.api.listTransfers(giver, { limit: 2 });
    const second = await memory.api.listTransfers(giver, { limit: 2, cursor: first.nextCursor ?? "" });
    assert.deepEqual([first.total, second.nextCursor], [3, null]);
    assert.deepEqual(
      [...first.items, ...second.items].map(({ id }) => id),
      ids.toReversed(),
    );
  });

  it("of accepting and taking back at once exactly one succeeds, and there is one owner", async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await offer(bo);
      const outcomes = await Promise.all([
        outcomeOf(memory.api.acceptTransfer(bo, id)),
        outcomeOf(memory.api.cancelTransfer(ada, id)),
      ]);
      assert.deepEqual(outcomes.toSorted(), ["done", "memory.not_pending"]);
      const owner = outcomes[0] === "done" ? bo : ada;
      assert.equal((await memory.api.getDiary(owner, diary.id)).role, "owner");
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from permissions.relations
        where object_id = ${toUuid(diary.id as Id<"dia">)} and relation = 'owner'`.execute(database().kysely);
      assert.equal(rows[0]?.count, 1);
    }
  });
});
