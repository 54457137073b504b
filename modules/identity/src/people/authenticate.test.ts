import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { toTypeId, toUuid } from "@reef/crypto";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import {
  emptyReef,
  join as joinReef,
  newPublicUrl,
  type RunningReef,
  request,
  startReef,
  testMigrations,
} from "../test-reef.ts";
import { type Browser, newMember, newOrganization, newPerson, openBrowser, PASSWORD, signIn } from "./test-browser.ts";
import { ask } from "./test-hosts.ts";

const COOKIE = "reef.session_token";

describeEachDatabase("who calls the API as a person", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let publicUrl: string;
  let ada: Browser;
  let acmeUuid: string;
  let acme: string;

  const start = (settings: Record<string, string> = {}) =>
    startReef({ database: database(), publicUrl, loops: false, settings: { REEF_SIGN_UP: "open", ...settings } });

  beforeEach(async () => {
    await emptyReef(database());
    publicUrl = (await newPublicUrl()).replace("127.0.0.1", "reef.localhost");
    reef = await start();
    ada = await newPerson(reef, "ada@reef.test");
    acmeUuid = await newOrganization(ada, "acme");
    acme = toTypeId("org", acmeUuid);
  });
  afterEach(() => reef.stop());

  /** The session's token, as `reef login` gets it. */
  const tokenOf = (browser: Browser) => decodeURIComponent(browser.cookies.get(COOKIE) ?? "");
  const cookieOf = (browser: Browser) => `${COOKIE}=${browser.cookies.get(COOKIE)}`;
  async function newKey(browser: Browser, organizationId = acmeUuid): Promise<{ id: string; key: string }> {
    const answer = await browser.post("/api-key/create", { name: "a script", organizationId });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
  }
  const named = (slug: string) => ({ "X-Reef-Organization": slug });

  it("cookie, session's token and API key tell the same person, each in the only organization", async () => {
    const { key } = await newKey(ada);
    const answers = [
      await ada.get("/api/account"),
      await request(reef, "GET", "/api/account", { token: tokenOf(ada) }),
      await request(reef, "GET", "/api/account", { token: key }),
    ];
    for (const { status, body } of answers) {
      assert.equal(status, 200, JSON.stringify(body));
      assert.equal(body.person.email, "ada@reef.test");
      assert.deepEqual(body.organization, { organizationId: acme, name: "Acme", slug: "acme", role: "owner" });
    }
    assert.equal((await request(reef, "GET", "/api/agents", { token: key })).status, 200);
    assert.equal((await request(reef, "POST", "/api/vouchers", { token: tokenOf(ada) })).status, 201);
  });

  it("of several organizations the named one counts, then the session's active one; without either one must be named", async () => {
    await newOrganization(ada, "beta", "Beta");
    const slugOf = async (headers = {}) => (await ada.get("/api/account", headers)).body.organization?.slug;
    await ada.post("/organization/set-active", { organizationId: acmeUuid });
    assert.equal(await slugOf(), "acme");
    assert.equal(await slugOf(named("beta")), "beta");
    assert.equal(await slugOf(named(acme)), "acme");
    await ada.post("/organization/set-active", { organizationId: null });
    assert.equal(await slugOf(), undefined);
    const refused = await ada.get("/api/agents");
    assert.deepEqual([refused.status, refused.body.code], [400, "http.organization_needed"]);
    assert.equal((await ada.get("/api/agents", named("beta"))).status, 200);
  });

  it("MO20: an organization that the person is no member of, and one that does not exist, are the same bare 404", async () => {
    const bob = await newPerson(reef, "bob@reef.test", "Bob");
    await newOrganization(bob, "other", "Other");
    const { key } = await newKey(ada);
    for (const slug of ["other", "nobody"]) {
      for (const token of [tokenOf(ada), key]) {
        for (const headers of [{ "x-reef-organization": slug }, { host: `${slug}.reef.localhost` }]) {
          for (const path of ["/api/account", "/api/agents"]) {
            const answer = await ask(reef, path, { token, ...headers });
            assert.deepEqual([answer.status, answer.text, answer.type], [404, "", undefined], `${slug} ${path}`);
          }
        }
      }
    }
    assert.equal((await ask(reef, "/api/agents", { token: tokenOf(ada), host: "acme.reef.localhost" })).status, 200);
    assert.equal((await ask(reef, "/api/account", { token: key, "x-reef-organization": acme })).status, 200);
  });

  it("MO21: without a session no organization's host tells anything but that one must sign in", async () => {
    const answer = await ask(reef, "/api/account", { host: "acme.reef.localhost" });
    assert.deepEqual([answer.status, answer.body.code], [401, "http.unauthenticated"]);
    assert.ok(!answer.text.includes("Acme"));
    assert.equal((await ask(reef, "/api/sign-in", { host: "acme.reef.localhost" })).status, 200);
    const stale = await ask(reef, "/api/account", { cookie: `${COOKIE}=nonsense`, host: "acme.reef.localhost" });
    assert.deepEqual([stale.status, stale.body.code], [401, "http.unauthenticated"]);
  });

  it("a change by cookie must come from a page of the reef; a token may come from anywhere", async () => {
    const issue = (headers: object) => ask(reef, "/api/vouchers", { method: "POST", ...headers });
    const cookie = cookieOf(ada);
    assert.equal((await issue({ cookie, origin: publicUrl })).status, 201);
    assert.equal((await issue({ cookie, "sec-fetch-site": "same-origin" })).status, 201);
    const foreign: object[] = [
      {},
      { origin: "null" },
      { origin: "https://evil.example" },
      { origin: publicUrl.replace("http:", "https:") },
      { origin: publicUrl.replace(/\d+$/, "1") },
      { origin: publicUrl.replace("reef.localhost", "acme.reef.localhost") },
      { origin: `${publicUrl}.evil.example` },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
    ];
    for (const headers of foreign) {
      const refused = await issue({ cookie, ...headers });
      assert.deepEqual([refused.status, refused.body.code], [403, "http.foreign_origin"], JSON.stringify(headers));
    }
    assert.equal((await issue({ token: tokenOf(ada), origin: "https://evil.example" })).status, 201);
    const { body } = await ada.get("/api/vouchers");
    assert.equal(body.total, 3, "what was refused did not happen");
  });

  it("a link from anywhere may lead to a reading, but no script of another site gets one by cookie", async () => {
    const cookie = cookieOf(ada);
    assert.equal((await ask(reef, "/api/agents", { cookie, "sec-fetch-site": "cross-site" })).status, 200);
    const refused = await ask(reef, "/api/agents", { cookie, origin: "https://evil.example" });
    assert.deepEqual([refused.status, refused.body.code], [403, "http.foreign_origin"]);
    assert.equal((await ask(reef, "/api/agents", { token: tokenOf(ada), origin: "https://evil.example" })).status, 200);
  });

  it("signing out ends the cookie and the token with the next request, in every process", async () => {
    const there = await start();
    const token = tokenOf(ada);
    const cookie = cookieOf(ada);
    const byToken = () => request(there, "GET", "/api/account", { token });
    assert.equal((await byToken()).status, 200);
    await ada.post("/sign-out");
    const refused = await byToken();
    assert.deepEqual([refused.status, refused.body.code], [401, "identity.signed_out"]);
    assert.match(refused.body.detail, /reef login/);
    assert.equal((await ask(there, "/api/account", { cookie })).body.code, "http.unauthenticated");
    await there.stop();
  });

  it("of a request that stays open it is told at any time whether its person would still be let in", async () => {
    const eve = await newMember(reef, ada, { email: "eve@reef.test", role: "member", organizationId: acmeUuid });
    const { id, key } = await newKey(eve);
    const { authenticator, stillAdmitted } = reef.identity.api;
    const open = async (headers: Record<string, string>) => {
      const caller = await authenticator.authenticate({ headers, method: "GET" });
      assert.ok(caller?.kind === "person");
      return () => stillAdmitted(caller);
    };
    const evesCookie = await open({ cookie: cookieOf(eve) });
    const evesToken = await open({ authorization: `Bearer ${tokenOf(eve)}` });
    const evesKey = await open({ authorization: `Bearer ${key}` });
    const adas = await open({ cookie: cookieOf(ada) });
    for (const admitted of [evesCookie, evesToken, evesKey, adas]) assert.equal(await admitted(), true);
    await eve.post("/api-key/update", { keyId: id, enabled: false });
    assert.deepEqual([await evesKey(), await evesToken()], [false, true]);
    await ada.post("/organization/remove-member", { organizationId: acmeUuid, memberIdOrEmail: "eve@reef.test" });
    assert.deepEqual([await evesCookie(), await evesToken(), await adas()], [false, false, true]);
    await ada.post("/sign-out");
    assert.equal(await adas(), false);
  });

  it("an API key ends with its membership, and when it is switched off, deleted or unknown", async () => {
    const eve = await newMember(reef, ada, { email: "eve@reef.test", role: "member", organizationId: acmeUuid });
    const { key } = await newKey(eve);
    const second = await newKey(eve);
    const use = (token: string) => request(reef, "GET", "/api/agents", { token });
    assert.equal((await use(key)).status, 200);
    await eve.post("/api-key/update", { keyId: second.id, enabled: false });
    assert.equal((await use(second.key)).body.code, "identity.invalid_api_key");
    await ada.post("/organization/remove-member", { organizationId: acmeUuid, memberIdOrEmail: "eve@reef.test" });
    const refused = await use(key);
    assert.deepEqual([refused.status, refused.body.code], [401, "identity.invalid_api_key"]);
    for (const wrong of [`${key}x`, key.slice(0, -1), "reef_pk_", `reef_pk_${"a".repeat(5_000)}`]) {
      assert.equal((await use(wrong)).body.code, "identity.invalid_api_key", wrong.slice(0, 80));
    }
    const outside = await eve.get("/api/account");
    assert.deepEqual([outside.status, outside.body.organization], [200, null], "she is still somebody");
    assert.equal((await eve.get("/api/agents")).body.code, "http.organization_needed");
  });

  it("an API key does what it was made for: its scopes, and the reef's operation only where it was asked for", async () => {
    const olga = await newOperator();
    const { body: account } = await olga.get("/api/account");
    const organizationId = toUuid(account.organization.organizationId);
    const make = async (scopes?: unknown) =>
      (
        await olga.post("/api-key/create", {
          name: "a script",
          organizationId,
          ...(scopes !== undefined && { scopes }),
        })
      ).body;
    const statusesOf = async ({ key }: { key: string }) =>
      Promise.all(
        ["/api/agents", "/api/account", "/api/admin/organizations"].map(
          async (path) => (await request(reef, "GET", path, { token: key })).status,
        ),
      );
    assert.deepEqual(await statusesOf(await make()), [200, 200, 403]);
    assert.deepEqual(await statusesOf(await make(["agent:directory"])), [200, 403, 403]);
    assert.deepEqual(await statusesOf(await make(["reef:operate", "account:read"])), [403, 200, 200]);
    for (const wrong of [[], ["everything"], "agent:directory", [1]]) {
      assert.equal((await make(wrong)).code, "account.invalid_field", JSON.stringify(wrong));
    }
    const narrow = await make(["agent:directory"]);
    await olga.post("/api-key/update", { keyId: narrow.id, metadata: { organizationId, scopes: ["reef:operate"] } });
    assert.deepEqual(await statusesOf(narrow), [200, 403, 403], "a key does not grow");
  });

  it("a role does what its route says: members read, admins act, operators operate, and agents are told apart", async () => {
    const eve = await newMember(reef, ada, { email: "eve@reef.test", role: "member", organizationId: acmeUuid });
    assert.equal((await eve.get("/api/agents")).status, 200);
    const act = await eve.post("/api/vouchers");
    assert.deepEqual([act.status, act.body.code], [403, "http.role_needed"]);
    const operate = await ada.get("/api/admin/organizations");
    assert.deepEqual([operate.status, operate.body.code], [403, "http.role_needed"]);
    const asAgent = await ada.get("/api/agents/whoami");
    assert.deepEqual([asAgent.status, asAgent.body.code], [403, "http.agents_only"]);
    const agent = await join();
    const asPerson = await request(reef, "GET", "/api/account", { token: agent.token });
    assert.equal(asPerson.status, 403);
  });

  /** An agent of Acme. */
  async function join() {
    const { body } = await ada.post("/api/vouchers");
    return joinReef(reef, body.code);
  }

  it("a suspended organization refuses its people, their keys and its agents, and says whom to ask; their accounts stay", async () => {
    const agent = await join();
    const { key } = await newKey(ada);
    const operator = await newOperator();
    const suspend = (verb: string) => operator.post(`/api/admin/organizations/${acme}/${verb}`);
    const ways = {
      cookie: () => ada.get("/api/agents"),
      "named by cookie": () => ada.get("/api/agents", named("acme")),
      "session's token": () => request(reef, "GET", "/api/agents", { token: tokenOf(ada) }),
      "API key": () => request(reef, "GET", "/api/agents", { token: key }),
      agent: () => request(reef, "GET", "/api/agents", { token: agent.token }),
    };
    assert.equal((await suspend("suspend")).status, 200);
    // The loops are off here: this is what a process does that has not heard of it otherwise.
    reef.clock.advance(5_001);
    for (const [way, use] of Object.entries(ways)) {
      const { status, body } = await use();
      assert.deepEqual([status, body.code], [403, "identity.organization_suspended"], way);
      assert.match(body.detail, /operator/);
    }
    const account = await ada.get("/api/account");
    assert.deepEqual([account.status, account.body.organization], [200, null]);
    assert.equal(account.body.memberships[0].slug, "acme");
    assert.equal((await suspend("resume")).status, 200);
    reef.clock.advance(5_001);
    for (const [way, use] of Object.entries(ways)) assert.equal((await use()).status, 200, way);
  });

  /** The operator of the reef, in an organization of her own. */
  async function newOperator(): Promise<Browser> {
    const code = await reef.identity.api.issueSetupCode();
    const person = { name: "Olga", email: "olga@reef.test", password: PASSWORD };
    const body = { code, ...person, organizationName: "Operators", slug: "operators" };
    const answer = await openBrowser(reef).post("/api/setup", body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return signIn(reef, "olga@reef.test");
  }

  it("organizations' own hosts share the session only where the setting says so", async () => {
    const form = { email: "ada@reef.test", password: PASSWORD };
    const atHost = async (process: RunningReef) => {
      const origin = publicUrl;
      const signedIn = await ask(process, "/api/auth/sign-in/email", { method: "POST", body: form, origin });
      const cookie = signedIn.cookies.map((line) => line.split(";")[0]).join("; ");
      const host = `acme.${new URL(publicUrl).host}`;
      const there = publicUrl.replace("://", "://acme.");
      const issued = await ask(process, "/api/vouchers", { method: "POST", cookie, host, origin: there });
      const foreign = publicUrl.replace("://", "://other.");
      const other = await ask(process, "/api/vouchers", { method: "POST", cookie, host, origin: foreign });
      return {
        domain: /domain=([^;]+)/i.exec(signedIn.cookies.join("; "))?.[1],
        issued: issued.status,
        other: other.status,
      };
    };
    assert.deepEqual(await atHost(reef), { domain: undefined, issued: 403, other: 403 });
    const sharing = await start({ REEF_ORGANIZATION_HOSTS: "true" });
    assert.deepEqual(await atHost(sharing), { domain: "reef.localhost", issued: 201, other: 403 });
    await sharing.stop();
  });

  it("a token beside a cookie decides alone, and what is neither token, session nor key is refused", async () => {
    const bob = await newPerson(reef, "bob@reef.test", "Bob");
    const both = await ask(reef, "/api/account", { cookie: cookieOf(bob), token: tokenOf(ada) });
    assert.equal(both.body.person.email, "ada@reef.test");
    for (const token of ["nonsense", "a.b.c", "a.b", `${"x".repeat(300)}.y`]) {
      const refused = await ask(reef, "/api/account", { cookie: cookieOf(bob), token });
      assert.equal(refused.status, 401, token);
    }
    const { rows } = await sql<{ token: string }>`select token from identity.sessions limit 1`.execute(
      database().kysely,
    );
    assert.equal(
      (await ask(reef, "/api/account", { token: rows[0]?.token ?? "" })).status,
      401,
      "what the database holds",
    );
  });
});
