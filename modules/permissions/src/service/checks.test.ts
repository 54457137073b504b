import assert from "node:assert/strict";
import { before, it } from "node:test";
import { newId, toUuid } from "@reef/crypto";
import { transact } from "@reef/db";
import type { AgentCaller, MemberCaller } from "@reef/http/call";
import { organizationRoles } from "@reef/http/contract";
import { describeEachDatabase } from "@reef/testing";
import { type RawBuilder, sql } from "kysely";
import type { ObjectRef } from "../rules.ts";
import {
  createPermissionsUnderTest,
  type PermissionsUnderTest,
  testMigrations,
} from "../test/permissions-under-test.ts";

const newDiary = (): ObjectRef<"diary"> => ({ type: "diary", id: newId("dia") });
const agentOf = ({ agentId }: AgentCaller) => ({ type: "agent", id: agentId }) as const;

describeEachDatabase("checks", testMigrations, ({ database }) => {
  let permissions: PermissionsUnderTest;
  let ada: AgentCaller;
  let bo: AgentCaller;

  before(() => {
    permissions = createPermissionsUnderTest(database());
    ada = permissions.newAgent("ada");
    bo = permissions.newAgent("bo", ada);
  });

  it("two checks in one request are one lookup, and the next request sees a revoke", async () => {
    const diary = newDiary();
    const { api } = permissions;
    await api.grant(permissions.requestOf(ada), diary, "reader", agentOf(bo));
    const request = permissions.requestOf(bo);
    assert.equal(await api.check(request, "read", diary), true);
    await api.revoke(permissions.requestOf(ada), diary, agentOf(bo));
    assert.equal(await api.check(request, "read", diary), true, "it was looked up again within the request");
    assert.equal(await api.check(permissions.requestOf(bo), "read", diary), false);
  });

  it("checks that are asked at once share one lookup, and each permission is its own", async () => {
    const diary = newDiary();
    await permissions.api.grant(permissions.requestOf(ada), diary, "writer", agentOf(bo));
    let queries = 0;
    const counting = database().kysely.withPlugin({
      transformQuery: ({ node }) => {
        queries += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const request = { ...permissions.requestOf(bo), db: counting };
    const ask = (permission: "read" | "write" | "manage") => permissions.api.check(request, permission, diary);
    assert.deepEqual(await Promise.all([ask("write"), ask("write"), ask("write")]), [true, true, true]);
    assert.equal(queries, 1);
    assert.deepEqual([await ask("read"), await ask("manage"), await ask("write")], [true, false, true]);
    assert.equal(queries, 3);
  });

  it("a request that changes relations sees its own change", async () => {
    const diary = newDiary();
    const request = permissions.requestOf(ada);
    const check = () => permissions.api.check(request, "manage", diary);
    assert.equal(await check(), false);
    await permissions.api.grant(request, diary, "owner", agentOf(ada));
    assert.equal(await check(), true);
    await permissions.api.revoke(request, diary, agentOf(ada), ["owner"]);
    assert.equal(await check(), false);
    await permissions.api.grant(request, diary, "owner", agentOf(ada));
    await permissions.api.revokeAll(request, diary);
    assert.equal(await check(), false);
  });

  it("a relation that was given in a transaction which failed gives nothing", async () => {
    const diary = newDiary();
    const failing = transact(database().kysely, async (db) => {
      const request = { ...permissions.requestOf(ada), db };
      await permissions.api.grant(request, diary, "owner", agentOf(ada));
      assert.equal(await permissions.api.check(request, "manage", diary), true);
      throw new Error("rolled back");
    });
    await assert.rejects(failing, /rolled back/);
    assert.equal(await permissions.api.check(permissions.requestOf(ada), "manage", diary), false);
  });

  it("nobody may do anything without a token, and no relation counts in another organization", async () => {
    const diary = newDiary();
    const request = permissions.requestOf(ada);
    await permissions.api.grant(request, diary, "owner", agentOf(ada));
    const anonymous = { caller: undefined, db: request.db, memo: new Map() };
    assert.equal(await permissions.api.check(anonymous, "read", diary), false);
    const moved: AgentCaller = { ...ada, organizationId: newId("org") };
    assert.equal(await permissions.api.check(permissions.requestOf(moved), "read", diary), false);
    await permissions.api.revoke(permissions.requestOf(moved), diary, agentOf(ada));
    await permissions.api.revokeAll(permissions.requestOf(moved), diary);
    assert.equal(await permissions.api.check(permissions.requestOf(ada), "read", diary), true);
  });

  it("MN15: a person reads all that has an owner in the organization, manages it from admin on, and never writes", async () => {
    const diary = newDiary();
    const cy = permissions.newAgent("cy");
    const ask = async (who: MemberCaller) => {
      const request = permissions.requestOf(who);
      const answers: boolean[] = [];
      for (const permission of ["read", "write", "manage"] as const)
        answers.push(await permissions.api.check(request, permission, diary));
      return answers;
    };
    const people = organizationRoles.map((role) => permissions.newPerson(role, role, cy));
    const foreign = organizationRoles.map((role) => permissions.newPerson(role, role, ada));
    const all = async (whom: readonly MemberCaller[]) => {
      const answers: boolean[][] = [];
      for (const who of whom) answers.push(await ask(who));
      return answers;
    };
    const nothing = [false, false, false];
    await permissions.api.grant(permissions.requestOf(cy), diary, "writer", agentOf(cy));
    assert.deepEqual(await all(people), [nothing, nothing, nothing], "what nobody owns is nobody's");
    await permissions.api.grant(permissions.requestOf(cy), diary, "owner", agentOf(cy));
    const [manages, sees] = [
      [true, false, true],
      [true, false, false],
    ];
    assert.deepEqual(organizationRoles, ["owner", "admin", "member"]);
    assert.deepEqual(await all(people), [manages, manages, sees]);
    assert.deepEqual(await all(foreign), [nothing, nothing, nothing]);
    await permissions.api.revokeAll(permissions.requestOf(cy), diary);
    assert.deepEqual(await all(people), [nothing, nothing, nothing]);
  });

  it("a check reads few rows however much an agent holds", async () => {
    const { organizationId, agentId } = ada;
    await sql`
      insert into permissions.relations (organization_id, object_type, object_id, relation, subject_type, subject_id)
      select ${toUuid(organizationId)}::uuid, 'diary', gen_random_uuid(), 'owner', 'agent', ${toUuid(agentId)}::uuid
      from generate_series(1, 5000)`.execute(database().kysely);
    await sql`analyze permissions.relations`.execute(database().kysely);
    const id = sql`${toUuid(newId("dia"))}::uuid`;
    for (const condition of [
      permissions.api.permits(ada, "diary", "read", id),
      permissions.api.relationOn(ada, "diary", id),
    ]) {
      const plan = await planOf(condition);
      assert.doesNotMatch(plan, /Seq Scan on relations/, plan);
      assert.match(plan, /relations_pkey/, plan);
    }
  });

  it("a person's lists read the organization's owners by their index, and one thing by its own, of 100,000 rows", async () => {
    const mia = permissions.newPerson("mia", "member", permissions.newAgent("lead"));
    const relations = (organizationId: string, things: number) => sql`
      insert into permissions.relations (organization_id, object_type, object_id, relation, subject_type, subject_id)
      select ${organizationId}::uuid, 'diary', thing, relation, 'agent', gen_random_uuid()
      from (select gen_random_uuid() as thing from generate_series(1, ${things}::integer)) as things,
        unnest(array['owner', 'reader', 'writer', 'reader']) as relation`;
    await relations(toUuid(mia.organizationId), 250).execute(database().kysely);
    // The other 99,000 rows are of other organizations.
    for (let others = 0; others < 99; others += 1)
      await relations(toUuid(newId("org")), 250).execute(database().kysely);
    await sql`vacuum analyze permissions.relations`.execute(database().kysely);
    const list = await planOf(sql`count(*) from ${permissions.api.objectsWith(mia, "diary", "read")} as things`);
    assert.match(list, /Index (Only )?Scan using relations_owners/, list);
    const within = await planOf(
      sql`relation from permissions.relations
        where subject_id = gen_random_uuid() and object_id in ${permissions.api.objectsWith(mia, "diary", "read")}`,
    );
    assert.match(within, /relations_owners/, within);
    const id = sql`${toUuid(newId("dia"))}::uuid`;
    for (const condition of [
      permissions.api.permits(mia, "diary", "read", id),
      permissions.api.relationOn(mia, "diary", id),
      permissions.api.relationOn({ ...mia, role: "admin" }, "diary", id),
    ]) {
      const plan = await planOf(condition);
      assert.doesNotMatch(plan, /Seq Scan on relations/, plan);
      assert.match(plan, /relations_(pkey|owners)/, plan);
    }
  });

  async function planOf(what: RawBuilder<unknown>): Promise<string> {
    const { rows } = await sql<{ "QUERY PLAN": string }>`explain select ${what}`.execute(database().kysely);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  }
});
