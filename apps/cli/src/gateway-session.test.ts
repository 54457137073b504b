import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { environmentOf, mainFile, makeFolder, type Run, runReef } from "./testing/run-reef.ts";
import { type StartedServer, startServer } from "./testing/start-server.ts";
import { type StartedUpstream, startUpstream } from "./testing/start-upstream.ts";
import { until } from "./testing/until.ts";

const SECRET = "sk-what-the-provider-gave";
const NO_KEY = "key_01m7y8s8vgfk3bq0cs5cfs0r09";

describe("calling models from the command line", () => {
  const configFolder = makeFolder("reef-cli-");
  let server: StartedServer;
  let upstream: StartedUpstream;
  let token = "";
  /** The gateway key that the tests call models with, and its id. */
  let key = { id: "", secret: "" };
  let fingerprint = "";

  const run = (stdin: string, ...commandArguments: string[]) =>
    runReef({ configFolder, stdin, environment: { REEF_TOKEN: token, REEF_URL: server.url } }, ...commandArguments);
  /** Runs the program as the operator, who owns the organization. */
  const reef = (...commandArguments: string[]) => run("", ...commandArguments);
  const jsonOf = async (running: Promise<Run>) => {
    const { stdout, stderr, exitCode } = await running;
    assert.equal(exitCode, 0, stderr);
    return JSON.parse(stdout);
  };
  const post = (path: string, body: object, authorization?: string) =>
    fetch(`${server.url}${path}`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Origin: server.url,
        ...(authorization !== undefined && { Authorization: authorization }),
      },
      body: JSON.stringify(body),
    });
  const callModel = () =>
    post(
      "/v1/chat/completions",
      { model: "small", messages: [{ role: "user", content: "when?" }] },
      `Bearer ${key.secret}`,
    );

  before(async () => {
    upstream = await startUpstream();
    server = await startServer({ REEF_RATE_LIMIT_FACTOR: "100", REEF_GATEWAY_PRIVATE_PROVIDERS: "true" });
    const [email, password] = ["ada@reef.test", "correct horse battery"];
    const person = { code: server.setupCode, name: "Ada", email, password, organizationName: "Acme", slug: "acme" };
    assert.ok((await post("/api/setup", person)).ok);
    const signedIn = await post("/api/auth/sign-in/email", { email, password });
    token = signedIn.headers.get("set-auth-token") ?? "";
    const join = ["register", "--voucher", server.voucher, "--name", "bo", "--profile", "bo", "--url", server.url];
    fingerprint = (await jsonOf(reef(...join, "--json"))).agent.fingerprint;
  });
  after(async () => {
    await server?.stop();
    upstream?.stop();
  });

  it("says what to do where nothing is set up", async () => {
    const models = await reef("models");
    assert.deepEqual([models.exitCode, models.stdout], [0, ""]);
    assert.match(models.stderr, /reef providers add/);
    assert.match((await reef("keys", "list")).stderr, /reef keys create/);
    assert.match((await reef("budgets", "list")).stderr, /reef budgets create/);
    assert.match((await reef("usage")).stderr, /No model was called/);
    const kinds = await reef("providers", "kinds");
    assert.match(kinds.stdout, /^openai-compatible .+--base-url/m);
  });

  it("adds a provider with a key from standard input, which is shown nowhere", async () => {
    const added = await run(
      `${SECRET}\n`,
      ...["providers", "add", "openai-compatible", "--slug", "here", "--base-url", upstream.baseUrl],
      ...["--models", "small=1/2", "--key-stdin"],
    );
    assert.match(added.stdout, /^prv_\w{26}\n$/, added.stderr);
    const tested = await reef("providers", "test", "here");
    assert.deepEqual([tested.exitCode, tested.stdout], [0, "small\n"], tested.stderr);
    assert.equal(upstream.authorizations.at(-1), `Bearer ${SECRET}`);
    const more = await run("sk-another-one", "providers", "key", "here", "--label", "spare", "--json");
    assert.deepEqual([JSON.parse(more.stdout).label, JSON.parse(more.stdout).hint], ["spare", "rone"]);
    const listed = await reef("providers", "list");
    assert.match(listed.stdout, /^here .+openai-compatible +the organization +enabled +1 +2 +prv_/m);
    for (const { stdout, stderr } of [added, tested, more, listed]) assert.ok(!`${stdout}${stderr}`.includes(SECRET));
  });

  it("asks a person at a terminal for the provider's key, and shows nothing of what is typed", async (test) => {
    const words = `providers add openai --slug typed --models none`;
    const child = spawn("script", ["-qec", `${process.execPath} ${mainFile} ${words}`, "/dev/null"], {
      env: { ...environmentOf({ configFolder }), REEF_TOKEN: token, REEF_URL: server.url },
    });
    let isMissing = false;
    child.on("error", () => {
      isMissing = true;
    });
    let shown = "";
    for await (const chunk of child.stdout) {
      shown += chunk;
      if (shown.endsWith("later): ")) child.stdin.write(`${SECRET}\r`);
    }
    if (isMissing) return test.skip("there is no `script` here to make a terminal");
    assert.match(shown, /The provider's key .+prv_\w{26}/s);
    assert.ok(!shown.includes(SECRET), shown);
    const { items } = await jsonOf(reef("providers", "list", "--json"));
    const [{ slug, keyCount }] = items;
    assert.deepEqual([slug, keyCount], ["typed", 1]);
    assert.equal((await reef("providers", "delete", "typed", "--yes")).exitCode, 0);
  });

  it("an operator adds a provider for the whole reef", async () => {
    const ends = ["--slug", "wide", "--base-url", upstream.baseUrl, "--models", "wide-one", "--reef"];
    const added = await reef("providers", "add", "openai-compatible", ...ends, "--json");
    assert.deepEqual([JSON.parse(added.stdout).scope, JSON.parse(added.stdout).keyCount], ["reef", 0]);
    assert.equal((await run("sk-for-all-of-the-reef", "providers", "key", "wide", "--reef")).exitCode, 0);
    assert.equal((await reef("providers", "test", "wide")).exitCode, 0);
    assert.equal((await jsonOf(reef("providers", "list", "--reef", "--json"))).total, 1);
    assert.equal((await reef("providers", "delete", "wide", "--reef")).exitCode, 2);
    assert.equal((await reef("providers", "delete", "wide", "--reef", "--yes")).exitCode, 0);
    assert.equal((await jsonOf(reef("providers", "list", "--json"))).total, 1);
  });

  it("a test that fails says why, and answers 1", async () => {
    const nowhere = ["--slug", "gone", "--base-url", "http://127.0.0.1:1/v1", "--models", "none", "--key-stdin"];
    assert.equal((await run(SECRET, "providers", "add", "openai-compatible", ...nowhere)).exitCode, 0);
    const tested = await reef("providers", "test", "gone");
    assert.deepEqual([tested.exitCode, tested.stdout], [1, ""]);
    assert.match(tested.stderr, /\w+/);
    assert.equal((await reef("providers", "delete", "gone", "--yes")).exitCode, 0);
  });

  it("lists the models that may be called, with their prices per million tokens", async () => {
    const { stdout } = await reef("models");
    assert.match(stdout, /^MODEL +INPUT +CACHED +OUTPUT .*\nhere\/small +\$1\.00 +\$1\.00 +\$2\.00 +the provider/);
    assert.equal((await jsonOf(reef("models", "--search", "large", "--json"))).total, 0);
    assert.equal((await jsonOf(reef("models", "--provider", "here", "--json"))).total, 1);
    assert.equal((await reef("models", "--provider", "nowhere")).exitCode, 4);
    assert.equal((await jsonOf(runReef({ configFolder }, "models", "--json", "--profile", "bo"))).total, 1);
  });

  it("says of which day a listed price is", async () => {
    const ends = ["--slug", "listed", "--models", "gpt-5", "--key-stdin"];
    assert.equal((await run(SECRET, "providers", "add", "openai", ...ends)).exitCode, 0);
    const { pricesDated } = await jsonOf(reef("models", "--provider", "listed", "--json"));
    assert.match(pricesDated, /^\d{4}-\d\d-\d\d$/);
    const { stdout, stderr } = await reef("models", "--provider", "listed");
    assert.match(stdout, new RegExp(`^listed/gpt-5 +\\$.+ the list, ${pricesDated}`, "m"));
    assert.match(stderr, new RegExp(`price list is of ${pricesDated}`));
  });

  it("sets an alias to models in order and by weight, changes it, and deletes it once that is confirmed", async () => {
    assert.match((await reef("aliases", "list")).stderr, /reef aliases set/);
    const created = await reef("aliases", "set", "fast", "here/small=3,listed/gpt-5-nano", "gpt-5");
    assert.deepEqual([created.exitCode, created.stdout], [0, "fast\n"], created.stderr);
    const listed = await reef("aliases");
    assert.match(listed.stdout, /^fast +here\/small \(75%\) or listed\/gpt-5-nano \(25%\), then listed\/gpt-5 /m);
    const changed = await jsonOf(reef("aliases", "set", "fast", "small", "--json"));
    assert.deepEqual(
      changed.targets.map(({ model, order, weight }: { model: string; order: number; weight: number }) => [
        model,
        order,
        weight,
      ]),
      [["small", 0, 1]],
    );
    const seen = await runReef({ configFolder }, "aliases", "list", "--profile", "bo");
    assert.match(seen.stdout, /^fast +small /m, "an agent sees where it leads");
    const unknown = await reef("aliases", "set", "smart", "nowhere/large");
    assert.deepEqual([unknown.exitCode, unknown.stdout], [4, ""]);
    assert.equal((await reef("aliases", "set", "smart", "large")).exitCode, 4);
    assert.equal((await reef("aliases", "delete", "fast")).exitCode, 2);
    assert.deepEqual(await jsonOf(reef("aliases", "delete", "fast", "--yes", "--json")), { deleted: "fast" });
    assert.equal((await jsonOf(reef("aliases", "list", "--json"))).total, 0);
    assert.equal((await reef("providers", "delete", "listed", "--yes")).exitCode, 0);
  });

  it("creates a key: its secret alone on stdout, once, and what to know on stderr", async () => {
    const limits = ["--models", "small", "--requests-per-minute", "600", "--expires", "90d", "--agent", fingerprint];
    const created = await reef("keys", "create", "the harbour's", ...limits);
    assert.match(created.stdout, /^rk_[\w-]{43}\n$/, created.stderr);
    assert.match(created.stderr, /It is not shown again/);
    const { items } = await jsonOf(reef("keys", "list", "--json"));
    const [{ id, models, requestsPerMinute, agentId, expiresAt, hint }] = items;
    key = { id, secret: created.stdout.trim() };
    assert.deepEqual([models, requestsPerMinute, hint], [["small"], 600, key.secret.slice(-4)]);
    assert.match(agentId, /^agt_/);
    assert.ok(Date.parse(expiresAt) > Date.now() + 89 * 86_400_000);
    const listed = await reef("keys", "list", "--agent", fingerprint);
    assert.match(listed.stdout, new RegExp(`the harbour's +rk_…${hint} +active +small +never`));
    assert.ok(!listed.stdout.includes(key.secret));
    const own = await jsonOf(runReef({ configFolder }, "keys", "list", "--json", "--profile", "bo"));
    assert.deepEqual(
      own.items.map((one: { id: string }) => one.id),
      [key.id],
      "an agent sees its own",
    );
    const answer = await callModel();
    assert.equal(answer.status, 200, await answer.text());
  });

  it("sums up what was used, by time or by what is asked for", async () => {
    await onRecord();
    const byDay = await reef("usage");
    assert.match(
      byDay.stdout,
      /^FROM \(UTC\) +CALLS +FAILED .*\n\d{4}-\d\d-\d\d +1 +0 +12 +0 +3 +\$0\.000018 .+\nall +1 /,
    );
    const byModel = await reef("usage", "--by", "model", "--from", "7d");
    assert.match(byModel.stdout, /^MODEL +CALLS .*\nsmall +1 +0 +12 .*\nall +1 /);
    const both = await reef("usage", "--by", "agent", "--bucket", "hour");
    assert.match(both.stdout, /^FROM \(UTC\) +AGENT .*\n\d{4}-\d\d-\d\d \d\d:00 +bo +1 /);
    const { total, groups } = await jsonOf(reef("usage", "--by", "key", "--json"));
    assert.deepEqual([total.calls, total.costMicros, groups[0].name], [1, 18, "the harbour's"]);
    assert.equal((await jsonOf(reef("usage", "--model", "large", "--json"))).total.calls, 0);
  });

  it("lists single calls, and exports them as CSV", async () => {
    const calls = await reef("usage", "calls", "--key", key.id);
    assert.match(
      calls.stdout,
      /^BEGAN +MODEL +KEY .*\n.+ small +the harbour's +bo +12 +3 +\$0\.000018 .+completed +use_/,
    );
    const exported = await reef("usage", "export");
    const lines = exported.stdout.split("\r\n");
    assert.deepEqual([exported.exitCode, exported.stderr, lines.length, lines.at(-1)], [0, "", 3, ""]);
    const file = join(configFolder, "calls.csv");
    assert.deepEqual(await jsonOf(reef("usage", "export", file, "--json")), { file, calls: 1 });
    assert.equal(readFileSync(file, "utf8"), exported.stdout);
    const empty = await reef("usage", "export", "--outcome", "cut");
    assert.equal(empty.stdout, `${lines[0]}\r\n`);
    assert.equal((await reef("usage", "export", "--json")).exitCode, 2);
  });

  it("changes a key's name, models, limits and end, and leaves the rest as it is", async () => {
    const { models, agentId } = await jsonOf(
      reef(
        "keys",
        "update",
        key.id,
        "--name",
        "the desk's",
        "--requests-per-minute",
        "none",
        "--expires",
        "never",
        "--json",
      ),
    );
    assert.deepEqual(models, ["small"]);
    assert.match(agentId, /^agt_/);
    const all = await jsonOf(reef("keys", "update", key.id, "--all-models", "--name", "the harbour's", "--json"));
    assert.deepEqual([all.name, all.models, all.requestsPerMinute, all.expiresAt], ["the harbour's", null, null, null]);
    const narrowed = await reef("keys", "update", key.id, "--models", "small", "--tokens-per-minute", "90000");
    assert.deepEqual([narrowed.exitCode, narrowed.stdout], [0, `${key.id}\n`], narrowed.stderr);
    assert.equal((await callModel()).status, 200, "its secret is the same");
    assert.equal(
      (await runReef({ configFolder }, "keys", "update", key.id, "--name", "x", "--profile", "bo")).exitCode,
      1,
    );
  });

  it("a budget holds back what passes it, until it is deleted", async () => {
    const created = await reef("budgets", "create", "--per", "day", "--tokens", "0", "--key", key.id);
    assert.match(created.stdout, /^bud_\w{26}\n$/, created.stderr);
    await until(async () => (await callModel()).status === 429);
    const listed = await reef("budgets", "list");
    assert.match(listed.stdout, new RegExp(`^${key.id} +day +\\$0\\.00 +0 of 0 \\(100%\\) +in `, "m"));
    assert.equal((await reef("budgets", "create", "--per", "day", "--dollars", "0.50")).exitCode, 0);
    assert.match((await reef("budgets", "list")).stdout, /^the organization +day +\$0\.00 of \$0\.50 \(0%\)/m);
    const id = created.stdout.trim();
    assert.equal((await reef("budgets", "delete", id)).exitCode, 2);
    assert.equal((await reef("budgets", "delete", id, "--yes")).exitCode, 0);
    await until(async () => (await callModel()).status === 200);
  });

  it("revokes a key for good, once it is confirmed", async () => {
    const unconfirmed = await reef("keys", "revoke", key.id);
    assert.equal(unconfirmed.exitCode, 2);
    assert.match(unconfirmed.stderr, /--yes/);
    assert.deepEqual(await jsonOf(reef("keys", "revoke", key.id, "--yes", "--json")), { revoked: key.id });
    await until(async () => (await callModel()).status === 401);
    assert.match((await reef("keys", "list", "--state", "revoked")).stdout, /the harbour's +rk_….{4} +revoked/);
  });

  it("keeps prompts and answers where the organization and the key say so, and gives answers again", async () => {
    assert.match((await reef("capture")).stdout, /No key keeps prompts and answers\.\n0 calls are kept\./);
    const allowed = await jsonOf(reef("capture", "on", "--days", "9", "--words", "harbour,quay", "--json"));
    assert.deepEqual([allowed.retentionDays, allowed.words], [9, ["harbour", "quay"]]);
    const created = ["keys", "create", "kept", "--capture-days", "7", "--cache-seconds", "60", "--cache-alike", "0.9"];
    const kept = await jsonOf(reef(...created, "--json"));
    assert.equal(kept.capture.retentionDays, 7);
    assert.deepEqual(kept.cache, { exact: true, semantic: { threshold: 0.9 }, ttlSeconds: 60 });
    const body = { model: "small", messages: [{ role: "user", content: "when at the harbour?" }] };
    for (const cache of ["miss", "hit"]) {
      const answer = await post("/v1/chat/completions", body, `Bearer ${kept.secret}`);
      assert.equal(answer.headers.get("x-reef-cache"), cache);
    }
    let calls: { id: string; captured: boolean; outcome: string }[] = [];
    await until(async () => {
      ({ items: calls } = await jsonOf(reef("usage", "calls", "--key", kept.id, "--json")));
      return calls.filter(({ captured }) => captured).length === 2;
    });
    assert.equal(calls.map(({ outcome }) => outcome).join(), "cached,completed");
    const call = calls[0]?.id ?? "";
    assert.match((await reef("capture", "read", call)).stdout, /when at the \[word\]\?/);
    assert.equal((await reef("capture", "delete", "--key", kept.id, "--yes")).exitCode, 0);
    assert.equal((await reef("cache", "clear", "--yes")).exitCode, 0);
    assert.equal((await reef("capture", "read", call)).exitCode, 4);
    assert.match((await reef("cache")).stdout, /^0 of 5,000 answers/);
    const update = ["keys", "update", kept.id, "--capture-days", "none", "--cache-seconds", "none", "--json"];
    const none = await jsonOf(reef(...update));
    assert.deepEqual([none.capture, none.cache], [null, null]);
    assert.equal((await jsonOf(reef("capture", "off", "--purge", "--yes", "--json"))).storedCalls, 0);
  });

  it("an agent may neither make keys nor budgets", async () => {
    for (const words of [
      ["keys", "create", "mine"],
      ["budgets", "create", "--per", "day", "--tokens", "1"],
    ]) {
      const refused = await runReef({ configFolder }, ...words, "--profile", "bo");
      assert.deepEqual([refused.exitCode, refused.stdout], [1, ""]);
      assert.match(refused.stderr, /^Error: .+\n.+/);
    }
  });

  it("keeps the two kinds of keys apart in its help", async () => {
    const { stdout } = await reef("--help");
    assert.match(stdout, /^ {2}keys .+call models(.|\n)+`reef key` is the agent's own/m);
    assert.match(stdout, /^ {2}key .+agent's own key(.|\n)+`reef keys`/m);
    const { stdout: script } = await reef("completion", "bash");
    for (const word of ["set", "list", "delete"]) assert.match(script, new RegExp(`"aliases ${word}"`));
    for (const word of ["create", "list", "update", "revoke"]) assert.match(script, new RegExp(`"keys ${word}"`));
    assert.match(script, /"usage export"/);
  });

  for (const wrong of [
    ["keys", "sink"],
    ["keys", "create"],
    ["keys", "create", "x", "--expires", "2001-01-01"],
    ["keys", "create", "x", "--requests-per-minute", "0"],
    ["keys", "revoke", "mine"],
    ["keys", "update", NO_KEY],
    ["keys", "update", NO_KEY, "--cache-alike", "0.9"],
    ["capture", "delete"],
    ["capture", "read", NO_KEY],
    ["keys", "update", NO_KEY, "--requests-per-minute", "0"],
    ["keys", "update", NO_KEY, "--models", "small", "--all-models"],
    ["aliases", "sink"],
    ["aliases", "set", "fast"],
    ["aliases", "set", "no spaces", "here/small"],
    ["aliases", "set", "fast", "here/small=0"],
    ["budgets", "create", "--dollars", "1"],
    ["budgets", "create", "--per", "day"],
    ["budgets", "create", "--per", "day", "--dollars", "-1"],
    [
      "budgets",
      "create",
      "--per",
      "day",
      "--tokens",
      "1",
      "--key",
      NO_KEY,
      "--workspace",
      NO_KEY.replace("key", "wsp"),
    ],
    ["usage", "--by", "mood"],
    ["providers", "add", "openai-compatible", "--models", "small=a/b"],
    ["providers", "add", "bedrock", "--option", "region"],
    ["providers", "key", "here"],
  ]) {
    it(`answers 2 to \`reef ${wrong.join(" ")}\``, async () => {
      const { exitCode, stdout, stderr } = await reef(...wrong);
      assert.equal(exitCode, 2, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, /^Error: .+\n.+\n$/);
    });
  }

  it("answers 4 for what is not there", async () => {
    assert.equal((await reef("keys", "revoke", NO_KEY, "--yes")).exitCode, 4);
    assert.equal((await reef("providers", "test", "nowhere")).exitCode, 4);
    assert.equal((await reef("providers", "accept", "nothing")).exitCode, 4);
  });

  /** A call is on record within a second or two of its end. */
  const onRecord = () => until(async () => (await jsonOf(reef("usage", "calls", "--json"))).total > 0);
});
