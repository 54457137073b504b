import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import type { Action } from "@reef/http";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { emptyReef, type RunningReef, request, startReef, testMigrations } from "../test-reef.ts";
import { type Browser, mailTo, newMember, newOrganization, newPerson, openBrowser, PASSWORD } from "./test-browser.ts";

const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

describeEachDatabase("programs of people", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let owner: Browser;
  let organizationId: string;
  let recorded: Action[];

  beforeEach(async () => {
    await emptyReef(database());
    recorded = [];
    reef = await startReef({
      database: database(),
      loops: false,
      settings: { REEF_SIGN_UP: "open" },
      recorder: { record: async (_transaction, action) => void recorded.push(action) },
    });
    owner = await newPerson(reef, "owner@reef.test", "Olga");
    organizationId = await newOrganization(owner, "acme");
  });
  afterEach(() => reef.stop());

  const account = (token: string) => request(reef, "GET", "/api/account", { token });
  const createKey = (by: Browser, body: object) => by.post("/api-key/create", { name: "script", ...body });

  it("an API key acts for its owner in one organization, and only its digest is stored", async () => {
    await newOrganization(owner, "other", "Other");
    const { status, body: key } = await createKey(owner, { organizationId });
    assert.equal(status, 200, JSON.stringify(key));
    assert.match(key.key, /^reef_pk_[a-zA-Z]{64}$/);
    const { rows } = await sql`select * from identity.api_keys`.execute(database().kysely);
    assert.ok(!JSON.stringify(rows).includes(key.key.slice(12)));
    const { body } = await account(key.key);
    assert.deepEqual([body.person.email, body.organization.slug], ["owner@reef.test", "acme"]);
    const elsewhere = await request(reef, "GET", "/api/account", {
      token: key.key,
      headers: { "X-Reef-Organization": "other" },
    });
    assert.equal(elsewhere.status, 404, "never another one");
    for (const wrong of [
      `${key.key}x`,
      key.key.slice(0, -1),
      "reef_pk_",
      `reef_pk_${"a".repeat(64)}`,
      `reef_pk_${"a".repeat(4_000)}`,
    ]) {
      assert.equal((await account(wrong)).status, 401, wrong.slice(0, 80));
    }
    const listed = (await owner.get("/api-key/list")).body.apiKeys;
    assert.equal(listed.length, 1);
    assert.equal("key" in listed[0], false, "it is shown once");
    assert.deepEqual(recorded.at(-1)?.operation, "organization.createApiKey");
    assert.deepEqual(recorded.at(-1)?.subject, { keyId: key.id });
    const [stored] = rows as { request_count: number; last_request: unknown; updated_at: Date }[];
    const after = await sql`select request_count, last_request, updated_at from identity.api_keys`.execute(
      database().kysely,
    );
    assert.deepEqual(
      after.rows[0],
      { request_count: stored?.request_count, last_request: stored?.last_request, updated_at: stored?.updated_at },
      "its use writes nothing",
    );
  });

  it("a key is bound to an organization of its owner's for good", async () => {
    const stranger = await newPerson(reef, "eve@reef.test");
    const strangers = await newOrganization(stranger, "evil");
    for (const body of [
      { organizationId: strangers },
      { organizationId: "x" },
      { organizationId: 7 },
      { organizationId: strangers, metadata: { organizationId } },
    ]) {
      assert.equal((await createKey(owner, body)).body.code, "account.organization_id_required", JSON.stringify(body));
    }
    const { body: key } = await createKey(owner, {
      organizationId,
      metadata: { organizationId: strangers },
      prefix: "other",
    });
    assert.match(key.key, /^reef_pk_/);
    assert.deepEqual(key.metadata, { organizationId });
    const renamed = await owner.post("/api-key/update", {
      keyId: key.id,
      name: "renamed",
      metadata: { organizationId: strangers },
    });
    assert.equal(renamed.status, 200);
    assert.equal((await account(key.key)).body.organization.slug, "acme");
    for (const [path, body] of [
      ["/api-key/update", { keyId: key.id, name: "mine" }],
      ["/api-key/delete", { keyId: key.id }],
      ["/api-key/delete", { keyId: "x" }],
    ] as const) {
      assert.deepEqual(
        [(await stranger.post(path, body)).status, (await stranger.post(path, body)).body.code],
        [404, "account.key_not_found"],
      );
    }
    assert.equal(
      (await createKey(owner, { organizationId, rateLimitMax: 1 })).body.code,
      "account.server_only_property",
    );
    assert.equal((await createKey(openBrowser(reef), { organizationId })).status, 401);
  });

  it("a key ends when it is switched off, expires, is deleted, or its owner leaves the organization", async () => {
    const member = await newMember(reef, owner, { email: "member@reef.test", role: "member", organizationId });
    const [off, expired, deleted, kept] = await Promise.all(
      ["off", "expired", "deleted", "kept"].map(
        async (name) => (await createKey(member, { name, organizationId })).body,
      ),
    );
    for (const key of [off, expired, deleted, kept]) assert.equal((await account(key.key)).status, 200);
    await member.post("/api-key/update", { keyId: off.id, enabled: false });
    await sql`update identity.api_keys set expires_at = now() - interval '1 second' where id = ${expired.id}`.execute(
      database().kysely,
    );
    assert.equal((await member.post("/api-key/delete", { keyId: deleted.id })).status, 200);
    assert.deepEqual(recorded.at(-1)?.operation, "organization.deleteApiKey");
    for (const key of [off, expired, deleted]) assert.equal((await account(key.key)).status, 401, key.name);
    assert.equal((await account(kept.key)).status, 200);
    await owner.post("/organization/remove-member", { organizationId, memberIdOrEmail: "member@reef.test" });
    assert.equal((await account(kept.key)).status, 401);
  });

  const startLogin = (by = openBrowser(reef), body: object = { client_id: "reef-cli" }) =>
    by.post("/device/code", body);
  const poll = (device_code: string, by = openBrowser(reef)) =>
    by.post("/device/token", { grant_type: DEVICE_GRANT, device_code, client_id: "reef-cli" });
  /** Polls may come every five seconds; a test does not wait for that. */
  const letPoll = () => sql`update identity.device_codes set last_polled_at = null`.execute(database().kysely);

  it("the CLI is signed in by a code that its owner enters in a browser, and gets a session of its own", async () => {
    const { status, body } = await startLogin();
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.verification_uri, `${reef.publicUrl}/device`);
    assert.equal(new URL(body.verification_uri_complete).searchParams.get("user_code"), body.user_code);
    const waiting = await poll(body.device_code);
    assert.deepEqual(
      [waiting.status, waiting.body.error],
      [400, "authorization_pending"],
      "OAuth's own form (RFC 8628)",
    );
    assert.equal((await poll(body.device_code)).body.error, "slow_down");
    assert.equal(
      (await openBrowser(reef).post("/device/approve", { userCode: body.user_code })).body.code,
      "account.device_unauthorized",
    );
    assert.equal((await owner.get("/device?user_code=XXXXXXXX")).body.code, "account.device_invalid_request");
    assert.equal((await owner.get(`/device?user_code=${body.user_code}`)).body.client_id, "reef-cli");
    const eve = await newPerson(reef, "eve@reef.test");
    assert.equal(
      (await eve.post("/device/approve", { userCode: body.user_code })).body.code,
      "account.device_access_denied",
    );
    assert.equal((await owner.post("/device/approve", { userCode: body.user_code })).status, 200);
    await letPoll();
    const answers = await Promise.all([poll(body.device_code), poll(body.device_code)]);
    const [granted] = answers.filter((answer) => answer.status === 200);
    assert.equal(answers.filter((answer) => answer.status === 200).length, 1, "once");
    const token = granted?.body.access_token;
    assert.equal((await account(token)).body.person.email, "owner@reef.test");
    assert.equal((await account(token.split(".")[0])).status, 401, "what the database holds of it opens nothing");
    const listed = (await owner.get("/list-sessions")).body;
    assert.equal(listed.length, 2);
    await owner.post("/revoke-session", { token: token.split(".")[0] });
    assert.equal((await account(token)).status, 401);
  });

  it("a login that is refused, expired, of another program or for somebody else gives nothing", async () => {
    const denied = (await startLogin()).body;
    await owner.get(`/device?user_code=${denied.user_code}`);
    assert.equal((await owner.post("/device/deny", { userCode: denied.user_code })).status, 200);
    assert.equal((await poll(denied.device_code)).body.error, "access_denied");
    const expired = (await startLogin()).body;
    await sql`update identity.device_codes set expires_at = now() - interval '1 second'`.execute(database().kysely);
    assert.equal((await owner.get(`/device?user_code=${expired.user_code}`)).body.code, "account.device_expired_token");
    assert.equal((await poll(expired.device_code)).body.error, "expired_token");
    assert.equal((await startLogin(openBrowser(reef), { client_id: "other" })).body.error, "invalid_client");
    assert.equal((await poll("nonsense")).body.error, "invalid_grant");
    const { person } = (await owner.get("/api/account")).body;
    const planted = await startLogin(openBrowser(reef), { client_id: "reef-cli", user_id: person.id });
    assert.equal(planted.status, 200);
    const { rows } =
      await sql`select person_id from identity.device_codes where user_code = ${planted.body.user_code}`.execute(
        database().kysely,
      );
    assert.deepEqual(rows, [{ person_id: null }]);
  });

  const endings: Record<string, () => Promise<{ status: number }>> = {
    "takes another password": () =>
      owner.post("/change-password", { currentPassword: PASSWORD, newPassword: "another horse battery" }),
    "resets the password": async () => {
      await openBrowser(reef).post("/request-password-reset", { email: "owner@reef.test" });
      const { token } = mailTo(reef, "owner@reef.test", "reset-password");
      return openBrowser(reef).post("/reset-password", { token, newPassword: "another horse battery" });
    },
    "ends the other sessions": () => owner.post("/revoke-other-sessions"),
    "signs out everywhere": () => owner.post("/revoke-sessions"),
  };
  for (const [ending, end] of Object.entries(endings)) {
    it(`a login that was approved and not yet fetched gives nothing once its owner ${ending}`, async () => {
      const { body } = await startLogin();
      await owner.get(`/device?user_code=${body.user_code}`);
      assert.equal((await owner.post("/device/approve", { userCode: body.user_code })).status, 200);
      assert.equal((await end()).status, 200);
      assert.equal((await poll(body.device_code)).body.error, "invalid_grant");
    });
  }

  it("a session's token in Authorization serves as its cookie does, and needs no origin", async () => {
    const answer = await openBrowser(reef).post("/sign-in/email", {
      email: "owner@reef.test",
      password: "correct horse battery",
    });
    const token = answer.headers.get("set-auth-token") ?? "";
    assert.match(decodeURIComponent(token), /^\w{32}\./);
    const bare = decodeURIComponent(token);
    assert.equal((await account(bare)).status, 200);
    const listed = await request(reef, "GET", "/api/auth/organization/list", { token: bare });
    assert.deepEqual(
      listed.body.map(({ slug }: { slug: string }) => slug),
      ["acme"],
    );
    const renamed = await request(reef, "POST", "/api/auth/update-user", { token: bare, body: { name: "Olga O" } });
    assert.equal(renamed.status, 200, JSON.stringify(renamed.body));
    const unsigned = await request(reef, "GET", "/api/auth/get-session", { token: bare.split(".")[0] ?? "" });
    assert.equal(unsigned.body, null);
  });

  it("passkeys are for the reef's own address", async () => {
    const { hostname } = new URL(reef.publicUrl);
    const register = await owner.get("/passkey/generate-register-options");
    assert.deepEqual([register.body.rp.id, register.body.rp.name], [hostname, "Reef"]);
    assert.equal(register.body.user.name, "owner@reef.test");
    const authenticate = await openBrowser(reef).get("/passkey/generate-authenticate-options");
    assert.equal(authenticate.body.rpId, hostname);
    assert.equal((await openBrowser(reef).get("/passkey/generate-register-options")).status, 401);
    const forged = await owner.post("/passkey/verify-registration", { response: { id: "x" }, name: "key" });
    assert.equal(forged.status, 400);
  });
});
