import { Worker } from "node:worker_threads";
import { memoryErrors } from "../errors.ts";
import type { Composed } from "./compose.ts";
import type { ContextOrder } from "./order.ts";

export interface ContextRequest {
  id: number;
  order: ContextOrder;
}

export type ContextReply = { id: number; composed: Composed } | { id: number; error: string };

/** Composes contexts beside the event loop, one after another. */
export interface Composer {
  /**
   * @throws memory.busy when too many wait already, and an error when the thread dies or takes longer than
   * {@link PATIENCE_MS} for this order.
   */
  compose(order: ContextOrder): Promise<Composed>;
  close(): Promise<void>;
}

/** The largest order takes about a second; what takes longer would keep all the others waiting. */
const PATIENCE_MS = 20_000;
/** Orders that may wait. Behind so many an answer would come too late to be of use. */
const MOST_WAITING = 16;
const RETRY_SECONDS = 5;

interface Job {
  request: ContextRequest;
  resolve(composed: Composed): void;
  reject(error: Error): void;
}

/** A composer whose thread starts with the first order, and again after it died. */
export function createComposer(): Composer {
  const waiting: Job[] = [];
  let running: (Job & { timer: NodeJS.Timeout }) | undefined;
  let worker: Worker | undefined;
  let lastId = 0;

  function ensureWorker(): Worker {
    if (worker !== undefined) return worker;
    const started = new Worker(new URL("./worker.ts", import.meta.url));
    started.unref();
    started.on("message", (reply: ContextReply) => {
      if (reply.id === running?.request.id) settle(reply);
    });
    started.on("error", (error) => lose(started, error as Error));
    started.on("exit", () => lose(started, new Error("The context's thread ended.")));
    worker = started;
    return started;
  }

  /** A thread that is gone does not answer what it was at; the next order gets a new one. */
  function lose(gone: Worker, error: Error): void {
    if (worker !== gone) return;
    worker = undefined;
    if (running !== undefined) settle({ id: running.request.id, error: error.message });
  }

  function settle(reply: ContextReply): void {
    const job = running;
    running = undefined;
    clearTimeout(job?.timer);
    if ("composed" in reply) job?.resolve(reply.composed);
    else job?.reject(new Error(reply.error));
    startNext();
  }

  /** The time of an order counts from when the thread has it, so that one does not pay for those before it. */
  function startNext(): void {
    if (running !== undefined) return;
    const job = waiting.shift();
    if (job === undefined) return;
    running = { ...job, timer: setTimeout(() => void worker?.terminate(), PATIENCE_MS) };
    ensureWorker().postMessage(job.request);
  }

  return {
    compose(order) {
      if (waiting.length >= MOST_WAITING) throw memoryErrors.busy({ retryAfterSeconds: RETRY_SECONDS });
      return new Promise((resolve, reject) => {
        lastId += 1;
        waiting.push({ request: { id: lastId, order }, resolve, reject });
        startNext();
      });
    },
    async close() {
      for (const job of waiting.splice(0)) job.reject(new Error("The reef is stopping."));
      await worker?.terminate();
    },
  };
}
