import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { collectLogs, silentLogger } from "@reef/testing";
import type { LoopClock } from "./clock.ts";
import { createSupervisor } from "./supervisor.ts";

/** A clock that stands still until it is told to move. */
function manualClock(): LoopClock & { advance(seconds: number): Promise<void> } {
  let now = 0;
  const timers = new Set<{ at: number; callback: () => void }>();
  return {
    monotonic: () => now,
    setTimeout(callback, milliseconds) {
      const timer = { at: now + milliseconds, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(seconds) {
      now += seconds * 1_000;
      for (const timer of timers) {
        if (timer.at > now) continue;
        timers.delete(timer);
        timer.callback();
      }
      await setImmediate();
    },
  };
}

describe("the supervisor", () => {
  it("MO19: restarts a loop that crashes after 1, 2, 4 … 30 seconds, and logs each crash", async () => {
    const clock = manualClock();
    const logs = collectLogs();
    const supervisor = createSupervisor({ logger: logs.logger, clock });
    let starts = 0;
    supervisor.start({ name: "crasher", stallSeconds: 60, run: () => Promise.reject(new Error(`crash ${++starts}`)) });
    await setImmediate();
    for (const [index, seconds] of [1, 2, 4, 8, 16, 30, 30].entries()) {
      assert.equal(supervisor.liveness()[0]?.state, "restarting");
      await clock.advance(seconds - 0.001);
      assert.equal(starts, index + 1);
      await clock.advance(0.001);
      assert.equal(starts, index + 2);
    }
    assert.equal(supervisor.liveness()[0]?.restarts, 7);
    assert.equal(logs.lines().filter((line) => line.loop === "crasher").length, 8);
    await supervisor.stop();
  });

  it("MO19: begins again at one second after a healthy minute", async () => {
    const clock = manualClock();
    const supervisor = createSupervisor({ logger: silentLogger, clock });
    let starts = 0;
    const run = async ({ sleep }: { sleep(milliseconds: number): Promise<void> }) => {
      starts += 1;
      if (starts === 3) await sleep(60_000);
      throw new Error("crash");
    };
    supervisor.start({ name: "recovering", stallSeconds: 100, run });
    await setImmediate();
    for (const seconds of [1, 2, 60]) await clock.advance(seconds);
    assert.equal(starts, 3);
    await clock.advance(1);
    assert.equal(starts, 4);
    await supervisor.stop();
  });

  it("MO19: leaves a loop alone that returned", async () => {
    const clock = manualClock();
    const supervisor = createSupervisor({ logger: silentLogger, clock });
    let starts = 0;
    supervisor.start({ name: "once", stallSeconds: 1, run: async () => void starts++ });
    await setImmediate();
    await clock.advance(120);
    const [liveness] = supervisor.liveness();
    assert.equal(starts, 1);
    assert.equal(liveness?.state, "finished");
    assert.equal(liveness?.stalled, false);
  });

  it("MO19: shows a loop that is alive but makes no progress as stalled, until it beats again", async () => {
    const clock = manualClock();
    const supervisor = createSupervisor({ logger: silentLogger, clock });
    let beat = () => {};
    const run = (context: { beat(): void; signal: AbortSignal }) => {
      beat = context.beat;
      return new Promise<void>((resolve) => context.signal.addEventListener("abort", () => resolve()));
    };
    supervisor.start({ name: "stuck", stallSeconds: 30, run });
    await clock.advance(31);
    assert.deepEqual(supervisor.liveness(), [
      { name: "stuck", state: "running", secondsSinceProgress: 31, restarts: 0, stalled: true },
    ]);
    beat();
    assert.equal(supervisor.liveness()[0]?.stalled, false);
    await supervisor.stop();
    assert.equal(supervisor.liveness()[0]?.state, "stopped");
  });

  it("stops within its bound even when a loop ignores the signal, and names that loop", async () => {
    const clock = manualClock();
    const logs = collectLogs();
    const supervisor = createSupervisor({ logger: logs.logger, clock });
    supervisor.start({ name: "deaf", stallSeconds: 60, run: () => new Promise(() => {}) });
    const stopped = supervisor.stop(5);
    await clock.advance(5);
    await stopped;
    assert.deepEqual(logs.lines().at(-1)?.loops, ["deaf"]);
  });

  it("wakes a loop out of its sleep when it stops", async () => {
    const supervisor = createSupervisor({ logger: silentLogger, clock: manualClock() });
    supervisor.start({ name: "sleeper", stallSeconds: 60, run: ({ sleep }) => sleep(1_000_000) });
    await supervisor.stop();
    assert.equal(supervisor.liveness()[0]?.state, "stopped");
  });
});
