import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, it } from "node:test";
import { toUuid } from "@reef/crypto";
import type { Action } from "@reef/http";
import { describeEachDatabase, until } from "@reef/testing";
import { sql } from "kysely";
import { emptyReef, type RunningReef, startReef, testMigrations } from "../test-reef.ts";
import { createAttempts } from "./attempts.ts";
import {
  type Browser,
  countMails,
  mailTo,
  newOrganization,
  newPerson,
  openBrowser,
  PASSWORD,
  signIn,
  signUp,
} from "./test-browser.ts";

describeEachDatabase("attacks on accounts", testMigrations, ({ database, kind }) => {
  let reef: RunningReef;
  const actions: Action[] = [];

  beforeEach(async () => {
    actions.length = 0;
    await emptyReef(database());
    reef = await startReef({
      database: database(),
      loops: false,
      settings: { REEF_SIGN_UP: "open" },
      recorder: { record: async (_transaction, action) => void actions.push(action) },
    });
    reef.clock.freeze();
  });
  afterEach(() => reef.stop());

  const personOf = async (browser: Browser): Promise<string> =>
    toUuid((await browser.get("/api/account")).body.person.id);
  const askForReset = (email: string) => openBrowser(reef).post("/request-password-reset", { email });
  const guess = (email: string, browser = openBrowser(reef)) =>
    browser.post("/sign-in/email", { email, password: "wrong horse battery" });

  it("who guesses from one address keeps the owner at another one waiting for seconds, not for minutes", async () => {
    let now = 1_000_000;
    const clock = { now: () => now, monotonic: () => now };
    const attempts = createAttempts({ db: () => database().kysely, masterSecret: "of a test", clock });
    const account = "ada@reef.test";
    const attempt = (address: string) => attempts.begin([{ account, address }, { account }]);
    let longest = 0;
    for (let tries = 0; tries < 60; tries += 1) {
      const guessed = await attempt("10.0.0.1");
      if ("succeed" in guessed) continue;
      now += guessed.retryAfterSeconds * 1_000;
      await attempt("10.0.0.1");
      const owner = await attempts.begin([{ account, address: "10.0.0.2" }, { account }]);
      if (!("succeed" in owner)) longest = Math.max(longest, owner.retryAfterSeconds);
    }
    assert.ok(longest > 0 && longest <= 15, `${longest}`);
    now += 86_400_001;
    const outcomes = [];
    for (let index = 0; index < 40; index += 1) outcomes.push("succeed" in (await attempt(`10.0.1.${index}`)));
    assert.equal(outcomes.filter(Boolean).length, 21, "from many addresses it has to wait as well");
    const network = (last: string) => attempts.begin([{ account: "bob@reef.test", address: `2001:db8:1:2::${last}` }]);
    for (let index = 0; index < 6; index += 1) assert.ok("succeed" in (await network(`${index}`)));
    assert.ok(!("succeed" in (await network("f00"))), "a /64 is one guesser");
  });

  it("a browser that is known, or has reset the password by the mail, is held up by nobody", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    await browser.post("/sign-out");
    for (let index = 0; index < 32; index += 1) await guess(`${index}@reef.test`);
    assert.equal((await guess("fresh@reef.test")).status, 429, "the address is held up");
    await signIn(reef, "ada@reef.test", browser);
    const elsewhere = openBrowser(reef);
    assert.equal((await elsewhere.post("/sign-in/email", { email: "ada@reef.test", password: PASSWORD })).status, 429);
    await askForReset("ada@reef.test");
    const { token } = mailTo(reef, "ada@reef.test", "reset-password");
    assert.equal((await elsewhere.post("/reset-password", { token: "wrong", newPassword: PASSWORD })).status, 400);
    assert.equal(elsewhere.cookies.has("reef.known_browser"), false);
    assert.equal((await elsewhere.post("/reset-password", { token, newPassword: PASSWORD })).status, 200);
    await signIn(reef, "ada@reef.test", elsewhere);
  });

  it("nobody's mailbox is filled: each mail to an address that others name is followed by a longer wait", async () => {
    const owner = await newPerson(reef, "ada@reef.test");
    const organizationId = await newOrganization(owner, "acme");
    const asks: [string, (email: string) => Promise<{ status: number }>][] = [
      ["reset", askForReset],
      ["confirm", (email) => openBrowser(reef).post("/send-verification-email", { email })],
      ["sign-up", (email) => openBrowser(reef).post("/sign-up/email", { email, name: "Ada", password: PASSWORD })],
      ["change", (newEmail) => owner.post("/change-email", { newEmail })],
      ["invite", (email) => owner.post("/organization/invite-member", { email, role: "member", organizationId })],
    ];
    for (const [name, ask] of asks) {
      const statuses = [];
      for (let tries = 0; tries < 9; tries += 1) {
        statuses.push((await ask(tries % 2 === 0 ? `${name}@reef.test` : `${name}@REEF.test`)).status);
      }
      assert.deepEqual(statuses, [200, 200, 200, 200, 200, 200, 429, 429, 429], name);
    }
    assert.equal(countMails(reef, "invite@reef.test"), 6);
  });

  it("with another password, by reset or change, or another address, no older link lets anybody in", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    const personId = await personOf(browser);
    const linkOf = async (email: string) => {
      await askForReset(email);
      return mailTo(reef, email, "reset-password").token;
    };
    const reset = async (token: string) =>
      (await openBrowser(reef).post("/reset-password", { token, newPassword: "a thief's horse battery" })).status;
    const first = await linkOf("ada@reef.test");
    // A sign-in that waits for its code is kept in the same way.
    const pending = sql`
      insert into identity.verifications (id, identifier, value, expires_at, created_at, updated_at)
      values (${randomUUID()}, '2fa', ${personId}, now() + interval '5 minutes', now(), now())`;
    await pending.execute(database().kysely);
    const change = { currentPassword: PASSWORD, newPassword: "another horse battery" };
    assert.equal((await browser.post("/change-password", { ...change, currentPassword: "wrong one" })).status, 400);
    assert.equal((await browser.post("/change-password", change)).status, 200);
    assert.equal(await reset(first), 400, "after a change");
    const { rows } = await sql`select id from identity.verifications where value = ${personId}`.execute(
      database().kysely,
    );
    assert.equal(rows.length, 0);
    const [second, third] = [await linkOf("ada@reef.test"), await linkOf("ada@reef.test")];
    assert.equal(
      (await openBrowser(reef).post("/reset-password", { token: third, newPassword: PASSWORD })).status,
      200,
    );
    assert.equal(await reset(second), 400, "after another reset");
    await signIn(reef, "ada@reef.test", browser);
    const fourth = await linkOf("ada@reef.test");
    await browser.post("/change-email", { newEmail: "new@reef.test" });
    await browser.get(`/verify-email?token=${mailTo(reef, "ada@reef.test", "confirm-change-of-address").token}`);
    const moved = await browser.get(`/verify-email?token=${mailTo(reef, "new@reef.test", "verify-new-address").token}`);
    assert.equal(moved.status, 200);
    assert.equal(await reset(fourth), 400, "after a change of address");
  });

  it("where a password is replaced, the sessions have ended, also if the server got no further", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    await askForReset("ada@reef.test");
    const { token } = mailTo(reef, "ada@reef.test", "reset-password");
    // What comes next is that the address counts as confirmed.
    const { kysely } = database();
    await sql`
      create function identity.break_off() returns trigger language plpgsql as
      $$ begin raise exception 'broken off'; end $$`.execute(kysely);
    await sql`
      create trigger broken before update on identity.people
      for each row execute function identity.break_off()`.execute(kysely);
    const reset = await openBrowser(reef).post("/reset-password", { token, newPassword: "another horse battery" });
    await sql`drop function identity.break_off cascade`.execute(kysely);
    assert.equal(reset.status, 500);
    const old = await openBrowser(reef).post("/sign-in/email", { email: "ada@reef.test", password: PASSWORD });
    assert.equal(old.status, 401);
    assert.equal((await browser.get("/api/account")).status, 401);
  });

  it("all other sessions end, however many there are", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    const personId = await personOf(browser);
    await sql`
      insert into identity.sessions (id, person_id, token, expires_at, created_at, updated_at)
      select gen_random_uuid(), ${personId}, 'stolen ' || n, now() + interval '1 day', now(), now()
      from generate_series(1, 150) as n`.execute(database().kysely);
    assert.equal((await browser.post("/revoke-other-sessions")).status, 200);
    const { rows } = await sql`select id from identity.sessions where person_id = ${personId}`.execute(
      database().kysely,
    );
    assert.equal(rows.length, 1);
    assert.equal((await browser.get("/api/account")).status, 200);
  });

  it("the audit ledger takes no names of fields from a request", async () => {
    const owner = await newPerson(reef, "ada@reef.test");
    const organizationId = await newOrganization(owner, "acme");
    const junk = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`<b>${index}</b>`, 1]));
    const data = { name: "Acme", ...junk };
    assert.equal((await owner.post("/organization/update", { organizationId, data, ...junk })).status, 200);
    assert.deepEqual(actions.at(-1)?.fields, ["name"]);
  });

  it("what the database or the library under it cannot take is refused, and nothing fails", async () => {
    const owner = await newPerson(reef, "ada@reef.test");
    const organizationId = await newOrganization(owner, "acme");
    for (const path of [
      "/organization/get-full-organization?organizationSlug=a%00b",
      "/organization/list-members?organizationSlug=a%00b",
      "/device?user_code=a%00b",
      "/api-key/list?sortBy=password",
      "/api-key/list?sortBy=key",
    ]) {
      assert.equal((await owner.get(path)).status, 400, path);
    }
    for (const key of ["__proto__", "constructor", "prototype"]) {
      const answer = await fetch(`${reef.url}/api/auth/organization/update`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Origin: reef.publicUrl,
          Cookie: [...owner.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        },
        body: `{"organizationId":"${organizationId}","data":{"metadata":{"${key}":{"prototype":{"x":1}}}}}`,
      });
      assert.equal(answer.status, 400, key);
    }
    const wide = { email: "ada@reef.test", password: PASSWORD, callbackURL: "/／evil.test" };
    assert.equal((await openBrowser(reef).post("/sign-in/email", wide)).status, 400);
    const code = await openBrowser(reef).post("/device/code", { client_id: "reef-cli", scope: "x".repeat(60_000) });
    assert.equal(code.status, 200);
    const { rows } = await sql`select id from identity.device_codes where scope is not null`.execute(database().kysely);
    assert.equal(rows.length, 0, "what anybody may write is not kept");
  });

  it("names are one line that reads as it is written", async () => {
    const owner = await newPerson(reef, "ada@reef.test");
    const organizationId = await newOrganization(owner, "acme");
    for (const name of ["Ada\nreef.test", "Ada\u0007", "\u202etset.feer", "Ada\u2028", "\u2066Ada"]) {
      for (const [path, body] of [
        ["/update-user", { name }],
        ["/sign-up/email", { name, email: "new@reef.test", password: PASSWORD }],
        ["/organization/create", { name, slug: "other" }],
        ["/organization/update", { organizationId, data: { name } }],
        ["/api-key/create", { name, organizationId }],
      ] as const) {
        const answer = await owner.post(path, body);
        assert.deepEqual([answer.status, answer.body.code], [400, "account.invalid_field"], `${path} ${name}`);
      }
    }
  });

  it("a person has so many keys in an organization as a list shows, also where two make one at once", async () => {
    const owner = await newPerson(reef, "ada@reef.test");
    const organizationId = await newOrganization(owner, "acme");
    const personId = await personOf(owner);
    await sql`
      insert into identity.api_keys (id, config_id, person_id, key, metadata, created_at, updated_at)
      select gen_random_uuid(), 'default', ${personId}, 'key ' || n,
        json_build_object('organizationId', ${organizationId}::text)::text, now(), now()
      from generate_series(1, 99) as n`.execute(database().kysely);
    const create = () => owner.post("/api-key/create", { name: "one more", organizationId });
    const answers = await Promise.all([create(), create()]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 403]);
    assert.equal((await create()).body.code, "account.too_many_keys");
    assert.equal((await owner.get("/api-key/list")).body.apiKeys.length, 100);
  });

  it("an invitation that may still be accepted is not hidden behind others", async () => {
    const owner = await newPerson(reef, "ada@reef.test");
    const organizationId = await newOrganization(owner, "acme");
    const invited = { email: "hidden@reef.test", role: "admin", organizationId };
    assert.equal((await owner.post("/organization/invite-member", invited)).status, 200);
    await sql`
      insert into identity.invitations (id, organization_id, inviter_id, email, role, status, expires_at, created_at)
      select gen_random_uuid(), ${organizationId}, ${await personOf(owner)}, n || '@reef.test', 'member', 'canceled',
        now() + interval '7 days', now() + interval '1 minute'
      from generate_series(1, 150) as n`.execute(database().kysely);
    const { body } = await owner.get(`/organization/list-invitations?organizationId=${organizationId}`);
    assert.equal(body.length, 100);
    assert.equal(body[0].email, "hidden@reef.test");
  });

  it("a session gives no further budget for what needs none", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    for (const [path, body] of [
      ["/sign-in/email", { email: "ada@reef.test", password: PASSWORD }],
      ["/request-password-reset", { email: "ada@reef.test" }],
    ] as const) {
      const budgets = [];
      for (const who of [browser, openBrowser(reef)]) {
        const { headers } = await who.post(path, body);
        budgets.push([headers.get("ratelimit-policy"), Number(/r=(\d+)/.exec(headers.get("ratelimit") ?? "")?.[1])]);
      }
      const [first, second] = budgets;
      assert.deepEqual([first?.[0], Number(first?.[1]) - 1], second, path);
    }
  });

  it("MO20: no header field tells another organization from one that does not exist", async () => {
    const [owner, stranger] = [await newPerson(reef, "ada@reef.test"), await newPerson(reef, "eve@reef.test")];
    await newOrganization(owner, "acme");
    const told = [];
    for (const name of ["acme", "nobody"]) {
      const { status, headers, body } = await stranger.get("/api/account", { "X-Reef-Organization": name });
      told.push([status, body, [...headers.keys()].filter((field) => field !== "date").sort()]);
    }
    assert.deepEqual(told[0], told[1]);
    assert.equal(told[0]?.[0], 404);
  });

  // The embedded database has one session, so nothing comes between anything there.
  if (kind === "postgres") {
    it("who is signing in with a password while it is reset is not let in by the old one", async () => {
      await signUp(reef, "ada@reef.test");
      await openBrowser(reef).post("/request-password-reset", { email: "ada@reef.test" });
      const { token } = mailTo(reef, "ada@reef.test", "reset-password");
      const { kysely } = database();
      // The password was right already when the new session comes to be stored.
      await sql`
        create function identity.hold_session() returns trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock(1); return new; end $$`.execute(kysely);
      await sql`
        create trigger held before insert on identity.sessions
        for each row execute function identity.hold_session()`.execute(kysely);
      const late = openBrowser(reef);
      const signingIn = await kysely.transaction().execute(async (transaction) => {
        await sql`select pg_advisory_xact_lock(1)`.execute(transaction);
        const answer = late.post("/sign-in/email", { email: "ada@reef.test", password: PASSWORD });
        await until(async () => {
          const { rows } = await sql`
            select from pg_stat_activity
            where datname = current_database() and wait_event = 'advisory'`.execute(kysely);
          return rows.length === 1;
        });
        const reset = await openBrowser(reef).post("/reset-password", { token, newPassword: "another horse battery" });
        assert.equal(reset.status, 200, JSON.stringify(reset.body));
        return { answer };
      });
      const { status, body } = await signingIn.answer;
      await sql`drop function identity.hold_session cascade`.execute(kysely);
      assert.equal((await late.get("/api/account")).status, 401);
      assert.deepEqual([status, body.code], [401, "account.invalid_email_or_password"]);
    });
  }
});
