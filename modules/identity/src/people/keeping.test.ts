import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, it } from "node:test";
import { loadConfig } from "@reef/config";
import { describeEachDatabase, silentLogger } from "@reef/testing";
import { sql } from "kysely";
import { systemClock } from "../clock.ts";
import { emptyReef, MASTER_SECRET, type RunningReef, request, startReef, testMigrations } from "../test-reef.ts";
import { createAttempts } from "./attempts.ts";
import { createAuth } from "./auth/create-auth.ts";
import { createAuthStorage } from "./auth/storage.ts";
import { peopleConfig } from "./settings.ts";
import { deleteExpiredOfPeople } from "./store/expired.ts";
import { mailTo, newOrganization, newPerson, openBrowser, PASSWORD, signUp } from "./test-browser.ts";

const PUBLIC_URL = "https://reef.test";
// biome-ignore lint/style/noProcessEnv: better-auth reads the environment, and this shows that it makes no difference.
const environment = process.env;

describeEachDatabase("what the accounts keep", testMigrations, ({ database }) => {
  let reef: RunningReef;

  // What another program on the machine may have set for itself.
  before(() => {
    environment.BETTER_AUTH_TRUSTED_ORIGINS = "https://evil.test";
    environment.BETTER_AUTH_SECRETS = "1:a secret of somebody else that is long enough";
    environment.BETTER_AUTH_URL = "https://evil.test";
  });
  after(() => {
    for (const name of ["TRUSTED_ORIGINS", "SECRETS", "URL"]) delete environment[`BETTER_AUTH_${name}`];
  });
  beforeEach(async () => {
    await emptyReef(database());
    reef = await startReef({
      database: database(),
      publicUrl: PUBLIC_URL,
      loops: false,
      settings: { REEF_SIGN_UP: "open" },
    });
  });
  afterEach(() => reef.stop());

  it("the tables have every column that better-auth may name", async () => {
    const { kysely } = database();
    const storage = createAuthStorage(kysely);
    const { $context } = createAuth({
      storage,
      attempts: createAttempts({ db: storage.connection, masterSecret: MASTER_SECRET, clock: systemClock }),
      mailer: { send: async () => {} },
      logger: silentLogger,
      publicUrl: PUBLIC_URL,
      masterSecret: MASTER_SECRET,
      config: loadConfig(peopleConfig, {}),
    });
    const { tables } = await $context;
    assert.equal(Object.keys(tables).length, 11);
    for (const { modelName, fields } of Object.values(tables)) {
      const columns = ["id", ...Object.entries(fields).map(([name, { fieldName }]) => fieldName ?? name)];
      await sql`select ${sql.join(columns.map((column) => sql.ref(column)))} from ${sql.table(`identity.${modelName}`)}`.execute(
        kysely,
      );
    }
  });

  it("over TLS the cookies are for TLS alone, and what the environment holds for others changes nothing", async () => {
    await signUp(reef, "ada@reef.test");
    const browser = openBrowser(reef);
    const { headers } = await browser.post("/sign-in/email", { email: "ada@reef.test", password: PASSWORD });
    const cookies = headers.getSetCookie();
    assert.ok(cookies.some((line) => line.startsWith("__Secure-reef.session_token=")));
    for (const line of cookies)
      for (const attribute of ["Secure", "HttpOnly", "SameSite=Lax"]) assert.match(line, new RegExp(attribute), line);
    assert.equal((await browser.get("/api/account")).status, 200, "signed with our secret");
    assert.equal((await browser.get("/get-session")).body.user.email, "ada@reef.test");
    assert.equal((await browser.post("/update-user", { name: "Eve" }, { Origin: "https://evil.test" })).status, 403);
    assert.equal(new URL(mailTo(reef, "ada@reef.test", "verify-address").link).origin, PUBLIC_URL);
    const options = await browser.get("/passkey/generate-register-options");
    assert.equal(options.body.rp.id, "reef.test");
  });

  it("who resets a password by the mailed link has confirmed the address with it", async () => {
    // Somebody else made the account, with a password that only they know.
    await openBrowser(reef).post("/sign-up/email", {
      name: "Eve",
      email: "ada@reef.test",
      password: "known to somebody else",
    });
    await openBrowser(reef).post("/request-password-reset", { email: "ada@reef.test" });
    const { token } = mailTo(reef, "ada@reef.test", "reset-password");
    assert.equal((await openBrowser(reef).post("/reset-password", { token, newPassword: PASSWORD })).status, 200);
    const signIn = (password: string) => openBrowser(reef).post("/sign-in/email", { email: "ada@reef.test", password });
    assert.equal((await signIn("known to somebody else")).status, 401);
    assert.equal((await signIn(PASSWORD)).status, 200);
  });

  it("nothing of a suspended organization is changed", async () => {
    const owner = await newPerson(reef, "ada@reef.test");
    const organizationId = await newOrganization(owner, "acme");
    await sql`update identity.organizations set suspended_at = now()`.execute(database().kysely);
    for (const [path, body] of [
      ["/organization/update", { organizationId, data: { name: "Other" } }],
      ["/organization/invite-member", { organizationId, email: "bob@reef.test", role: "member" }],
      ["/api-key/create", { organizationId, name: "script" }],
    ] as const) {
      const answer = await owner.post(path, body);
      assert.deepEqual([answer.status, answer.body.code], [403, "identity.organization_suspended"], path);
    }
    const { rows } =
      await sql`select name, (select count(*) from identity.invitations) as invitations from identity.organizations`.execute(
        database().kysely,
      );
    assert.deepEqual(rows, [{ name: "Acme", invitations: 0 }]);
  });

  it("pictures are https addresses", async () => {
    const owner = await newPerson(reef, "ada@reef.test");
    for (const image of ["javascript:alert(1)", "http://reef.test/a.png", "data:text/html,x", "nonsense"]) {
      assert.equal((await owner.post("/update-user", { image })).body.code, "account.invalid_field", image);
      assert.equal(
        (await owner.post("/organization/create", { name: "A", slug: "acme", logo: image })).status,
        400,
        image,
      );
    }
    assert.equal((await owner.post("/update-user", { image: "https://reef.test/a.png" })).status, 200);
  });

  it("mails hold what people chose as text: no markup, and no header of its own", async () => {
    const owner = await newPerson(reef, "ada@reef.test");
    const organizationId = await newOrganization(owner, "acme", "<b>Acme</b>&");
    // What another service calls a person comes here without a look at it.
    const name = '<img src=x onerror="alert(1)">\r\nBcc: all@reef.test\u2028';
    await sql`update identity.people set name = ${name}`.execute(database().kysely);
    await owner.post("/organization/invite-member", { organizationId, email: "bob@reef.test", role: "member" });
    const mail = reef.mails.findLast(({ template }) => template === "invitation");
    assert.ok(mail);
    assert.match(mail.subject, /^[^\p{Cc}\p{Zl}\p{Zp}]{1,200}$/u);
    assert.ok(!/<img|<b>/.test(mail.html) && mail.html.includes("&#60;img"), mail.html);
    assert.ok(!mail.text.includes("\r") && !mail.text.includes("\nBcc"));
    const [, href] = /href="([^"]+)"/.exec(mail.html) ?? [];
    assert.equal(href?.replaceAll("&#38;", "&"), mailTo(reef, "bob@reef.test", "invitation").link.href);
  });

  it("what is over is deleted: sessions, links, codes, keys and guesses; nothing else is", async () => {
    const owner = await newPerson(reef, "ada@reef.test");
    await newOrganization(owner, "acme");
    await owner.post("/api-key/create", { name: "script" });
    await openBrowser(reef).post("/request-password-reset", { email: "ada@reef.test" });
    await openBrowser(reef).post("/device/code", { client_id: "reef-cli" });
    await openBrowser(reef).post("/sign-in/email", { email: "ada@reef.test", password: "wrong horse battery" });
    const { kysely } = database();
    const clean = async (at: Date) => {
      const counts = [];
      for (const deleteExpired of deleteExpiredOfPeople) counts.push(await deleteExpired(kysely, at, 100));
      return counts;
    };
    assert.deepEqual(await clean(new Date()), [0, 0, 0, 0, 0]);
    const inAMonth = new Date(Date.now() + 30 * 86_400_000);
    const [sessions, verifications, codes, keys, attempts] = await clean(inAMonth);
    assert.deepEqual([sessions, verifications, codes, keys], [1, 1, 1, 0], "a key without an end stays");
    assert.equal(attempts, 4, "of the address, the account there and anywhere, and the mails to it");
    assert.equal((await request(reef, "GET", "/api/sign-in")).status, 200);
  });
});
