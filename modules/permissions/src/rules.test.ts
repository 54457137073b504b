import assert from "node:assert/strict";
import { before, it } from "node:test";
import { newId, toUuid } from "@reef/crypto";
import type { MemberCaller, PersonCaller } from "@reef/http/call";
import { organizationRoles } from "@reef/http/contract";
import { describeEachDatabase } from "@reef/testing";
import fc from "fast-check";
import { sql } from "kysely";
import type { ObjectRef, Relation, Subject } from "./rules.ts";
import {
  createPermissionsUnderTest,
  type PermissionsUnderTest,
  testMigrations,
} from "./test/permissions-under-test.ts";

const AGENTS = 2;
const DIARIES = 2;
const GROUPS = 2;
const RUNS = 20;

/** One change; things and agents are named by their place in the world. */
type Step =
  | { do: "grant"; diary: number; relation: Relation<"diary">; to: number }
  | { do: "revoke"; diary: number; relations: Relation<"diary">[] | undefined; from: number }
  | { do: "transfer"; diary: number; from: number; to: number }
  | { do: "delete diary"; diary: number }
  | { do: "join" | "leave"; group: number; agent: number }
  | { do: "delete group"; group: number };

const agent = fc.nat({ max: AGENTS - 1 });
const diary = fc.nat({ max: DIARIES - 1 });
const group = fc.nat({ max: GROUPS - 1 });
/** An agent, or behind the agents a group. */
const subject = fc.nat({ max: AGENTS + GROUPS - 1 });
const relation = fc.constantFrom<Relation<"diary">>("owner", "writer", "reader");

/** All that somebody has, what a share gave, or one relation. */
const taken = fc.constantFrom<Relation<"diary">[] | undefined>(undefined, ["reader", "writer"], ["reader"], ["writer"]);
const kind = <Kind extends Step["do"]>(...names: Kind[]) => fc.constantFrom(...names);

/** More is given than taken, so that there is something to take. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: kind("grant"), diary, relation, to: subject }) },
  { weight: 5, arbitrary: fc.record({ do: kind("revoke"), diary, relations: taken, from: subject }) },
  { weight: 2, arbitrary: fc.record({ do: kind("transfer"), diary, from: agent, to: agent }) },
  { weight: 1, arbitrary: fc.record({ do: kind("delete diary"), diary }) },
  { weight: 5, arbitrary: fc.record({ do: kind("join"), group, agent }) },
  { weight: 2, arbitrary: fc.record({ do: kind("leave"), group, agent }) },
  { weight: 1, arbitrary: fc.record({ do: kind("delete group"), group }) },
);

/** The rules again, in the plainest words: who holds what on which diary, and who is in which group. */
class Model {
  readonly held: { diary: number; relation: Relation<"diary">; subject: number }[] = [];
  readonly members = Array.from({ length: GROUPS }, () => new Set<number>());

  apply(change: Step): void {
    if (change.do === "grant") this.held.push({ ...change, subject: change.to });
    if (change.do === "revoke") {
      this.drop((row) => {
        const named = change.relations === undefined || change.relations.includes(row.relation);
        return row.diary === change.diary && row.subject === change.from && named;
      });
    }
    if (change.do === "transfer") {
      this.drop((row) => row.diary === change.diary && [change.from, change.to].includes(row.subject));
      this.held.push({ diary: change.diary, relation: "writer", subject: change.from });
      this.held.push({ diary: change.diary, relation: "owner", subject: change.to });
    }
    if (change.do === "delete diary") this.drop((row) => row.diary === change.diary);
    if (change.do === "join") this.members[change.group]?.add(change.agent);
    if (change.do === "leave") this.members[change.group]?.delete(change.agent);
    if (change.do === "delete group") {
      this.members[change.group]?.clear();
      this.drop((row) => row.subject === AGENTS + change.group);
    }
  }

  /** How many different relations there are. */
  get size(): number {
    return new Set(this.held.map((row) => `${row.diary} ${row.relation} ${row.subject}`)).size;
  }

  relationsOf(who: number, what: number): Set<Relation<"diary">> {
    const mine = this.held.filter(
      (row) => row.diary === what && (row.subject === who || this.members[row.subject - AGENTS]?.has(who) === true),
    );
    return new Set(mine.map((row) => row.relation));
  }

  may(who: number, permission: "read" | "write" | "manage", what: number): boolean {
    const held = this.relationsOf(who, what);
    if (permission === "manage") return held.has("owner");
    if (permission === "write") return held.has("owner") || held.has("writer");
    return held.size > 0;
  }

  /** What is an agent's or a group's is the organization's: its people see it, its admins and owners manage it. */
  mayPerson(role: PersonCaller["role"], permission: "read" | "write" | "manage", what: number): boolean {
    if (permission === "write" || !this.isOwned(what)) return false;
    return permission === "read" || role === "admin" || role === "owner";
  }

  shownTo(role: PersonCaller["role"], what: number): Relation<"diary"> | null {
    if (!this.isOwned(what)) return null;
    return role === "member" ? "reader" : "owner";
  }

  private isOwned(what: number): boolean {
    return this.held.some((row) => row.diary === what && row.relation === "owner");
  }

  strongest(who: number, what: number): Relation<"diary"> | null {
    const held = this.relationsOf(who, what);
    return (["owner", "writer", "reader"] as const).find((name) => held.has(name)) ?? null;
  }

  private drop(isGone: (row: Model["held"][number]) => boolean): void {
    for (let index = this.held.length - 1; index >= 0; index -= 1) {
      const row = this.held[index];
      if (row !== undefined && isGone(row)) this.held.splice(index, 1);
    }
  }
}

describeEachDatabase("the rules of permissions", testMigrations, ({ database }) => {
  let permissions: PermissionsUnderTest;

  before(() => {
    permissions = createPermissionsUnderTest(database());
  });

  /** A world of its own: agents of one organization, diaries, groups, and somebody from outside. */
  async function newWorld() {
    const lead = permissions.newAgent("lead");
    const agents = Array.from({ length: AGENTS }, (_, index) => permissions.newAgent(`agent ${index}`, lead));
    const diaries = Array.from({ length: DIARIES }, (): ObjectRef<"diary"> => ({ type: "diary", id: newId("dia") }));
    const newGroup = async () =>
      (await permissions.groups.createGroup(permissions.requestOf(lead), { name: "group" })).id as `grp_${string}`;
    const groups: `grp_${string}`[] = [];
    for (let index = 0; index < GROUPS; index += 1) groups.push(await newGroup());
    const at = <Item>(list: readonly Item[], index: number): Item => list[index] ?? assert.fail("It is not there.");
    const subjectAt = (index: number): Subject =>
      index < AGENTS
        ? { type: "agent", id: at(agents, index).agentId }
        : { type: "group", id: at(groups, index - AGENTS) };

    async function apply(change: Step): Promise<void> {
      const request = permissions.requestOf(lead);
      if (change.do === "grant") {
        await permissions.api.grant(request, at(diaries, change.diary), change.relation, subjectAt(change.to));
      } else if (change.do === "revoke") {
        await permissions.api.revoke(request, at(diaries, change.diary), subjectAt(change.from), change.relations);
      } else if (change.do === "transfer") {
        const what = at(diaries, change.diary);
        await permissions.api.revoke(request, what, subjectAt(change.from));
        await permissions.api.revoke(request, what, subjectAt(change.to));
        await permissions.api.grant(request, what, "owner", subjectAt(change.to));
        await permissions.api.grant(request, what, "writer", subjectAt(change.from));
      } else if (change.do === "delete diary") {
        await permissions.api.revokeAll(request, at(diaries, change.diary));
      } else if (change.do === "delete group") {
        await permissions.groups.deleteGroup(request, at(groups, change.group));
        // Another group takes its place, which nobody has given anything.
        groups[change.group] = await newGroup();
      } else {
        const id = at(groups, change.group);
        const { fingerprint } = at(agents, change.agent);
        const work =
          change.do === "join"
            ? permissions.groups.addGroupMember(request, id, fingerprint)
            : permissions.groups.removeGroupMember(request, id, fingerprint);
        await work.catch((error: { code: string }) => assert.equal(error.code, "permissions.agent_not_found"));
      }
    }
    const people = organizationRoles.map((role) => permissions.newPerson(role, role, lead));
    const outsider = permissions.newAgent("outsider");
    const outsiders = [outsider, ...organizationRoles.map((role) => permissions.newPerson(role, role, outsider))];
    return { agents, people, diaries, apply, outsiders };
  }

  type World = Awaited<ReturnType<typeof newWorld>>;
  const allPermissions = ["read", "write", "manage"] as const;

  /** What one of them may do with each diary, by single checks in one request. */
  async function byChecks({ diaries }: World, who: MemberCaller) {
    const request = permissions.requestOf(who);
    const found: boolean[][] = [];
    for (const what of diaries) {
      const answers: boolean[] = [];
      for (const permission of allPermissions) answers.push(await permissions.api.check(request, permission, what));
      found.push(answers);
    }
    return found;
  }

  /** The same by the subqueries that lists and searches use, with the strongest relation on each diary. */
  async function byQueries({ diaries }: World, who: MemberCaller) {
    const uuids = diaries.map(({ id }) => toUuid(id));
    const holds = (permission: (typeof allPermissions)[number]) =>
      sql`wanted.id in ${permissions.api.objectsWith(who, "diary", permission)}`;
    const permits = (permission: (typeof allPermissions)[number]) =>
      permissions.api.permits(who, "diary", permission, sql.ref("wanted.id"));
    const { rows } = await sql<{ may: boolean[]; permitted: boolean[]; strongest: Relation<"diary"> | null }>`
      select array[${sql.join(allPermissions.map(holds))}] as may,
        array[${sql.join(allPermissions.map(permits))}] as permitted,
        ${permissions.api.relationOn(who, "diary", sql.ref("wanted.id"))} as strongest
      from unnest(${uuids}::uuid[]) with ordinality wanted(id, place) order by wanted.place`.execute(database().kysely);
    for (const { may, permitted } of rows) assert.deepEqual(permitted, may);
    return { may: rows.map(({ may }) => may), strongest: rows.map(({ strongest }) => strongest) };
  }

  const expectedOf = (model: Model, { diaries }: World, { role }: PersonCaller) =>
    diaries.map((_, what) => allPermissions.map((permission) => model.mayPerson(role, permission, what)));

  async function countDiaryRelations(): Promise<number | undefined> {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from permissions.relations where object_type = 'diary'`.execute(database().kysely);
    return rows[0]?.count;
  }

  it("MN15, MN16, MN17: after any sequence of changes, checks, lists and a plain model of the rules agree, for agents and people", async () => {
    await fc.assert(
      fc.asyncProperty(fc.noBias(fc.array(step, { minLength: 1, maxLength: 30, size: "max" })), async (steps) => {
        await sql`truncate permissions.relations, permissions.groups`.execute(database().kysely);
        const world = await newWorld();
        const model = new Model();
        for (const change of steps) {
          await world.apply(change);
          model.apply(change);
          assert.equal(await countDiaryRelations(), model.size, "a relation is left behind");
          for (const [who, caller] of world.agents.entries()) {
            const expected = world.diaries.map((_, what) =>
              allPermissions.map((permission) => model.may(who, permission, what)),
            );
            const { may, strongest } = await byQueries(world, caller);
            assert.deepEqual(await byChecks(world, caller), expected);
            assert.deepEqual(may, expected);
            assert.deepEqual(
              strongest,
              world.diaries.map((_, what) => model.strongest(who, what)),
            );
          }
          for (const person of world.people) {
            const { may, strongest } = await byQueries(world, person);
            assert.deepEqual(may, expectedOf(model, world, person), person.role);
            assert.deepEqual(
              strongest,
              world.diaries.map((_, what) => model.shownTo(person.role, what)),
            );
          }
        }
        for (const person of world.people) {
          assert.deepEqual(await byChecks(world, person), expectedOf(model, world, person), person.role);
        }
        for (const outsider of world.outsiders) {
          const { may, strongest } = await byQueries(world, outsider);
          const found = [...(await byChecks(world, outsider)), ...may].flat();
          assert.ok(found.every((allowed) => !allowed));
          assert.ok(strongest.every((relation) => relation === null));
        }
      }),
      // A failure names the seed and the path; given here beside the runs, they repeat it: { seed: …, path: "…" }.
      { numRuns: RUNS },
    );
  });
});
