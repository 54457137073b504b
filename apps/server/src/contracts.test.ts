import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { contracts } from "./contracts.ts";

describe("all contracts together", () => {
  const routes = contracts.flatMap(({ module, routes: declared }) =>
    Object.entries(declared).map(([verb, route]) => ({ operation: `${module}.${verb}`, route })),
  );

  it("no route that people may call asks for agent:profile, the one scope that their programs are never given", () => {
    const wrong = routes.filter(({ route }) => route.people !== undefined && route.access === "agent:profile");
    assert.deepEqual(
      wrong.map(({ operation }) => operation),
      [],
    );
    assert.ok(
      routes.some(({ route }) => route.people === "member") && routes.some(({ route }) => route.agents === false),
    );
  });

  it("a route for people alone says which people", () => {
    const wrong = routes.filter(({ route }) => route.agents === false && route.people === undefined);
    assert.deepEqual(
      wrong.map(({ operation }) => operation),
      [],
    );
  });
});
