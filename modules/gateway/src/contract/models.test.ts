import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { newId } from "@reef/crypto";
import { describeEachDatabase } from "@reef/testing";
import { pricesDated } from "../prices/index.ts";
import { type ProvidersUnderTest, startProvidersUnderTest, testMigrations } from "../test/providers-under-test.ts";

describeEachDatabase("models and aliases over HTTP", testMigrations, ({ database }) => {
  let reef: ProvidersUnderTest;
  let own: { id: string };
  let reefs: { id: string };
  let foreign: { id: string };

  before(async () => {
    reef = await startProvidersUnderTest(database());
    const price = { inputMicros: 5, outputMicros: 9 };
    const add = async (who: string, at: string, body: object) => (await reef.ask(who, "POST", at, body)).body;
    own = await add("admin", "/providers", {
      kind: "openai",
      slug: "ours",
      models: [{ name: "gpt-5" }, { name: "tuned", price }, { name: "unheard-of" }],
    });
    reefs = await add("operator", "/admin/providers", { kind: "anthropic", models: [{ name: "claude-haiku-4-5" }] });
    foreign = await add("foreign", "/providers", { kind: "openai", models: [{ name: "theirs" }] });
  });
  after(() => reef.stop());

  const ask: ProvidersUnderTest["ask"] = (...parts) => reef.ask(...parts);
  const namesOf = async (who: string, query = "") =>
    (await ask(who, "GET", `/models?limit=100${query}`)).body.items.map(({ id }: { id: string }) => id);

  it("an organization's models are its own providers' and the reef's, by provider and name", async () => {
    const all = ["anthropic/claude-haiku-4-5", "ours/gpt-5", "ours/tuned", "ours/unheard-of"];
    for (const who of ["admin", "member", "agent"]) assert.deepEqual(await namesOf(who), all, who);
    assert.deepEqual(await namesOf("foreign"), ["anthropic/claude-haiku-4-5", "openai/theirs"]);
    assert.deepEqual(await namesOf("member", "&nameContains=GPT"), ["ours/gpt-5"]);
    assert.deepEqual(await namesOf("member", "&nameContains=%25"), []);
    assert.deepEqual(await namesOf("member", `&providerId=${reefs.id}`), ["anthropic/claude-haiku-4-5"]);
    assert.deepEqual(await namesOf("member", `&providerId=${foreign.id}`), []);
    assert.equal((await ask("nobody", "GET", "/models")).status, 401);
    assert.equal((await ask("blind", "GET", "/models")).status, 403);
  });

  it("a price is the provider's own, or the list's, or none, and says which", async () => {
    const { items, pricesDated: dated } = (await ask("member", "GET", "/models")).body;
    const sources = items.map(({ name, priceSource, price }: { name: string; priceSource: string; price: unknown }) => [
      name,
      priceSource,
      price !== null,
    ]);
    assert.deepEqual(sources, [
      ["claude-haiku-4-5", "list", true],
      ["gpt-5", "list", true],
      ["tuned", "provider", true],
      ["unheard-of", null, false],
    ]);
    assert.deepEqual(items[2].price, { inputMicros: 5, outputMicros: 9 });
    assert.ok(items[1].contextTokens > 0 && items[1].maxOutputTokens > 0);
    assert.equal(dated, pricesDated);
  });

  it("models come in pages with a real total, and a cursor fits no other list", async () => {
    const first = (await ask("member", "GET", "/models?limit=3")).body;
    const second = (await ask("member", "GET", `/models?limit=3&cursor=${first.nextCursor}`)).body;
    assert.deepEqual([first.total, second.total, second.nextCursor, second.items.length], [4, 4, null, 1]);
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    assert.equal(new Set(ids).size, 4);
    assert.equal((await ask("member", "GET", `/aliases?cursor=${first.nextCursor}`)).status, 400);
  });

  it("models of a provider that is disabled are not listed", async () => {
    await ask("admin", "PATCH", `/providers/${own.id}`, { enabled: false });
    assert.deepEqual(await namesOf("member"), ["anthropic/claude-haiku-4-5"]);
    await ask("admin", "PATCH", `/providers/${own.id}`, { enabled: true });
  });

  it("an alias is created, read, changed by version and deleted by admins of its organization", async () => {
    const targets = [
      { providerId: own.id, model: "gpt-5" },
      { providerId: reefs.id, model: "claude-haiku-4-5", order: 1, weight: 3 },
    ];
    const created = await ask("admin", "POST", "/aliases", { name: "fast", targets });
    assert.deepEqual(
      [created.status, created.headers.get("location"), created.headers.get("etag")],
      [201, "/api/aliases/fast", '"1"'],
    );
    assert.deepEqual(created.body.targets, [{ ...targets[0], order: 0, weight: 1 }, targets[1]]);
    assert.deepEqual((await ask("member", "GET", "/aliases/fast")).body, created.body);
    assert.deepEqual((await ask("agent", "GET", "/aliases")).body.items, [created.body]);
    const change = { targets: targets.slice(0, 1) };
    const changed = await ask("admin", "PATCH", "/aliases/fast", change, { "if-match": '"1"' });
    assert.deepEqual([changed.status, changed.body.version, changed.body.targets.length], [200, 2, 1]);
    const stale = await ask("admin", "PATCH", "/aliases/fast", change, { "if-match": '"1"' });
    assert.deepEqual([stale.status, stale.body.code], [412, "gateway.changed"]);
    assert.equal((await ask("admin", "DELETE", "/aliases/fast")).status, 204);
    assert.equal((await ask("admin", "DELETE", "/aliases/fast")).status, 404);
    assert.equal((await ask("admin", "GET", "/aliases/fast")).status, 404);
  });

  it("members read aliases and do not decide on them, and another organization's does not exist", async () => {
    const targets = [{ providerId: own.id, model: "gpt-5" }];
    await ask("admin", "POST", "/aliases", { name: "smart", targets });
    const attempts = (who: string) => [
      ask(who, "GET", "/aliases/smart"),
      ask(who, "PATCH", "/aliases/smart", { targets }),
      ask(who, "DELETE", "/aliases/smart"),
    ];
    const statuses = async (who: string) => (await Promise.all(attempts(who))).map(({ status }) => status);
    assert.deepEqual(await statuses("nobody"), [401, 401, 401]);
    assert.deepEqual(await statuses("member"), [200, 403, 403]);
    assert.deepEqual(await statuses("agent"), [403, 403, 403]);
    const foreignTargets = [{ providerId: foreign.id, model: "theirs" }];
    assert.equal((await ask("foreign", "GET", "/aliases/smart")).status, 404);
    assert.equal((await ask("foreign", "PATCH", "/aliases/smart", { targets: foreignTargets })).status, 404);
    assert.equal((await ask("foreign", "DELETE", "/aliases/smart")).status, 404);
    assert.equal((await ask("foreign", "GET", "/aliases")).body.total, 0);
    // The same name is free elsewhere.
    assert.equal((await ask("foreign", "POST", "/aliases", { name: "smart", targets: foreignTargets })).status, 201);
  });

  it("an alias leads to providers that the organization sees, and has a name of its own", async () => {
    const good = [{ providerId: own.id, model: "gpt-5" }];
    const codeOf = async (body: object) => (await ask("admin", "POST", "/aliases", body)).body.code;
    for (const providerId of [foreign.id, newId("prv")]) {
      const targets = [...good, { providerId, model: "theirs" }];
      assert.equal(await codeOf({ name: "odd", targets }), "gateway.unknown_target");
    }
    await ask("admin", "POST", "/aliases", { name: "taken", targets: good });
    assert.equal(await codeOf({ name: "taken", targets: good }), "gateway.alias_taken");
    for (const body of [
      { name: "a/b", targets: good },
      { name: "", targets: good },
      { name: "none", targets: [] },
      { name: "weightless", targets: [{ ...good[0], weight: 0 }] },
      { name: "many", targets: Array(21).fill(good[0]) },
    ]) {
      assert.equal(await codeOf(body), "http.invalid_request", JSON.stringify(body).slice(0, 80));
    }
  });

  it("aliases come by name, in pages with a real total", async () => {
    const targets = [{ providerId: own.id, model: "gpt-5" }];
    for (const name of ["b", "a", "c"]) await ask("admin", "POST", "/aliases", { name: `page-${name}`, targets });
    const names: string[] = [];
    let cursor: string | null = "";
    let total = 0;
    while (cursor !== null) {
      const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const { body } = await ask("agent", "GET", `/aliases?limit=2${query}`);
      names.push(...body.items.map(({ name }: { name: string }) => name));
      ({ nextCursor: cursor, total } = body);
    }
    assert.deepEqual(names, [...names].sort());
    assert.equal(names.length, total);
    assert.ok(["page-a", "page-b", "page-c"].every((name) => names.includes(name)));
  });
});
