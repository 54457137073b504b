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

/** Passages wait for so long after a query: people search in bursts, and the vectors of entries are in no hurry. */
const QUIET_MS = 150;
/** However many queries come, a passage is encoded this often. */
const PATIENCE_MS = 1_000;

/**
 * An encoder in a worker thread, one text at a time, queries first: a search waits for one passage at most, and while
 * searches keep coming, passages leave them the processor. The thread starts with the first text and again after it died.
 */
export function createThreadedEncoder({ engine, model, trust, prefix }: ThreadedOptions): Encoder {
  const waiting: Record<Purpose, Waiting[]> = { query: [], passage: [] };
  let worker: Worker | undefined;
  let running: Waiting | undefined;
  let lastId = 0;
  let lastQueryAt = Number.NEGATIVE_INFINITY;
  let lastPassageAt = Number.NEGATIVE_INFINITY;
  let pause: NodeJS.Timeout | undefined;

  /** How long passages still wait for searches, in milliseconds. */
  function passagePause(): number {
    const now = performance.now();
    return Math.min(lastQueryAt + QUIET_MS, lastPassageAt + PATIENCE_MS) - now;
  }

  function takeNext(): Waiting | undefined {
    const query = waiting.query.shift();
    if (query !== undefined) {
      lastQueryAt = performance.now();
      return query;
    }
    if (waiting.passage.length === 0 || pause !== undefined) return undefined;
    const pauseMs = passagePause();
    if (pauseMs > 0) {
      pause = setTimeout(() => {
        pause = undefined;
        next();
      }, pauseMs).unref();
      return undefined;
    }
    lastPassageAt = performance.now();
    return waiting.passage.shift();
  }

  function ensureWorker(): Worker {
    if (worker !== undefined) return worker;
    const started = new Worker(new URL("./worker.ts", import.meta.url), { workerData: engine });
    started.unref();
    started.on("message", settle);
    started.on("error", (error) => lose(started, error as Error));
    started.on("exit", (code) => lose(started, new Error(`The encoder's thread ended with code ${code}.`)));
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

  /** A thread that is gone does not answer what it was at; what waits gets a new one. A failure is told of twice. */
  function lose(gone: Worker, error: Error): void {
    if (worker !== gone) return;
    worker = undefined;
    const done = running;
    running = undefined;
    done?.reject(error);
    next();
  }

  function next(): void {
    while (running === undefined) {
      const job = takeNext();
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
      clearTimeout(pause);
      pause = undefined;
      const left = [...waiting.query.splice(0), ...waiting.passage.splice(0)];
      for (const job of left) job.reject(new Error("The reef is stopping."));
      await worker?.terminate();
    },
  };
}
