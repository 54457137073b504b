import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Pool } from "undici";
import { startUpstream } from "../test/upstream.ts";
import { ClientGone, type Departure, exchange } from "./upstream.ts";

describe("an exchange with an upstream", () => {
  it("whose client leaves between the head of the answer and the delivery of its bytes tells so who asks for them", async (context) => {
    const upstream = await startUpstream(() => ({ body: { tide: "high" } }));
    const pool = new Pool(upstream.url);
    context.after(async () => {
      await pool.destroy();
      upstream.stop();
    });
    const departure: Departure = { isGone: false, onGone() {} };
    const answer = await exchange(pool, { path: "/", headers: [], body: Buffer.from("{}") }, departure);
    departure.isGone = true;
    departure.onGone();
    await setImmediate();
    const told: unknown[] = [];
    answer.deliver({
      data: (bytes) => told.push(bytes),
      end: () => told.push("end"),
      fail: (error) => told.push(error),
    });
    assert.equal(told.length, 1);
    assert.ok(told[0] instanceof ClientGone);
  });
});
