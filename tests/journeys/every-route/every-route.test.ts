import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Route } from "@reef/http/contract";
import { contracts } from "@reef/server/contracts";
import { createServerDatabase, type ServerDatabase, testServerUrl } from "@reef/testing";
import { type Actor, actors, expectedProblem, expectedStatus } from "./expectation.ts";
import type { Sample } from "./sample.ts";
import { samples } from "./samples.ts";
import { makeWorld, type World } from "./world.ts";

const routes: [operation: string, route: Route][] = contracts.flatMap(({ module, routes: declared }) =>
  Object.entries<Route>(declared).map(([verb, route]): [string, Route] => [`${module}.${verb}`, route]),
);

const databases = testServerUrl === undefined ? ["embedded"] : ["embedded", "postgres"];

for (const kind of databases)
  describe(`every route, as everybody (${kind})`, () => {
    let world: World;
    let server: ServerDatabase | undefined;
    before(async () => {
      if (kind === "postgres") server = await createServerDatabase(testServerUrl ?? "", {});
      world = await makeWorld(server);
    });
    after(async () => {
      await world?.stop();
      await server?.drop();
    });

    it("has a sample of a good request, so that none is forgotten", () => {
      assert.deepEqual(Object.keys(samples).sort(), routes.map(([operation]) => operation).sort());
    });

    it("MO20: each that knows its caller answers who names another organization with a bare 404, and nothing else", async () => {
      for (const [operation, route] of routes) {
        if (route.access === "public") continue;
        for (const actor of ["owner", "member", "admin", "account", "operator"] as const) {
          for (const organization of [world.foreignSlug, "nowhere-at-all"]) {
            const answer = await askElsewhere(world, route, actor, organization);
            assert.deepEqual(answer, [actor, 404, null, ""], `${operation} for ${organization}`);
          }
        }
      }
    });

    it("MO20: nobody gets anything of an organization that does not exist, but for how the process is", async () => {
      for (const [operation, route] of routes) {
        const [, status, , text] = await askElsewhere(world, route, "nobody", "nowhere-at-all");
        if (route.limit === "probe") assert.equal(status, route.status, operation);
        else assert.deepEqual([status, text], [404, ""], operation);
      }
    });

    for (const [operation, route] of routes) {
      it(`MN15, MN25: ${operation} answers each as its contract says`, async () => {
        const sample = samples[operation];
        assert.ok(sample, `${operation} has no sample`);
        const answers: Partial<Record<Actor, string>> = {};
        const expected: Partial<Record<Actor, string>> = {};
        for (const actor of actors) {
          const { status, code, isProblem } = await send(world, route, sample, actor);
          const promised = sample.answers?.[actor] ?? expectedStatus(route, actor);
          answers[actor] = String(status);
          expected[actor] = String(promised);
          assert.equal(isProblem, status >= 400, `${actor}: a problem document exactly when it failed`);
          const problem = expectedProblem(route, actor);
          if (problem !== undefined) assert.equal(code, problem, actor);
        }
        assert.deepEqual(answers, expected);
      });
    }
  });

/** Names an organization at a route's address. That is looked at first, so what else is sent need not be right. */
async function askElsewhere({ url, headersFor }: World, { method, path }: Route, actor: Actor, organization: string) {
  const response = await fetch(new URL(path.replace(/\{\w+\}/g, "x"), url), {
    method,
    headers: { ...(await headersFor(actor, "")), "X-Reef-Organization": organization },
  });
  return [actor, response.status, response.headers.get("content-type"), await response.text()];
}

/** Sends a good request of the route as the actor. */
async function send(world: World, route: Route, sample: Sample, actor: Actor) {
  const { path = {}, query = {}, body, sender } = await sample.request(world, actor);
  const scope = typeof route.access === "string" ? route.access : route.access.anonymousOr;
  const url = new URL(
    route.path.replace(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(path[name] ?? "")),
    world.url,
  );
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const abort = new AbortController();
  const response = await fetch(url, {
    method: route.method,
    signal: abort.signal,
    headers: {
      ...(await world.headersFor(actor, scope, sender)),
      ...(body !== undefined && { "Content-Type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const isProblem = response.headers.get("content-type") === "application/problem+json";
  // A stream never ends by itself, so only a problem is read to its end.
  const code = isProblem ? ((await response.json()) as { code: string }).code : undefined;
  abort.abort();
  return { status: response.status, isProblem, code };
}
