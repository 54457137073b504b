import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { newId, toTypeId, toUuid } from "@reef/crypto";
import type { AccountCaller, PersonCaller } from "@reef/http/call";
import { describeEachDatabase, until } from "@reef/testing";
import { sql } from "kysely";
import { foundAnother, insertMember, insertPerson, performAs } from "../test-people.ts";
import {
  clientAssertion,
  emptyReef,
  found,
  type JoinedAgent,
  joinBy,
  newAgentKey,
  newPublicUrl,
  type RunningReef,
  registrationBody,
  request,
  signInput,
  startReef,
  testMigrations,
  tokenByAssertion,
  tokenBySecret,
} from "../test-reef.ts";

describeEachDatabase("organizations and their operators", testMigrations, ({ database }) => {
  let publicUrl: string;
  let reef: RunningReef;
  let processes: RunningReef[];
  /** The founding agents of two organizations. */
  let ours: JoinedAgent;
  let theirs: JoinedAgent;
  let operator: AccountCaller;

  const start = async (loops = false) => {
    const started = await startReef({ database: database(), publicUrl, loops });
    processes.push(started);
    return started;
  };

  beforeEach(async () => {
    await emptyReef(database());
    publicUrl = await newPublicUrl();
    processes = [];
    reef = await start();
    ours = await found(reef);
    theirs = await foundAnother(reef, database());
    operator = { ...(await insertPerson(database(), "Radia")), isOperator: true };
  });
  afterEach(() => Promise.all(processes.map((process) => process.stop())));

  const as = (caller: AccountCaller | PersonCaller, verb: string, values = {}) =>
    performAs(reef, database(), caller, verb, values);
  const of = ({ agent: { organizationId } }: JoinedAgent) => ({ params: { organizationId } });
  const suspend = async (agent: JoinedAgent, who = operator) => (await as(who, "suspendOrganization", of(agent))).body;
  const resume = async (agent: JoinedAgent) => (await as(operator, "resumeOrganization", of(agent))).body;
  const whoami = ({ token }: { token: string }, where = reef) => request(where, "GET", "/api/agents/whoami", { token });
  const isRefused = async (agent: JoinedAgent, where = reef) => (await whoami(agent, where)).status === 403;

  it("an operator lists all organizations with their counts, newest first; nobody else does", async () => {
    await joinBy(reef, ours);
    const owner = await insertMember(database(), ours.agent.organizationId, "owner", "Barbara");
    await insertMember(database(), ours.agent.organizationId, "member", "Linus");
    const first = (await as(operator, "listOrganizations", { query: { limit: "1" } })).body;
    assert.equal(first.total, 2);
    const { nextCursor } = first;
    const next = (await as(operator, "listOrganizations", { query: { limit: "1", cursor: nextCursor } })).body;
    assert.equal(next.nextCursor, null);
    const listed = [...first.items, ...next.items].map(({ id, members, agents, suspended }) => [
      id,
      members,
      agents,
      suspended,
    ]);
    assert.deepEqual(listed, [
      [theirs.agent.organizationId, 0, 1, false],
      [ours.agent.organizationId, 2, 2, false],
    ]);
    for (const verb of ["listOrganizations", "suspendOrganization", "resumeOrganization"]) {
      const values = verb === "listOrganizations" ? {} : of(theirs);
      await assert.rejects(as(owner, verb, values), { code: "http.role_needed" });
    }
    const byAgent = await request(reef, "GET", "/api/admin/organizations", { token: ours.token });
    assert.equal(byAgent.status, 403);
  });

  it("a suspended organization's agents are refused with the news of it, here at once, and there by the event", async () => {
    const there = await start(true);
    assert.equal((await whoami(ours, there)).status, 200);
    const { suspended, id } = await suspend(ours);
    assert.deepEqual([suspended, id], [true, ours.agent.organizationId]);
    const refused = await whoami(ours);
    assert.deepEqual([refused.status, refused.body.code], [403, "identity.organization_suspended"]);
    await until(() => isRefused(ours, there));
    assert.equal((await whoami(theirs)).status, 200, "another organization goes on");
    assert.equal((await whoami(theirs, there)).status, 200);
    assert.equal((await resume(ours)).suspended, false);
    assert.equal((await whoami(ours)).status, 200, "the same token is good again");
    await until(async () => !(await isRefused(ours, there)));
  });

  it("without events the suspension is found in the table within five seconds, and so is its end", async () => {
    const there = await start();
    await suspend(ours);
    there.clock.advance(5_001);
    assert.equal(await isRefused(ours, there), true);
    const later = await start();
    assert.equal(await isRefused(ours, later), true, "a process that starts later knows of it");
    await resume(ours);
    for (const process of [there, later]) {
      process.clock.advance(5_001);
      assert.equal(await isRefused(ours, process), false);
    }
  });

  it("a suspension holds in a process that starts long after it, however many there are", async () => {
    const { kysely } = database();
    const ids = Array.from({ length: 1_001 }, () => newId("org"));
    await sql`
      insert into identity.organizations
        (id, name, slug, created_at, suspended_at, access_version, access_changed_at)
      select id::uuid, 'Old', 'old-' || n, now() - interval '90 days', now() - interval '60 days', 2,
        now() - interval '60 days'
      from unnest(${ids.map(toUuid)}::text[]) with ordinality as old (id, n)`.execute(kysely);
    const later = await start();
    assert.ok(ids.every((id) => later.identity.api.isSuspended(id)));
    assert.equal(later.identity.api.isSuspended(ours.agent.organizationId), false);
  });

  it("a suspended organization gets no token by key or secret, and no access by secret, until it is resumed", async () => {
    const { agent, key, credentials } = ours;
    const bySecret = () => tokenBySecret(reef, agent.id, credentials.clientSecret);
    const direct = () => reef.identity.api.authenticateSecret(agent.id, credentials.clientSecret, "::1");
    await direct();
    await suspend(ours);
    assert.equal((await bySecret()).body.error, "unauthorized_client");
    const byKey = await tokenByAssertion(reef, await clientAssertion(agent.id, key, publicUrl));
    assert.equal(byKey.body.error, "unauthorized_client");
    await assert.rejects(direct(), { code: "identity.organization_suspended" });
    assert.equal((await tokenBySecret(reef, agent.id, "wrong")).body.error, "invalid_client");
    await resume(ours);
    const renewed = await bySecret();
    assert.equal((await whoami({ token: renewed.body.access_token })).status, 200);
    assert.equal((await direct()).agentId, agent.id);
  });

  it("a suspended organization takes in nobody, and gives no secret back, until it is resumed", async () => {
    const { publicKey } = ours.key;
    const { body: voucher } = await request(reef, "POST", "/api/vouchers", { token: ours.token });
    const join = async () =>
      request(reef, "POST", "/api/agents", { body: await registrationBody(reef, newAgentKey(), voucher.code) });
    const challenge = await request(reef, "POST", "/api/recovery/challenge", { body: { publicKey } });
    const signature = signInput(ours.key, challenge.body.signingInput);
    const body = { publicKey, challenge: challenge.body.challenge, signature };
    const recover = () => request(reef, "POST", "/api/recovery", { body });
    await suspend(ours);
    assert.equal((await join()).body.code, "identity.registration_failed");
    assert.equal((await recover()).body.code, "identity.organization_suspended");
    await resume(ours);
    assert.equal((await join()).status, 201, "the voucher was not spent");
    assert.equal((await recover()).status, 200, "nor was the challenge");
  });

  it("both are recorded with the organization that they are about; a repetition changes nothing", async () => {
    const { actions } = await as(operator, "suspendOrganization", of(ours));
    const { personId, name } = operator;
    const { organizationId } = ours.agent;
    assert.deepEqual(actions[0]?.actor, { personId, organizationId, name });
    assert.deepEqual(actions[0]?.subject, { organizationId, id: organizationId });
    const version = async () => {
      const { rows } = await sql<{ access_version: number }>`
        select access_version from identity.organizations where id = ${toUuid(organizationId)}`.execute(
        database().kysely,
      );
      return rows[0]?.access_version;
    };
    assert.equal(await version(), 2);
    assert.equal((await suspend(ours)).suspended, true);
    assert.equal(await version(), 2);
    await resume(ours);
    assert.equal((await resume(ours)).suspended, false);
    assert.equal(await version(), 3);
    const unknown = { params: { organizationId: toTypeId("org", toUuid(ours.agent.id)) } };
    for (const verb of ["suspendOrganization", "resumeOrganization"]) {
      await assert.rejects(as(operator, verb, unknown), { code: "identity.organization_not_found" });
    }
  });

  it("an operator does not suspend the last open organization of its own, also of two at one moment", async () => {
    const member = { ...(await insertMember(database(), ours.agent.organizationId, "owner", operator)) };
    assert.equal((await suspend(theirs)).suspended, true, "others are no matter");
    await resume(theirs);
    for (const who of [operator, member]) {
      await assert.rejects(as(who, "suspendOrganization", of(ours)), { code: "identity.own_organization" });
    }
    await insertMember(database(), theirs.agent.organizationId, "member", operator);
    const both = await Promise.allSettled([suspend(ours), suspend(theirs)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const { items } = (await as(operator, "listOrganizations")).body;
    assert.equal(items.filter(({ suspended }: { suspended: boolean }) => suspended).length, 1);
    const another = { ...(await insertPerson(database(), "Vint")), isOperator: true };
    for (const agent of [ours, theirs]) assert.equal((await suspend(agent, another)).suspended, true);
  });

  it("while requests run, a suspension refuses all that begin after it, and breaks none", async () => {
    const { agent, credentials } = ours;
    const statuses: number[] = [];
    let isOver = false;
    const flood = async (send: () => Promise<{ status: number }>) => {
      while (!isOver) statuses.push((await send()).status);
    };
    const floods = [
      flood(() => whoami(ours)),
      flood(() => request(reef, "GET", "/api/agents", { token: ours.token })),
      flood(() => tokenBySecret(reef, agent.id, credentials.clientSecret)),
    ];
    await until(() => statuses.length > 10);
    for (let round = 0; round < 3; round += 1) {
      await suspend(ours);
      const after = await Promise.all([whoami(ours), whoami(ours), whoami(theirs)]);
      assert.deepEqual(
        after.map(({ status }) => status),
        [403, 403, 200],
      );
      assert.notEqual((await tokenBySecret(reef, agent.id, credentials.clientSecret)).status, 200);
      await resume(ours);
      assert.equal((await whoami(ours)).status, 200);
    }
    isOver = true;
    await Promise.all(floods);
    assert.ok(statuses.every((status) => [200, 400, 403].includes(status)));
    assert.ok(statuses.includes(403));
  });

  it("other modules learn an organization's name, and the addresses of its owners and then its admins, and of no other", async () => {
    const { api } = reef.identity;
    const { organizationId } = ours.agent;
    const found = await api.getOrganization(database().kysely, organizationId);
    assert.deepEqual(await api.findOrganization(database().kysely, organizationId), found);
    assert.equal(found.id, organizationId);
    assert.notEqual((await api.getOrganization(database().kysely, theirs.agent.organizationId)).slug, found.slug);
    assert.equal(await api.findOrganization(database().kysely, newId("org")), undefined);
    await assert.rejects(api.getOrganization(database().kysely, newId("org")), {
      code: "identity.organization_not_found",
    });
    const asked = [organizationId, newId("org"), theirs.agent.organizationId];
    const named = await api.listOrganizationsById(database().kysely, asked);
    assert.deepEqual([named.size, named.get(organizationId)], [2, found]);
    assert.equal((await api.listOrganizationsById(database().kysely, [])).size, 0);
    for (const [role, name] of [
      ["admin", "Ada"],
      ["member", "Linus"],
      ["owner", "Barbara"],
      ["admin", "Grace"],
    ] as const) {
      await insertMember(database(), organizationId, role, name);
    }
    await insertMember(database(), theirs.agent.organizationId, "owner", "Eve");
    const addresses = await api.listAdminAddresses(database().kysely, organizationId);
    assert.deepEqual(
      addresses.map(({ name }) => name),
      ["Barbara", "Ada", "Grace"],
    );
    assert.ok(addresses.every(({ email, personId }) => email.endsWith("@reef.test") && personId.startsWith("usr_")));
  });
});
