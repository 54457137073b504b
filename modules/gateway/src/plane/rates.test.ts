import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { frozenClock } from "../test/gateway-people.ts";
import type { PlaneKey } from "./call.ts";
import { createRates } from "./rates.ts";

const keyOf = (id: string, limits: Partial<PlaneKey> = {}): PlaneKey => ({
  id,
  organizationId: `organization of ${id}`,
  agentId: null,
  workspaceId: null,
  models: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  expiresAt: null,
  capture: null,
  cache: null,
  budgets: [],
  unserved: null,
  ...limits,
});

describe("rates", () => {
  it("OC15: the eleventh request of one moment is refused with a time to wait; another customer is let through", () => {
    const clock = frozenClock();
    const rates = createRates({ requestsPerSecond: 10, clock });
    const [ada, bo] = [keyOf("ada"), keyOf("bo")];
    for (let index = 0; index < 10; index += 1) assert.equal(rates.take(ada, 1), undefined);
    assert.deepEqual(rates.take(ada, 1), { unit: "requests", limit: 600, retryAfterSeconds: 1 });
    assert.equal(rates.take(bo, 1), undefined);
    clock.advance(100);
    assert.equal(rates.take(ada, 1), undefined, "a tenth of a second refills one");
    assert.ok(rates.take(ada, 1));
  });

  it("all keys of an organization share its rate", () => {
    const rates = createRates({ requestsPerSecond: 2, clock: frozenClock() });
    const shared = { organizationId: "one" };
    assert.equal(rates.take(keyOf("a", shared), 1), undefined);
    assert.equal(rates.take(keyOf("b", shared), 1), undefined);
    assert.ok(rates.take(keyOf("c", shared), 1));
  });

  it("a key does a sixth of its minute at once, and its minute in a minute", () => {
    const clock = frozenClock();
    const rates = createRates({ requestsPerSecond: 1_000, clock });
    const key = keyOf("key", { requestsPerMinute: 60 });
    const takeAll = () => {
      let taken = 0;
      while (rates.take(key, 1) === undefined) taken += 1;
      return taken;
    };
    assert.equal(takeAll(), 10);
    let taken = 0;
    for (let second = 0; second < 60; second += 1) {
      clock.advance(1_000);
      taken += takeAll();
    }
    assert.equal(taken, 60);
    assert.deepEqual(rates.take(key, 1), { unit: "requests", limit: 60, retryAfterSeconds: 1 });
  });

  it("a key with one request a minute has that one", () => {
    const clock = frozenClock();
    const rates = createRates({ requestsPerSecond: 1_000, clock });
    const key = keyOf("key", { requestsPerMinute: 1 });
    assert.equal(rates.take(key, 1), undefined);
    assert.equal(rates.take(key, 1)?.retryAfterSeconds, 60);
    clock.advance(60_000);
    assert.equal(rates.take(key, 1), undefined);
  });

  it("tokens are taken as declared and corrected by what was used, both ways", () => {
    const clock = frozenClock();
    const rates = createRates({ requestsPerSecond: 1_000, clock });
    const key = keyOf("key", { tokensPerMinute: 6_000 });
    assert.equal(rates.take(key, 1_000), undefined);
    assert.deepEqual(rates.take(key, 1_000), { unit: "tokens", limit: 6_000, retryAfterSeconds: 10 });
    rates.correct(key, 1_000, 100);
    assert.equal(rates.take(key, 900), undefined, "what was not used is there again");
    rates.correct(key, 900, 1_900);
    assert.equal(rates.take(key, 100)?.retryAfterSeconds, 11, "what was used beyond it is missing");
    clock.advance(600_000);
    rates.correct(key, 5_000, 0);
    assert.equal(rates.take(key, 1_000), undefined);
    assert.ok(rates.take(key, 1), "and never is there more than fits");
  });

  it("a call that never fits is let through when nothing else was, and the next ones wait for it", () => {
    const clock = frozenClock();
    const rates = createRates({ requestsPerSecond: 1_000, clock });
    const key = keyOf("key", { tokensPerMinute: 600 });
    assert.equal(rates.take(key, 10_000), undefined);
    assert.equal(rates.take(key, 100)?.retryAfterSeconds, 1_000);
    clock.advance(1_000_000);
    assert.equal(rates.take(key, 10_000), undefined);
  });

  it("a refused call takes nothing of any limit", () => {
    const rates = createRates({ requestsPerSecond: 1_000, clock: frozenClock() });
    const key = keyOf("key", { requestsPerMinute: 12, tokensPerMinute: 600 });
    assert.equal(rates.take(key, 100), undefined);
    for (let index = 0; index < 5; index += 1) assert.equal(rates.take(key, 50)?.unit, "tokens");
    rates.correct(key, 100, 0);
    assert.equal(rates.take(key, 50), undefined);
    assert.equal(rates.take(key, 1)?.unit, "requests");
  });

  it("processes share a limit", () => {
    const clock = frozenClock();
    const processes = [1, 2].map(() => createRates({ requestsPerSecond: 10, clock }));
    for (const rates of processes) rates.setProcesses(2);
    const key = keyOf("key");
    let taken = 0;
    for (const rates of processes) while (rates.take(key, 1) === undefined) taken += 1;
    assert.equal(taken, 10);
  });
});
