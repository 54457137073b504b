import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { afterEach, beforeEach, it } from "node:test";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { emptyReef, type RunningReef, startReef, testMigrations } from "../test-reef.ts";
import { createAttempts } from "./attempts.ts";
import { type Browser, countMails, newPerson, openBrowser, PASSWORD, signIn, signUp } from "./test-browser.ts";

const SECOND_MS = 1_000;

/** The code of an authenticator app (RFC 6238), of the secret in an `otpauth` address. */
function codeOf(totpUri: string, at = Date.now()): string {
  const letters = new URL(totpUri).searchParams.get("secret") ?? "";
  const bits = [...letters]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

describeEachDatabase("guessing", testMigrations, ({ database }) => {
  let reef: RunningReef;

  beforeEach(async () => {
    await emptyReef(database());
    reef = await startReef({ database: database(), loops: false, settings: { REEF_SIGN_UP: "open" } });
    reef.clock.freeze();
  });
  afterEach(() => reef.stop());

  const guess = (email: string, password = "wrong horse battery", browser = openBrowser(reef)) =>
    browser.post("/sign-in/email", { email, password });
  const blocked = (answer: Awaited<ReturnType<Browser["post"]>>) => [
    answer.status,
    answer.body.code,
    Number(answer.headers.get("retry-after")),
  ];

  it("after five wrong passwords each further one is followed by a longer wait, also for an address that nobody has", async () => {
    await signUp(reef, "ada@reef.test");
    for (const email of ["ada@reef.test", "nobody@reef.test"]) {
      for (let tries = 0; tries < 6; tries += 1) assert.equal((await guess(email)).status, 401);
      for (const wait of [1, 2, 4, 8, 16, 32, 60, 60]) {
        const answer = await guess(email.toUpperCase());
        assert.deepEqual(blocked(answer), [429, "account.too_many_attempts", wait], email);
        assert.equal(answer.body.retryAfterSeconds, wait);
        assert.equal((await guess(email, PASSWORD)).status, 429, "not even the right one");
        reef.clock.advance(wait * SECOND_MS);
        assert.equal((await guess(email)).status, 401);
      }
      reef.clock.advance(60 * SECOND_MS);
    }
    assert.equal((await guess("ada@reef.test", PASSWORD)).status, 200);
    assert.equal((await guess("ada@reef.test")).status, 401, "then the count starts anew");
    assert.equal((await guess("ada@reef.test")).status, 401);
  });

  it("of many guesses at once only the free ones are looked at, and another process counts on", async () => {
    await signUp(reef, "ada@reef.test");
    const answers = await Promise.all(Array.from({ length: 12 }, () => guess("ada@reef.test")));
    assert.equal(answers.filter(({ status }) => status === 401).length, 6);
    assert.equal(answers.filter(({ status }) => status === 429).length, 6);
    // Long enough that another process, whose clock runs on, has the time to start meanwhile.
    for (const wait of [1, 2, 4, 8, 16, 32]) {
      reef.clock.advance(wait * SECOND_MS);
      await guess("ada@reef.test");
    }
    const other = await startReef({ database: database(), publicUrl: reef.publicUrl, loops: false });
    const there = await guess("ada@reef.test", PASSWORD, openBrowser(other));
    await other.stop();
    assert.equal(there.status, 429);
  });

  it("a browser that was signed in before is not held up by what others guess", async () => {
    const browser = await newPerson(reef, "ada@reef.test");
    await browser.post("/sign-out");
    for (let tries = 0; tries < 7; tries += 1) await guess("ada@reef.test");
    assert.equal((await guess("ada@reef.test", PASSWORD)).status, 429);
    assert.equal((await guess("ada@reef.test", PASSWORD, browser)).status, 200);
    const forged = openBrowser(reef);
    forged.cookies.set("reef.known_browser", `${browser.cookies.get("reef.known_browser")}x`);
    assert.equal((await guess("ada@reef.test", PASSWORD, forged)).status, 429);
    const other = await newPerson(reef, "bob@reef.test");
    assert.equal((await guess("ada@reef.test", PASSWORD, other)).status, 429, "known for another account");
    for (let tries = 0; tries < 6; tries += 1)
      assert.equal((await guess("ada@reef.test", undefined, browser)).status, 401);
    assert.equal((await guess("ada@reef.test", PASSWORD, browser)).status, 429, "it has a count of its own");
  });

  it("one address that tries many accounts is slowed down, and what is held up counts nowhere else", async () => {
    let now = 1_000_000;
    const clock = { now: () => now, monotonic: () => now };
    const attempts = createAttempts({ db: () => database().kysely, masterSecret: "of a test", clock });
    const attempt = (account: string, address = "10.0.0.1") => attempts.begin([{ address }, { account }]);
    for (let index = 0; index < 31; index += 1) assert.ok("succeed" in (await attempt(`${index}@reef.test`)));
    assert.deepEqual(await attempt("fresh@reef.test"), { retryAfterSeconds: 1 });
    for (let tries = 0; tries < 20; tries += 1) await attempt("fresh@reef.test");
    const elsewhere = await attempt("fresh@reef.test", "10.0.0.2");
    assert.ok("succeed" in elsewhere);
    await elsewhere.succeed();
    now += 86_400_001;
    for (let index = 0; index < 31; index += 1)
      assert.ok("succeed" in (await attempt(`${index}@reef.test`)), "forgotten after a day");
    const { rows } = await sql<{ key: string }>`select key from identity.attempts`.execute(database().kysely);
    assert.ok(rows.length > 0 && rows.every(({ key }) => /^[0-9a-f]{64}$/.test(key)), "no address stands in the table");
  });

  /** Turns the second factor on. */
  async function enableSecondFactor(browser: Browser): Promise<{ totpUri: string; backupCodes: string[] }> {
    assert.equal((await browser.post("/two-factor/enable", { password: "wrong horse battery" })).status, 400);
    const { body } = await browser.post("/two-factor/enable", { password: PASSWORD });
    assert.equal((await browser.post("/two-factor/verify-totp", { code: codeOf(body.totpURI) })).status, 200);
    return { totpUri: body.totpURI, backupCodes: body.backupCodes };
  }

  it("with a second factor a password alone opens nothing; a code does, or a backup code, once", async () => {
    const owner = await newPerson(reef, "ada@reef.test");
    const { totpUri, backupCodes } = await enableSecondFactor(owner);
    const { rows } = await sql<{
      secret: string;
      backup_codes: string;
    }>`select secret, backup_codes from identity.two_factors`.execute(database().kysely);
    const secret = new URL(totpUri).searchParams.get("secret") ?? "";
    assert.ok(
      !JSON.stringify(rows).includes(secret) && !JSON.stringify(rows).includes(backupCodes[0] ?? "-"),
      "kept sealed",
    );
    const browser = openBrowser(reef);
    const first = await guess("ada@reef.test", PASSWORD, browser);
    assert.deepEqual([first.status, first.body.twoFactorRedirect, first.body.token], [200, true, undefined]);
    assert.equal(first.headers.get("set-auth-token"), null);
    assert.equal((await browser.get("/api/account")).status, 401);
    assert.equal(
      (await openBrowser(reef).post("/two-factor/verify-totp", { code: codeOf(totpUri) })).body.code,
      "account.invalid_two_factor_cookie",
    );
    assert.equal((await browser.post("/two-factor/verify-totp", { code: "000000" })).body.code, "account.invalid_code");
    assert.equal((await browser.post("/two-factor/verify-totp", { code: codeOf(totpUri) })).status, 200);
    assert.equal((await browser.get("/api/account")).body.person.email, "ada@reef.test");
    const byBackup = openBrowser(reef);
    await guess("ada@reef.test", PASSWORD, byBackup);
    const [code] = backupCodes;
    assert.equal((await byBackup.post("/two-factor/verify-backup-code", { code })).status, 200);
    const again = openBrowser(reef);
    await guess("ada@reef.test", PASSWORD, again);
    assert.equal(
      (await again.post("/two-factor/verify-backup-code", { code })).body.code,
      "account.invalid_backup_code",
    );
    assert.equal((await owner.post("/two-factor/disable", { password: "wrong horse battery" })).status, 400);
    assert.equal((await owner.post("/two-factor/disable", { password: PASSWORD })).status, 200);
    assert.equal(countMails(reef, "ada@reef.test", "sign-in-method"), 1);
  });

  it("wrong codes are slowed down across sign-ins, and ten in a row lock the second step for a quarter of an hour", async () => {
    const owner = await newPerson(reef, "ada@reef.test");
    const { totpUri } = await enableSecondFactor(owner);
    const tryCode = async (code: string, path = "/two-factor/verify-totp") => {
      const browser = openBrowser(reef);
      assert.equal((await guess("ada@reef.test", PASSWORD, browser)).body.twoFactorRedirect, true);
      return browser.post(path, { code });
    };
    for (let tries = 0; tries < 6; tries += 1) assert.equal((await tryCode("000000")).status, 401);
    assert.deepEqual(blocked(await tryCode("000000")), [429, "account.too_many_attempts", 1]);
    assert.equal(
      (await tryCode("xxxxx-xxxxx", "/two-factor/verify-backup-code")).status,
      429,
      "backup codes count with them",
    );
    for (let tries = 0; tries < 4; tries += 1) {
      reef.clock.advance(60 * SECOND_MS);
      assert.equal((await tryCode("xxxxx-xxxxx", "/two-factor/verify-backup-code")).status, 401);
    }
    reef.clock.advance(60 * SECOND_MS);
    const locked = await tryCode(codeOf(totpUri));
    assert.deepEqual([locked.status, locked.body.code], [429, "account.account_temporarily_locked"]);
    await sql`update identity.two_factors set locked_until = now() - interval '1 second'`.execute(database().kysely);
    reef.clock.advance(60 * SECOND_MS);
    assert.equal((await tryCode(codeOf(totpUri))).status, 200);
  });

  it("a stolen session does not help to guess the password", async () => {
    const thief = await newPerson(reef, "ada@reef.test");
    thief.cookies.delete("reef.known_browser");
    const change = (currentPassword: string) =>
      thief.post("/change-password", { currentPassword, newPassword: "another horse battery" });
    for (let tries = 0; tries < 6; tries += 1) assert.equal((await change(`guess number ${tries}`)).status, 400);
    assert.equal((await change(PASSWORD)).status, 429);
    assert.equal((await thief.post("/two-factor/enable", { password: PASSWORD })).status, 429);
    assert.equal(await signIn(reef, "ada@reef.test").catch(() => undefined), undefined, "the account's count is one");
  });
});
