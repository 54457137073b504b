import { Worker } from "node:worker_threads";
import type { Composed } from "./compose.ts";
import type { ContextOrder } from "./order.ts";

export interface ContextRequest {
  id: number;
  order: ContextOrder;
}

export type ContextReply = { id: number; composed: Composed } | { id: number; error: string };

/** Composes contexts beside the event loop. */
export interface Composer {
  /** @throws when the thread dies or takes longer than {@link PATIENCE_MS}. */
  compose(order: ContextOrder): Promise<Composed>;
  close(): Promise<void>;
}

/** The largest order takes about a second; what takes longer would keep all the others waiting. */
const PATIENCE_MS = 20_000;

interface Waiting {
  worker: Worker;
  resolve(composed: Composed): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/** A composer whose thread starts with the first order, and again after it died. */
export function createComposer(): Composer {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let lastId = 0;

  function ensureWorker(): Worker {
    if (worker !== undefined) return worker;
    const started = new Worker(new URL("./worker.ts", import.meta.url));
    started.unref();
    started.on("message", settle);
    started.on("error", (error) => fail(started, error as Error));
    started.on("exit", () => {
      if (worker === started) worker = undefined;
      fail(started, new Error("The context's thread ended."));
    });
    worker = started;
    return started;
  }

  function take(id: number): Waiting | undefined {
    const job = waiting.get(id);
    waiting.delete(id);
    clearTimeout(job?.timer);
    return job;
  }

  function settle(reply: ContextReply): void {
    const job = take(reply.id);
    if ("composed" in reply) job?.resolve(reply.composed);
    else job?.reject(new Error(reply.error));
  }

  /** A thread that is gone answers nothing that it was given; a new one may be at work already. */
  function fail(gone: Worker, error: Error): void {
    for (const [id, job] of [...waiting]) if (job.worker === gone) take(id)?.reject(error);
  }

  async function end(): Promise<void> {
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  }

  return {
    compose: (order) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        const timer = setTimeout(() => void end(), PATIENCE_MS);
        const present = ensureWorker();
        waiting.set(id, { worker: present, resolve, reject, timer });
        present.postMessage({ id, order } satisfies ContextRequest);
      }),
    close: end,
  };
}
