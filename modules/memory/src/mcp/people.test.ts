import assert from "node:assert/strict";
import { before, it } from "node:test";
import { createIdempotency, parseValues, performRoute, requestSchemas, requireAdmission } from "@reef/http";
import type { Call, MemberCaller } from "@reef/http/call";
import type { Session } from "@reef/mcp/define";
import { describeEachDatabase } from "@reef/testing";
import type { Diary, Entry } from "../contract.ts";
import { memoryMcp } from "../mcp.ts";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "../test/memory-under-test.ts";
import { newEntry } from "../test/signed-entries.ts";

describeEachDatabase("people by MCP", testMigrations, ({ database }) => {
  let memory: MemoryUnderTest;
  let ada: Call;
  let bo: Call;
  let admin: Call<MemberCaller>;
  let diary: Diary;
  let entry: Entry;

  before(async () => {
    memory = createMemoryUnderTest(database());
    ada = memory.callOf("ada");
    bo = memory.callOf("bo", ada);
    admin = memory.personOf("adam", "admin", ada);
    diary = await memory.api.createDiary(ada, { name: "tides", visibility: "private" });
    const said = { type: "identity", tags: ["system", "identity"] } as const;
    entry = await memory.api.createEntry(ada, diary.id, newEntry("I am ada", { ...said, tags: [...said.tags] }));
  });

  /** A session as the endpoint makes one: every route is called with its own admission, checks and schemas. */
  const sessionOf = ({ caller, db, requestId }: Call<MemberCaller>): Session => ({
    caller,
    requestId,
    quotes: {
      mark: "mark",
      notice: "notice",
      quote: (kind, facts, text) =>
        `<${kind}${Object.entries(facts).map(([name, value]) => ` ${name}=${value}`)}>${text}`,
    },
    async invoke(contract, verb, { params, query = {}, body } = {}) {
      const route = contract.routes[verb];
      const mounted = memory.routes.find(({ operation }) => operation === `${contract.module}.${verb}`);
      assert.ok(route);
      requireAdmission(route, caller);
      assert.ok(mounted);
      const text = Object.entries(query).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
      );
      const parts = parseValues(requestSchemas(route), { params, query: Object.fromEntries(text), body });
      const request = { caller, principal: "test", requestId, ifMatch: undefined, ...parts };
      const idempotency = createIdempotency("a master secret that only tests use");
      const answer = await performRoute(mounted, request, { db, idempotency });
      return route.response?.parse(answer) as never;
    },
  });
  const use = async (call: Call<MemberCaller>, name: string, input: object) => {
    const tool = memoryMcp.tools.find((offered) => offered.name === name);
    assert.ok(tool);
    const { fields, text } = await tool.run(sessionOf(call), input as never);
    return { fields: fields as { items?: object[] } & Record<string, unknown>, text };
  };

  it("what an agent wrote is its own word to that agent alone, and to no person, whoever has the diary", async () => {
    const yours = async (call: Call<MemberCaller>) =>
      (await use(call, "entries_get", { entry_id: entry.id })).fields.yours;
    assert.deepEqual([await yours(ada), await yours(admin)], [true, false]);
    const shown = async (call: Call<MemberCaller>) => (await use(call, "diaries_list", {})).text;
    assert.match(await shown(ada), /trust=you, an owner before you or an admin>tides/);
    assert.match(await shown(admin), /trust=other agent>tides/);
  });

  it("a person's session reads, searches and shares by the same tools, and learns of no self", async () => {
    assert.deepEqual((await use(admin, "entries_search", { query: "ada" })).fields.items?.length, 1);
    assert.equal((await use(admin, "entries_verify", { entry_id: entry.id })).fields.signed, false);
    const shared = await use(admin, "diaries_share", { diary_id: diary.id, fingerprint: bo.caller.fingerprint });
    const { caller } = admin;
    assert.ok(caller.kind === "person");
    assert.equal(shared.fields.invitedBy, caller.personId);
    const { fields, text } = await use(bo, "invitations_list", {});
    assert.deepEqual(
      fields.items?.map((share) => "invitedBy" in share && share.invitedBy),
      [caller.personId],
    );
    assert.match(text, /invited-by=adam, a person of the organization, trust=other agent>tides/);
    const whoami = memoryMcp.resources.find(({ name }) => name === "self_whoami");
    assert.deepEqual(JSON.parse((await whoami?.read(sessionOf(admin), {})) ?? ""), { exists: false });
    const bootstrap = memoryMcp.prompts.find(({ name }) => name === "identity_bootstrap");
    assert.match((await bootstrap?.write(sessionOf(admin), {} as never)) ?? "", /^You act for a person/);
    assert.match((await bootstrap?.write(sessionOf(ada), {} as never)) ?? "", /^You are the agent/);
  });

  it("tools for agents answer a person with the problem of their route", async () => {
    const refused = { code: "http.agents_only" };
    for (const [name, input] of [
      ["reef_whoami", {}],
      ["diaries_create", { name: "mine" }],
      ["entries_create", { diary_id: diary.id, content: "x" }],
      ["entries_update", { entry_id: entry.id, importance: 9 }],
      ["entries_delete", { entry_id: entry.id }],
      ["entries_relate", { entry_id: entry.id, relation: "supports", to_entry_id: entry.id }],
      ["invitations_list", {}],
    ] as const) {
      await assert.rejects(use(admin, name, input), refused, name);
    }
    const identity = memoryMcp.prompts.find(({ name }) => name === "write_identity");
    await assert.rejects(
      async () => identity?.write(sessionOf(admin), { type: "soul", diary_id: diary.id } as never),
      refused,
    );
  });
});
