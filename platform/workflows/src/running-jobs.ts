import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseHandle } from "@reef/db";
import type { Logger } from "@reef/telemetry";
import type { JobWithMetadata } from "pg-boss";
import { PermanentFailure, type Run, type Workflow } from "./define-workflow.ts";
import { endRetries, hasStep, putBack, runStep } from "./store.ts";

/** The jobs that this process is at. */
export interface RunningJobs {
  /** Runs one attempt; rejects when it failed. */
  run(workflow: Workflow<object>, job: JobWithMetadata<object>): Promise<void>;
  /** Waits until all are done, `seconds` at most, then aborts the rest and puts them back. */
  finish(seconds: number): Promise<void>;
}

interface Running {
  job: JobWithMetadata<object>;
  stop: AbortController;
}

const POLL_MS = 20;

/** Runs handlers, and knows which of them still run. */
export function createRunningJobs(database: DatabaseHandle, logger: Logger): RunningJobs {
  const running = new Set<Running>();
  let stopped = false;

  async function run(workflow: Workflow<object>, job: JobWithMetadata<object>): Promise<void> {
    // A fetch that was on its way when the process began to stop brings a job that nobody will wait for.
    if (stopped) return putBack(database.kysely, job.id, job.retryCount);
    const entry: Running = { job, stop: new AbortController() };
    running.add(entry);
    const attempt = job.retryCount + 1;
    const log = logger.child({ workflow: workflow.name, jobId: job.id, attempt });
    const signal = AbortSignal.any([job.signal, entry.stop.signal]);
    // A dead letter that was put back is a new job; its steps are still those of the first one.
    const stepsOf = job.sourceRootId ?? job.id;
    const context: Run = {
      id: job.id,
      attempt,
      signal,
      logger: log,
      async step(name, effect) {
        // A handler that goes on after it was told to stop does no harm: its steps are refused.
        signal.throwIfAborted();
        return runStep(database.kysely, stepsOf, name, effect);
      },
      hasStep: (name) => hasStep(database.kysely, stepsOf, name),
    };
    try {
      await workflow.handle(workflow.input.parse(job.data), context);
    } catch (error) {
      // The others were put back; how their handlers end is of no interest.
      if (entry.stop.signal.aborted) throw error;
      if (error instanceof PermanentFailure) await endRetries(database.kysely, job.id, job.retryCount);
      logFailure(error);
      throw error;
    } finally {
      running.delete(entry);
    }

    function logFailure(error: unknown): void {
      const isFinal = error instanceof PermanentFailure || attempt > job.retryLimit;
      if (isFinal) log.error({ err: error }, "A workflow failed for good and is a dead letter now.");
      else log.warn({ err: error }, "A workflow failed and is tried again.");
    }
  }

  async function finish(seconds: number): Promise<void> {
    const deadline = performance.now() + seconds * 1_000;
    while (running.size > 0 && performance.now() < deadline) await sleep(POLL_MS);
    stopped = true;
    for (const { job, stop } of [...running]) {
      // Put back before the abort, so that the handler's rejection finds nothing left to fail.
      await putBack(database.kysely, job.id, job.retryCount);
      stop.abort(new Error("The process stops; the job was put back."));
      logger.info({ workflow: job.name, jobId: job.id }, "A workflow was put back because this process stops.");
    }
  }

  return { run, finish };
}
