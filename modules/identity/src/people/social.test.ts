import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, it } from "node:test";
import { describeEachDatabase } from "@reef/testing";
import { decodeJwt, generateKeyPair, SignJWT } from "jose";
import { sql } from "kysely";
import { emptyReef, newPublicUrl, type RunningReef, startReef, testMigrations } from "../test-reef.ts";
import { type Browser, countMails, newPerson, openBrowser, PASSWORD, signUp } from "./test-browser.ts";
import { CLIENT_ID, CLIENT_SECRET, followThere, type OpenIdServer, startOpenIdServer } from "./test-openid.ts";

describeEachDatabase("sign-in by another service", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let service: OpenIdServer;

  beforeEach(async () => {
    await emptyReef(database());
    const publicUrl = await newPublicUrl();
    service = await startOpenIdServer(`${publicUrl}/api/auth/callback/google`);
    reef = await startReef({
      database: database(),
      publicUrl,
      loops: false,
      settings: {
        REEF_SIGN_UP: "open",
        REEF_GOOGLE_CLIENT_ID: CLIENT_ID,
        REEF_GOOGLE_CLIENT_SECRET: CLIENT_SECRET,
        REEF_GOOGLE_ISSUER: service.issuer,
      },
    });
  });
  afterEach(() => Promise.all([reef.stop(), service.stop()]));

  /** To the service, and back to the reef with its answer. */
  async function begin(browser: Browser, path = "/sign-in/social"): Promise<{ asked: URL; back: URL }> {
    const started = await browser.post(path, {
      provider: "google",
      callbackURL: "/agents",
      errorCallbackURL: "/sign-in",
    });
    assert.equal(started.status, 200, JSON.stringify(started.body));
    const back = await followThere(started.body.url, ({ origin }) => origin === reef.publicUrl);
    return { asked: new URL(started.body.url), back };
  }
  const finish = async (browser: Browser, back: URL) => {
    const answer = await browser.get(`${back.pathname}${back.search}`);
    return { ...answer, location: new URL(answer.headers.get("location") ?? "", reef.publicUrl) };
  };
  const signInThere = async (browser = openBrowser(reef)) => {
    const { location } = await finish(browser, (await begin(browser)).back);
    return { browser, went: `${location.pathname}${location.search}` };
  };
  const people = async () =>
    (await sql<{ email: string }>`select email from identity.people order by email`.execute(database().kysely)).rows;

  it("a person with a confirmed address there has an account here at once, and comes back to the same one", async () => {
    const { browser, went } = await signInThere();
    assert.equal(went, "/agents");
    const { person } = (await browser.get("/api/account")).body;
    assert.deepEqual([person.email, person.name, person.emailVerified], ["ada@reef.test", "Ada", true]);
    service.person = { ...service.person, email: "ada@elsewhere.test" };
    const again = await signInThere();
    assert.equal(
      (await again.browser.get("/api/account")).body.person.id,
      person.id,
      "the subject counts, not the address",
    );
    const { rows } = await sql`select access_token, refresh_token, id_token from identity.accounts`.execute(
      database().kysely,
    );
    assert.deepEqual(rows, [{ access_token: null, refresh_token: null, id_token: null }]);
    assert.deepEqual((await browser.get("/api/sign-in")).body.providers, ["google"]);
  });

  it("the request holds state, nonce and a challenge (S256), each good in the browser that began, and once", async () => {
    const browser = openBrowser(reef);
    const { asked, back } = await begin(browser);
    for (const name of ["state", "nonce", "code_challenge"])
      assert.ok((asked.searchParams.get(name) ?? "").length >= 32, name);
    assert.equal(asked.searchParams.get("code_challenge_method"), "S256");
    const elsewhere = openBrowser(reef);
    assert.match((await finish(elsewhere, back)).location.search, /error=state_mismatch/);
    assert.equal(elsewhere.cookies.has("reef.session_token"), false, "another's answer signs nobody in");
    const other = await begin(browser);
    const mixed = new URL(back);
    mixed.searchParams.set("state", other.back.searchParams.get("state") ?? "");
    assert.match((await finish(browser, mixed)).location.search, /error=/);
    const third = await begin(browser);
    assert.equal((await finish(browser, third.back)).location.pathname, "/agents");
    assert.match((await finish(browser, third.back)).location.search, /error=state_mismatch/, "once");
  });

  it("an id_token counts only with the service's signature, for this reef, this sign-in, and while it is fresh", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const resigned = (changes: object) => (idToken: string) =>
      new SignJWT({ ...decodeJwt(idToken), ...changes })
        .setProtectedHeader({ alg: "RS256", kid: "1" })
        .sign(privateKey);
    const payloadOf = (idToken: string, changes: object) => {
      const [header, , signature] = idToken.split(".");
      return `${header}.${Buffer.from(JSON.stringify({ ...decodeJwt(idToken), ...changes })).toString("base64url")}.${signature}`;
    };
    const tampered: OpenIdServer["tamper"][] = [
      resigned({}),
      (idToken) => payloadOf(idToken, { sub: "2" }),
      (idToken) => `${Buffer.from('{"alg":"none"}').toString("base64url")}.${idToken.split(".")[1]}.`,
      async (idToken) =>
        new SignJWT(decodeJwt(idToken)).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(CLIENT_SECRET)),
      () => "nonsense",
    ];
    for (const tamper of tampered) {
      service.tamper = tamper;
      const { browser, went } = await signInThere();
      assert.match(went, /^\/sign-in\?error=unable_to_get_user_info/);
      assert.equal(browser.cookies.has("reef.session_token"), false);
    }
    // One of an earlier sign-in has all that is right but the nonce.
    let earlier = "";
    service.tamper = (idToken) => {
      earlier = idToken;
      return idToken;
    };
    await signInThere();
    service.tamper = () => earlier;
    assert.match((await signInThere()).went, /error=unable_to_get_user_info/);
  });

  it("an account of that address is linked only when both sides have confirmed it, and its owner is told", async () => {
    await signUp(reef, "ada@reef.test");
    await openBrowser(reef).post("/sign-up/email", { name: "Bob", email: "bob@reef.test", password: PASSWORD });
    service.person = { sub: "1", email: "ada@reef.test", email_verified: false, name: "Eve" };
    assert.match((await signInThere()).went, /error=account_not_linked/);
    service.person = { sub: "2", email: "bob@reef.test", email_verified: true, name: "Bob" };
    assert.match((await signInThere()).went, /error=account_not_linked/, "ours is not confirmed");
    service.person = { sub: "1", email: "ada@reef.test", email_verified: true, name: "Ada" };
    const { browser, went } = await signInThere();
    assert.equal(went, "/agents");
    assert.equal((await browser.get("/list-accounts")).body.length, 2);
    assert.equal(countMails(reef, "ada@reef.test", "sign-in-method"), 1);
    assert.equal((await people()).length, 2);
  });

  it("an address that the service does not vouch for makes no account", async () => {
    for (const email_verified of [false, undefined]) {
      service.person = {
        sub: "7",
        email: "eve@reef.test",
        name: "Eve",
        ...(email_verified !== undefined && { email_verified }),
      };
      const { browser, went } = await signInThere();
      assert.match(went, /error=EMAIL_NOT_VERIFIED/);
      assert.equal(browser.cookies.has("reef.session_token"), false);
    }
    assert.deepEqual(await people(), []);
  });

  it("a second factor is not passed by: such an account is linked from within alone", async () => {
    const owner = await newPerson(reef, "ada@reef.test");
    await sql`update identity.people set two_factor_enabled = true`.execute(database().kysely);
    const { browser, went } = await signInThere();
    assert.match(went, /error=LINK_IN_SETTINGS/);
    assert.equal(browser.cookies.has("reef.session_token"), false);
    const { back } = await begin(owner, "/link-social");
    assert.equal((await finish(owner, back)).location.pathname, "/agents");
    assert.equal((await owner.get("/list-accounts")).body.length, 2);
  });

  it("what the browser asks the reef to ask for is not passed on", async () => {
    const { body } = await openBrowser(reef).post("/sign-in/social", {
      provider: "google",
      callbackURL: "/agents",
      scopes: ["https://mail.example/all"],
      additionalParams: { prompt: "none", access_type: "offline" },
    });
    const { searchParams } = new URL(body.url);
    assert.equal(searchParams.get("scope"), "openid email profile");
    assert.equal(searchParams.has("prompt"), false);
    const forged = await openBrowser(reef).post("/sign-in/social", {
      provider: "google",
      idToken: { token: "x.y.z" },
      callbackURL: "/agents",
    });
    assert.ok(forged.body.url, "a token that a client brings is not looked at");
    assert.equal(
      (await openBrowser(reef).post("/sign-in/social", { provider: "github" })).body.code,
      "account.provider_not_found",
    );
  });

  it("a service that is away is told as such, and used again when it is back", async () => {
    const { port } = new URL(service.issuer);
    await service.stop();
    const answer = await openBrowser(reef).post("/sign-in/social", { provider: "google" });
    assert.deepEqual([answer.status, answer.body.code], [503, "account.provider_unavailable"]);
    const other = createServer((_request, response) => response.end(JSON.stringify({ issuer: "https://evil.test" })));
    await new Promise<void>((resolve) => other.listen(Number(port), "127.0.0.1", resolve));
    const wrong = await openBrowser(reef).post("/sign-in/social", { provider: "google" });
    assert.equal(wrong.status, 503, "it calls itself otherwise");
    await new Promise((resolve) => other.close(resolve));
  });
});

describeEachDatabase("sign-in at GitHub", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let emails: { email: string; primary: boolean; verified: boolean }[];
  let asked: URLSearchParams;
  const github = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://github.test");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = (body: unknown) => response.setHeader("Content-Type", "application/json").end(JSON.stringify(body));
    if (pathname === "/login/oauth/access_token") {
      asked = new URLSearchParams(Buffer.concat(chunks).toString());
      return answer({ access_token: "gho_token", token_type: "bearer", scope: "user:email" });
    }
    if (request.headers.authorization !== "Bearer gho_token") return response.writeHead(401).end();
    if (pathname === "/api/v3/user") return answer({ id: 42, login: "ada", name: null, email: "shown@reef.test" });
    if (pathname === "/api/v3/user/emails") return answer(emails);
    return response.writeHead(404).end();
  });

  beforeEach(async () => {
    await emptyReef(database());
    await new Promise<void>((resolve) => github.listen(0, "127.0.0.1", resolve));
    reef = await startReef({
      database: database(),
      loops: false,
      settings: {
        REEF_SIGN_UP: "open",
        REEF_GITHUB_CLIENT_ID: CLIENT_ID,
        REEF_GITHUB_CLIENT_SECRET: CLIENT_SECRET,
        REEF_GITHUB_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}`,
      },
    });
  });
  afterEach(async () => {
    await reef.stop();
    github.closeAllConnections();
    await new Promise((resolve) => github.close(resolve));
  });

  it("the primary address counts if GitHub has confirmed it, and not the one that the profile shows", async () => {
    const signInThere = async () => {
      const browser = openBrowser(reef);
      const { body } = await browser.post("/sign-in/social", { provider: "github", callbackURL: "/agents" });
      const { pathname, searchParams } = new URL(body.url);
      assert.equal(pathname, "/login/oauth/authorize");
      assert.equal(searchParams.get("code_challenge_method"), "S256");
      const answer = await browser.get(`/callback/github?code=a-code&state=${searchParams.get("state")}`);
      return { browser, location: answer.headers.get("location") ?? "" };
    };
    emails = [
      { email: "shown@reef.test", primary: false, verified: true },
      { email: "ada@reef.test", primary: true, verified: false },
    ];
    assert.match((await signInThere()).location, /error=EMAIL_NOT_VERIFIED/);
    emails = [{ email: "ada@reef.test", primary: true, verified: true }];
    const { browser } = await signInThere();
    const { person } = (await browser.get("/api/account")).body;
    assert.deepEqual([person.email, person.name], ["ada@reef.test", "ada"]);
    assert.deepEqual(
      [asked.get("client_secret"), asked.get("code"), asked.get("code_verifier")?.length],
      [CLIENT_SECRET, "a-code", 128],
    );
  });
});
