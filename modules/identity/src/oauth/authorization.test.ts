import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import {
  type Answer,
  emptyReef,
  found,
  type JoinedAgent,
  joinBy,
  newAgentKey,
  newPublicUrl,
  type RunningReef,
  request,
  requestToken,
  rotationBody,
  startReef,
  testMigrations,
  tokenBySecret,
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

const MINUTE_MS = 60_000;

describeEachDatabase("clients that an agent lets in", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let publicUrl: string;
  let founder: JoinedAgent;
  let agent: JoinedAgent;
  let program: TestProgram;
  let browser: Browser;

  beforeEach(async () => {
    await emptyReef(database());
    publicUrl = await newPublicUrl();
    reef = await startReef({ database: database(), publicUrl, loops: false, localClients: true });
    founder = await found(reef);
    agent = await joinBy(reef, founder);
    program = await startProgram();
    browser = createBrowser(reef, publicUrl);
  });
  afterEach(() => Promise.all([reef.stop(), program.stop()]));

  /** Opens the page where the client waits. */
  async function begin(challenge: string, changes: Record<string, string | undefined> = {}, by = browser) {
    const started = await by.get(authorizePath(program, challenge, changes));
    assert.equal(started.status, 303, started.text);
    assert.match(started.location ?? "", /^\/oauth2\/interaction\//);
    const path = started.location ?? "";
    const page = await by.get(path);
    assert.equal(page.status, 200, page.text);
    return { path, page, code: userCodeOn(page.text) };
  }
  const look = (code: string, token = agent.token) => request(reef, "GET", `/api/authorizations/${code}`, { token });
  const approve = (code: string, token = agent.token) =>
    request(reef, "POST", `/api/authorizations/${code}/approve`, { token });
  /** Follows redirects within the reef until one leads to the client. */
  async function followToClient(path: string, by = browser): Promise<URL> {
    let location: string | undefined = path;
    for (let steps = 0; steps < 5 && location?.startsWith("/"); steps += 1) {
      const answer = await by.get(location);
      assert.equal(answer.status, 303, answer.text);
      location = answer.location;
    }
    assert.ok(location !== undefined && !location.startsWith("/"));
    return new URL(location);
  }
  const exchange = (code: string, verifier: string, changes: Record<string, string> = {}) =>
    requestToken(reef, {
      grant_type: "authorization_code",
      client_id: program.clientId,
      redirect_uri: program.redirectUri,
      code,
      code_verifier: verifier,
      ...changes,
    });
  const refresh = (token: string, changes: Record<string, string> = {}) =>
    requestToken(reef, { grant_type: "refresh_token", client_id: program.clientId, refresh_token: token, ...changes });
  const callerOf = async (answer: Answer<{ access_token: string }>) => {
    const caller = await reef.identity.api.mcpAuthenticator.authenticate(`Bearer ${answer.body.access_token}`);
    assert.ok(caller.kind === "agent");
    return caller;
  };
  /** A code for the client, and its verifier. */
  async function newCode(changes: Record<string, string | undefined> = {}) {
    const { verifier, challenge } = newPkce();
    const { path, code } = await begin(challenge, changes);
    assert.equal((await approve(code)).status, 200);
    const returned = await followToClient(path);
    return { code: returned.searchParams.get("code") ?? "", verifier };
  }
  /** Tokens of the client. */
  async function letIn(changes: Record<string, string | undefined> = {}) {
    const { code, verifier } = await newCode(changes);
    const answer = await exchange(code, verifier);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer;
  }
  const assertInvalidGrant = ({ status, body }: Answer<{ error: string }>, reason?: string) => {
    assert.equal(status, 400, reason);
    assert.equal(body.error, "invalid_grant", reason);
  };

  it("from the resource's description to a token: discovery, approval by the agent, code, token, use", async () => {
    for (const path of ["/mcp", ""]) {
      const { body } = await request(reef, "GET", `/.well-known/oauth-protected-resource${path}`);
      assert.equal(body.resource, `${publicUrl}/mcp`);
      assert.deepEqual(body.authorization_servers, [publicUrl]);
      assert.deepEqual(body.bearer_methods_supported, ["header"]);
      assert.ok(body.scopes_supported.includes("diary:read") && !body.scopes_supported.includes("agent:manage"));
    }
    const { verifier, challenge } = newPkce();
    const { path, page, code } = await begin(challenge, { resource: `${publicUrl}/mcp` });
    assert.match(page.text, new RegExp(new URL(program.clientId).host));
    assert.match(page.text, /127\.0\.0\.1:7777/);
    assert.match(page.text, /Read and search diaries/);
    assert.equal((await browser.get(`${path}/state`)).text, '{"state":"waiting"}');
    const asked = await look(code.toLowerCase());
    assert.equal(asked.status, 200);
    assert.equal(asked.body.clientId, program.clientId);
    assert.equal(asked.body.redirectHost, "127.0.0.1:7777");
    assert.deepEqual(asked.body.scopes, ["diary:read", "agent:profile"]);
    assert.equal((await approve(code.replace("-", ""))).status, 200);
    assert.equal((await browser.get(`${path}/state`)).text, '{"state":"approved"}');
    const returned = await followToClient(path);
    assert.equal(`${returned.origin}${returned.pathname}`, program.redirectUri);
    assert.equal(returned.searchParams.get("state"), "a-state");
    assert.equal(returned.searchParams.get("iss"), publicUrl);
    const answer = await exchange(returned.searchParams.get("code") ?? "", verifier, { resource: `${publicUrl}/mcp` });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.equal(answer.body.scope, "diary:read agent:profile");
    assert.equal(answer.body.token_type, "Bearer");
    assert.ok(!("id_token" in answer.body));
    const caller = await callerOf(answer);
    assert.equal(caller.agentId, agent.agent.id);
    assert.equal(caller.organizationId, agent.agent.organizationId);
    assert.deepEqual([...caller.scopes], ["diary:read", "agent:profile"]);
    const { rows } = await sql<{ payload: object }>`
      select payload from platform.events where name = 'identity.client_authorized'`.execute(database().kysely);
    assert.deepEqual(rows[0]?.payload, {
      agentId: agent.agent.id,
      organizationId: agent.agent.organizationId,
      clientId: program.clientId,
      scopes: ["diary:read", "agent:profile"],
    });
  });

  it("what a client gets is for the MCP endpoint alone: the API refuses its tokens, and it cannot ask for more", async () => {
    const { body } = await letIn();
    assert.equal((await request(reef, "GET", "/api/agents/whoami", { token: body.access_token })).status, 401);
    const { challenge } = newPkce();
    const forApi = await browser.get(authorizePath(program, challenge, { resource: `${publicUrl}/api` }));
    assert.equal(new URL(forApi.location ?? "").searchParams.get("error"), "invalid_target");
    const byRefresh = await refresh(body.refresh_token, { resource: `${publicUrl}/api` });
    assert.equal(byRefresh.body.error, "invalid_target");
    const scoped = await refresh(body.refresh_token, { scope: "diary:read diary:write" });
    assert.equal(scoped.body.error, "invalid_scope");
    const itself = await requestToken(reef, { client_id: program.clientId });
    assert.equal(itself.status, 400, "it is no agent");
  });

  it("unknown scopes are left out, all that a client may have are asked for when it names none, and never agent:manage", async () => {
    const { challenge } = newPkce();
    const scopesOf = async (scope: string | undefined) =>
      (await look((await begin(challenge, { scope })).code)).body.scopes;
    assert.deepEqual(await scopesOf("openid offline_access diary:read agent:manage"), ["diary:read"]);
    const all = await scopesOf(undefined);
    assert.ok(all.includes("diary:write") && all.includes("crypto:sign") && !all.includes("agent:manage"));
    const none = await browser.get(authorizePath(program, challenge, { scope: "openid" }));
    assert.equal(new URL(none.location ?? "").searchParams.get("error"), "invalid_scope");
  });

  it("a refresh token is good once; used again, it and all that came of it end", async () => {
    const first = await letIn();
    const second = await refresh(first.body.refresh_token);
    assert.equal(second.status, 200, JSON.stringify(second.body));
    assert.notEqual(second.body.refresh_token, first.body.refresh_token);
    assert.equal((await callerOf(second)).agentId, agent.agent.id);
    assert.equal((await callerOf(second)).scopes.size, 2);
    assertInvalidGrant(await refresh(first.body.refresh_token), "used before");
    assertInvalidGrant(await refresh(second.body.refresh_token), "its successor");
  });

  it("of five refreshes at once with one token one at most succeeds, and the token is then dead", async () => {
    const { body } = await letIn();
    const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(body.refresh_token)));
    const successes = answers.filter(({ status }) => status === 200);
    assert.ok(successes.length <= 1);
    for (const answer of answers) if (answer.status !== 200) assertInvalidGrant(answer);
    assertInvalidGrant(await refresh(body.refresh_token));
    for (const { body: later } of successes) assertInvalidGrant(await refresh(later.refresh_token));
  });

  it("a code is good once, also at the same moment; used again, its tokens end", async () => {
    const { code, verifier } = await newCode();
    const answers = await Promise.all(Array.from({ length: 5 }, () => exchange(code, verifier)));
    assert.ok(answers.filter(({ status }) => status === 200).length <= 1);
    const once = await newCode();
    const first = await exchange(once.code, once.verifier);
    assert.equal(first.status, 200);
    assertInvalidGrant(await exchange(once.code, once.verifier));
    assertInvalidGrant(await refresh(first.body.refresh_token), "what came of a code that was used twice");
  });

  it("a code needs its own verifier, redirect address and client, within a minute", async () => {
    const { code, verifier } = await newCode();
    assertInvalidGrant(await exchange(code, newPkce().verifier), "another verifier");
    assertInvalidGrant(await exchange(code, verifier, { redirect_uri: "http://127.0.0.1:8888/callback" }), "elsewhere");
    const other = await startProgram();
    assertInvalidGrant(await exchange(code, verifier, { client_id: other.clientId }), "another client");
    await other.stop();
    reef.clock.advance(2 * MINUTE_MS);
    assertInvalidGrant(await exchange(code, verifier), "too late");
    assertInvalidGrant(await exchange("nonsense", verifier));
  });

  it("a request without PKCE, with plain PKCE, or for tokens in the address is refused", async () => {
    const { challenge } = newPkce();
    const errorOf = async (changes: Record<string, string | undefined>) =>
      /[?#&]error=(\w+)/.exec((await browser.get(authorizePath(program, challenge, changes))).location ?? "")?.[1];
    assert.equal(await errorOf({ code_challenge: undefined, code_challenge_method: undefined }), "invalid_request");
    assert.equal(await errorOf({ code_challenge_method: "plain" }), "invalid_request");
    assert.equal(await errorOf({ response_type: "token" }), "invalid_request");
    assert.equal(await errorOf({ prompt: "none" }), "consent_required");
  });

  it("a loopback address may have any port; every other address must be exact, and a wrong one is never redirected to", async () => {
    const { challenge } = newPkce();
    program.document.redirect_uris = [
      "http://127.0.0.1/callback",
      "https://client.example/cb",
      "cursor://reef/callback",
    ];
    for (const good of ["http://127.0.0.1:49152/callback", "https://client.example/cb", "cursor://reef/callback"]) {
      await begin(challenge, { redirect_uri: good });
    }
    for (const bad of [
      "http://127.0.0.1:49152/other",
      "http://localhost:49152/callback",
      "https://client.example:8443/cb",
      "https://client.example/cb?more",
      "https://evil.example/cb",
      "cursor://evil/callback",
    ]) {
      const answer = await browser.get(authorizePath(program, challenge, { redirect_uri: bad }));
      assert.equal(answer.status, 400, bad);
      assert.equal(answer.location, undefined, bad);
      assert.match(answer.text, /its own description does not name/);
      assert.match(answer.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    }
  });

  it("a client whose description is on a private network, or not valid, is refused, and nothing there is asked", async () => {
    const { challenge } = newPkce();
    const { port } = new URL(program.clientId);
    for (const client_id of [
      `https://127.0.0.1:${port}/client.json`,
      `https://localhost:${port}/client.json`,
      `https://[::1]:${port}/client.json`,
      "https://169.254.169.254/latest/meta-data",
      "https://10.0.0.1/client.json",
      `https://2130706433:${port}/client.json`,
      "http://10.0.0.1/client.json",
      `http://user@127.0.0.1:${port}/client.json`,
      `http://127.0.0.1:${port}/missing.json`,
      `http://127.0.0.1:${port}/`,
    ]) {
      const answer = await browser.get(authorizePath(program, challenge, { client_id }));
      assert.equal(answer.status, 400, client_id);
      assert.equal(answer.location, undefined, client_id);
    }
    assert.equal(program.reads, 0);
    const strict = await startReef({ database: database(), publicUrl, loops: false });
    const local = await createBrowser(strict, publicUrl).get(authorizePath(program, challenge));
    await strict.stop();
    assert.equal(local.status, 400, "without the setting, no address of this machine is a client");
    assert.equal(program.reads, 0);
  });

  it("the page's own form lets the client in with the agent's secret, and says so when it is wrong", async () => {
    const { verifier, challenge } = newPkce();
    const { path, page } = await begin(challenge);
    const csrf = /name="csrf" value="([0-9a-f]{64})"/.exec(page.text)?.[1] ?? "";
    const { clientId, clientSecret } = agent.credentials;
    const send = (form: Record<string, string>) =>
      browser.post(path, { csrf, answer: "approve", clientId, clientSecret, ...form });
    assert.equal((await send({ csrf: "0".repeat(64) })).status, 404);
    const wrong = await send({ clientSecret: "0".repeat(64) });
    assert.equal(wrong.status, 401);
    assert.match(wrong.text, /not those of an active agent/);
    const right = await send({});
    assert.equal(right.status, 200);
    const onward = /content="0;url=([^"]+)"/.exec(right.text)?.[1] ?? "";
    const returned = await followToClient(onward.replace(publicUrl, ""));
    const answer = await exchange(returned.searchParams.get("code") ?? "", verifier);
    assert.equal((await callerOf(answer)).agentId, agent.agent.id);
    assert.ok(!right.text.includes(clientSecret) && !wrong.text.includes(clientSecret));
  });

  it("who refuses sends the client back without a code", async () => {
    const { challenge } = newPkce();
    const { path, page, code } = await begin(challenge);
    const csrf = /name="csrf" value="([0-9a-f]{64})"/.exec(page.text)?.[1] ?? "";
    const refused = await browser.post(path, { csrf, answer: "deny" });
    const onward = /content="0;url=([^"]+)"/.exec(refused.text)?.[1] ?? "";
    const returned = await followToClient(onward.replace(publicUrl, ""));
    assert.equal(returned.searchParams.get("error"), "access_denied");
    assert.equal(returned.searchParams.get("code"), null);
    assert.equal((await approve(code)).status, 404);
  });

  it("the page belongs to the browser that began, and is made so that nothing foreign runs in it", async () => {
    const { challenge } = newPkce();
    program.document.redirect_uris = ["cursor://reef/<script>alert(1)</script>"];
    const { path, page } = await begin(challenge, { redirect_uri: "cursor://reef/<script>alert(1)</script>" });
    const stranger = createBrowser(reef, publicUrl);
    assert.equal((await stranger.get(path)).status, 404);
    assert.equal((await stranger.get(`${path}/state`)).status, 404);
    const policy = page.headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.doesNotMatch(page.text, /<script>|style="|onclick/);
    assert.match(page.text, /Any program here can say that it is/);
    assert.equal(page.headers.get("cache-control"), "no-store");
    for (const asset of ["/oauth2/pages.css", "/oauth2/pages.js"]) {
      assert.equal((await browser.get(asset)).status, 200);
    }
    for (const line of (
      await browser.get(authorizePath(program, challenge, { redirect_uri: "cursor://reef/<script>alert(1)</script>" }))
    ).headers.getSetCookie()) {
      assert.match(line, /httponly/i);
      assert.match(line, /samesite=lax/i);
    }
  });

  it("a reef with an https address sets cookies for https alone, also behind a proxy", async () => {
    const secure = await startReef({
      database: database(),
      publicUrl: "https://reef.example",
      loops: false,
      localClients: true,
    });
    const started = await createBrowser(secure, "https://reef.example").get(
      authorizePath(program, newPkce().challenge),
    );
    await secure.stop();
    const cookies = started.headers.getSetCookie();
    assert.ok(cookies.length > 0);
    for (const cookie of cookies) assert.match(cookie, /; secure/i);
  });

  it("a code of a request is good for one approval within ten minutes, and of two agents at once one approves", async () => {
    const { challenge } = newPkce();
    const { code } = await begin(challenge);
    const answers = await Promise.all([approve(code), approve(code, founder.token)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 404]);
    assert.equal((await look(code)).status, 404);
    const late = await begin(challenge);
    reef.clock.advance(11 * MINUTE_MS);
    assert.equal((await look(late.code)).body.code, "identity.unknown_code");
    assert.equal((await approve(late.code)).body.code, "identity.unknown_code");
    reef.clock.advance(-11 * MINUTE_MS);
    assert.equal((await approve("00000-00000")).body.code, "identity.unknown_code");
    assert.equal((await approve("short")).status, 404);
  });

  it("a token approves no scopes that it lacks, and none without agent:profile approves at all", async () => {
    const { challenge } = newPkce();
    const { code } = await begin(challenge);
    const { clientId, clientSecret } = agent.credentials;
    const tokenWith = async (scope: string) =>
      (await tokenBySecret(reef, clientId, clientSecret, { scope })).body.access_token;
    const narrow = await approve(code, await tokenWith("agent:profile"));
    assert.equal(narrow.body.code, "identity.scope_beyond_token");
    assert.equal((await approve(code, await tokenWith("diary:read"))).body.code, "http.missing_scope");
    assert.equal((await request(reef, "POST", `/api/authorizations/${code}/approve`)).status, 401);
    assert.equal((await approve(code, await tokenWith("agent:profile diary:read"))).status, 200);
  });

  it("the guesses of codes are few", async () => {
    const limited = await startReef({ database: database(), publicUrl, loops: false, limitFactor: 1 });
    const statuses = [];
    for (let index = 0; index < 11; index += 1) {
      const { status } = await request(limited, "GET", "/api/authorizations/00000-00000", { token: agent.token });
      statuses.push(status);
    }
    await limited.stop();
    assert.deepEqual(statuses, [...Array(10).fill(404), 429]);
  });

  const changes: Record<string, () => Promise<unknown>> = {
    "was disabled, also once it is enabled again": async () => {
      for (const verb of ["disable", "enable"]) {
        await request(reef, "POST", `/api/agents/${agent.agent.fingerprint}/${verb}`, { token: founder.token });
      }
    },
    "took another secret": () => request(reef, "POST", "/api/agents/whoami/client-secret", { token: agent.token }),
    "took another key": async () =>
      request(reef, "POST", "/api/agents/whoami/key", {
        token: agent.token,
        body: await rotationBody(reef, agent, newAgentKey()),
      }),
  };
  for (const [change, make] of Object.entries(changes)) {
    it(`an agent that ${change} ends the requests, codes and tokens of the clients that it let in`, async () => {
      const tokens = await letIn();
      const { code, verifier } = await newCode();
      const waiting = await begin(newPkce().challenge);
      assert.equal((await approve(waiting.code)).status, 200);
      assert.equal((await callerOf(tokens)).agentId, agent.agent.id);
      await make();
      await assert.rejects(() => callerOf(tokens), { code: "identity.invalid_token" });
      assertInvalidGrant(await refresh(tokens.body.refresh_token));
      assertInvalidGrant(await exchange(code, verifier));
      const returned = await followToClient(waiting.path);
      assert.equal(returned.searchParams.get("error"), "access_denied");
    });
  }

  it("what was let in by an agent that is disabled stays out", async () => {
    const tokens = await letIn();
    await request(reef, "POST", `/api/agents/${agent.agent.fingerprint}/disable`, { token: founder.token });
    assertInvalidGrant(await refresh(tokens.body.refresh_token));
  });

  it("each request is approved by itself: a second one in the same browser waits again, for whichever agent", async () => {
    await letIn();
    const { path, code } = await begin(newPkce().challenge);
    assert.equal((await browser.get(`${path}/state`)).text, '{"state":"waiting"}');
    assert.equal((await approve(code, founder.token)).status, 200);
    const returned = await followToClient(path);
    assert.ok(returned.searchParams.get("code"));
  });

  it("the database holds neither codes nor tokens nor addresses that anyone could use", async () => {
    const { challenge } = newPkce();
    const { path, code } = await begin(challenge);
    const tokens = await letIn();
    const { rows } = await sql<{ text: string }>`select s::text as text from identity.oauth_state s`.execute(
      database().kysely,
    );
    const text = rows.map((row) => row.text).join("\n");
    const uid = path.split("/").at(-1) ?? "";
    for (const secret of [uid, code, code.replace("-", ""), tokens.body.refresh_token, program.clientId]) {
      assert.ok(secret.length > 5 && !text.includes(secret));
    }
  });

  it("what has expired is deleted by the loop", async () => {
    await begin(newPkce().challenge);
    await letIn();
    reef.clock.advance(91 * 24 * 60 * MINUTE_MS);
    const running = await startReef({ database: database(), publicUrl });
    running.clock.advance(91 * 24 * 60 * MINUTE_MS);
    await running.stop();
    const [, housekeeping] = running.identity.loops;
    const stop = new AbortController();
    await housekeeping?.run({ beat: () => undefined, signal: stop.signal, sleep: async () => stop.abort() });
    const { rows } = await sql`select id from identity.oauth_state`.execute(database().kysely);
    assert.equal(rows.length, 0);
  });
});
