import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { newId, toUuid } from "@reef/crypto";
import type { PersonCaller } from "@reef/http/call";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { foundAnother, insertMember, performAs } from "../test-people.ts";
import {
  emptyReef,
  found,
  type JoinedAgent,
  join,
  joinBy,
  newAgentKey,
  type RunningReef,
  registrationBody,
  request,
  startReef,
  testMigrations,
} from "../test-reef.ts";

describeEachDatabase("vouchers of people", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let founder: JoinedAgent;
  let stranger: JoinedAgent;
  let admin: PersonCaller;
  let owner: PersonCaller;
  let member: PersonCaller;
  let outsider: PersonCaller;

  beforeEach(async () => {
    await emptyReef(database());
    reef = await startReef({ database: database(), loops: false });
    founder = await found(reef);
    stranger = await foundAnother(reef, database());
    const { organizationId } = founder.agent;
    admin = await insertMember(database(), organizationId, "admin", "Grace");
    owner = await insertMember(database(), organizationId, "owner", "Barbara");
    member = await insertMember(database(), organizationId, "member", "Linus");
    outsider = await insertMember(database(), stranger.agent.organizationId, "owner", "Eve");
  });
  afterEach(() => reef.stop());

  const as = async (caller: PersonCaller, verb: string, values = {}) =>
    (await performAs(reef, database(), caller, verb, values)).body;
  const issue = (caller: PersonCaller) => as(caller, "issueVoucher");
  const issueAs = async ({ token }: JoinedAgent) => (await request(reef, "POST", "/api/vouchers", { token })).body;
  const revoke = (caller: PersonCaller, voucherId: string) => as(caller, "revokeVoucher", { params: { voucherId } });
  const revokeAs = ({ token }: JoinedAgent, id: string) => request(reef, "DELETE", `/api/vouchers/${id}`, { token });
  const tryToJoin = async (code: string) =>
    request(reef, "POST", "/api/agents", { body: await registrationBody(reef, newAgentKey(), code) });
  const setRole = ({ personId }: PersonCaller, role: string) =>
    sql`update identity.members set role = ${role} where person_id = ${toUuid(personId)}`.execute(database().kysely);
  const notFound = { code: "identity.voucher_not_found" };

  it("MN11: of twenty parallel issues by one person exactly five succeed; another person has five of their own", async () => {
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => issue(admin)));
    const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
    assert.equal(answers.length - refused.length, 5);
    for (const { code, options } of refused) {
      assert.equal(code, "identity.voucher_limit");
      assert.ok(options.retryAfterSeconds > 0 && options.retryAfterSeconds <= 86_400);
    }
    assert.equal((await issue(owner)).issuer.personId, owner.personId);
    assert.ok((await issueAs(founder)).code, "and so has each agent");
  });

  it("MN9: whoever joins with a person's voucher is in that person's organization, and the person is its root", async () => {
    const { code, issuer } = await issue(admin);
    assert.deepEqual(issuer, { personId: admin.personId, name: "Grace" });
    const ada = await join(reef, code, "Ada");
    assert.equal(ada.agent.organizationId, admin.organizationId);
    assert.deepEqual(ada.agent.issuer, issuer);
    assert.equal((await tryToJoin(code)).body.code, "identity.registration_failed");
    const bob = await joinBy(reef, ada, "Bob");
    const { items, total } = await as(member, "listVoucherGraph");
    assert.equal(total, 2);
    const end = ({ agent }: JoinedAgent) => ({ fingerprint: agent.fingerprint, name: agent.name });
    assert.deepEqual(
      items.map((edge: { issuer: object; redeemer: object }) => [edge.issuer, edge.redeemer]),
      [
        [end(ada), end(bob)],
        [issuer, end(ada)],
      ],
    );
    assert.equal((await as(outsider, "listVoucherGraph")).total, 0);
  });

  it("MN9: a voucher is worthless once its person was removed, or is no admin any more; another admin's stays good", async () => {
    const ofAdmin = await issue(admin);
    const ofOwner = await issue(owner);
    await setRole(admin, "member");
    assert.equal((await tryToJoin(ofAdmin.code)).body.code, "identity.registration_failed");
    await setRole(admin, "admin");
    const { kysely } = database();
    // Being an admin elsewhere is no help.
    await sql`
      update identity.members set organization_id = ${toUuid(outsider.organizationId)}
      where person_id = ${toUuid(admin.personId)}`.execute(kysely);
    assert.equal((await tryToJoin(ofAdmin.code)).body.code, "identity.registration_failed");
    await assert.rejects(issue(admin), { code: "identity.no_member" });
    assert.equal((await tryToJoin(ofOwner.code)).status, 201);
  });

  it("MN9: a voucher of a disabled agent, or of a suspended organization, is worthless until that has ended", async () => {
    const operator = { ...outsider, isOperator: true };
    const { code } = await issueAs(founder);
    const path = { params: { fingerprint: founder.agent.fingerprint } };
    await as(admin, "disableAgent", path);
    assert.equal((await tryToJoin(code)).body.code, "identity.registration_failed");
    await as(admin, "enableAgent", path);
    const organization = { params: { organizationId: admin.organizationId } };
    const ofAdmin = await issue(admin);
    await as(operator, "suspendOrganization", organization);
    for (const voucher of [code, ofAdmin.code]) {
      assert.equal((await tryToJoin(voucher)).body.code, "identity.registration_failed");
    }
    await as(operator, "resumeOrganization", organization);
    for (const voucher of [code, ofAdmin.code]) assert.equal((await tryToJoin(voucher)).status, 201);
  });

  it("its issuer revokes a voucher, agent or person, and so does any admin; to others it does not exist", async () => {
    const ada = await joinBy(reef, founder, "Ada");
    const ofAda = await issueAs(ada);
    const ofAdmin = await issue(admin);
    for (const { id } of [ofAda, ofAdmin]) {
      for (const agent of [founder, stranger]) assert.equal((await revokeAs(agent, id)).status, 404);
      for (const person of [member, outsider]) await assert.rejects(revoke(person, id), notFound);
    }
    assert.equal((await revokeAs(ada, ofAdmin.id)).body.code, "identity.voucher_not_found");
    assert.equal((await revokeAs(ada, ofAda.id)).status, 204);
    const { actions } = await performAs(reef, database(), owner, "revokeVoucher", {
      params: { voucherId: ofAdmin.id },
    });
    assert.deepEqual(actions[0]?.subject, { voucherId: ofAdmin.id });
    for (const { id, code } of [ofAda, ofAdmin]) {
      assert.equal((await tryToJoin(code)).body.code, "identity.registration_failed");
      await assert.rejects(revoke(admin, id), notFound);
    }
    const demoted = await issue(admin);
    await setRole(admin, "member");
    assert.equal(
      await revoke({ ...admin, role: "member" }, demoted.id),
      undefined,
      "one's own as long as one is there",
    );
  });

  it("a spent voucher cannot be revoked, and of a revocation and a registration at one moment one happens", async () => {
    const spent = await issue(admin);
    await join(reef, spent.code);
    await assert.rejects(revoke(admin, spent.id), notFound);
    for (let round = 0; round < 4; round += 1) {
      const { id, code } = await issue(admin);
      const body = await registrationBody(reef, newAgentKey(), code);
      const registration = request(reef, "POST", "/api/agents", { body });
      const [joined, revoked] = await Promise.all([
        registration.then(({ status }) => status === 201),
        revoke(admin, id).then(
          () => true,
          ({ code: problem }) => problem !== notFound.code,
        ),
      ]);
      assert.notEqual(joined, revoked);
    }
    assert.equal((await as(admin, "listVouchers")).total, 0);
  });

  it("a revoked voucher frees a slot", async () => {
    const issued = [];
    for (let index = 0; index < 5; index += 1) issued.push(await issue(admin));
    await assert.rejects(issue(admin), { code: "identity.voucher_limit" });
    await revoke(admin, issued[0].id);
    assert.ok((await issue(admin)).code);
  });

  it("admins list all active vouchers of their organization, page by page; members and agents their own", async () => {
    const issued = [await issueAs(founder), await issue(admin), await issue(owner)];
    await issue(outsider);
    await issueAs(stranger);
    const [newest, middle, oldest] = issued.reverse().map(({ code: _, ...voucher }) => voucher);
    const first = await as(admin, "listVouchers", { query: { limit: "2" } });
    assert.deepEqual([first.items, first.total], [[newest, middle], 3]);
    const next = await as(admin, "listVouchers", { query: { limit: "2", cursor: first.nextCursor } });
    assert.deepEqual([next.items, next.nextCursor], [[oldest], null]);
    assert.equal((await as(member, "listVouchers")).total, 0);
    const own = (await request(reef, "GET", "/api/vouchers", { token: founder.token })).body;
    assert.deepEqual([own.items, own.total], [[oldest], 1]);
    await setRole(owner, "member");
    const demoted = await as({ ...owner, role: "member" }, "listVouchers");
    assert.deepEqual(demoted.items, [newest]);
  });

  it("only admins issue vouchers", async () => {
    await assert.rejects(issue(member), { code: "http.role_needed" });
  });

  it("a voucher has one issuer and no more, unless it founds an organization", async () => {
    const { kysely } = database();
    const insert = (organization: string | null, agent: string | null, person: string | null) =>
      sql`
        insert into identity.vouchers
          (id, organization_id, issuer_agent_id, issuer_person_id, code_hash, created_at, expires_at)
        values (${toUuid(newId("vch"))}, ${organization}, ${agent}, ${person}, ${newId("vch")}, now(), now())`.execute(
        kysely,
      );
    const organization = toUuid(admin.organizationId);
    const [agent, person] = [toUuid(founder.agent.id), toUuid(admin.personId)];
    await assert.rejects(insert(organization, null, null), /vouchers_one_issuer/);
    await assert.rejects(insert(organization, agent, person), /vouchers_one_issuer/);
    await assert.rejects(insert(null, agent, null), /vouchers_one_issuer/);
    await assert.rejects(insert(null, null, person), /vouchers_one_issuer/);
    await insert(organization, null, person);
    await insert(null, null, null);
  });
});
