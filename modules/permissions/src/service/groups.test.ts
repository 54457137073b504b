import assert from "node:assert/strict";
import { before, it } from "node:test";
import { newId, toUuid } from "@reef/crypto";
import type { AgentCaller, Call, PersonCaller } from "@reef/http/call";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import type { ObjectRef } from "../rules.ts";
import {
  createPermissionsUnderTest,
  type PermissionsUnderTest,
  testMigrations,
} from "../test/permissions-under-test.ts";

/** What a call comes to: `done`, or the code of its problem. */
const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: { code?: string }) => error.code ?? String(error),
  );

describeEachDatabase("groups of agents", testMigrations, ({ database }) => {
  let permissions: PermissionsUnderTest;
  let ada: AgentCaller;
  let bo: AgentCaller;
  let cy: AgentCaller;
  let eve: AgentCaller;

  before(() => {
    permissions = createPermissionsUnderTest(database());
    ada = permissions.newAgent("ada");
    bo = permissions.newAgent("bo", ada);
    cy = permissions.newAgent("cy", ada);
    eve = permissions.newAgent("eve");
  });

  const as = (agent: AgentCaller): Call => permissions.requestOf(agent);
  const create = async (name = "crew") => (await permissions.groups.createGroup(as(ada), { name })).id;
  const add = (groupId: string, agent: AgentCaller) =>
    permissions.groups.addGroupMember(as(ada), groupId, agent.fingerprint);
  const namesIn = async (groupId: string) =>
    (await permissions.groups.listGroupMembers(as(ada), groupId, { limit: 100 })).items.map(({ name }) => name);
  const newDiary = (): ObjectRef<"diary"> => ({ type: "diary", id: newId("dia") });

  it("its owner manages it, its members see it, and for all others there is no such group", async () => {
    const id = await create();
    await add(id, bo);
    const { groups } = permissions;
    const attempts = (agent: AgentCaller) => [
      () => groups.getGroup(as(agent), id),
      () => groups.listGroupMembers(as(agent), id, { limit: 10 }),
      () => groups.updateGroup(as(agent), id, { name: "ours" }, undefined),
      () => groups.addGroupMember(as(agent), id, cy.fingerprint),
      () => groups.removeGroupMember(as(agent), id, cy.fingerprint),
      () => groups.deleteGroup(as(agent), id),
    ];
    const outcomes = async (agent: AgentCaller) => {
      const found: string[] = [];
      for (const attempt of attempts(agent)) found.push(await outcomeOf(attempt()));
      return found;
    };
    const never = "permissions.forbidden";
    for (const outsider of [cy, eve]) {
      assert.deepEqual(await outcomes(outsider), Array(6).fill("permissions.group_not_found"));
    }
    assert.deepEqual(await outcomes(bo), ["done", "done", never, never, never, never]);
    assert.deepEqual(await groups.getGroup(as(bo), id).then(({ role }) => role), "member");
  });

  it("is listed for its owner and its members, newest first, in pages with real totals", async () => {
    const member = permissions.newAgent("member", ada);
    const ids = [await create("one"), await create("two"), await create("three")];
    for (const id of ids) await add(id, member);
    const first = await permissions.groups.listGroups(as(member), { limit: 2 });
    const second = await permissions.groups.listGroups(as(member), { limit: 2, cursor: first.nextCursor ?? "" });
    assert.deepEqual(
      [...first.items, ...second.items].map(({ id, role }) => [id, role]),
      ids.toReversed().map((id) => [id, "member"]),
    );
    assert.deepEqual([first.total, second.nextCursor], [3, null]);
    assert.equal((await permissions.groups.listGroups(as(eve), { limit: 10 })).total, 0);
  });

  it("people of the organization see every group with its members, and of another organization's there is none", async () => {
    const lead = permissions.newAgent("lead");
    const groups = permissions.groups;
    const ids: string[] = [];
    for (const name of ["one", "two", "three"]) {
      const { id } = await groups.createGroup(as(lead), { name });
      ids.unshift(id);
    }
    const role = async (person: PersonCaller) => {
      const request = () => permissions.requestOf(person);
      const first = await groups.listGroups(request(), { limit: 2 });
      const second = await groups.listGroups(request(), { limit: 2, cursor: first.nextCursor ?? "" });
      const all = [...first.items, ...second.items];
      assert.deepEqual([all.map(({ id }) => id), first.total], [ids, 3]);
      const [newest = ""] = ids;
      const members = await groups.listGroupMembers(request(), newest, { limit: 10 });
      assert.deepEqual(
        members.items.map(({ name }) => name),
        ["lead"],
      );
      assert.deepEqual(await groups.getGroup(request(), newest), all[0]);
      return new Set(all.map((group) => group.role));
    };
    assert.deepEqual(await role(permissions.newPerson("mia", "member", lead)), new Set(["member"]));
    assert.deepEqual(await role(permissions.newPerson("noa", "admin", lead)), new Set(["owner"]));
    assert.deepEqual(await role(permissions.newPerson("ida", "owner", lead)), new Set(["owner"]));
    const foreign = permissions.requestOf(permissions.newPerson("eve", "owner", eve));
    assert.deepEqual((await groups.listGroups(foreign, { limit: 10 })).total, 0);
    const attempts = [
      groups.getGroup(foreign, ids[0] ?? ""),
      groups.listGroupMembers(foreign, ids[0] ?? "", { limit: 10 }),
    ];
    for (const attempt of attempts) assert.equal(await outcomeOf(attempt), "permissions.group_not_found");
  });

  it("takes agents of its organization only, each once, and shows who they are", async () => {
    const id = await create();
    const added = await add(id, bo);
    assert.deepEqual(
      [added.agentId, added.name, added.fingerprint, added.role],
      [bo.agentId, "bo", bo.fingerprint, "member"],
    );
    assert.deepEqual(await add(id, bo), added);
    assert.equal(await outcomeOf(add(id, eve)), "permissions.agent_not_found");
    const page = await permissions.groups.listGroupMembers(as(bo), id, { limit: 1 });
    const rest = await permissions.groups.listGroupMembers(as(bo), id, { limit: 1, cursor: page.nextCursor ?? "" });
    assert.deepEqual(
      [...page.items, ...rest.items].map(({ name, role }) => [name, role]),
      [
        ["ada", "owner"],
        ["bo", "member"],
      ],
    );
    assert.deepEqual([page.total, rest.nextCursor], [2, null]);
  });

  it("a member may leave, its owner may too and still owns it, and a disabled agent can be removed", async () => {
    const id = await create();
    const doomed = permissions.newAgent("doomed", ada);
    for (const agent of [bo, doomed]) await add(id, agent);
    await permissions.groups.removeGroupMember(as(bo), id, bo.fingerprint);
    assert.equal(await outcomeOf(permissions.groups.getGroup(as(bo), id)), "permissions.group_not_found");
    permissions.disable(doomed);
    await permissions.groups.removeGroupMember(as(ada), id, doomed.fingerprint.toLowerCase());
    assert.deepEqual(await namesIn(id), ["ada"]);
    await permissions.groups.removeGroupMember(as(ada), id, ada.fingerprint);
    assert.deepEqual(await namesIn(id), []);
    assert.equal((await permissions.groups.getGroup(as(ada), id)).role, "owner");
    const again = permissions.groups.removeGroupMember(as(ada), id, bo.fingerprint);
    assert.equal(await outcomeOf(again), "permissions.agent_not_found");
  });

  it("what it was granted is its members' by the next request, and no longer once they are out of it", async () => {
    const id = await create();
    const diary = newDiary();
    await permissions.api.grant(as(ada), diary, "writer", { type: "group", id: id as never });
    const writes = () => permissions.api.check(as(bo), "write", diary);
    assert.equal(await writes(), false);
    await add(id, bo);
    assert.equal(await writes(), true);
    await permissions.groups.removeGroupMember(as(ada), id, bo.fingerprint);
    assert.equal(await writes(), false);
  });

  it("a deleted group leaves no relation behind, neither of its members nor of what it was granted", async () => {
    const id = await create();
    const diary = newDiary();
    await add(id, bo);
    await permissions.api.grant(as(ada), diary, "reader", { type: "group", id: id as never });
    await permissions.groups.deleteGroup(as(ada), id);
    assert.equal(await permissions.api.check(as(bo), "read", diary), false);
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from permissions.relations
      where ${toUuid(id as never)}::uuid in (object_id, subject_id)`.execute(database().kysely);
    assert.equal(rows[0]?.count, 0);
    assert.equal(await outcomeOf(permissions.groups.getGroup(as(ada), id)), "permissions.group_not_found");
  });

  it("a change based on an old version is refused with the current one", async () => {
    const id = await create();
    const renamed = await permissions.groups.updateGroup(as(ada), id, { name: "night shift" }, 1);
    assert.deepEqual([renamed.name, renamed.version, renamed.role], ["night shift", 2, "owner"]);
    assert.equal(
      await outcomeOf(permissions.groups.updateGroup(as(ada), id, { name: "lost" }, 1)),
      "permissions.changed",
    );
  });

  it("takes a thousand members and no more, however many come at once", async () => {
    const id = await create();
    await sql`
      insert into permissions.relations (organization_id, object_type, object_id, relation, subject_type, subject_id)
      select ${toUuid(ada.organizationId)}::uuid, 'group', ${toUuid(id as never)}::uuid, 'member', 'agent', gen_random_uuid()
      from generate_series(1, 997)`.execute(database().kysely);
    const comers = Array.from({ length: 5 }, (_, index) => permissions.newAgent(`comer ${index}`, ada));
    const outcomes = await Promise.all(comers.map((agent) => outcomeOf(add(id, agent))));
    assert.deepEqual(outcomes.toSorted(), ["done", "done", ...Array(3).fill("permissions.group_full")]);
    assert.equal(await outcomeOf(add(id, comers[outcomes.indexOf("done")] ?? ada)), "done");
  });
});
