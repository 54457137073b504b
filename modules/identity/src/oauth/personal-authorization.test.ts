import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { toTypeId } from "@reef/crypto";
import type { Action } from "@reef/http";
import { describeEachDatabase, until } from "@reef/testing";
import { sql } from "kysely";
import type { Program } from "../contract.ts";
import {
  type Browser as AccountBrowser,
  mailTo,
  newMember,
  newOrganization,
  newPerson,
  openBrowser,
  PASSWORD,
  signIn,
} from "../people/test-browser.ts";
import {
  type Answer,
  emptyReef,
  join,
  newPublicUrl,
  type RunningReef,
  requestToken,
  startReef,
  testMigrations,
} from "../test-reef.ts";
import {
  authorizePath,
  type Browser,
  createBrowser,
  newPkce,
  startProgram,
  type TestProgram,
  userCodeOn,
} from "./test-client.ts";

const COOKIE = "reef.session_token";

describeEachDatabase("clients that a person lets in", testMigrations, ({ database, kind }) => {
  let reef: RunningReef;
  let publicUrl: string;
  let program: TestProgram;
  let olga: AccountBrowser;
  let eve: AccountBrowser;
  let acmeUuid: string;
  let acme: string;
  let actions: Action[];

  beforeEach(async () => {
    await emptyReef(database());
    publicUrl = await newPublicUrl();
    actions = [];
    reef = await startReef({
      database: database(),
      publicUrl,
      loops: false,
      localClients: true,
      settings: { REEF_SIGN_UP: "open" },
      recorder: { record: async (_transaction, action) => void actions.push(action) },
    });
    olga = await newPerson(reef, "olga@reef.test", "Olga");
    acmeUuid = await newOrganization(olga, "acme", "Acme");
    acme = toTypeId("org", acmeUuid);
    eve = await newMember(reef, olga, { email: "eve@reef.test", role: "member", organizationId: acmeUuid });
    program = await startProgram();
  });
  afterEach(() => Promise.all([reef.stop(), program.stop()]));

  /** A browser that opens pages, in which the person is signed in, or nobody. */
  function browserOf(person?: AccountBrowser): Browser {
    const browser = createBrowser(reef, publicUrl);
    const value = person?.cookies.get(COOKIE);
    if (value !== undefined) browser.cookies.set(COOKIE, { value, path: "/" });
    return browser;
  }

  /** Opens the page on which a client waits. */
  async function begin(browser: Browser, challenge: string, changes: Record<string, string> = {}) {
    const { location: path = "" } = await browser.get(authorizePath(program, challenge, changes));
    const page = await browser.get(path);
    assert.equal(page.status, 200, page.text);
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(page.text)?.[1] ?? "";
    return { path, page, form: { csrf: field("csrf"), person: field("person"), organization: acme } };
  }

  const own = () => ({ Origin: publicUrl });

  async function followToClient(browser: Browser, text: string): Promise<URL> {
    let location: string | undefined = /content="0;url=([^"]+)"/.exec(text)?.[1]?.replace(publicUrl, "");
    for (let steps = 0; steps < 5 && location?.startsWith("/"); steps += 1) {
      location = (await browser.get(location)).location;
    }
    assert.ok(location !== undefined && !location.startsWith("/"), text);
    return new URL(location);
  }

  /** Approves all that waits, as eve, and as by a server that stopped before it made the grants. */
  const approveAll = () =>
    sql`
      update identity.oauth_state set user_code_hash = null, member_id = member.id,
        password_digest = encode(sha256(convert_to(account.password, 'UTF8')), 'hex')
      from identity.people as person
      join identity.members as member on member.person_id = person.id
      join identity.accounts as account on account.person_id = person.id
      where person.email = 'eve@reef.test' and identity.oauth_state.model = 'Interaction'`.execute(database().kysely);

  /** A client's tokens, once the person has let it in. */
  async function letIn(person = eve, changes: Record<string, string> = {}, organization = acme) {
    const browser = browserOf(person);
    const { verifier, challenge } = newPkce();
    const { path, form } = await begin(browser, challenge, changes);
    const approved = await browser.post(path, { ...form, organization }, own());
    assert.equal(approved.status, 200, approved.text);
    const code = (await followToClient(browser, approved.text)).searchParams.get("code") ?? "";
    const answer = await requestToken(reef, {
      grant_type: "authorization_code",
      client_id: program.clientId,
      redirect_uri: program.redirectUri,
      code,
      code_verifier: verifier,
    });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer;
  }

  const refresh = (token: string) =>
    requestToken(reef, { grant_type: "refresh_token", client_id: program.clientId, refresh_token: token });
  const callerOf = async ({ body }: Answer<{ access_token: string }>) =>
    reef.identity.api.mcpAuthenticator.authenticate(`Bearer ${body.access_token}`);
  const assertEnded = async (tokens: Answer<{ access_token: string; refresh_token: string }>, why: string) => {
    await assert.rejects(() => callerOf(tokens), { code: "identity.invalid_token" }, why);
    const { status, body } = await refresh(tokens.body.refresh_token);
    assert.deepEqual([status, body.error], [400, "invalid_grant"], why);
  };

  it("who is signed in lets a client act in an organization: the page says who and where, the token is the member's", async () => {
    const { page } = await begin(browserOf(eve), newPkce().challenge);
    assert.match(page.text, /eve@reef\.test/);
    assert.match(page.text, /Act for me in Acme/);
    assert.match(page.text, /reef mcp approve/, "an agent may do it as before");
    const tokens = await letIn();
    const caller = await callerOf(tokens);
    assert.equal(caller.kind, "person");
    assert.deepEqual([caller.organizationId, caller.name], [acme, "Ada"]);
    assert.ok(caller.kind === "person" && caller.role === "member" && !caller.isOperator);
    const claims = JSON.parse(Buffer.from(tokens.body.access_token.split(".")[1] ?? "", "base64url").toString());
    assert.match(claims.sub, /^usr_/);
    assert.deepEqual([claims.org, claims.role, claims.aud], [acme, "member", `${publicUrl}/mcp`]);
    const { rows } = await sql<{ payload: object }>`
      select payload from platform.events where name = 'identity.client_authorized'`.execute(database().kysely);
    assert.deepEqual(rows[0]?.payload, {
      personId: claims.sub,
      organizationId: acme,
      clientId: program.clientId,
      scopes: ["diary:read"],
    });
    const approval = actions.find(({ operation }) => operation === "identity.approveAuthorization");
    assert.deepEqual(approval?.actor, { personId: claims.sub, organizationId: acme, name: "Ada" });
    assert.deepEqual(approval?.subject, { clientId: program.clientId });
  });

  it("it gets what people may have of the client's scopes, which is nothing of an agent's own key, and nothing at the API", async () => {
    const tokens = await letIn(eve, { scope: "diary:read diary:write agent:profile agent:manage" });
    assert.equal(tokens.body.scope, "diary:read diary:write");
    assert.deepEqual([...(await callerOf(tokens)).scopes], ["diary:read", "diary:write"]);
    const answer = await fetch(`${reef.url}/api/agents`, {
      headers: { Authorization: `Bearer ${tokens.body.access_token}` },
    });
    assert.equal(answer.status, 401);
    const browser = browserOf(eve);
    const { path, page, form } = await begin(browser, newPkce().challenge, { scope: "agent:profile" });
    assert.doesNotMatch(page.text, /Let it act for you/);
    assert.equal((await browser.post(path, form, own())).status, 401, "there was no such form");
  });

  it("who is not signed in finds the way to sign in and back, and may let nothing in", async () => {
    const browser = browserOf();
    const { path, page, form } = await begin(browser, newPkce().challenge);
    const link = /href="(\/sign-in[^"]+)"/.exec(page.text)?.[1] ?? "";
    assert.equal(new URL(link, publicUrl).searchParams.get("return_to"), path);
    assert.doesNotMatch(page.text, /Act for me/);
    const refused = await browser.post(path, { ...form, person: "0".repeat(64) }, own());
    assert.equal(refused.status, 401);
    browser.cookies.set(COOKIE, { value: eve.cookies.get(COOKIE) ?? "", path: "/" });
    assert.match((await browser.get(path)).text, /Act for me in Acme/, "back from signing in");
  });

  it("a form from elsewhere, of another reader or for another organization lets nothing in", async () => {
    const foreign = toTypeId("org", await newOrganization(olga, "other", "Other"));
    const browser = browserOf(eve);
    const { path, form } = await begin(browser, newPkce().challenge);
    const wrong: Record<string, [changes: Record<string, string>, headers: Record<string, string>, status: number]> = {
      "no origin": [{}, {}, 403],
      "a foreign origin": [{}, { Origin: "https://evil.example" }, 403],
      "another request's token": [{ csrf: "0".repeat(64) }, own(), 404],
      "no reader": [{ person: "" }, own(), 401],
      "another organization": [{ organization: foreign }, own(), 401],
      "no organization's id": [{ organization: "acme" }, own(), 401],
    };
    for (const [what, [changes, headers, status]] of Object.entries(wrong)) {
      assert.equal((await browser.post(path, { ...form, ...changes }, headers)).status, status, what);
    }
    browser.cookies.set(COOKIE, { value: olga.cookies.get(COOKIE) ?? "", path: "/" });
    assert.equal((await browser.post(path, form, own())).status, 401, "somebody else is signed in by now");
    assert.equal((await browser.get(`${path}/state`)).text, '{"state":"waiting"}');
    browser.cookies.set(COOKIE, { value: eve.cookies.get(COOKIE) ?? "", path: "/" });
    assert.equal((await browser.post(path, form, own())).status, 200);
  });

  it("a refresh gives the same person's token with the role of that moment; one that is used again ends it all", async () => {
    const first = await letIn();
    const { body } = await olga.get(`/organization/list-members?organizationId=${acmeUuid}`);
    const member = body.members.find(({ user }: { user: { email: string } }) => user.email === "eve@reef.test");
    await olga.post("/organization/update-member-role", {
      organizationId: acmeUuid,
      memberId: member.id,
      role: "admin",
    });
    const now = await callerOf(first);
    assert.ok(now.kind === "person" && now.role === "admin", "also by the token from before");
    const second = await refresh(first.body.refresh_token);
    assert.equal(second.status, 200, JSON.stringify(second.body));
    assert.equal((await callerOf(second)).kind, "person");
    assert.equal((await refresh(first.body.refresh_token)).body.error, "invalid_grant");
    await assertEnded(second, "the grant is gone");
  });

  const endings: Record<string, () => Promise<unknown>> = {
    "is removed": () =>
      olga.post("/organization/remove-member", { organizationId: acmeUuid, memberIdOrEmail: "eve@reef.test" }),
    leaves: () => eve.post("/organization/leave", { organizationId: acmeUuid }),
    "changes the password": () =>
      eve.post("/change-password", { currentPassword: PASSWORD, newPassword: "another horse battery" }),
    "resets the password": async () => {
      await openBrowser(reef).post("/request-password-reset", {
        email: "eve@reef.test",
        redirectTo: "/reset-password",
      });
      const { token } = mailTo(reef, "eve@reef.test", "reset-password");
      return openBrowser(reef).post("/reset-password", { token, newPassword: "another horse battery" });
    },
    "signs out everywhere": () => eve.post("/revoke-sessions"),
    "was removed, also once he or she is back": async () => {
      await olga.post("/organization/remove-member", { organizationId: acmeUuid, memberIdOrEmail: "eve@reef.test" });
      const answer = await olga.post("/organization/invite-member", {
        organizationId: acmeUuid,
        email: "eve@reef.test",
        role: "member",
      });
      await eve.post("/organization/accept-invitation", { invitationId: answer.body.id });
      assert.equal((await eve.get("/api/agents")).status, 200);
    },
  };
  for (const [ending, end] of Object.entries(endings)) {
    it(`what a person let in ends when that person ${ending}: the next call is refused, and so is a refresh`, async () => {
      const tokens = await letIn();
      const another = await letIn(olga);
      const answer = (await end()) as Answer<object> | undefined;
      assert.ok(answer === undefined || answer.status === 200, JSON.stringify(answer?.body));
      await assertEnded(tokens, ending);
      assert.equal((await callerOf(another)).kind, "person", "another person's goes on");
      const { rows } = await sql<{ email: string }>`
        select person.email from identity.programs as program
        join identity.people as person on person.id = program.person_id`.execute(database().kysely);
      assert.deepEqual(rows, [{ email: "olga@reef.test" }], "and is the only one that is kept");
    });
  }

  it("a program that its person ends is refused from the next call on, and so is its refresh; others go on", async () => {
    const tokens = await letIn();
    const { body: before } = await eve.get("/api/account/programs");
    const [{ id, lastUsedAt, scopes, clientId }] = before.items;
    assert.deepEqual([before.total, scopes, clientId], [1, ["diary:read"], program.clientId]);
    assert.ok(Date.parse(lastUsedAt) > 0, "it has got a token");
    const another = await letIn();
    const end = (headers: Record<string, string>) =>
      fetch(`${reef.url}/api/account/programs/${id}`, { method: "DELETE", headers });
    const cookieOf = (person: AccountBrowser) => ({ Cookie: `${COOKIE}=${person.cookies.get(COOKIE)}` });
    assert.equal((await end({ ...cookieOf(olga), ...own() })).status, 404, "somebody else's");
    assert.equal((await end(cookieOf(eve))).status, 403, "not from another site");
    assert.equal((await callerOf(tokens)).kind, "person");
    assert.equal((await end({ ...cookieOf(eve), ...own() })).status, 200);
    await assertEnded(tokens, "ended");
    assert.equal((await callerOf(another)).kind, "person", "the same program, let in once more");
    assert.equal((await refresh(another.body.refresh_token)).status, 200);
  });

  it("a person lets in a hundred programs at most", async () => {
    await sql`
      with made as (
        insert into identity.oauth_state (id, model, sealed_payload, member_id, password_digest, expires_at)
        select 'grant ' || n, 'Grant', '', member.id, encode(sha256(convert_to(account.password, 'UTF8')), 'hex'),
          now() + interval '1 day'
        from generate_series(1, 100) as n, identity.people as person
        join identity.members as member on member.person_id = person.id
        join identity.accounts as account on account.person_id = person.id
        where person.email = 'eve@reef.test'
        returning id
      )
      select * from made`.execute(database().kysely);
    await sql`
      insert into identity.programs (id, person_id, organization_id, grant_id, client_id, scopes, let_in_at)
      select gen_random_uuid(), member.person_id, member.organization_id, state.id, 'https://a.example/', '{}', now()
      from identity.oauth_state as state join identity.members as member on member.id = state.member_id`.execute(
      database().kysely,
    );
    const browser = browserOf(eve);
    const { path, form } = await begin(browser, newPkce().challenge);
    const refused = await browser.post(path, form, own());
    assert.equal(refused.status, 409);
    assert.match(refused.text, /100 programs at most/);
    await letIn(olga);
  });

  it("also where several requests were approved before the last place was taken", async () => {
    await letIn(eve);
    await sql`
      with copies as (
        insert into identity.oauth_state (id, model, sealed_payload, member_id, password_digest, expires_at)
        select 'grant ' || n, 'Grant', '', state.member_id, state.password_digest, state.expires_at
        from generate_series(1, 98) as n, identity.oauth_state as state
        where state.model = 'Grant'
        returning id
      )
      select * from copies`.execute(database().kysely);
    await sql`
      insert into identity.programs (id, person_id, organization_id, grant_id, client_id, scopes, let_in_at)
      select gen_random_uuid(), member.person_id, member.organization_id, state.id, 'https://a.example/', '{}', now()
      from identity.oauth_state as state join identity.members as member on member.id = state.member_id
      where state.id like 'grant %'`.execute(database().kysely);
    const waiting = [];
    for (let place = 0; place < 2; place += 1) {
      const browser = browserOf(eve);
      const { path } = await begin(browser, newPkce().challenge);
      waiting.push({ browser, path });
    }
    await approveAll();
    for (const { browser, path } of waiting) await browser.get(path);
    assert.equal((await eve.get("/api/account/programs")).body.total, 100);
  });

  it("a page that is opened twice at once lets its client in once", async () => {
    const browser = browserOf(eve);
    const { path } = await begin(browser, newPkce().challenge);
    await approveAll();
    const pages = await Promise.all([browser.get(path), browser.get(path), browser.get(path)]);
    assert.deepEqual(
      pages.map(({ status }) => status),
      [303, 303, 303],
    );
    assert.equal((await eve.get("/api/account/programs")).body.total, 1);
  });

  it("signing out everywhere ends what was let in in every organization, and each has it in its record", async () => {
    const other = toTypeId("org", await newOrganization(olga, "other", "Other"));
    await letIn(olga);
    await letIn(olga, {}, other);
    const { body } = await olga.get("/api/account/programs");
    assert.equal((await openBrowser(reef).post("/revoke-sessions")).status, 401);
    assert.equal((await olga.get("/api/account/programs")).body.total, 2, "not by somebody without a session");
    await olga.post("/revoke-sessions");
    const ended = actions.filter(({ operation }) => operation === "identity.endProgram");
    assert.deepEqual(ended.map(({ actor, subject }) => [actor.organizationId, subject.programId]).sort(), [
      ...body.items.map(({ id, organization }: Program) => [organization.id, id]).sort(),
    ]);
    assert.deepEqual(new Set(ended.map(({ subject }) => subject.clientId)), new Set([program.clientId]));
  });

  it("what was approved but not fetched when its person signs out everywhere is not let in", async () => {
    const browser = browserOf(eve);
    const { path } = await begin(browser, newPkce().challenge);
    // Approved, as by a server that stopped before it made the grant.
    await sql`
      update identity.oauth_state set user_code_hash = null, password_digest = 'x', member_id = (
        select member.id from identity.members as member
        join identity.people as person on person.id = member.person_id where person.email = 'eve@reef.test')
      where model = 'Interaction'`.execute(database().kysely);
    await eve.post("/revoke-sessions");
    assert.equal((await browser.get(path)).status, 404);
  });

  // The embedded database has one session, so nothing waits for anything there.
  if (kind === "postgres") {
    it("what is let in while its person signs out everywhere ends with it", async () => {
      const waiting = async (count: number) => {
        const { rows } = await sql`
          select from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`.execute(database().kysely);
        return rows.length === count;
      };
      const browser = browserOf(eve);
      const { path } = await begin(browser, newPkce().challenge);
      await approveAll();
      const [page, signedOut] = await database()
        .kysely.transaction()
        .execute(async (transaction) => {
          await sql`lock table identity.programs in exclusive mode`.execute(transaction);
          const letIn = browser.get(path);
          await until(() => waiting(1));
          const signOut = eve.post("/revoke-sessions");
          await until(() => waiting(2));
          return [letIn, signOut];
        });
      assert.ok([303, 404].includes((await page).status));
      assert.equal((await signedOut).status, 200);
      eve = await signIn(reef, "eve@reef.test");
      assert.equal((await eve.get("/api/account/programs")).body.total, 0);
    });
  }

  it("signing out in the browser ends nothing that was let in", async () => {
    const tokens = await letIn();
    await eve.post("/sign-out");
    assert.equal((await callerOf(tokens)).kind, "person");
    eve = await signIn(reef, "eve@reef.test");
    assert.equal((await refresh(tokens.body.refresh_token)).status, 200);
  });

  it("a suspended organization keeps out what its members let in, until it is resumed", async () => {
    const tokens = await letIn();
    const set = (value: Date | null) =>
      sql`update identity.organizations set suspended_at = ${value} where slug = 'acme'`.execute(database().kysely);
    await set(new Date());
    await assert.rejects(() => callerOf(tokens), { code: "identity.organization_suspended" });
    assert.equal((await refresh(tokens.body.refresh_token)).status, 400);
    const { page } = await begin(browserOf(eve), newPkce().challenge);
    assert.doesNotMatch(page.text, /Act for me/);
    await set(null);
    assert.equal((await callerOf(tokens)).kind, "person");
  });

  it("a request that a person has let in is not let in again by an agent, nor the other way round", async () => {
    const browser = browserOf(eve);
    const agent = await join(reef, (await olga.post("/api/vouchers")).body.code);
    const { path, page, form } = await begin(browser, newPkce().challenge);
    const code = userCodeOn(page.text);
    const approve = () =>
      fetch(`${reef.url}/api/authorizations/${code}/approve`, {
        method: "POST",
        headers: { Authorization: `Bearer ${agent.token}` },
      });
    assert.equal((await approve()).status, 200);
    assert.equal((await browser.post(path, form, own())).status, 404, "its code is spent");
    const returned = await browser.get(path);
    assert.equal(returned.status, 303, "the agent's approval stands");
  });
});
