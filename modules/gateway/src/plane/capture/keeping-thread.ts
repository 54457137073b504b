import { Worker } from "node:worker_threads";
import type { KeptCall, RawCall } from "./keep-call.ts";

/** Prepares calls for being kept, beside the event loop. */
export interface KeepingThread {
  /** Rejects when the thread ended, or when a call cannot be prepared or takes too long. The call's bytes are gone afterwards. */
  keep(call: RawCall): Promise<KeptCall>;
  close(): Promise<void>;
}

/** The longest prompt takes a second; a thread that says nothing for so long will not. */
const PATIENCE_MS = 20_000;

/** One call at a time; the thread starts with the first, and again after it ended. */
export function createKeepingThread(): KeepingThread {
  let worker: Worker | undefined;
  let running: { id: number; resolve(kept: KeptCall): void; reject(error: Error): void } | undefined;
  let lastId = 0;

  function ensureWorker(): Worker {
    if (worker !== undefined) return worker;
    const started = new Worker(new URL("./worker.ts", import.meta.url));
    started.unref();
    started.on("message", ({ id, kept }: { id: number; kept?: KeptCall }) => {
      if (running?.id !== id) return;
      if (kept === undefined) running.reject(new Error("A call could not be prepared for being kept."));
      else running.resolve(kept);
    });
    started.on("error", () => lose(started));
    started.on("exit", () => lose(started));
    worker = started;
    return started;
  }

  function lose(gone: Worker): void {
    if (worker !== gone) return;
    worker = undefined;
    running?.reject(new Error("The thread that prepares calls for being kept ended."));
  }

  return {
    async keep(call) {
      const { promise, resolve, reject } = Promise.withResolvers<KeptCall>();
      lastId += 1;
      running = { id: lastId, resolve, reject };
      const watch = setTimeout(() => void worker?.terminate(), PATIENCE_MS).unref();
      try {
        // The bytes go over without being copied.
        const buffers = [call.request.buffer, call.answer.buffer];
        // The memory of large requests is shared with all threads as it is.
        const bytes = buffers.filter((buffer) => buffer instanceof ArrayBuffer);
        ensureWorker().postMessage({ id: lastId, call }, bytes);
        return await promise;
      } finally {
        clearTimeout(watch);
        running = undefined;
      }
    },
    async close() {
      await worker?.terminate();
    },
  };
}
