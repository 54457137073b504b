import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { it } from "node:test";
import { type Id, newId, toUuid } from "@reef/crypto";
import { describeEachDatabase, silentLogger } from "@reef/testing";
import { gatewayMigrations } from "../migrations/index.ts";
import type { EndedCall } from "../plane/call.ts";
import { createShip } from "../plane/journal/ship.ts";
import { begunCall, endOf } from "../plane/journal/test-calls.ts";
import type { UsageRecord } from "../plane/journal/usage-event.ts";
import { splitByHours } from "../service/usage/ranges.ts";
import { randomNumbers } from "../test/random-calls.ts";
import { sumCalls } from "./usage-sums.ts";

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 10, 3, 7);
const NOTHING = { calls: 0, inputTokens: 0, outputTokens: 0, costNanos: 0 };

describeEachDatabase("sums of calls", gatewayMigrations, ({ database }) => {
  const callAt = (organizationId: Id<"org">, startedAt: number, ended: Partial<EndedCall> = {}): UsageRecord => {
    const begun = begunCall({ organizationId: toUuid(organizationId), startedAt });
    return { begun, ended: endOf(begun, ended) };
  };

  const record = (records: UsageRecord[]) =>
    createShip({ db: database().kysely, chargeBudgets: async () => {}, logger: silentLogger })(randomUUID(), records);

  const sumOf = (organizationId: Id<"org">, from: number, to: number) =>
    sumCalls(database().kysely, organizationId, splitByHours({ from: new Date(from), to: new Date(to) }));

  it("OC18: any two months side by side sum up to all calls, wherever between two milliseconds they meet", async () => {
    const [organizationId, other] = [newId("org"), newId("org")];
    const random = randomNumbers(5);
    const records = Array.from({ length: 400 }, () =>
      callAt(organizationId, START + Math.floor(random() * 5 * HOUR_MS), {
        costNanos: Math.floor(random() * 1_000),
        usage: {
          inputTokens: Math.floor(random() * 50),
          cachedInputTokens: 0,
          cacheWriteTokens: 0,
          outputTokens: Math.floor(random() * 50),
          reasoningTokens: 0,
        },
      }),
    );
    await record([...records, callAt(other, START + HOUR_MS)]);
    const expected = (from: number, to: number) =>
      records
        .filter(({ begun }) => begun.startedAt >= from && begun.startedAt < to)
        .reduce(
          (sum, { ended }) => ({
            calls: sum.calls + 1,
            inputTokens: sum.inputTokens + ended.usage.inputTokens,
            outputTokens: sum.outputTokens + ended.usage.outputTokens,
            costNanos: sum.costNanos + ended.costNanos,
          }),
          NOTHING,
        );
    const end = START + 5 * HOUR_MS;
    const moments = [
      START + HOUR_MS,
      START + HOUR_MS + 1,
      START + 2 * HOUR_MS - 1,
      START + 90_000,
      ...records.slice(0, 20).map(({ begun }) => begun.startedAt),
    ];
    for (const moment of moments) {
      assert.deepEqual(await sumOf(organizationId, START, moment), expected(START, moment));
      assert.deepEqual(await sumOf(organizationId, moment, end), expected(moment, end));
      assert.deepEqual(await sumOf(organizationId, moment, moment + 1), expected(moment, moment + 1));
    }
    assert.equal((await sumOf(other, START, end)).calls, 1);
  });

  it("a range without length, one that runs backwards and an organization without a call sum up to nothing", async () => {
    const organizationId = newId("org");
    await record([callAt(organizationId, START), callAt(organizationId, START + 2 * HOUR_MS)]);
    for (const [from, to] of [
      [START, START],
      [START + 10, START + 10],
      [START + 3 * HOUR_MS, START],
    ] as const) {
      assert.deepEqual(await sumOf(organizationId, from, to), NOTHING);
    }
    assert.deepEqual(await sumOf(newId("org"), START, START + HOUR_MS), NOTHING);
  });

  it("a call that was brought twice counts once; one that failed and one of the cache count as calls", async () => {
    const organizationId = newId("org");
    const none = { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 };
    const once = callAt(organizationId, START + 5);
    await record([once]);
    await record([
      once,
      callAt(organizationId, START + HOUR_MS, { outcome: "failed", usage: none, costNanos: 0 }),
      callAt(organizationId, START + HOUR_MS, { outcome: "cached", attempts: 0, costNanos: 0 }),
    ]);
    const sums = { calls: 3, inputTokens: 10, outputTokens: 20, costNanos: 330_000 };
    assert.deepEqual(await sumOf(organizationId, START, START + 2 * HOUR_MS), sums);
    assert.deepEqual(await sumOf(organizationId, START, START + HOUR_MS + 1), sums, "call by call");
  });
});
