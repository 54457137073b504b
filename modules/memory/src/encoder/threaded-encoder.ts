import { Worker } from "node:worker_threads";
import type { Encoder, EncoderTrust, Purpose } from "./encoder.ts";
import type { EncodeReply, EngineOptions } from "./protocol.ts";

interface Waiting {
  id: number;
  text: string;
  resolve(vector: Float32Array): void;
  reject(error: Error): void;
  signal: AbortSignal | undefined;
}

export interface ThreadedOptions {
  engine: EngineOptions;
  model: string;
  trust: EncoderTrust;
  /** What the model wants before each text. */
  prefix?: Readonly<Record<Purpose, string>>;
}

/**
 * An encoder in a worker thread, one text at a time, queries first: a search waits for one passage at most, however many
 * entries are being encoded behind it. The thread starts with the first text and again after it died.
 */
export function createThreadedEncoder({ engine, model, trust, prefix }: ThreadedOptions): Encoder {
  const waiting: Record<Purpose, Waiting[]> = { query: [], passage: [] };
  let worker: Worker | undefined;
  let running: Waiting | undefined;
  let lastId = 0;

  function ensureWorker(): Worker {
    if (worker !== undefined) return worker;
    const started = new Worker(new URL("./worker.ts", import.meta.url), { workerData: engine });
    started.unref();
    started.on("message", settle);
    started.on("error", (error) => fail(error as Error));
    started.on("exit", (code) => {
      if (worker === started) worker = undefined;
      if (code !== 0) fail(new Error(`The encoder's thread ended with code ${code}.`));
    });
    worker = started;
    return started;
  }

  function settle(reply: EncodeReply): void {
    const done = running;
    if (done?.id !== reply.id) return;
    running = undefined;
    if ("vector" in reply) done.resolve(reply.vector);
    else done.reject(new Error(reply.error));
    next();
  }

  function fail(error: Error): void {
    const done = running;
    running = undefined;
    done?.reject(error);
    next();
  }

  function next(): void {
    while (running === undefined) {
      const job = waiting.query.shift() ?? waiting.passage.shift();
      if (job === undefined) return;
      if (job.signal?.aborted) {
        job.reject(job.signal.reason as Error);
        continue;
      }
      running = job;
      ensureWorker().postMessage({ id: job.id, text: job.text });
    }
  }

  return {
    model,
    trust,
    embed: (texts, purpose, signal) =>
      Promise.all(
        texts.map(
          (text) =>
            new Promise<Float32Array>((resolve, reject) => {
              waiting[purpose].push({ id: ++lastId, text: (prefix?.[purpose] ?? "") + text, resolve, reject, signal });
              next();
            }),
        ),
      ),
    async close() {
      await worker?.terminate();
    },
  };
}
