import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, it } from "node:test";
import { type Id, newId, sha256Hex, toTypeId, toUuid } from "@reef/crypto";
import type { PersonCaller } from "@reef/http/call";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import type { Program } from "../contract.ts";
import { upsertState } from "../store/oauth-state.ts";
import { bindGrantToMember, findMember } from "../store/people-grants.ts";
import { insertProgram } from "../store/programs.ts";
import { insertMember, insertPerson, performAs } from "../test-people.ts";
import { emptyReef, type RunningReef, startReef, testMigrations } from "../test-reef.ts";

const CLIENT = "https://program.example/client.json";
const DAY_MS = 86_400_000;

describeEachDatabase("programs that a person let in", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let ada: PersonCaller;

  beforeEach(async () => {
    await emptyReef(database());
    reef = await startReef({ database: database(), loops: false });
    ada = await insertMember(database(), await newOrganization("acme"), "member", "Ada");
  });
  afterEach(() => reef.stop());

  async function newOrganization(slug: string): Promise<Id<"org">> {
    const id = newId("org");
    await sql`
      insert into identity.organizations (id, name, slug, created_at)
      values (${toUuid(id)}, ${slug.toUpperCase()}, ${slug}, now())`.execute(database().kysely);
    return id;
  }

  /** A grant of the member's with one refresh token, as a program leaves them behind. */
  async function letIn(who = ada, clientId = CLIENT) {
    const { kysely: db } = database();
    const { personId, organizationId } = who;
    const member = await findMember(db, organizationId, personId);
    assert.ok(member);
    const [grantId, tokenId] = [sha256Hex(randomUUID()), sha256Hex(randomUUID())];
    const state = { sealedPayload: "", userCodeHash: null, expiresAt: new Date(reef.clock.now() + DAY_MS) };
    await upsertState(db, { ...state, id: grantId, model: "Grant", grantId: null });
    await bindGrantToMember(db, grantId, member);
    const letInAt = new Date(reef.clock.now());
    await insertProgram(db, { personId, organizationId, grantId, clientId, scopes: ["diary:read"], letInAt });
    await upsertState(db, { ...state, id: tokenId, model: "RefreshToken", grantId });
    return grantId;
  }

  const list = async (who: Parameters<typeof performAs>[2], query = {}) =>
    (await performAs(reef, database(), who, "listPrograms", { query })).body as {
      items: Program[];
      nextCursor: string | null;
      total: number;
    };
  const end = (who: PersonCaller, programId: string) =>
    performAs(reef, database(), who, "endProgram", { params: { programId } });
  const states = async () => {
    const { rows } = await sql<{ id: string }>`select id from identity.oauth_state`.execute(database().kysely);
    return rows.length;
  };

  it("are listed newest first and by pages, in all of the person's organizations and whichever one is asked", async () => {
    assert.deepEqual(await list(ada), { items: [], nextCursor: null, total: 0 });
    const elsewhere = await insertMember(database(), await newOrganization("other"), "owner", ada);
    await letIn();
    await letIn(elsewhere, "https://other.example/x/client.json");
    await letIn(await insertMember(database(), ada.organizationId, "owner", "Eve"));
    const first = await list(ada, { limit: "1" });
    const [newest] = first.items;
    assert.deepEqual(
      [newest?.clientHost, newest?.organization, newest?.scopes, newest?.lastUsedAt, first.total],
      ["other.example", { id: elsewhere.organizationId, name: "OTHER", slug: "other" }, ["diary:read"], null, 2],
    );
    const { items, nextCursor } = await list(elsewhere, { limit: "1", cursor: first.nextCursor });
    assert.deepEqual([items[0]?.clientId, items[0]?.organization.slug, nextCursor], [CLIENT, "acme", null]);
    const outside = { ...ada, kind: "account" as const };
    assert.equal((await list(outside)).total, 2);
    await assert.rejects(list(ada, { cursor: `${first.nextCursor}x` }), { code: "list.invalid_cursor" });
  });

  it("end with their grants and tokens, once, and the organization's record says so", async () => {
    await letIn();
    const kept = await letIn();
    const [, program] = (await list(ada)).items;
    assert.ok(program);
    const { body, actions } = await end({ ...ada, organizationId: await newOrganization("other") }, program.id);
    assert.deepEqual(body, program);
    const [action] = actions;
    assert.deepEqual(
      [actions.length, action?.operation, action?.subject, action?.actor.organizationId],
      [1, "identity.endProgram", { programId: program.id, clientId: CLIENT }, ada.organizationId],
      "in the record of where it acted, not of where the person is",
    );
    assert.equal(await states(), 2, "the other one's grant and token");
    const { rows } = await sql`select 1 from identity.oauth_state where id = ${kept}`.execute(database().kysely);
    assert.equal(rows.length, 1);
    assert.equal((await list(ada)).total, 1);
    await assert.rejects(end(ada, program.id), { code: "identity.program_not_found" });
  });

  it("are nobody else's to see or end, neither an owner's of the organization nor another person's", async () => {
    await letIn();
    const [program] = (await list(ada)).items;
    const owner = await insertMember(database(), ada.organizationId, "owner", "Olga");
    assert.equal((await list(owner)).total, 0);
    for (const id of [program?.id ?? "", newId("prg"), toTypeId("prg", randomUUID())]) {
      await assert.rejects(end(owner, id), { code: "identity.program_not_found", status: 404 });
    }
    const key = { ...ada, scopes: new Set(["account:read" as const]) };
    await assert.rejects(
      end(key, program?.id ?? ""),
      { code: "http.missing_scope" },
      "a key that only reads ends none",
    );
    assert.equal(await states(), 2);
  });

  it("are not listed once they are over, were let in with another password, or with the membership that is gone", async () => {
    const eve = await insertMember(database(), ada.organizationId, "member", "Eve");
    const zoe = await insertMember(database(), ada.organizationId, "member", await insertPerson(database(), "Zoe"));
    for (const who of [ada, eve, zoe]) await letIn(who);
    const { kysely } = database();
    await sql`
      insert into identity.accounts (id, person_id, provider_id, account_id, password, created_at, updated_at)
      values (${randomUUID()}, ${toUuid(eve.personId)}, 'credential', 'eve', 'a new one', now(), now())`.execute(
      kysely,
    );
    await sql`delete from identity.members where person_id = ${toUuid(zoe.personId)}`.execute(kysely);
    assert.deepEqual([(await list(ada)).total, (await list(eve)).total, (await list(zoe)).total], [1, 0, 0]);
    reef.clock.advance(DAY_MS + 1);
    assert.equal((await list(ada)).total, 0);
  });
});
