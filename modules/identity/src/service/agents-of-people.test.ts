import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { toUuid } from "@reef/crypto";
import type { AccountCaller, AgentCaller, PersonCaller } from "@reef/http/call";
import { describeEachDatabase, until } from "@reef/testing";
import { sql } from "kysely";
import { foundAnother, insertMember, performAs } from "../test-people.ts";
import {
  clientAssertion,
  emptyReef,
  found,
  type JoinedAgent,
  joinBy,
  newPublicUrl,
  type RunningReef,
  request,
  startReef,
  testMigrations,
  tokenByAssertion,
  tokenBySecret,
} from "../test-reef.ts";

describeEachDatabase("agents, as people see them", testMigrations, ({ database }) => {
  let publicUrl: string;
  let reef: RunningReef;
  let founder: JoinedAgent;
  let stranger: JoinedAgent;
  let admin: PersonCaller;
  let member: PersonCaller;

  beforeEach(async () => {
    await emptyReef(database());
    publicUrl = await newPublicUrl();
    reef = await startReef({ database: database(), publicUrl, loops: false });
    founder = await found(reef);
    stranger = await foundAnother(reef, database());
    const { organizationId } = founder.agent;
    admin = await insertMember(database(), organizationId, "admin", "Grace");
    member = await insertMember(database(), organizationId, "member", "Linus");
  });
  afterEach(() => reef.stop());

  const as = (caller: AccountCaller | PersonCaller | AgentCaller, verb: string, values = {}) =>
    performAs(reef, database(), caller, verb, values);
  const whoami = (token: string, where = reef) => request(where, "GET", "/api/agents/whoami", { token });
  const of = ({ agent }: JoinedAgent) => ({ params: { fingerprint: agent.fingerprint } });
  const list = async (query = {}, caller = member) => (await as(caller, "listAgents", { query })).body;
  const namesOf = ({ items }: { items: { name: string }[] }) => items.map(({ name }) => name);

  it("a member lists the organization's agents, each with who let it in, and nobody else's", async () => {
    const ada = await joinBy(reef, founder, "Ada");
    const { items, total } = await list();
    assert.deepEqual(namesOf({ items }), ["Ada", "Founder"]);
    assert.equal(total, 2);
    assert.deepEqual(items[0].issuer, { fingerprint: founder.agent.fingerprint, name: "Founder" });
    assert.equal(items[1].issuer, null);
    assert.deepEqual(ada.agent.issuer, items[0].issuer, "its registration says the same");
    const outsider = await insertMember(database(), stranger.agent.organizationId, "owner", "Eve");
    assert.deepEqual(namesOf(await list({}, outsider)), ["Stranger"]);
  });

  it("an agent is last seen in the hour in which it last signed in, by whichever way", async () => {
    const lastSeen = async () => (await list({ q: "founder" })).items[0].lastSeenAt;
    const { credentials, agent, key } = founder;
    const hourMs = 3_600_000;
    // No hour ends meanwhile but by this test.
    reef.clock.freeze();
    const hourNow = () => new Date(Math.floor(reef.clock.now() / hourMs) * hourMs).toISOString();
    const seen = await lastSeen();
    assert.ok(seen === hourNow() || Date.parse(hourNow()) - Date.parse(seen) === hourMs, "its first token");
    reef.clock.advance(hourMs);
    assert.equal((await whoami(founder.token)).status, 401, "expired");
    assert.equal(await lastSeen(), seen, "who is refused was not there");
    await tokenBySecret(reef, credentials.clientId, credentials.clientSecret);
    assert.equal(await lastSeen(), hourNow());
    reef.clock.advance(hourMs);
    await reef.identity.api.authenticateSecret(credentials.clientId, credentials.clientSecret, "::1");
    await until(async () => (await lastSeen()) === hourNow());
    reef.clock.advance(hourMs);
    await reef.identity.api.authenticateSecret(credentials.clientId, credentials.clientSecret, "::1");
    await until(async () => (await lastSeen()) === hourNow());
    await sql`update identity.agents set last_seen_at = null`.execute(database().kysely);
    assert.equal(await lastSeen(), null);
    assert.equal((await tokenByAssertion(reef, await clientAssertion(agent.id, key, publicUrl))).status, 200);
    assert.equal(await lastSeen(), hourNow());
  });

  it("finds agents by how their name or fingerprint begins, and takes every character as itself", async () => {
    for (const name of ["Grete", "Gr%te", "greta_2", "Ägir", "\\back"]) await joinBy(reef, founder, name);
    const { fingerprint } = founder.agent;
    const found = async (q: string) => namesOf(await list({ q })).sort();
    assert.deepEqual(await found("GRE"), ["Grete", "greta_2"]);
    assert.deepEqual(await found("gr%"), ["Gr%te"]);
    assert.deepEqual(await found("greta_"), ["greta_2"]);
    assert.deepEqual(await found("ägi"), ["Ägir"]);
    assert.deepEqual(await found("\\"), ["\\back"]);
    assert.deepEqual(await found("rete"), []);
    assert.deepEqual(await found(fingerprint), ["Founder"]);
    assert.deepEqual(await found(fingerprint.toLowerCase().slice(0, 12)), ["Founder"]);
    assert.deepEqual(await found(fingerprint.replaceAll("-", "")), ["Founder"]);
    assert.deepEqual(await found(stranger.agent.fingerprint), [], "not of this organization");
  });

  it("pages through what a filter lets through, with the real total", async () => {
    const crew: JoinedAgent[] = [];
    for (const name of ["Crew 1", "Crew 2", "Crew 3"]) crew.push(await joinBy(reef, founder, name));
    const [first, second] = crew as [JoinedAgent, JoinedAgent];
    for (const agent of [first, second]) await as(admin, "disableAgent", of(agent));
    const one = await list({ q: "crew", disabled: "true", limit: "1" });
    assert.deepEqual([namesOf(one), one.total], [["Crew 2"], 2]);
    const two = await list({ q: "crew", disabled: "true", limit: "1", cursor: one.nextCursor });
    assert.deepEqual([namesOf(two), two.total, two.nextCursor], [["Crew 1"], 2, null]);
    assert.deepEqual(namesOf(await list({ q: "crew", disabled: "false" })), ["Crew 3"]);
    await assert.rejects(list({ disabled: "perhaps" }), { code: "http.invalid_request" });
  });

  it("an admin disables and enables any agent of the organization, the founder too; a member may not", async () => {
    const disabled = await as(admin, "disableAgent", of(founder));
    assert.equal(disabled.body.disabled, true);
    assert.equal((await whoami(founder.token)).status, 401, "at once in this process");
    const [action] = disabled.actions;
    assert.deepEqual(action?.actor, {
      personId: admin.personId,
      organizationId: admin.organizationId,
      name: "Grace",
    });
    assert.deepEqual(action?.subject, { fingerprint: founder.agent.fingerprint, id: founder.agent.id });
    assert.equal((await as(admin, "enableAgent", of(founder))).body.disabled, false);
    const renewed = await tokenBySecret(reef, founder.agent.id, founder.credentials.clientSecret);
    assert.equal((await whoami(renewed.body.access_token)).status, 200);
    for (const verb of ["disableAgent", "enableAgent", "rotateAgentSecret"]) {
      await assert.rejects(as(member, verb, of(founder)), { code: "http.role_needed" });
      await assert.rejects(as(admin, verb, of(stranger)), { code: "identity.not_found" });
    }
    assert.equal((await whoami(stranger.token)).status, 200);
  });

  it("an admin replaces an agent's secret: the new one is shown, the old one and its tokens end in every process", async () => {
    const there = await startReef({ database: database(), publicUrl });
    try {
      const ada = await joinBy(reef, founder, "Ada");
      const { id } = ada.agent;
      const byKey = await tokenByAssertion(reef, await clientAssertion(id, ada.key, publicUrl));
      assert.equal((await whoami(ada.token, there)).status, 200);
      const { body, actions } = await as(admin, "rotateAgentSecret", of(ada));
      assert.equal(body.clientId, id);
      assert.equal((await whoami(ada.token)).status, 401, "at once in this process");
      await until(async () => (await whoami(ada.token, there)).status === 401);
      assert.equal((await tokenBySecret(there, id, ada.credentials.clientSecret)).body.error, "invalid_client");
      assert.equal((await tokenBySecret(there, id, body.clientSecret)).status, 200);
      assert.equal((await whoami(byKey.body.access_token, there)).status, 200, "got by key, so it goes on");
      assert.equal(actions.length, 1);
      assert.ok(!JSON.stringify(actions).includes(body.clientSecret));
    } finally {
      await there.stop();
    }
  });

  it("a disabled agent gets no new secret, and no agent replaces another's", async () => {
    await as(admin, "disableAgent", of(founder));
    await assert.rejects(as(admin, "rotateAgentSecret", of(founder)), { code: "identity.disabled" });
    const { agent, credentials } = stranger;
    const caller: AgentCaller = {
      kind: "agent",
      agentId: credentials.clientId,
      organizationId: agent.organizationId,
      name: agent.name,
      fingerprint: agent.fingerprint,
      publicKey: agent.publicKey,
      scopes: member.scopes,
    };
    await assert.rejects(as(caller, "rotateAgentSecret", of(stranger)), { code: "http.people_only" });
  });

  it("tells other modules the names of the organization's members, and of nobody else", async () => {
    const { kysely } = database();
    const { organizationId } = founder.agent;
    const outsider = await insertMember(database(), stranger.agent.organizationId, "owner", "Eve");
    const ids = [admin, member, outsider].map(({ personId }) => personId);
    const listed = await reef.identity.api.listPeopleById(kysely, organizationId, ids);
    assert.deepEqual(Object.fromEntries(listed), {
      [admin.personId]: { id: admin.personId, name: "Grace" },
      [member.personId]: { id: member.personId, name: "Linus" },
    });
    await sql`delete from identity.members where person_id = ${toUuid(admin.personId)}`.execute(kysely);
    assert.equal((await reef.identity.api.listPeopleById(kysely, organizationId, ids)).size, 1);
    assert.equal((await reef.identity.api.listPeopleById(kysely, organizationId, [])).size, 0);
  });
});
