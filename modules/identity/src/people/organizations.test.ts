import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { type Id, toTypeId } from "@reef/crypto";
import type { Action } from "@reef/http";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { emptyReef, type RunningReef, startReef, testMigrations } from "../test-reef.ts";
import {
  type Browser,
  countMails,
  invite,
  mailTo,
  newMember,
  newOrganization,
  newPerson,
  openBrowser,
  PASSWORD,
  signIn,
} from "./test-browser.ts";

describeEachDatabase("organizations of people", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let owner: Browser;
  let organizationId: string;
  let recorded: Action[];
  /** What the ledger does with an action; a test may let it fail. */
  let record: (action: Action) => void;

  beforeEach(async () => {
    await emptyReef(database());
    recorded = [];
    record = (action) => recorded.push(action);
    reef = await startReef({
      database: database(),
      loops: false,
      settings: { REEF_SIGN_UP: "open" },
      recorder: {
        async record(transaction, action) {
          assert.ok(transaction.isTransaction);
          record(action);
        },
      },
    });
    owner = await newPerson(reef, "owner@reef.test", "Olga");
    organizationId = await newOrganization(owner, "acme");
  });
  afterEach(() => reef.stop());

  const members = async () => {
    const { rows } = await sql<{ email: string; role: string; id: string }>`
      select member.id, person.email, member.role from identity.members as member
      join identity.people as person on person.id = member.person_id
      where organization_id = ${organizationId} order by email`.execute(database().kysely);
    return rows;
  };
  const memberId = async (email: string) => (await members()).find((member) => member.email === email)?.id;
  const codeOf = async (answer: ReturnType<Browser["post"]>) => (await answer).body?.code;

  it("an invitation is mailed, proves the address at sign-up, and is good once", async () => {
    const { id, token } = await invite(reef, owner, {
      email: "New@reef.test".toLowerCase(),
      role: "admin",
      organizationId,
    });
    const mail = mailTo(reef, "new@reef.test", "invitation");
    assert.equal(`${mail.link.origin}${mail.link.pathname}`, `${reef.publicUrl}/invitation`);
    assert.equal(mail.link.searchParams.get("id"), id);
    assert.match(mail.text, /Olga invites you to join Acme .* as an admin/);
    const browser = openBrowser(reef);
    const signUp = (changes: object) =>
      browser.post("/sign-up/email", {
        name: "New",
        email: "new@reef.test",
        password: PASSWORD,
        invitationId: id,
        invitationToken: token,
        ...changes,
      });
    for (const wrong of [
      { invitationToken: "x" },
      { invitationToken: 7 },
      { invitationId: organizationId },
      { invitationId: "-".repeat(36) },
      { email: "eve@reef.test" },
    ]) {
      assert.equal(await codeOf(signUp(wrong)), "account.invitation_not_found", JSON.stringify(wrong));
    }
    assert.equal((await signUp({})).body.user.emailVerified, true);
    assert.equal(countMails(reef, "new@reef.test", "verify-address"), 0, "the link has proved it already");
    await signIn(reef, "new@reef.test", browser);
    const accept = (by = browser) => by.post("/organization/accept-invitation", { invitationId: id });
    const [first, second] = await Promise.all([accept(), accept()]);
    assert.deepEqual([first?.status, second?.status].sort(), [200, 404], "of two at once one holds");
    assert.equal(await codeOf(accept()), "account.invitation_not_found", "once");
    assert.deepEqual(
      (await members()).map(({ email, role }) => [email, role]),
      [
        ["new@reef.test", "admin"],
        ["owner@reef.test", "owner"],
      ],
    );
    const { body } = await browser.get("/api/account");
    assert.deepEqual([body.organization.slug, body.organization.role], ["acme", "admin"]);
  });

  it("an invitation is for its address alone, while it lasts, and until it is withdrawn", async () => {
    const { id } = await invite(reef, owner, { email: "new@reef.test", role: "member", organizationId });
    const eve = await newPerson(reef, "eve@reef.test");
    for (const path of ["/organization/accept-invitation", "/organization/reject-invitation"]) {
      assert.equal(
        await codeOf(eve.post(path, { invitationId: id })),
        "account.you_are_not_the_recipient_of_the_invitation",
      );
    }
    assert.equal((await eve.get(`/organization/get-invitation?id=${id}`)).status, 404);
    const browser = await newPerson(reef, "new@reef.test");
    await sql`update identity.people set email_verified = false where email = 'new@reef.test'`.execute(
      database().kysely,
    );
    assert.equal(
      (await browser.post("/organization/accept-invitation", { invitationId: id })).status,
      403,
      "not proved",
    );
    await sql`update identity.people set email_verified = true`.execute(database().kysely);
    await sql`update identity.invitations set expires_at = now() - interval '1 second'`.execute(database().kysely);
    assert.equal(
      await codeOf(browser.post("/organization/accept-invitation", { invitationId: id })),
      "account.invitation_not_found",
    );
    const again = await invite(reef, owner, { email: "new@reef.test", role: "member", organizationId });
    assert.equal((await owner.post("/organization/cancel-invitation", { invitationId: again.id })).status, 200);
    assert.equal(
      await codeOf(browser.post("/organization/accept-invitation", { invitationId: again.id })),
      "account.invitation_not_found",
    );
  });

  it("the last owner neither leaves nor is made less, and two at once are not both let go", async () => {
    const admin = await newMember(reef, owner, { email: "admin@reef.test", role: "admin", organizationId });
    const leave = (by: Browser) => by.post("/organization/leave", { organizationId });
    const demote = async (by: Browser, email: string) =>
      by.post("/organization/update-member-role", { organizationId, memberId: await memberId(email), role: "member" });
    const lastOwner = /^account\.you_cannot_leave_the_organization_(as_the_only|without_an)_owner$/;
    assert.match(await codeOf(leave(owner)), lastOwner);
    assert.match(await codeOf(demote(owner, "owner@reef.test")), lastOwner);
    assert.match(
      await codeOf(owner.post("/organization/remove-member", { organizationId, memberIdOrEmail: "owner@reef.test" })),
      lastOwner,
    );
    assert.equal((await demote(admin, "owner@reef.test")).status, 403, "an admin is no judge of owners");
    assert.equal(
      (await admin.post("/organization/remove-member", { organizationId, memberIdOrEmail: "owner@reef.test" })).status,
      403,
    );
    const promote = { organizationId, memberId: await memberId("admin@reef.test"), role: "owner" };
    assert.equal((await admin.post("/organization/update-member-role", promote)).status, 403);
    assert.equal((await owner.post("/organization/update-member-role", promote)).status, 200);
    const both = await Promise.all([leave(owner), leave(admin)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 403]);
    assert.equal((await members()).length, 1);
  });

  it("members see, admins manage, and roles are one of three", async () => {
    const member = await newMember(reef, owner, { email: "member@reef.test", role: "member", organizationId });
    const admin = await newMember(reef, owner, { email: "admin@reef.test", role: "admin", organizationId });
    assert.equal((await member.get(`/organization/list-members?organizationId=${organizationId}`)).body.total, 3);
    const invitation = { email: "x@reef.test", role: "member", organizationId };
    assert.equal((await member.post("/organization/invite-member", invitation)).status, 403);
    assert.equal((await member.post("/organization/update", { organizationId, data: { name: "Mine" } })).status, 403);
    assert.equal((await admin.post("/organization/invite-member", { ...invitation, role: "owner" })).status, 403);
    for (const role of ["boss", "owner,admin", ["admin"], "", 7]) {
      assert.equal(
        await codeOf(owner.post("/organization/invite-member", { ...invitation, role })),
        "account.role_not_found",
      );
      const change = { organizationId, memberId: await memberId("member@reef.test"), role };
      assert.equal(await codeOf(owner.post("/organization/update-member-role", change)), "account.role_not_found");
    }
    assert.equal(
      (await admin.post("/organization/remove-member", { organizationId, memberIdOrEmail: "member@reef.test" })).status,
      200,
    );
    assert.deepEqual((await member.get("/api/account")).body.memberships, []);
  });

  it("MO21: reserved names and those of another form are no slugs, and each names one organization", async () => {
    const create = (slug: unknown) => owner.post("/organization/create", { name: "Another", slug });
    for (const slug of ["app", "www", "api", "admin", "cp", "dashboard", "billing", "status", "docs"]) {
      const answer = await create(slug);
      assert.deepEqual([answer.status, answer.body.code], [400, "account.invalid_slug"], slug);
      assert.match(answer.body.detail, /reserved/);
      assert.equal(await codeOf(owner.post("/organization/check-slug", { slug })), "account.invalid_slug");
      const update = { organizationId, data: { slug } };
      assert.equal(await codeOf(owner.post("/organization/update", update)), "account.invalid_slug");
    }
    for (const slug of ["ab", "a".repeat(41), "-abc", "abc-", "Abc", "a_c", "a.c", "äbc", "a b", ""]) {
      assert.equal((await create(slug)).status, 400, slug);
    }
    assert.equal(await codeOf(create("acme")), "account.organization_already_exists");
    const [one, other] = await Promise.all([create("two-at-once"), create("two-at-once")]);
    assert.deepEqual([one, other].map(({ status }) => status).sort(), [200, 409]);
    assert.equal((await create("a".repeat(40))).status, 200);
  });

  it("MO20: what an organization is, or whether it is, only its members learn", async () => {
    const stranger = await newPerson(reef, "eve@reef.test");
    const nowhere = "01a1fd90-dbd9-7996-8b22-37ccf7b21836";
    for (const id of [organizationId, nowhere, "acme", "org_x", "'; drop table"]) {
      const query = `organizationId=${encodeURIComponent(id)}`;
      for (const answer of [
        await stranger.get(`/organization/get-organization?${query}`),
        await stranger.get(`/organization/get-full-organization?${query}`),
        await stranger.get(`/organization/list-members?${query}`),
        await stranger.post("/organization/set-active", { organizationId: id }),
        await stranger.post("/organization/update", { organizationId: id, data: { name: "Mine" } }),
      ]) {
        assert.deepEqual([answer.status, answer.body.code], [404, "account.organization_not_found"], id);
      }
    }
    for (const slug of ["acme", "nothing"]) {
      const answer = await stranger.get(`/organization/get-full-organization?organizationSlug=${slug}`);
      assert.deepEqual([answer.status, answer.body.code], [404, "account.organization_not_found"], slug);
    }
    assert.deepEqual((await stranger.get("/organization/list")).body, []);
  });

  it("lists are bounded, and filtered by what they show alone", async () => {
    for (const query of [
      "limit=101",
      "limit=0",
      "limit=abc",
      "offset=-1",
      "sortBy=password",
      "filterField=id&filterOperator=contains&filterValue=0",
      "filterField=role&filterOperator=starts_with&filterValue=o",
      "filterField=createdAt&filterOperator=gt&filterValue=0",
    ]) {
      const answer = await owner.get(`/organization/list-members?organizationId=${organizationId}&${query}`);
      assert.equal(answer.status, 400, query);
    }
    assert.equal(
      (await owner.get(`/organization/get-full-organization?organizationId=${organizationId}&membersLimit=1000000`))
        .status,
      400,
    );
    assert.equal(
      (await owner.get(`/organization/list-members?organizationId=${organizationId}&limit=10&sortBy=role`)).status,
      200,
    );
    assert.equal((await owner.post("/organization/create", { name: "x".repeat(81), slug: "long-name" })).status, 400);
  });

  it("a change and its record in the audit ledger hold together, or neither does", async () => {
    const [created] = recorded;
    const { person } = (await owner.get("/api/account")).body;
    const organization = toTypeId("org", organizationId);
    assert.deepEqual(
      { ...created, requestId: "" },
      {
        actor: { personId: person.id, organizationId: organization, name: "Olga" },
        operation: "organization.create",
        subject: {},
        fields: ["name", "slug"],
        requestId: "",
      },
    );
    const { id } = await invite(reef, owner, { email: "new@reef.test", role: "member", organizationId });
    const invited = recorded.at(-1);
    assert.deepEqual(
      [invited?.operation, invited?.subject, invited?.fields],
      ["organization.inviteMember", { invitationId: id }, ["email", "role"]],
    );
    const browser = await newPerson(reef, "new@reef.test", "Nora");
    await browser.post("/organization/accept-invitation", { invitationId: id });
    const accepted = recorded.at(-1);
    assert.deepEqual(
      [accepted?.operation, accepted?.actor.name, accepted?.actor.organizationId],
      ["organization.acceptInvitation", "Nora", organization],
    );
    const nora: Id<"usr"> = (await browser.get("/api/account")).body.person.id;
    await owner.post("/organization/update-member-role", {
      organizationId,
      memberId: await memberId("new@reef.test"),
      role: "admin",
    });
    assert.deepEqual(
      [recorded.at(-1)?.operation, recorded.at(-1)?.subject],
      ["organization.updateMemberRole", { personId: nora }],
    );
    await owner.post("/organization/update", { organizationId, data: { name: "Acme & Co" } });
    assert.deepEqual([recorded.at(-1)?.operation, recorded.at(-1)?.fields], ["organization.update", ["name"]]);
    const before = recorded.length;
    await browser.post("/organization/update-member-role", {
      organizationId,
      memberId: await memberId("owner@reef.test"),
      role: "member",
    });
    await owner.post("/organization/set-active", { organizationId });
    assert.equal(recorded.length, before, "nothing was changed");
    record = () => assert.fail("The ledger is away.");
    const failed = await owner.post("/organization/update", { organizationId, data: { name: "Unrecorded" } });
    assert.deepEqual([failed.status, failed.body.code], [500, "http.internal"]);
    assert.equal(
      (await owner.post("/organization/invite-member", { email: "y@reef.test", role: "member", organizationId }))
        .status,
      500,
    );
    const { rows } = await sql`select name from identity.organizations`.execute(database().kysely);
    assert.deepEqual(rows, [{ name: "Acme & Co" }]);
    const { rows: invitations } = await sql`select email from identity.invitations`.execute(database().kysely);
    assert.deepEqual(invitations, [{ email: "new@reef.test" }]);
  });
});

describeEachDatabase("a reef for the invited", testMigrations, ({ database }) => {
  let reef: RunningReef;

  beforeEach(async () => {
    await emptyReef(database());
    reef = await startReef({ database: database(), loops: false });
  });
  afterEach(() => reef.stop());

  it("only who is invited gets an account, and the answer is the same for everybody", async () => {
    const code = await reef.identity.api.issueSetupCode();
    const setup = {
      code,
      name: "Olga",
      email: "owner@reef.test",
      password: PASSWORD,
      organizationName: "Acme",
      slug: "acme",
    };
    assert.equal((await openBrowser(reef).post("/api/setup", setup)).status, 201);
    const owner = await signIn(reef, "owner@reef.test");
    const organizationId = (await owner.get("/organization/list")).body[0].id;
    await invite(reef, owner, { email: "invited@reef.test", role: "member", organizationId });
    const told = [];
    for (const email of ["owner@reef.test", "invited@reef.test", "stranger@reef.test"]) {
      const { status, body } = await openBrowser(reef).post("/sign-up/email", { name: "N", email, password: PASSWORD });
      const { id: _id, createdAt: _created, updatedAt: _updated, email: _email, ...shape } = body.user;
      told.push(JSON.stringify([status, body.token, shape, Object.keys(body.user)]));
    }
    assert.equal(new Set(told).size, 1, told.join("\n"));
    const { rows } = await sql`select email from identity.people order by email`.execute(database().kysely);
    assert.deepEqual(rows, [{ email: "invited@reef.test" }, { email: "owner@reef.test" }]);
    assert.equal(countMails(reef, "stranger@reef.test"), 0);
    assert.equal(countMails(reef, "invited@reef.test", "verify-address"), 1);
    await sql`update identity.invitations set expires_at = now() - interval '1 second', email = 'late@reef.test'`.execute(
      database().kysely,
    );
    await openBrowser(reef).post("/sign-up/email", { name: "N", email: "late@reef.test", password: PASSWORD });
    assert.equal(countMails(reef, "late@reef.test"), 0);
  });

  it("only the operator makes organizations", async () => {
    const code = await reef.identity.api.issueSetupCode();
    const setup = {
      code,
      name: "Olga",
      email: "owner@reef.test",
      password: PASSWORD,
      organizationName: "Acme",
      slug: "acme",
    };
    await openBrowser(reef).post("/api/setup", setup);
    const owner = await signIn(reef, "owner@reef.test");
    const organizationId = await newOrganization(owner, "second");
    const { id, token } = await invite(reef, owner, { email: "admin@reef.test", role: "owner", organizationId });
    const browser = openBrowser(reef);
    await browser.post("/sign-up/email", {
      name: "N",
      email: "admin@reef.test",
      password: PASSWORD,
      invitationId: id,
      invitationToken: token,
    });
    await signIn(reef, "admin@reef.test", browser);
    await browser.post("/organization/accept-invitation", { invitationId: id });
    const refused = await browser.post("/organization/create", { name: "Mine", slug: "mine" });
    assert.deepEqual(
      [refused.status, refused.body.code],
      [403, "account.you_are_not_allowed_to_create_a_new_organization"],
    );
  });
});
