import assert from "node:assert/strict";
import { it } from "node:test";
import { type AliasWay, describeWays, moved, targetsOf, waysOf, without } from "./alias-ways.ts";

const providerId = "prv_01m7y8s8vgfk3bq0cs5cfs0r09";
const way = (model: string, weight = 1, sharesWithAbove = false): AliasWay => ({
  providerId,
  model,
  weight,
  sharesWithAbove,
});
const target = (model: string, order: number, weight = 1) => ({ providerId, model, order, weight }) as const;
const modelsOf = (ways: readonly AliasWay[]) => ways.map(({ model }) => model);

it("an alias stands in the form in the order in which it is tried, and comes back as it was", () => {
  const targets = [target("last", 7), target("often", 2, 3), target("seldom", 2, 1)];
  const ways = waysOf(targets);
  assert.deepEqual(ways, [way("often", 3), way("seldom", 1, true), way("last")]);
  assert.deepEqual(targetsOf(ways), [target("often", 0, 3), target("seldom", 0, 1), target("last", 1)]);
});

it("whoever is alone in a step has no weight to keep", () => {
  assert.deepEqual(targetsOf([way("one", 9), way("other", 4)]), [target("one", 0), target("other", 1)]);
});

it("moving and removing keeps the others in order, and the first one shares with nobody", () => {
  const ways = [way("a"), way("b", 2, true), way("c")];
  assert.deepEqual(modelsOf(moved(ways, 2, -1)), ["a", "c", "b"]);
  assert.deepEqual(moved(ways, 1, -1)[0], way("b", 2));
  assert.deepEqual(moved(ways, 0, -1), ways);
  assert.deepEqual(without(ways, 0), [way("b", 2), way("c")]);
  assert.deepEqual(without([way("a")], 0), []);
});

it("says in a line who is asked how often, and who after them", () => {
  assert.equal(describeWays([way("a", 3), way("b", 1, true), way("c")]), "a (75%) or b (25%), then c");
  assert.equal(describeWays([way("a", 500)]), "a");
});
