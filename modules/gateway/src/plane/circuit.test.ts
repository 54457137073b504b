import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { frozenClock } from "../test/gateway-people.ts";
import { createCircuit } from "./circuit.ts";

describe("the circuit of an upstream key", () => {
  function failTimes(times: number, ...how: [number | undefined, number?]) {
    const clock = frozenClock();
    const circuit = createCircuit(clock);
    for (let count = 0; count < times; count += 1) circuit.failed(...how);
    return { clock, circuit };
  }

  it("lets calls pass until five in a row have failed, then none for a minute", () => {
    const { clock, circuit } = failTimes(4, undefined);
    assert.equal(circuit.isPassable, true);
    circuit.failed(undefined);
    assert.equal(circuit.isPassable, false);
    clock.advance(59_999);
    assert.equal(circuit.isPassable, false);
    clock.advance(1);
    assert.equal(circuit.isPassable, true);
  });

  it("counts failures in a row alone: a success between them begins anew", () => {
    const { circuit } = failTimes(4, undefined);
    circuit.succeeded("small");
    for (let count = 0; count < 4; count += 1) circuit.failed(undefined);
    assert.equal(circuit.isPassable, true);
  });

  it("opens at once where the key is refused, with 401 as with 403, and not with any other status", () => {
    for (const status of [401, 403]) {
      const { clock, circuit } = failTimes(1, undefined, status);
      assert.equal(circuit.isPassable, false, String(status));
      clock.advance(60_000);
      assert.equal(circuit.isPassable, true, String(status));
    }
    assert.equal(failTimes(1, undefined, 500).circuit.isPassable, true);
  });

  it("rests for as long as the upstream asks, ten minutes at most", () => {
    const { clock, circuit } = failTimes(1, 7);
    clock.advance(6_999);
    assert.equal(circuit.isPassable, false);
    clock.advance(1);
    assert.equal(circuit.isPassable, true);
    const { clock: later, circuit: greedy } = failTimes(1, 86_400);
    later.advance(600_000);
    assert.equal(greedy.isPassable, true);
  });

  it("half open it lets one call pass as a trial: its success closes it, its failure opens it again at once", () => {
    for (const isWell of [true, false]) {
      const { clock, circuit } = failTimes(5, undefined);
      clock.advance(60_000);
      circuit.enter("small");
      assert.equal(circuit.isPassable, false);
      if (isWell) circuit.succeeded("small");
      else circuit.failed(undefined);
      assert.equal(circuit.isPassable, isWell);
    }
  });

  it("a trial of which nothing is heard is followed by another", () => {
    const { clock, circuit } = failTimes(5, undefined);
    clock.advance(60_000);
    circuit.enter("small");
    clock.advance(14_999);
    assert.equal(circuit.isPassable, false);
    clock.advance(1);
    assert.equal(circuit.isPassable, true);
  });

  it("closed it lets any number of calls pass at once", () => {
    const { circuit } = failTimes(0, undefined);
    circuit.enter("small");
    circuit.enter("small");
    assert.equal(circuit.isPassable, true);
  });

  it("closes off a model that was refused, and no other one: for a minute, then one call tries it", () => {
    const { clock, circuit } = failTimes(0, undefined);
    circuit.refusedModel("large");
    assert.equal(circuit.isPassable, true);
    assert.deepEqual([circuit.refuses("large"), circuit.refuses("small")], [true, false]);
    circuit.succeeded("small");
    clock.advance(59_999);
    assert.equal(circuit.refuses("large"), true);
    clock.advance(1);
    assert.equal(circuit.refuses("large"), false);
    circuit.enter("large");
    assert.equal(circuit.refuses("large"), true);
    circuit.succeeded("large");
    assert.deepEqual([circuit.refuses("large"), circuit.isUntroubled], [false, true]);
  });

  it("keeps a hundred refused models at most, whatever names callers ask for", () => {
    const { circuit } = failTimes(0, undefined);
    for (let count = 0; count <= 100; count += 1) circuit.refusedModel(`model ${count}`);
    assert.deepEqual(
      [circuit.refuses("model 0"), circuit.refuses("model 1"), circuit.refuses("model 100")],
      [false, true, true],
    );
  });
});
