import type { Logger } from "@reef/telemetry";
import { type LoopClock, sleepOn, systemClock } from "./clock.ts";

/** What a running loop is given. */
export interface LoopContext {
  /** Says that a unit of work was done. A loop that does not call it for `stallSeconds` counts as stalled. */
  beat(): void;
  /** Aborts when the process stops; the loop then returns soon. */
  signal: AbortSignal;
  /** Resolves after that many milliseconds, or at once when the process stops; it never rejects. */
  sleep(milliseconds: number): Promise<void>;
}

/** Work that goes on for as long as the process lives. */
export interface Loop {
  name: string;
  /** Longer than the longest unit of work and the longest pause between two. */
  stallSeconds: number;
  run(context: LoopContext): Promise<void>;
}

/** What is known about one loop. A loop that is alive but stuck is `running` and `stalled`. */
export interface LoopLiveness {
  name: string;
  state: "running" | "restarting" | "finished" | "stopped";
  secondsSinceProgress: number;
  restarts: number;
  stalled: boolean;
}

export interface Supervisor {
  /** Starts a loop. @throws when one of that name was started already, or the supervisor was stopped. */
  start(loop: Loop): void;
  liveness(): LoopLiveness[];
  /** Aborts all loops and waits until they returned, `timeoutSeconds` at most (10 by default). */
  stop(timeoutSeconds?: number): Promise<void>;
}

export interface SupervisorOptions {
  logger: Logger;
  clock?: LoopClock;
}

const MAX_PAUSE_SECONDS = 30;
const HEALTHY_SECONDS = 60;

interface Entry {
  loop: Loop;
  state: LoopLiveness["state"];
  progressAt: number;
  restarts: number;
  done: Promise<void>;
}

/**
 * Keeps loops alive: one that throws is logged and started again after 1, 2, 4 … 30 seconds, counted from 1 again after
 * it was healthy for a minute; one that returns is left alone.
 */
export function createSupervisor({ logger, clock = systemClock }: SupervisorOptions): Supervisor {
  const entries = new Map<string, Entry>();
  const stopping = new AbortController();
  const { signal } = stopping;

  async function keepAlive(entry: Entry): Promise<void> {
    const { loop } = entry;
    const context: LoopContext = {
      signal,
      beat: () => {
        entry.progressAt = clock.monotonic();
      },
      sleep: (milliseconds) => sleepOn(clock, milliseconds, signal),
    };
    let pauseSeconds = 1;
    while (!signal.aborted) {
      const startedAt = clock.monotonic();
      entry.state = "running";
      entry.progressAt = startedAt;
      try {
        await loop.run(context);
        break;
      } catch (error) {
        if (signal.aborted) break;
        if (clock.monotonic() - startedAt >= HEALTHY_SECONDS * 1_000) pauseSeconds = 1;
        logger.error({ err: error, loop: loop.name, restartInSeconds: pauseSeconds }, "A loop crashed.");
        entry.state = "restarting";
        await context.sleep(pauseSeconds * 1_000);
        pauseSeconds = Math.min(pauseSeconds * 2, MAX_PAUSE_SECONDS);
        entry.restarts += 1;
      }
    }
    entry.state = signal.aborted ? "stopped" : "finished";
  }

  return {
    start(loop) {
      if (signal.aborted) throw new Error(`The loop ${loop.name} was started after its supervisor stopped.`);
      if (entries.has(loop.name)) throw new Error(`The loop ${loop.name} was started twice.`);
      const entry: Entry = {
        loop,
        state: "running",
        progressAt: clock.monotonic(),
        restarts: 0,
        done: Promise.resolve(),
      };
      entries.set(loop.name, entry);
      entry.done = keepAlive(entry);
    },
    liveness() {
      const now = clock.monotonic();
      return [...entries.values()].map(({ loop, state, progressAt, restarts }) => {
        const secondsSinceProgress = (now - progressAt) / 1_000;
        const alive = state === "running" || state === "restarting";
        const stalled = alive && secondsSinceProgress > loop.stallSeconds;
        return { name: loop.name, state, secondsSinceProgress, restarts, stalled };
      });
    },
    async stop(timeoutSeconds = 10) {
      stopping.abort();
      const running = [...entries.values()];
      const deadline = new AbortController();
      await Promise.race([
        Promise.all(running.map((entry) => entry.done)),
        sleepOn(clock, timeoutSeconds * 1_000, deadline.signal),
      ]);
      deadline.abort();
      const late = running.filter((entry) => entry.state !== "stopped" && entry.state !== "finished");
      if (late.length > 0) logger.warn({ loops: late.map((entry) => entry.loop.name) }, "Loops did not stop in time.");
    },
  };
}
