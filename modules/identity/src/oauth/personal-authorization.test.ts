import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { toTypeId } from "@reef/crypto";
import type { Action } from "@reef/http";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import {
  type Browser as AccountBrowser,
  newMember,
  newOrganization,
  newPerson,
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
import { authorizePath, type Browser, createBrowser, newPkce, startProgram, type TestProgram } from "./test-client.ts";

const COOKIE = "reef.session_token";

describeEachDatabase("clients that a person lets in", testMigrations, ({ database }) => {
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

  /** A client's tokens, once the person has let it in. */
  async function letIn(person = eve, changes: Record<string, string> = {}) {
    const browser = browserOf(person);
    const { verifier, challenge } = newPkce();
    const { path, form } = await begin(browser, challenge, changes);
    const approved = await browser.post(path, form, own());
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
    const code = /[0-9A-Z]{5}-[0-9A-Z]{5}/.exec(page.text)?.[0] ?? "";
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
