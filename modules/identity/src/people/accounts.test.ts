import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { emptyReef, type RunningReef, request, startReef, testMigrations } from "../test-reef.ts";
import { countMails, mailTo, newPerson, openBrowser, PASSWORD, signIn, signUp } from "./test-browser.ts";

const HOUR_MS = 3_600_000;

describeEachDatabase("people's accounts", testMigrations, ({ database }) => {
  let reef: RunningReef;

  beforeEach(async () => {
    await emptyReef(database());
    reef = await startReef({ database: database(), loops: false, settings: { REEF_SIGN_UP: "open" } });
  });
  afterEach(() => reef.stop());

  const count = async (table: string) => {
    const { rows } = await sql<{ count: number }>`select count(*) from ${sql.table(table)}`.execute(database().kysely);
    return rows[0]?.count;
  };

  it("an account is good once the link in the mail was opened, and its cookie is for the reef's pages alone", async () => {
    const browser = openBrowser(reef);
    const signedUp = await browser.post("/sign-up/email", { name: "Ada", email: "Ada@Reef.test", password: PASSWORD });
    assert.equal(signedUp.status, 200);
    assert.equal(signedUp.body.token, null);
    assert.equal(browser.cookies.size, 0);
    const early = await browser.post("/sign-in/email", { email: "ada@reef.test", password: PASSWORD });
    assert.deepEqual([early.status, early.body.code], [403, "account.email_not_verified"]);
    const { link, token } = mailTo(reef, "ada@reef.test", "verify-address");
    assert.equal(`${link.origin}${link.pathname}`, `${reef.publicUrl}/verify-email`);
    for (const wrong of ["nonsense", `${token}x`, token.replace(/\.[^.]+$/, ".AAAA")]) {
      const answer = await browser.get(`/verify-email?token=${wrong}`);
      assert.deepEqual([answer.status, answer.body.code], [400, "account.invalid_token"], wrong);
    }
    assert.equal((await browser.get(`/verify-email?token=${token}`)).status, 200);
    assert.equal((await browser.get(`/verify-email?token=${token}`)).status, 200, "opened twice it changes nothing");
    const signedIn = await browser.post("/sign-in/email", { email: "ADA@reef.test", password: PASSWORD });
    assert.equal(signedIn.status, 200, JSON.stringify(signedIn.body));
    const cookie = signedIn.headers.getSetCookie().find((line) => line.startsWith("reef.session_token="));
    for (const attribute of ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"])
      assert.match(cookie ?? "", new RegExp(attribute));
    const { status, body } = await browser.get("/api/account");
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body.person, { id: body.person.id, name: "Ada", email: "ada@reef.test", emailVerified: true });
    assert.match(body.person.id, /^usr_/);
    assert.deepEqual([body.isOperator, body.organization, body.memberships], [false, null, []]);
  });

  it("who is told by the session's cookie is told without better-auth, and its signature counts", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    const cookie = browser.cookies.get("reef.session_token") ?? "";
    const [token = "", signature = ""] = decodeURIComponent(cookie).split(".");
    assert.equal((await browser.get("/get-session")).body.user.email, "ada@reef.test");
    for (const forged of [
      token,
      `${token}.`,
      `${token}.${"A".repeat(43)}=`,
      `${signature}.${token}`,
      `x${token}.${signature}`,
    ]) {
      browser.cookies.set("reef.session_token", encodeURIComponent(forged));
      assert.equal((await browser.get("/api/account")).status, 401, forged);
      assert.equal((await browser.get("/get-session")).body, null, forged);
      assert.equal((await request(reef, "GET", "/api/account", { token: forged })).status, 401, forged);
    }
    assert.equal((await request(reef, "GET", "/api/account", { token: `${token}.${signature}` })).status, 200);
    reef.clock.advance(8 * 24 * HOUR_MS);
    browser.cookies.set("reef.session_token", cookie);
    assert.equal((await browser.get("/api/account")).status, 401, "expired");
  });

  it("nobody learns which addresses have an account: not at sign-up, sign-in, reset or change of address", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    const shape = (body: object, email: string) =>
      JSON.stringify(body)
        .replaceAll(email, "…")
        .replace(/[0-9a-f-]{36}/g, "id")
        .replace(/\d{4}-[\d-]+T[^"]+/g, "time");
    const answers = async (path: string, body: (email: string) => object, by = () => openBrowser(reef)) => {
      const told = [];
      for (const email of ["ada@reef.test", `nobody-at${path.replaceAll("/", "-")}@reef.test`]) {
        const { status, headers, body: said } = await by().post(path, body(email));
        told.push([
          status,
          headers.get("content-type"),
          headers.getSetCookie().length,
          shape(said, email).replace(/"requestId":"[^"]+"/, ""),
        ]);
      }
      return told;
    };
    const cases: [string, (email: string) => object][] = [
      ["/sign-up/email", (email) => ({ name: "Ada", email, password: PASSWORD })],
      ["/request-password-reset", (email) => ({ email })],
      ["/send-verification-email", (email) => ({ email })],
    ];
    for (const [path, body] of cases) {
      const [known, unknown] = await answers(path, body);
      assert.deepEqual(known, unknown, path);
      assert.equal(known?.[0], 200, path);
    }
    const [known, unknown] = await answers("/sign-in/email", (email) => ({ email, password: "wrong horse battery" }));
    assert.deepEqual(known, unknown);
    assert.equal(known?.[0], 401);
    await signUp(reef, "bob@reef.test", "Bob");
    const [taken, free] = await Promise.all(
      ["bob@reef.test", "free@reef.test"].map((newEmail) => browser.post("/change-email", { newEmail })),
    );
    assert.deepEqual(taken?.body, free?.body);
    assert.equal(countMails(reef, "ada@reef.test", "existing-account"), 1, "its owner is told, by mail");
    assert.equal(countMails(reef, "nobody-at-request-password-reset@reef.test"), 0);
  });

  it("a password is reset once, by the newest mail, within an hour; all sessions end", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    const other = await signIn(reef, "ada@reef.test");
    await openBrowser(reef).post("/request-password-reset", { email: "ada@reef.test" });
    const { token, link } = mailTo(reef, "ada@reef.test", "reset-password");
    assert.equal(`${link.origin}${link.pathname}`, `${reef.publicUrl}/reset-password`);
    const { rows } = await sql<{ identifier: string }>`select identifier from identity.verifications`.execute(
      database().kysely,
    );
    assert.ok(
      rows.length > 0 && rows.every(({ identifier }) => !identifier.includes(token)),
      "only a digest is stored",
    );
    const reset = (newPassword: string, by = token) =>
      openBrowser(reef).post("/reset-password", { token: by, newPassword });
    assert.equal((await reset("short")).body.code, "account.password_too_short");
    assert.equal((await reset("another horse battery", "nonsense")).body.code, "account.invalid_token");
    const [first, second] = await Promise.all([reset("another horse battery"), reset("yet another horse battery")]);
    assert.deepEqual([first?.status, second?.status].sort(), [200, 400], "of two at once one wins");
    assert.equal((await reset("a third horse battery")).body.code, "account.invalid_token");
    for (const { get } of [browser, other]) assert.equal((await get("/api/account")).status, 401);
    assert.equal(
      (await openBrowser(reef).post("/sign-in/email", { email: "ada@reef.test", password: PASSWORD })).status,
      401,
    );
    assert.equal(countMails(reef, "ada@reef.test", "password-changed"), 1);
    await openBrowser(reef).post("/request-password-reset", { email: "ada@reef.test" });
    await sql`update identity.verifications set expires_at = now() - interval '1 second'`.execute(database().kysely);
    const late = await reset("another horse battery", mailTo(reef, "ada@reef.test", "reset-password").token);
    assert.equal(late.body.code, "account.invalid_token", "expired");
  });

  it("a password has 12 characters at least and is kept as a salted scrypt digest", async () => {
    const short = await openBrowser(reef).post("/sign-up/email", {
      name: "Ada",
      email: "a@reef.test",
      password: "eleven char",
    });
    assert.deepEqual([short.status, short.body.code], [400, "account.password_too_short"]);
    assert.match(short.body.detail, /12 to 128 characters/);
    const long = await openBrowser(reef).post("/sign-up/email", {
      name: "Ada",
      email: "a@reef.test",
      password: "x".repeat(129),
    });
    assert.equal(long.body.code, "account.password_too_long");
    await signUp(reef, "ada@reef.test");
    await signUp(reef, "bob@reef.test");
    const { rows } = await sql<{ password: string }>`select password from identity.accounts`.execute(database().kysely);
    assert.equal(new Set(rows.map(({ password }) => password)).size, 2);
    for (const { password } of rows) assert.match(password, /^scrypt\$16384\$8\$5\$[\w+/]{22}==\$[\w+/]{43}=$/);
  });

  it("another password needs the present one and ends the other sessions; its owner is told", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    const other = await signIn(reef, "ada@reef.test");
    const before = browser.cookies.get("reef.session_token");
    const change = (currentPassword: string) =>
      browser.post("/change-password", {
        currentPassword,
        newPassword: "another horse battery",
        revokeOtherSessions: false,
      });
    assert.equal((await change("wrong horse battery")).body.code, "account.invalid_password");
    assert.equal((await change(PASSWORD)).status, 200);
    assert.notEqual(browser.cookies.get("reef.session_token"), before, "a new session");
    assert.equal((await browser.get("/api/account")).status, 200);
    assert.equal((await other.get("/api/account")).status, 401);
    assert.equal(countMails(reef, "ada@reef.test", "password-changed"), 1);
  });

  it("sessions are listed and ended one by one, all others, or all", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    const others = [
      await signIn(reef, "ada@reef.test"),
      await signIn(reef, "ada@reef.test"),
      await signIn(reef, "ada@reef.test"),
    ];
    const stranger = await newPerson(reef, "bob@reef.test");
    const listed = (await browser.get("/list-sessions")).body;
    assert.equal(listed.length, 4);
    assert.ok(listed.every(({ ipAddress }: { ipAddress: string }) => ipAddress === "127.0.0.1"));
    const tokenOf = ({ cookies }: typeof browser) =>
      decodeURIComponent(cookies.get("reef.session_token") ?? "").split(".")[0];
    await stranger.post("/revoke-session", { token: tokenOf(browser) });
    assert.equal((await browser.get("/api/account")).status, 200, "nobody ends another's session");
    assert.equal((await browser.post("/revoke-session", { token: tokenOf(others[0] as typeof browser) })).status, 200);
    assert.deepEqual(
      await Promise.all(others.map(async ({ get }) => (await get("/api/account")).status)),
      [401, 200, 200],
    );
    assert.equal((await browser.post("/revoke-other-sessions")).status, 200);
    assert.deepEqual(
      await Promise.all([browser, ...others].map(async ({ get }) => (await get("/api/account")).status)),
      [200, 401, 401, 401],
    );
    assert.equal((await browser.post("/sign-out")).status, 200);
    assert.equal(browser.cookies.has("reef.session_token"), false);
    assert.equal(await count("identity.sessions"), 1, "the stranger's");
  });

  it("a session that somebody else began is never signed in: each sign-in has a new token", async () => {
    await signUp(reef, "ada@reef.test");
    const attacker = await newPerson(reef, "eve@reef.test");
    const planted = attacker.cookies.get("reef.session_token") ?? "";
    const victim = openBrowser(reef);
    victim.cookies.set("reef.session_token", planted);
    await signIn(reef, "ada@reef.test", victim);
    assert.notEqual(victim.cookies.get("reef.session_token"), planted);
    assert.equal((await attacker.get("/api/account")).body.person.email, "eve@reef.test");
    const again = victim.cookies.get("reef.session_token");
    await signIn(reef, "ada@reef.test", victim);
    assert.notEqual(victim.cookies.get("reef.session_token"), again);
  });

  it("a session is renewed once a day, with the cookie; a program's by its use", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    const age = (interval: string) =>
      sql`update identity.sessions set expires_at = expires_at - ${interval}::interval, updated_at = updated_at - ${interval}::interval`.execute(
        database().kysely,
      );
    const daysLeft = async () => {
      const { rows } = await sql<{
        days: number;
      }>`select extract(epoch from expires_at - now())::float8 / 86400 as days from identity.sessions`.execute(
        database().kysely,
      );
      return Math.round(rows[0]?.days ?? 0);
    };
    await age("2 days");
    const token = decodeURIComponent(browser.cookies.get("reef.session_token") ?? "");
    assert.equal((await browser.get("/api/account")).status, 200);
    assert.equal(await daysLeft(), 5, "a cookie that is not sent anew would end before its session");
    const renewed = await browser.get("/get-session");
    assert.match(renewed.headers.getSetCookie().join(), /reef\.session_token=.*Max-Age=604800/);
    assert.equal(await daysLeft(), 7);
    await age("2 days");
    assert.equal((await request(reef, "GET", "/api/account", { token })).status, 200);
    assert.equal(await daysLeft(), 7);
  });

  it("a request of another site is refused, and so is one with a cookie that does not say where it is from", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    for (const [headers, code] of [
      [{ Origin: "https://evil.test" }, "account.invalid_origin"],
      [{ Origin: `${reef.publicUrl}.evil.test` }, "account.invalid_origin"],
      [{ Origin: "null" }, "account.missing_or_null_origin"],
      [{ Origin: "" }, "account.missing_or_null_origin"],
      [
        {
          Origin: "https://evil.test",
          "X-Forwarded-Host": "evil.test",
          "X-Forwarded-Proto": "https",
          Host: "evil.test",
        },
        "account.invalid_origin",
      ],
    ] as const) {
      const answer = await browser.post("/update-user", { name: "Eve" }, headers as Record<string, string>);
      assert.deepEqual([answer.status, answer.body.code], [403, code], JSON.stringify(headers));
    }
    assert.equal((await browser.get("/api/account")).body.person.name, "Ada");
    const login = await openBrowser(reef).post(
      "/sign-in/email",
      { email: "ada@reef.test", password: PASSWORD },
      { Origin: "https://evil.test", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" },
    );
    assert.equal(login.status, 403, "signed in to another's account by a form elsewhere");
    const form = await fetch(`${reef.url}/api/auth/sign-out`, {
      method: "POST",
      headers: {
        "Content-Type": "text/plain",
        Cookie: `reef.session_token=${browser.cookies.get("reef.session_token")}`,
      },
      body: "{}",
    });
    assert.equal(form.status, 415);
  });

  it("redirects lead to the reef alone", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    const elsewhere = [
      "//evil.test",
      "https://evil.test",
      "/\\evil.test",
      "\\\\evil.test",
      "/%2Fevil.test",
      "/%5Cevil.test",
      "%2F%2Fevil.test",
      "https:evil.test",
      "javascript:alert(1)",
      `${reef.publicUrl}.evil.test`,
      `${reef.publicUrl}@evil.test`,
      "/\t/evil.test",
    ];
    for (const url of elsewhere) {
      for (const [path, body] of [
        ["/sign-in/email", { email: "ada@reef.test", password: PASSWORD, callbackURL: url }],
        ["/request-password-reset", { email: "ada@reef.test", redirectTo: url }],
        ["/send-verification-email", { email: "new@reef.test", callbackURL: url }],
        ["/sign-in/social", { provider: "google", callbackURL: url }],
        ["/sign-in/social", { provider: "google", errorCallbackURL: url }],
      ] as const) {
        const answer = await openBrowser(reef).post(path, body);
        assert.equal(answer.status, 403, `${path} ${url} ${JSON.stringify(answer.body)}`);
        assert.match(answer.body.code, /^account\.invalid_(error_)?(callback|redirect)_url$/);
      }
      const { token } = mailTo(reef, "ada@reef.test", "verify-address");
      const verified = await browser.get(`/verify-email?token=${token}&callbackURL=${encodeURIComponent(url)}`);
      assert.equal(verified.status, 403, url);
    }
    const { token } = mailTo(reef, "ada@reef.test", "verify-address");
    const onward = await browser.get(`/verify-email?token=${token}&callbackURL=/agents`);
    assert.deepEqual([onward.status, onward.headers.get("location")], [302, `${reef.publicUrl}/agents`]);
  });

  it("an address changes when both say so, and the link to the new one works for its owner alone", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    assert.equal((await browser.post("/change-email", { newEmail: "Lovelace@reef.test" })).status, 200);
    assert.equal(countMails(reef, "lovelace@reef.test"), 0, "the old address is asked first");
    const allow = mailTo(reef, "ada@reef.test", "confirm-change-of-address");
    assert.match(allow.text, /lovelace@reef\.test/);
    assert.equal((await openBrowser(reef).get(`/verify-email?token=${allow.token}`)).status, 200);
    const confirm = mailTo(reef, "lovelace@reef.test", "verify-new-address").token;
    assert.equal((await browser.get("/api/account")).body.person.email, "ada@reef.test");
    const stranger = openBrowser(reef);
    const refused = await stranger.get(`/verify-email?token=${confirm}`);
    assert.deepEqual([refused.status, refused.body.code], [401, "account.sign_in_to_change_email"]);
    assert.equal(stranger.cookies.size, 0, "who opens it is not signed in by it");
    const other = await newPerson(reef, "eve@reef.test");
    assert.equal((await other.get(`/verify-email?token=${confirm}`)).status, 401);
    assert.equal((await browser.get(`/verify-email?token=${confirm}`)).status, 200);
    assert.equal((await browser.get("/api/account")).body.person.email, "lovelace@reef.test");
    assert.equal(countMails(reef, "ada@reef.test", "address-changed"), 1);
    const again = await browser.get(`/verify-email?token=${confirm}`);
    assert.equal(again.body.code, "account.invalid_token", "once");
    assert.equal((await browser.get(`/verify-email?token=${allow.token}`)).body.code, "account.invalid_token");
  });

  it("bodies are bounded, and what the reef does not offer is not there", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });
    for (const [body, status] of [
      [{ name: "x".repeat(70_000) }, 413],
      [deep(20), 400],
      [{ name: "a\u0000b" }, 400],
      [{ name: "x".repeat(101) }, 400],
      [{ name: 7 }, 400],
      [{ email: "eve@reef.test" }, 400],
    ] as const) {
      assert.equal((await browser.post("/update-user", body)).status, status, JSON.stringify(body).slice(0, 60));
    }
    for (const path of [
      "/delete-user",
      "/get-access-token",
      "/two-factor/send-otp",
      "/organization/delete",
      "/organization/create-team",
      "/ok",
    ]) {
      const { status, body } = await browser.post(path);
      assert.deepEqual([status, body.code], [404, "http.not_found"], path);
    }
    const wrong = await browser.get("/sign-in/email");
    assert.deepEqual([wrong.status, wrong.headers.get("allow")], [405, "POST"]);
  });

  it("what a client says of its address counts for nothing", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    const headers = { "X-Forwarded-For": "6.6.6.6", "X-Reef-Client-Address": "6.6.6.6" };
    await browser.post("/sign-in/email", { email: "ada@reef.test", password: PASSWORD }, headers);
    const { rows } = await sql<{ ip_address: string }>`select ip_address from identity.sessions`.execute(
      database().kysely,
    );
    assert.deepEqual(new Set(rows.map(({ ip_address }) => ip_address)), new Set(["127.0.0.1"]));
  });
});
