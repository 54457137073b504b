import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { type Id, newId, toUuid } from "@reef/crypto";
import { createSupervisor } from "@reef/supervision";
import { collectLogs, describeEachDatabase, silentLogger, until } from "@reef/testing";
import { newPerson } from "@reef/testing/http";
import { movableClock } from "../test/gateway-people.ts";
import {
  type ProvidersUnderTest,
  planeKey,
  startProvidersUnderTest,
  testMigrations,
} from "../test/providers-under-test.ts";
import type { Route, UpstreamKey } from "./parts.ts";
import type { RefreshedRouter } from "./router.ts";

describeEachDatabase("the router", testMigrations, ({ database }) => {
  let reef: ProvidersUnderTest;
  let organization: string;

  before(async () => {
    reef = await startProvidersUnderTest(database());
    organization = toUuid(reef.organizationId);
  });
  after(() => reef.stop());

  let count = 0;
  /** A new provider of the organization, or of the reef; with a key unless told otherwise. */
  const add = async (body: object, { ofReef = false, secrets = ["sk-of-nobody"] } = {}) => {
    const [who, at] = ofReef ? ["operator", "/admin/providers"] : ["admin", "/providers"];
    count += 1;
    const given = { kind: "openai", slug: `p${count}`, models: [], ...body };
    const added = await reef.ask(who, "POST", at, given);
    assert.equal(added.status, 201, added.text);
    for (const [index, secret] of secrets.entries()) {
      await reef.ask(who, "POST", `${at}/${added.body.id}/keys`, { secret, weight: index + 1 });
    }
    return { id: added.body.id as Id<"prv">, slug: added.body.slug as string, at: `${at}/${added.body.id}`, who };
  };
  const named = (...names: string[]) => names.map((name) => ({ name }));
  const waysOf = (route: Route | undefined) => route?.targets.map(({ provider, model }) => `${provider.slug} ${model}`);
  const ask = async (model: string, models?: string[], router: RefreshedRouter = reef.router) =>
    waysOf(await router.route(planeKey(organization, models), model));

  it("finds an alias before `slug/model`, that before a model by its name, and the organization's before the reef's", async () => {
    const own = await add({ slug: "own", models: named("alpha", "both") });
    const reefs = await add({ slug: "reefs", models: named("beta", "both", "own/alpha") }, { ofReef: true });
    await add({ slug: "own", models: named("gamma") }, { ofReef: true });
    await reef.ask("admin", "POST", "/aliases", {
      name: "alpha",
      targets: [
        { providerId: own.id, model: "second", order: 2 },
        { providerId: reefs.id, model: "first", order: 1 },
      ],
    });
    const table: [asked: string, ways: string[] | undefined][] = [
      ["alpha", ["reefs first", "own second"]],
      ["own/alpha", ["own alpha"]],
      ["own/never-listed", ["own never-listed"]],
      ["reefs/beta", ["reefs beta"]],
      ["reefs/vendor/beta", ["reefs vendor/beta"]],
      ["beta", ["reefs beta"]],
      ["both", ["own both"]],
      ["gamma", ["own gamma"]],
      ["nothing", undefined],
      ["nobody/alpha", undefined],
      ["own/", undefined],
      ["/alpha", undefined],
      ["ALPHA", undefined],
    ];
    for (const [asked, ways] of table) assert.deepEqual(await ask(asked), ways, asked);
    await reef.ask("admin", "DELETE", "/aliases/alpha");
    assert.deepEqual(await ask("alpha"), ["own alpha"]);
  });

  it("a model whose name has a slash is found where a provider lists it and no slug says otherwise", async () => {
    await add({ kind: "openrouter", slug: "router", models: named("vendor/deep") });
    assert.deepEqual(await ask("vendor/deep"), ["router vendor/deep"]);
    assert.deepEqual(await ask("router/vendor/deep"), ["router vendor/deep"]);
  });

  it("a model that nobody lists is asked of those whose kind has it by the price list", async () => {
    const provider = await add({ kind: "mistral", slug: "mistral" });
    assert.deepEqual(await ask("codestral-latest"), ["mistral codestral-latest"]);
    await reef.ask(provider.who, "PATCH", provider.at, { models: named("codestral-latest") });
    await add({ kind: "mistral", slug: "mistral-too" });
    assert.deepEqual(await ask("codestral-latest"), ["mistral codestral-latest"]);
  });

  it("a key asks for nothing but what it names, as it names it", async () => {
    await add({ slug: "listed", models: named("delta", "epsilon") });
    assert.deepEqual(await ask("delta", ["delta"]), ["listed delta"]);
    assert.equal(await ask("listed/delta", ["delta"]), undefined);
    assert.equal(await ask("epsilon", ["delta"]), undefined);
    assert.equal(await ask("delta", []), undefined);
    assert.deepEqual(await ask("listed/delta", ["listed/delta"]), ["listed delta"]);
  });

  it("an organization is never led to another one's providers or aliases", async () => {
    const { id } = await add({ slug: "mine", models: named("zeta") });
    await reef.ask("admin", "POST", "/aliases", { name: "quick", targets: [{ providerId: id, model: "zeta" }] });
    const stranger = planeKey(toUuid(newId("org")));
    for (const asked of ["zeta", "mine/zeta", "quick"]) {
      assert.equal(await reef.router.route(stranger, asked), undefined, asked);
      assert.ok((await ask(asked)) !== undefined, asked);
    }
  });

  it("among equals the weight decides who is tried first, and all others follow", async () => {
    const [a, b, c] = [await add({ slug: "wa" }), await add({ slug: "wb" }), await add({ slug: "wc" })];
    const targets = [
      { providerId: a.id, model: "m", weight: 1 },
      { providerId: b.id, model: "m", weight: 8 },
      { providerId: c.id, model: "m", weight: 1 },
      { providerId: a.id, model: "last", order: 1 },
    ];
    await reef.ask("admin", "POST", "/aliases", { name: "weighed", targets });
    let drawn = 0;
    const router = reef.newRouter({ random: () => drawn });
    const firstAt = async (point: number) => {
      drawn = point;
      return ask("weighed", undefined, router);
    };
    assert.deepEqual(await firstAt(0), ["wa m", "wb m", "wc m", "wa last"]);
    assert.deepEqual(await firstAt(0.0999), ["wa m", "wb m", "wc m", "wa last"]);
    assert.deepEqual((await firstAt(0.1))?.at(0), "wb m");
    assert.deepEqual((await firstAt(0.8999))?.at(0), "wb m");
    assert.deepEqual(await firstAt(0.95), ["wc m", "wb m", "wa m", "wa last"]);
  });

  it("several providers that list a model are equals", async () => {
    for (const slug of ["ea", "eb"]) await add({ slug, models: named("eta") });
    assert.deepEqual(await ask("eta", undefined, reef.newRouter({ random: () => 0 })), ["ea eta", "eb eta"]);
    assert.deepEqual(await ask("eta", undefined, reef.newRouter({ random: () => 0.9 })), ["eb eta", "ea eta"]);
  });

  it("a provider that is disabled is passed over, and an alias that leads to no other is none", async () => {
    const [on, off] = [await add({ models: named("theta") }), await add({ models: named("theta") })];
    const targets = (providers: { id: string }[]) => providers.map(({ id }) => ({ providerId: id, model: "theta" }));
    await reef.ask("admin", "POST", "/aliases", { name: "some", targets: targets([off, on]) });
    await reef.ask("admin", "POST", "/aliases", { name: "none", targets: targets([off]) });
    await reef.ask(off.who, "PATCH", off.at, { enabled: false });
    for (const asked of ["theta", "some"]) assert.deepEqual(await ask(asked), [`${on.slug} theta`], asked);
    assert.equal(await ask("none"), undefined);
    assert.equal(await ask(`${off.slug}/theta`), undefined);
  });

  it("a target has the price that was set, else the list's, else none, and what its model writes at most", async () => {
    const price = { inputMicros: 3, outputMicros: 4 };
    const { slug } = await add({ models: [{ name: "gpt-5", price }, ...named("gpt-4o-mini", "odd")] });
    const targetOf = async (model: string) =>
      (await reef.router.route(planeKey(organization), `${slug}/${model}`))?.targets[0];
    assert.deepEqual((await targetOf("gpt-5"))?.price, price);
    assert.equal((await targetOf("gpt-5"))?.maxOutputTokens, 128_000);
    assert.equal((await targetOf("gpt-4o-mini"))?.price?.inputMicros, 150_000);
    assert.deepEqual([(await targetOf("odd"))?.price, (await targetOf("odd"))?.maxOutputTokens], [null, 32_768]);
  });

  it("says what it needs to connect: the path of the address, and whether that may be private", async () => {
    const address = { kind: "openai-compatible", baseUrl: "https://1.1.1.1/api/v1/" };
    const own = await add(address);
    const reefs = await add(address, { ofReef: true });
    const providerOf = async ({ slug }: { slug: string }) =>
      (await reef.router.route(planeKey(organization), `${slug}/m`))?.targets[0]?.provider;
    for (const [provider, mayBePrivate] of [
      [await providerOf(own), false],
      [await providerOf(reefs), true],
    ] as const) {
      assert.deepEqual(
        [provider?.baseUrl, provider?.pathPrefix, provider?.mayBePrivate],
        ["https://1.1.1.1/api/v1", "/api/v1", mayBePrivate],
      );
    }
  });

  const NONE_TRIED: ReadonlySet<string> = new Set();
  const pickFrom = async (
    router: RefreshedRouter,
    slug: string,
    tried = NONE_TRIED,
  ): Promise<UpstreamKey | undefined> =>
    (await router.route(planeKey(organization), `${slug}/m`))?.targets[0]?.provider.pickKey(tried, "m");

  it("a provider's keys are taken by weight, those that were tried not again", async () => {
    const { slug } = await add({}, { secrets: ["sk-light", "sk-heavy"] });
    let drawn = 0;
    const router = reef.newRouter({ random: () => drawn });
    const light = await pickFrom(router, slug);
    drawn = 0.34;
    const heavy = await pickFrom(router, slug);
    assert.deepEqual([light?.secret, heavy?.secret], ["sk-light", "sk-heavy"]);
    assert.equal((await pickFrom(router, slug, new Set([heavy?.id ?? ""])))?.secret, "sk-light");
    assert.equal(await pickFrom(router, slug, new Set([heavy?.id ?? "", light?.id ?? ""])), undefined);
  });

  it("a key whose circuit is open is left alone until its rest is over, also after providers were changed", async () => {
    const { slug, at, who } = await add({}, { secrets: ["sk-good", "sk-bad"] });
    const clock = movableClock();
    let drawn = 0.9;
    const router = reef.newRouter({ clock, random: () => drawn });
    (await pickFrom(router, slug))?.failed(undefined, 401);
    for (drawn of [0, 0.5, 0.9]) assert.equal((await pickFrom(router, slug))?.secret, "sk-good");
    await reef.ask(who, "PATCH", at, { name: "Changed" });
    router.forget(organization);
    assert.equal((await pickFrom(router, slug))?.secret, "sk-good");
    clock.advance(60_000);
    assert.equal((await pickFrom(router, slug))?.secret, "sk-bad");
    // It is on trial, and nobody else tries it meanwhile.
    assert.equal((await pickFrom(router, slug))?.secret, "sk-good");
  });

  it("a kind that wants no key is called without one; one that wants one is not, nor one whose keys are all disabled", async () => {
    const local = await add({ kind: "ollama" }, { ofReef: true, secrets: [] });
    assert.equal((await pickFrom(reef.router, local.slug))?.secret, "");
    const unkeyed = await add({}, { secrets: [] });
    assert.equal(await pickFrom(reef.router, unkeyed.slug), undefined);
    const disabled = await add({ kind: "openai-compatible", baseUrl: "https://1.1.1.1" });
    const [key] = (await reef.ask("admin", "GET", `${disabled.at}/keys`)).body.items;
    await reef.ask("admin", "PATCH", `${disabled.at}/keys/${key.id}`, { enabled: false });
    assert.equal(await pickFrom(reef.router, disabled.slug), undefined);
  });

  it("keys that were sealed with another master secret are passed over, and the log says which", async () => {
    const logs = collectLogs();
    const { slug } = await add({}, { secrets: ["sk-sealed-here"] });
    const router = reef.newRouter({ masterSecret: "quite another master secret", logger: logs.logger });
    assert.equal(await pickFrom(router, slug), undefined);
    assert.ok(logs.lines().some((line) => String(line.message).includes("cannot be opened")));
    assert.ok(!JSON.stringify(logs.lines()).includes("sk-sealed-here"));
  });

  it("answers at once what it knows, and after one query what it does not", async () => {
    const { slug } = await add({ models: named("iota") });
    const router = reef.newRouter();
    const first = router.route(planeKey(organization), "iota");
    assert.ok(first instanceof Promise);
    assert.deepEqual(waysOf(await first), [`${slug} iota`]);
    const second = router.route(planeKey(organization), "iota");
    assert.ok(!(second instanceof Promise));
    assert.ok(!(router.listModels(planeKey(organization)) instanceof Promise));
  });

  it("this process knows a change by the next call, another one by its next look", async () => {
    const other = reef.newRouter();
    const both = async (asked: string) => [await ask(asked), await ask(asked, undefined, other)];
    await both("kappa");
    const { slug, at, who } = await add({ models: named("kappa") });
    assert.deepEqual(await both("kappa"), [[`${slug} kappa`], undefined]);
    await other.refresh();
    assert.deepEqual(await both("kappa"), [[`${slug} kappa`], [`${slug} kappa`]]);

    const picked = await pickFrom(other, slug);
    const [key] = (await reef.ask(who, "GET", `${at}/keys`)).body.items;
    assert.equal(picked?.id, toUuid(key.id));
    assert.equal((await reef.ask(who, "DELETE", `${at}/keys/${key.id}`)).status, 204);
    assert.equal(await pickFrom(reef.router, slug), undefined);
    await other.refresh();
    assert.equal(await pickFrom(other, slug), undefined);

    const reefs = await add({ models: named("lambda") }, { ofReef: true });
    await other.refresh();
    assert.deepEqual(await both("lambda"), [[`${reefs.slug} lambda`], [`${reefs.slug} lambda`]]);
    await reef.ask("operator", "DELETE", reefs.at);
    await other.refresh();
    assert.deepEqual(await both("lambda"), [undefined, undefined]);
  });

  it("a key that was deleted is gone from every process soon, without anybody asking", async () => {
    const { slug, at, who } = await add({});
    const other = reef.newRouter();
    assert.ok((await pickFrom(other, slug)) !== undefined);
    const supervisor = createSupervisor({ logger: silentLogger });
    supervisor.start(other.loop);
    const [key] = (await reef.ask(who, "GET", `${at}/keys`)).body.items;
    await reef.ask(who, "DELETE", `${at}/keys/${key.id}`);
    await until(async () => (await pickFrom(other, slug)) === undefined);
    await supervisor.stop();
  });

  it("a look that finds nothing new leaves everything known", async () => {
    await ask("nothing-new");
    const other = reef.newRouter();
    await ask("nothing-new", undefined, other);
    await other.refresh();
    await other.refresh();
    assert.ok(!(other.route(planeKey(organization), "nothing-new") instanceof Promise));
  });

  it("a change that is made while an organization is read is not missed", async () => {
    const other = reef.newRouter();
    const early = other.route(planeKey(organization), "mu");
    const { slug } = await add({ models: named("mu") });
    await early;
    await other.refresh();
    assert.deepEqual(await ask("mu", undefined, other), [`${slug} mu`]);
  });

  it("who could not look for longer than a change is kept trusts nothing that it knew", async () => {
    const clock = movableClock();
    const other = reef.newRouter({ clock });
    await ask("nu", undefined, other);
    clock.advance(6_000);
    await other.refresh();
    const asked = other.route(planeKey(organization), "nu");
    assert.ok(asked instanceof Promise);
    await asked;
  });

  it("what has been known for a minute is read anew, while calls go on with what is known", async () => {
    const clock = movableClock();
    const other = reef.newRouter({ clock });
    await ask("xi", undefined, other);
    const { slug } = await add({ models: named("xi") });
    clock.advance(60_001);
    assert.equal(other.route(planeKey(organization), "xi"), undefined);
    await until(async () => (await ask("xi", undefined, other))?.[0] === `${slug} xi`);
  });

  it("lists the models and aliases that a key may ask for, each name once", async () => {
    const person = newPerson("lister", newId("org"));
    const key = (models?: string[]) => planeKey(toUuid(person.organizationId), models);
    const listed = async (models?: string[]) => (await reef.router.listModels(key(models))).map(({ id }) => id);
    // An organization without anything of its own sees what the reef has, and nothing else.
    assert.deepEqual(await listed(["gamma", "own/anything", "alpha"]), ["gamma", "own/anything"]);
    const names = (await reef.router.listModels(planeKey(organization))).map(({ id }) => id);
    assert.deepEqual(names, [...new Set(names)].sort());
    for (const name of ["weighed", "both", "gamma", "vendor/deep"]) assert.ok(names.includes(name), name);
    const [alias] = await reef.router.listModels(planeKey(organization, ["weighed"]));
    assert.equal(alias?.ownedBy, "alias");
    assert.deepEqual(await listed([]), []);
  });
});
