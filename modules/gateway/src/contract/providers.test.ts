import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { newId } from "@reef/crypto";
import { collectLogs, describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { type ProvidersUnderTest, startProvidersUnderTest, testMigrations } from "../test/providers-under-test.ts";
import { startUpstream, type TestUpstream } from "../test/upstream.ts";

/** Of these only the first one can be a model's name. */
const ODD_NAMES = [" good ", "good", "", "two\nlines", "nul\0", "half \ud800", "x".repeat(201), 7, null];

const SECRET = "sk-proj-0123456789abcdefWXYZ";

describeEachDatabase("providers over HTTP", testMigrations, ({ database }) => {
  let reef: ProvidersUnderTest;
  let upstream: TestUpstream;
  const logs = collectLogs();
  const said: string[] = [];

  before(async () => {
    reef = await startProvidersUnderTest(database(), { logger: logs.logger });
    upstream = await startUpstream(({ url, headers: { authorization } }) => {
      if (url === "/moved/models") return { status: 302, headers: { location: "/v1/models" }, body: {} };
      if (url === "/page/models") return { body: "<html>" };
      if (url === "/odd/models") return { body: { data: ODD_NAMES.map((id) => ({ id })) } };
      if (authorization !== `Bearer ${SECRET}`)
        return { status: 401, body: { error: { message: `Incorrect API key provided: ${authorization}` } } };
      return { body: { data: [{ id: "model-b" }, { id: "model-a" }] } };
    });
  });
  after(async () => {
    upstream.stop();
    await reef.stop();
  });

  const ask: ProvidersUnderTest["ask"] = async (...parts) => {
    const answer = await reef.ask(...parts);
    said.push(answer.text);
    return answer;
  };
  const statusOf = async (...parts: Parameters<typeof ask>) => (await ask(...parts)).status;
  let count = 0;
  const newSlug = () => {
    count += 1;
    return `p${count}`;
  };
  const add = async (more: object = {}, who = "admin", at = "/providers") => {
    const { status, body } = await ask(who, "POST", at, { kind: "openai", slug: newSlug(), ...more });
    assert.equal(status, 201, JSON.stringify(body));
    return body;
  };
  /** A provider of the whole reef that this machine plays, with a key. */
  const addUpstream = async (path = "/v1", secret = SECRET) => {
    const provider = await add(
      { kind: "openai-compatible", baseUrl: upstream.url + path },
      "operator",
      "/admin/providers",
    );
    await ask("operator", "POST", `/admin/providers/${provider.id}/keys`, { secret });
    return provider;
  };

  it("an admin adds, reads, changes and deletes a provider of the organization", async () => {
    const slug = newSlug();
    const added = await ask("admin", "POST", "/providers", { kind: "anthropic", slug, name: "Claude" });
    const { id } = added.body;
    assert.deepEqual(
      [added.status, added.headers.get("location"), added.headers.get("etag")],
      [201, `/api/providers/${id}`, '"1"'],
    );
    const { scope, kind, name, baseUrl, enabled, keyCount } = added.body;
    assert.deepEqual(
      { scope, kind, name, baseUrl, enabled, keyCount },
      {
        scope: "organization",
        kind: "anthropic",
        name: "Claude",
        baseUrl: "https://api.anthropic.com",
        enabled: true,
        keyCount: 0,
      },
    );
    // It is likely to serve what the price list has of its kind.
    assert.ok(added.body.models.some((model: { name: string }) => model.name === "claude-haiku-4-5"));
    const price = { inputMicros: 1, outputMicros: 2 };
    const change = { name: "Ours", enabled: false, models: [{ name: "claude-haiku-4-5", price }] };
    const changed = await ask("admin", "PATCH", `/providers/${id}`, change, { "if-match": '"1"' });
    assert.deepEqual(
      [changed.status, changed.body.version, changed.body.name, changed.body.enabled, changed.body.models],
      [200, 2, "Ours", false, change.models],
    );
    assert.deepEqual((await ask("member", "GET", `/providers/${id}`)).body, changed.body);
    const stale = await ask("admin", "PATCH", `/providers/${id}`, { name: "Lost" }, { "if-match": '"1"' });
    assert.deepEqual([stale.status, stale.body.code, stale.body.currentVersion], [412, "gateway.changed", 2]);
    assert.equal(await statusOf("admin", "DELETE", `/providers/${id}`), 204);
    assert.equal(await statusOf("admin", "GET", `/providers/${id}`), 404);
  });

  it("is listed for the people of its organization and no other, newest first, with the reef's, in pages", async () => {
    const own = await add();
    const reefs = await add({}, "operator", "/admin/providers");
    const first = (await ask("member", "GET", "/providers?limit=1")).body;
    const next = (await ask("member", "GET", `/providers?limit=1&cursor=${first.nextCursor}`)).body;
    assert.deepEqual([first.items[0].id, next.items[0].id], [reefs.id, own.id]);
    assert.equal(first.items[0].models, undefined);
    const foreign = (await ask("foreign", "GET", "/providers?limit=100")).body;
    assert.ok(foreign.items.every(({ scope }: { scope: string }) => scope === "reef"));
    assert.equal(foreign.total, foreign.items.length);
    const admins = (await ask("outside", "GET", "/admin/providers?limit=100")).body;
    assert.deepEqual(
      admins.items.map(({ id }: { id: string }) => id),
      foreign.items.map(({ id }: { id: string }) => id),
    );
    assert.equal(await statusOf("member", "GET", "/providers?cursor=x.y"), 400);
    assert.equal((await ask("member", "GET", "/providers?enabled=false&limit=100")).body.total, 0);
  });

  it("admins manage, members and agents do not, and of another organization's there is none", async () => {
    const { id } = await add();
    const key = (await ask("admin", "POST", `/providers/${id}/keys`, { secret: SECRET })).body;
    const attempts: [method: string, path: string, body?: unknown][] = [
      ["GET", `/providers/${id}`],
      ["GET", `/providers/${id}/keys`],
      ["PATCH", `/providers/${id}`, { name: "x" }],
      ["POST", `/providers/${id}/keys`, { secret: SECRET }],
      ["PATCH", `/providers/${id}/keys/${key.id}`, { weight: 2 }],
      ["DELETE", `/providers/${id}/keys/${key.id}`],
      ["POST", `/providers/${id}/test`],
      ["POST", `/providers/${id}/models/refresh`],
      ["DELETE", `/providers/${id}`],
    ];
    for (const [who, expected] of [
      ["nobody", Array(9).fill(401)],
      ["agent", Array(9).fill(403)],
      ["member", [200, 200, ...Array(7).fill(403)]],
      ["foreign", Array(9).fill(404)],
    ] as const) {
      const statuses = [];
      for (const attempt of attempts) statuses.push(await statusOf(who, ...attempt));
      assert.deepEqual(statuses, expected, who);
    }
    assert.equal(await statusOf("member", "POST", "/providers", { kind: "openai" }), 403);
    assert.equal((await ask("admin", "GET", `/providers/${id}/keys`)).body.total, 1);
  });

  it("what is the whole reef's only operators manage; an organization sees neither its address nor its keys", async () => {
    const { id } = await addUpstream();
    const seen = (await ask("member", "GET", `/providers/${id}`)).body;
    assert.deepEqual([seen.scope, seen.baseUrl, seen.keyCount], ["reef", null, 1]);
    const own = (await ask("operator", "GET", `/admin/providers/${id}`)).body;
    assert.equal(own.baseUrl, `${upstream.url}/v1`);
    const [key] = (await ask("outside", "GET", `/admin/providers/${id}/keys`)).body.items;
    for (const [method, path, body] of [
      ["PATCH", `/providers/${id}`, { name: "ours" }],
      ["PATCH", `/providers/${id}`, { baseUrl: "https://1.1.1.1" }],
      ["DELETE", `/providers/${id}`],
      ["GET", `/providers/${id}/keys`],
      ["POST", `/providers/${id}/keys`, { secret: SECRET }],
      ["DELETE", `/providers/${id}/keys/${key.id}`],
      ["POST", `/providers/${id}/test`],
      ["POST", `/providers/${id}/models/refresh`],
    ] as const) {
      const { status, body: problem } = await ask("admin", method, path, body);
      assert.deepEqual([status, problem.code], [403, "gateway.reef_wide"], `${method} ${path}`);
    }
    for (const who of ["admin", "member", "agent", "foreign"]) {
      assert.equal(await statusOf(who, "GET", `/admin/providers/${id}`), 403, who);
      assert.equal(await statusOf(who, "DELETE", `/admin/providers/${id}`), 403, who);
    }
    // And an organization's own is nothing that operators manage as the reef's.
    const theirs = await add();
    assert.equal(await statusOf("operator", "GET", `/admin/providers/${theirs.id}`), 404);
    assert.equal(await statusOf("operator", "DELETE", `/admin/providers/${theirs.id}`), 404);
  });

  it("a request that makes no sense is refused with what is wrong", async () => {
    const { id } = await add();
    const refusals: [body: object, code: string][] = [
      [{ kind: "nothing" }, "gateway.bad_provider"],
      [{ kind: "openai-compatible" }, "gateway.bad_provider"],
      [{ kind: "openai", options: { region: "x" } }, "gateway.bad_provider"],
      [{ kind: "openai", baseUrl: "http://api.example.com" }, "gateway.private_address"],
      [{ kind: "openai", baseUrl: "https://127.0.0.1/v1" }, "gateway.private_address"],
      [{ kind: "ollama" }, "gateway.private_address"],
      [{ kind: "openai", baseUrl: "file:///etc/passwd" }, "http.invalid_request"],
      [{ kind: "openai", slug: "Not a slug" }, "http.invalid_request"],
      [{ kind: "openai", name: "two\nlines" }, "http.invalid_request"],
      [{ kind: "openai", models: [{ name: "a" }, { name: "a" }] }, "http.invalid_request"],
      [
        { kind: "openai", models: [{ name: "a", price: { inputMicros: -1, outputMicros: 0 } }] },
        "http.invalid_request",
      ],
      [{ kind: "azure", baseUrl: "https://1.1.1.1", options: { apiVersion: "x@y" } }, "http.invalid_request"],
      [{ kind: "openai", secret: SECRET }, "http.invalid_request"],
    ];
    for (const [body, code] of refusals) {
      const { status, body: problem } = await ask("admin", "POST", "/providers", { slug: newSlug(), ...body });
      assert.deepEqual([status, problem.code], [400, code], JSON.stringify(body));
    }
    assert.equal((await ask("admin", "PATCH", `/providers/${id}`, {})).status, 400);
    const moved = await ask("admin", "PATCH", `/providers/${id}`, { baseUrl: "https://[::ffff:127.0.0.1]" });
    assert.equal(moved.body.code, "gateway.private_address");
    assert.equal(await statusOf("admin", "GET", "/providers/org_nothing"), 404);
    assert.equal(await statusOf("admin", "GET", `/providers/${newId("prv")}`), 404);
  });

  it("a slug names one provider of an organization, and one of the reef, whichever is first", async () => {
    const slug = newSlug();
    await add({ slug });
    const other = await add();
    assert.equal((await ask("admin", "POST", "/providers", { kind: "openai", slug })).body.code, "gateway.slug_taken");
    const renamed = await ask("admin", "PATCH", `/providers/${other.id}`, { slug });
    assert.deepEqual([renamed.status, renamed.body.code], [409, "gateway.slug_taken"]);
    await add({ slug }, "operator", "/admin/providers");
    const again = await ask("operator", "POST", "/admin/providers", { kind: "openai", slug });
    assert.equal(again.body.code, "gateway.slug_taken");
    await add({ slug }, "foreign");
  });

  it("a key is sealed, known again by its end, weighed, disabled and deleted", async () => {
    const { id } = await add();
    const at = `/providers/${id}/keys`;
    const added = await ask("admin", "POST", at, { label: "main", secret: SECRET, weight: 3 });
    const { id: keyId, createdAt, ...shown } = added.body;
    assert.equal(added.status, 201);
    assert.deepEqual(shown, { label: "main", hint: "WXYZ", weight: 3, enabled: true });
    assert.equal((await ask("admin", "POST", at, { secret: "short" })).body.hint, "");
    const { rows } = await sql<{ sealed: string }>`select sealed from gateway.provider_keys`.execute(database().kysely);
    assert.ok(rows.every(({ sealed }) => !Buffer.from(sealed, "base64").includes(SECRET)));
    const changed = await ask("admin", "PATCH", `${at}/${keyId}`, { enabled: false, label: "old" });
    assert.deepEqual([changed.status, changed.body.enabled, changed.body.label], [200, false, "old"]);
    assert.equal((await ask("admin", "GET", `/providers/${id}`)).body.keyCount, 1);
    assert.equal(await statusOf("admin", "PATCH", `${at}/${keyId}`, {}), 400);
    const other = await add();
    assert.equal(await statusOf("admin", "DELETE", `/providers/${other.id}/keys/${keyId}`), 404);
    assert.equal(await statusOf("admin", "DELETE", `${at}/${keyId}`), 204);
    assert.equal(await statusOf("admin", "DELETE", `${at}/${keyId}`), 404);
    for (const secret of ["", "two\nlines", "schlüssel", "x".repeat(8_193)]) {
      assert.equal(await statusOf("admin", "POST", at, { secret }), 400);
    }
  });

  it("a provider has twenty keys and an organization fifty providers, however many come at once", async () => {
    const { id } = await add({}, "foreign");
    const keys = Array.from({ length: 22 }, () => ask("foreign", "POST", `/providers/${id}/keys`, { secret: SECRET }));
    const statuses = (await Promise.all(keys)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 201).length, 20);
    const { total } = (await ask("foreign", "GET", "/providers?limit=100")).body;
    const own = (await ask("foreign", "GET", "/providers?limit=100")).body.items.filter(
      ({ scope }: { scope: string }) => scope === "organization",
    ).length;
    assert.ok(total >= own);
    const more = Array.from({ length: 52 - own }, () =>
      ask("foreign", "POST", "/providers", { kind: "openai", slug: newSlug(), models: [] }),
    );
    const added = (await Promise.all(more)).map(({ status }) => status);
    assert.equal(added.filter((status) => status === 201).length, 50 - own);
    assert.equal(added.filter((status) => status === 409).length, 2);
  });

  it("a test asks the provider for its models, and says in words what is wrong", async () => {
    const well = await addUpstream();
    const outcome = async (id: string) => (await ask("operator", "POST", `/admin/providers/${id}/test`)).body;
    const good = await outcome(well.id);
    assert.deepEqual([good.ok, good.models, good.problem], [true, ["model-b", "model-a"], null]);
    const wrongKey = "sk-proj-this-is-no-key-of-it";
    const refused = await outcome((await addUpstream("/v1", wrongKey)).id);
    assert.deepEqual([refused.ok, refused.models], [false, []]);
    assert.match(refused.problem, /^It refuses the key \(status 401\): Incorrect API key/);
    assert.ok(!refused.problem.includes(wrongKey));
    assert.match((await outcome((await addUpstream("/moved")).id)).problem, /which is not followed/);
    assert.match((await outcome((await addUpstream("/page")).id)).problem, /something else than JSON/);
    const unkeyed = await add({}, "operator", "/admin/providers");
    assert.match((await outcome(unkeyed.id)).problem, /no key/);
    const closed = await add({ kind: "ollama", baseUrl: "http://127.0.0.1:9" }, "operator", "/admin/providers");
    assert.match((await outcome(closed.id)).problem, /Nothing listens/);
  });

  it("an organization's provider whose address turned private after it was saved is not asked", async () => {
    const { id } = await add({ kind: "openai-compatible", baseUrl: "https://1.1.1.1/v1" });
    await ask("admin", "POST", `/providers/${id}/keys`, { secret: SECRET });
    const before = upstream.requests.length;
    for (const baseUrl of [upstream.url, upstream.url.replace("127.0.0.1", "localhost")]) {
      await sql`update gateway.providers set base_url = ${baseUrl} where slug = ${`p${count}`}`.execute(
        database().kysely,
      );
      const { body } = await ask("admin", "POST", `/providers/${id}/test`);
      assert.equal(body.ok, false);
      assert.match(body.problem, /not one of the public internet/);
    }
    assert.equal(upstream.requests.length, before);
  });

  it("refreshed models are those that the provider lists, and those whose price was set", async () => {
    const { id } = await addUpstream();
    const at = `/admin/providers/${id}`;
    const price = { inputMicros: 7, outputMicros: 8 };
    const models = [{ name: "model-b", price }, { name: "tuned", price }, { name: "gone" }];
    await ask("operator", "PATCH", at, { models });
    const refreshed = await ask("operator", "POST", `${at}/models/refresh`);
    assert.equal(refreshed.status, 200);
    assert.deepEqual(refreshed.body.models, [
      { name: "model-a" },
      { name: "model-b", price },
      { name: "tuned", price },
    ]);
    const odd = await addUpstream("/odd");
    const { models: good } = (await ask("operator", "POST", `/admin/providers/${odd.id}/models/refresh`)).body;
    assert.deepEqual(good, [{ name: "good" }]);
    const broken = await addUpstream("/page");
    const failed = await ask("operator", "POST", `/admin/providers/${broken.id}/models/refresh`);
    assert.deepEqual([failed.status, failed.body.code], [502, "gateway.models_not_listed"]);
    assert.match(failed.body.detail, /something else than JSON/);
  });

  it("kinds are listed with what each needs", async () => {
    const { items } = (await ask("member", "GET", "/provider-kinds")).body;
    const kindOf = (name: string) => items.find(({ kind }: { kind: string }) => kind === name);
    assert.deepEqual([kindOf("openai").needsKey, kindOf("openai").needsAddress], [true, false]);
    assert.deepEqual([kindOf("openai-compatible").needsKey, kindOf("openai-compatible").needsAddress], [false, true]);
    assert.equal(kindOf("ollama").needsKey, false);
    assert.equal(await statusOf("nobody", "GET", "/provider-kinds"), 401);
  });

  it("a repeated request with one idempotency key adds one provider and one key", async () => {
    const headers = { "idempotency-key": "once-and-only-once" };
    const body = { kind: "openai", slug: newSlug() };
    const first = await ask("admin", "POST", "/providers", body, headers);
    const second = await ask("admin", "POST", "/providers", body, headers);
    assert.deepEqual([second.status, second.body.id], [201, first.body.id]);
    const at = `/providers/${first.body.id}/keys`;
    const more = { "idempotency-key": "another-one-of-them" };
    await ask("admin", "POST", at, { secret: SECRET }, more);
    await ask("admin", "POST", at, { secret: SECRET }, more);
    assert.equal((await ask("admin", "GET", at)).body.total, 1);
  });

  it("no answer and no line of the log holds a provider's secret", () => {
    assert.ok(said.length > 100);
    assert.equal(said.filter((text) => text.includes(SECRET)).length, 0);
    assert.equal(logs.lines().filter((line) => JSON.stringify(line).includes(SECRET)).length, 0);
  });
});
